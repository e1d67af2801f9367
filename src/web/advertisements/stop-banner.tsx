// Tells in red that nothing can be announced, who stopped it and why, and lets it go on.
import type { AdvertisingStatus } from '../../contract/advertisement.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { StoppedBanner } from '../shell/stopped-banner.tsx'
import { formatDayTime } from '../view/units.ts'
import { useTask } from './use-task.tsx'

const text = advertisingMessages.stop

/** Nothing while advertising goes on. */
export function StopBanner({ status }: { readonly status: AdvertisingStatus | undefined }) {
  const [start, dialog] = useTask()
  if (status?.stopped !== true) return null
  const { stop } = status
  const who = stop === null ? [] : [text.bannerDetail(stop.who, formatDayTime(Date.parse(stop.at)), stop.why)]
  return (
    <>
      <StoppedBanner
        title={text.banner}
        lines={[...who, text.bannerMeaning]}
        resume={text.resume}
        scope="advertisements:write"
        onResume={() => start({ kind: 'resume' })}
      />
      {dialog}
    </>
  )
}
