// The bucket that a full capture goes to: one of those that are proven.
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { bucketsQuery } from '../api/capture-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import type { CaptureDraft } from './use-capture-draft.ts'

const text = captureMessages.form

export function BucketField({ draft }: { readonly draft: CaptureDraft }) {
  const { data: buckets } = useQuery(bucketsQuery(useAccount()))
  const { form, set, problem } = draft
  const proven = (buckets ?? []).filter(({ status }) => status === 'success').map(({ destination_conf }) => destination_conf)
  // That of an earlier capture stays to be seen.
  const items = [...new Set([...proven, ...(form.bucket === '' ? [] : [form.bucket])])]
  const wrong = problem('bucket')
  return (
    <div className="flex flex-col gap-1.5">
      <Select
        className="w-full"
        label={text.bucket}
        placeholder={text.chooseBucket}
        items={Object.fromEntries(items.map((name) => [name, name]))}
        value={form.bucket === '' ? null : form.bucket}
        onValueChange={(value) => set({ bucket: value ?? '' })}
        description={buckets !== undefined && proven.length === 0 ? text.noBucket : text.bucketHint}
        {...(wrong === undefined ? {} : { error: wrong })}
      />
      <Link
        to="/captures/buckets"
        className="self-start rounded-sm text-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {text.addBucket}
      </Link>
    </div>
  )
}
