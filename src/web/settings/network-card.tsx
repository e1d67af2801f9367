// The list of own networks: paste many, see what is wrong in which line, take what is registered for advertising.
import { Button } from '@cloudflare/kumo/components/button'
import { InputArea } from '@cloudflare/kumo/components/input'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Settings } from '../../contract/settings.ts'
import { ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { changeSettings } from '../api/settings-actions.ts'
import { serverSettingsQuery } from '../api/settings-queries.ts'
import { messages } from '../messages.ts'
import { serverSettingsMessages } from '../messages/server-settings.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { ConfirmDialog } from '../shell/confirm-dialog.tsx'
import { RefusedBanner } from '../shell/failure.tsx'
import { UnsavedGuard } from '../shell/unsaved-guard.tsx'
import { readPrefixes, type PrefixList } from '../view/prefix-list.ts'
import { FixedReason } from './needs-administrator.tsx'
import { missingNetworks, networkText, sameNetworks, withNetworks } from './network-form.ts'
import { useSettingsActions } from './use-settings-actions.ts'

const text = serverSettingsMessages.networks
const source = serverSettingsMessages.source
// More lines of what is wrong would push the buttons away.
const shownWrong = 8
const shownMissing = 12

function WrongLines({ list: { wrong } }: { readonly list: PrefixList }) {
  if (wrong.length === 0) return null
  return (
    <div aria-live="polite" className="flex flex-col gap-1 text-sm text-kumo-danger">
      <p className="font-medium">{text.wrongLines(wrong.length)}</p>
      <ul className="flex flex-col gap-0.5">
        {wrong.slice(0, shownWrong).map(({ line, text: typed, problem }) => (
          <li key={`${line} ${typed}`} className="break-all">
            {text.wrong(line, typed, text.problems[problem])}
          </li>
        ))}
        {wrong.length > shownWrong && <li>{text.moreWrong(wrong.length - shownWrong)}</li>}
      </ul>
    </div>
  )
}

interface RegisteredProps {
  readonly list: PrefixList
  readonly onAdd: (prefixes: readonly string[]) => void
}

/** What is announced from here is ours, too. */
function Registered({ list, onAdd }: RegisteredProps) {
  const registered = useQuery(ownedPrefixesQuery(useAccount())).data ?? []
  const missing = missingNetworks(
    list,
    registered.map(({ cidr }) => cidr),
  )
  if (missing.length === 0) return null
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="text-sm text-kumo-subtle">{text.registered}</span>
      {missing.slice(0, shownMissing).map((prefix) => (
        <Button key={prefix} size="xs" icon={PlusIcon} aria-label={text.add(prefix)} onClick={() => onAdd([prefix])}>
          <span className="font-mono">{prefix}</span>
        </Button>
      ))}
      {missing.length > 1 && (
        <Button size="xs" variant="ghost" onClick={() => onAdd(missing)}>
          {text.addAll(missing.length)}
        </Button>
      )}
    </div>
  )
}

function SourceLine({
  setting,
  fixed,
  onDefault,
}: {
  readonly setting: Settings['own_networks']
  readonly fixed: boolean
  readonly onDefault: () => void
}) {
  if (setting.source === 'configuration') return <p className="text-sm text-kumo-subtle">{source.locked(setting.key)}</p>
  if (setting.source === 'default' || fixed) return null
  return (
    <Button variant="ghost" size="sm" onClick={onDefault}>
      {serverSettingsMessages.toDefault}
    </Button>
  )
}

function NetworkForm({ setting, fixed }: { readonly setting: Settings['own_networks']; readonly fixed: boolean }) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [typed, setTyped] = useState<string>()
  const [asked, setAsked] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const shown = typed ?? networkText(setting.value)
  const list = readPrefixes(shown)
  const changed = typed !== undefined && !sameNetworks(list.prefixes, setting.value)
  const closed = fixed || setting.source === 'configuration'
  const change = (next: string) => {
    setTyped(next)
    setRefused(undefined)
  }
  const clear = () => {
    setTyped(undefined)
    setAsked(false)
    setRefused(undefined)
  }
  const save = (next: readonly string[] | null) => {
    const before = setting.source === 'settings' ? setting.value : null
    const undo = () => start({ run: () => changeSettings(account, { own_networks: before }) })
    const fail = (error: Error) => {
      setAsked(false)
      setRefused(error)
    }
    const offer = { label: messages.undo, act: undo }
    const description = text.savedDetail((next ?? setting.default).length)
    start({ run: () => changeSettings(account, { own_networks: next }), title: text.saved, description, offer, done: clear, failed: fail })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!changed || list.wrong.length > 0) return
    if (list.prefixes.length === 0) setAsked(true)
    else save(list.prefixes)
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4 p-4">
      <div className="flex max-w-3xl flex-col gap-2 text-base text-kumo-subtle">
        <p>{text.intro}</p>
        <p>{text.effect}</p>
      </div>
      <InputArea
        className="w-full font-mono"
        label={text.label}
        description={text.hint}
        placeholder={text.placeholder}
        autoResize
        minRows={6}
        maxRows={20}
        spellCheck={false}
        disabled={closed}
        value={shown}
        onChange={(event) => change(event.target.value)}
        aria-invalid={list.wrong.length > 0}
      />
      <p className="text-sm text-kumo-subtle">
        {list.prefixes.length === 0 && list.wrong.length === 0 ? text.empty : text.count(list.prefixes.length)}
      </p>
      <WrongLines list={list} />
      {!closed && <Registered list={list} onAdd={(more) => change(withNetworks(shown, more))} />}
      <RefusedBanner title={messages.refused} error={refused} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span className="mr-auto">
          <SourceLine setting={setting} fixed={fixed} onDefault={() => save(null)} />
        </span>
        {typed !== undefined && <Button onClick={clear}>{serverSettingsMessages.discard}</Button>}
        {!closed && (
          <Button type="submit" variant="primary" loading={pending} disabled={!changed || list.wrong.length > 0}>
            {serverSettingsMessages.save}
          </Button>
        )}
      </div>
      <UnsavedGuard unsaved={changed && !pending} />
      {asked && (
        <ConfirmDialog
          title={text.clearTitle}
          detail={text.clearDetail}
          confirm={text.clearConfirm}
          pending={pending}
          onConfirm={() => save([])}
          onClose={() => setAsked(false)}
        />
      )}
    </form>
  )
}

export function NetworkCard() {
  const settings = useQuery(serverSettingsQuery(useAccount()))
  const fixed = settings.data?.changeable === false
  return (
    <>
      {fixed && <FixedReason />}
      <Card title={text.title} actions={<Stale query={settings} />} flush>
        <WithAnswer query={settings}>{({ own_networks: setting }) => <NetworkForm setting={setting} fixed={fixed} />}</WithAnswer>
      </Card>
    </>
  )
}
