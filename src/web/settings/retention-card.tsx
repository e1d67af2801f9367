// How long each kind of data is kept: changes it, and says before what that deletes or will need.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { retentionNames, type Settings } from '../../contract/settings.ts'
import { changeSettings } from '../api/settings-actions.ts'
import { serverSettingsQuery } from '../api/settings-queries.ts'
import { serverSettingsMessages } from '../messages/server-settings.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { RefusedBanner } from '../shell/failure.tsx'
import { UnsavedGuard } from '../shell/unsaved-guard.tsx'
import { useNow } from '../shell/use-now.ts'
import { messages } from '../messages.ts'
import { formatBytes } from '../view/units.ts'
import { FixedReason } from './needs-administrator.tsx'
import { outlook, retentionChange, retentionProblem, type Outlook, type RetentionForm } from './retention-form.ts'
import { RetentionRow } from './retention-row.tsx'
import { useSettingsActions } from './use-settings-actions.ts'

const text = serverSettingsMessages.data

function Disk({ settings: { stored, free_bytes: free }, ahead }: { readonly settings: Settings; readonly ahead: Outlook }) {
  if (stored === null) return <Nothing>{text.unknown}</Nothing>
  if (free === null) return null
  if (ahead.needs > free) {
    return (
      <div className="p-4">
        <Banner
          variant="alert"
          icon={<WarningIcon weight="fill" aria-hidden />}
          title={text.tooMuch(formatBytes(ahead.needs), formatBytes(free))}
        />
      </div>
    )
  }
  return <Nothing>{text.free(formatBytes(free))}</Nothing>
}

interface SaveBarProps {
  readonly changes: number
  readonly wrong: boolean
  readonly pending: boolean
  readonly onDiscard: () => void
}

/** Its place is kept: the page does not jump when something is typed. */
function SaveBar({ changes, wrong, pending, onDiscard }: SaveBarProps) {
  return (
    <div className="sticky bottom-0 flex min-h-14 flex-wrap items-center justify-end gap-2 border-t border-kumo-hairline bg-kumo-base px-4 py-2.5">
      <output className="mr-auto text-sm text-kumo-subtle">{changes > 0 && text.changed(changes)}</output>
      {changes > 0 && <Button onClick={onDiscard}>{serverSettingsMessages.discard}</Button>}
      <Button type="submit" variant="primary" loading={pending} disabled={changes === 0 || wrong}>
        {serverSettingsMessages.save}
      </Button>
    </div>
  )
}

function RetentionFormView({ settings, fixed }: { readonly settings: Settings; readonly fixed: boolean }) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [form, setForm] = useState<RetentionForm>({})
  const [asked, setAsked] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const now = useNow(60)
  const change = retentionChange(form, settings)
  const wrong = retentionNames.some((name) => retentionProblem(form, name, settings) !== undefined)
  const ahead = outlook(form, settings, now)
  const clear = () => {
    setForm({})
    setAsked(false)
    setRefused(undefined)
  }
  const save = () => {
    const fail = (error: Error) => {
      setAsked(false)
      setRefused(error)
    }
    start({ run: () => changeSettings(account, { retention: change }), title: text.saved, done: clear, failed: fail })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wrong || Object.keys(change).length === 0) return
    if (ahead.shortens) setAsked(true)
    else save()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p className="border-b border-kumo-hairline px-4 py-3 text-base text-kumo-subtle">{text.intro}</p>
      <ul>
        {retentionNames.map((name) => (
          <RetentionRow
            key={name}
            name={name}
            settings={settings}
            form={form}
            fixed={fixed}
            now={now}
            onChange={(value) => {
              setForm((old) => ({ ...old, [name]: value }))
              setRefused(undefined)
            }}
          />
        ))}
      </ul>
      <div className="border-t border-kumo-hairline">
        <Disk settings={settings} ahead={ahead} />
      </div>
      {refused !== undefined && (
        <div className="px-4 pb-4">
          <RefusedBanner title={messages.refused} error={refused} />
        </div>
      )}
      {!fixed && <SaveBar changes={Object.keys(change).length} wrong={wrong} pending={pending} onDiscard={clear} />}
      <UnsavedGuard unsaved={Object.keys(change).length > 0 && !pending} />
      {asked && (
        <ConfirmDialog
          title={text.confirmTitle}
          detail={ahead.drops > 0 ? text.confirmDetail(formatBytes(ahead.drops)) : text.confirmPlain}
          confirm={text.confirm}
          pending={pending}
          onConfirm={save}
          onClose={() => setAsked(false)}
        />
      )}
    </form>
  )
}

export function RetentionCard() {
  const settings = useQuery(serverSettingsQuery(useAccount()))
  const fixed = settings.data?.changeable === false
  return (
    <>
      {fixed && <FixedReason />}
      <Card title={text.title} actions={<Stale query={settings} />} flush>
        {/* As tall as its rows, so that nothing jumps when they come. */}
        <div className="min-h-[44rem]">
          <WithAnswer query={settings}>{(all) => <RetentionFormView settings={all} fixed={fixed} />}</WithAnswer>
        </div>
      </Card>
    </>
  )
}
