// Where full captures may go, and what the account allows captures to do.
import { captureMessages } from '../messages/captures.ts'
import { useTitle } from '../shell/use-title.ts'
import { BucketCard } from './bucket-card.tsx'
import { CaptureFrame } from './capture-frame.tsx'
import { PolicyCard } from './policy-card.tsx'

export function BucketsPage() {
  useTitle(captureMessages.sections.buckets)
  return (
    <CaptureFrame>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <BucketCard />
        <PolicyCard />
      </div>
    </CaptureFrame>
  )
}
