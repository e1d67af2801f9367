// Announces by hand in two steps: the form, then a preview of exactly what will be sent to whom, confirmed by a button.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AdvertisementPreview } from '../../contract/advertisement.ts'
import { announce, previewAdvertisement } from '../api/advertisement-actions.ts'
import { advertisingStatusQuery } from '../api/advertisement-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { ruleText } from '../view/advertisement-view.ts'
import { announceFieldsOf, type AnnounceForm } from '../view/announce-form.ts'
import { formatDayTime } from '../view/units.ts'
import { AnnounceFields } from './announce-fields.tsx'
import { MessageList, Warnings } from './preview-view.tsx'
import { useAdvertisingActions } from './use-advertising-actions.ts'
import { useAnnounceDraft, type AnnounceDraft } from './use-announce-draft.ts'

const text = advertisingMessages

function Facts({ preview }: { readonly preview: AdvertisementPreview }) {
  const { owned_prefix: owned, approval, until, route } = preview
  const rule = ruleText(route)
  return (
    <div className="flex flex-col gap-1 text-base text-kumo-default">
      {rule !== '' && <p className="font-medium">{rule}</p>}
      <p>{text.preview.covered(owned.cidr, owned.origin_as)}</p>
      <p>{text.preview.until(formatDayTime(Date.parse(until)))}</p>
      {approval && <p className="font-medium text-kumo-warning">{text.preview.approval}</p>}
    </div>
  )
}

function PreviewStep({ preview, onBack }: { readonly preview: AdvertisementPreview; readonly onBack: () => void }) {
  return (
    <>
      <Facts preview={preview} />
      <Warnings warnings={preview.warnings} />
      {preview.messages.length === 0 ? (
        <Banner size="sm" variant="alert" title={text.preview.nobody} />
      ) : (
        <MessageList messages={preview.messages} />
      )}
      <Button className="self-start" onClick={onBack}>
        {text.announce.back}
      </Button>
    </>
  )
}

/** What the server is asked: first what it would send, then to send it. */
function useSteps({ form, check, refuse }: AnnounceDraft, onDone: () => void) {
  const account = useAccount()
  const { data: status } = useQuery(advertisingStatusQuery(account))
  const actions = useAdvertisingActions()
  const [preview, setPreview] = useState<AdvertisementPreview>()
  const [refused, setRefused] = useState<Error>()
  const fields = announceFieldsOf(form, status?.max_lifetime_hours)
  const asking = useMutation({
    mutationFn: () => previewAdvertisement(account, fields),
    onSuccess: setPreview,
    onError: (error) => setRefused(refuse(error)),
  })
  const ask = () => {
    if (check()) asking.mutate()
  }
  const send = ({ route }: AdvertisementPreview) => {
    const done = form.dryRun ? text.announce.doneDry : text.announce.done
    actions.start({ run: () => announce(account, fields), title: done(route.prefix), done: onDone, failed: setRefused })
  }
  const submit = () => {
    setRefused(undefined)
    if (preview === undefined) ask()
    else send(preview)
  }
  const back = () => {
    setRefused(undefined)
    setPreview(undefined)
  }
  return { preview, refused, pending: asking.isPending || actions.pending, submit, back }
}

function wordsOf({ form }: AnnounceDraft, preview: AdvertisementPreview | undefined): { title: string; submit: string } {
  if (preview === undefined) return { title: text.announce.title, submit: text.announce.preview }
  const { purpose, prefix } = preview.route
  const title = form.dryRun ? text.preview.dryTitle : text.preview.title
  return { title: title(text.purposes[purpose], prefix), submit: form.dryRun ? text.announce.confirmDry : text.announce.confirm }
}

export interface AnnounceDialogProps {
  readonly begin: AnnounceForm
  readonly onClose: () => void
}

export function AnnounceDialog({ begin, onClose }: AnnounceDialogProps) {
  const draft = useAnnounceDraft(begin)
  const { preview, refused, pending, submit, back } = useSteps(draft, onClose)
  return (
    <FormDialog open size="lg" onClose={onClose} {...wordsOf(draft, preview)} pending={pending} error={refused} onSubmit={submit}>
      {preview === undefined ? <AnnounceFields draft={draft} /> : <PreviewStep preview={preview} onBack={back} />}
    </FormDialog>
  )
}
