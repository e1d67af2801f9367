// What happened when, from the first second beyond the limit to the last alert, and a form that adds a note.
import { Banner } from '@cloudflare/kumo/components/banner'
import { InputArea } from '@cloudflare/kumo/components/input'
import { BellIcon } from '@phosphor-icons/react/dist/csr/Bell'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { CircleIcon } from '@phosphor-icons/react/dist/csr/Circle'
import { NoteIcon } from '@phosphor-icons/react/dist/csr/Note'
import { TrendUpIcon } from '@phosphor-icons/react/dist/csr/TrendUp'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Incident, IncidentEntry } from '../../contract/incident.ts'
import { addNote, incidentQuery } from '../api/incident-queries.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { explain } from '../shell/failure.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { formatDayTime, formatTime } from '../view/units.ts'

const text = incidentMessages.page
const longestNote = 4000

type EntryKind = IncidentEntry['kind']
const icons: Partial<Record<EntryKind, typeof CircleIcon>> = {
  breach: TrendUpIcon,
  peak: TrendUpIcon,
  opened: WarningCircleIcon,
  vector: WarningCircleIcon,
  calm: CheckCircleIcon,
  closed: CheckCircleIcon,
  alert: BellIcon,
  note: NoteIcon,
}
const colours: Partial<Record<EntryKind, string>> = {
  opened: 'text-kumo-danger',
  vector: 'text-kumo-danger',
  breach: 'text-kumo-warning',
  calm: 'text-kumo-success',
  closed: 'text-kumo-success',
}

function Entry({ entry, first }: { readonly entry: IncidentEntry; readonly first: boolean }) {
  const Icon = icons[entry.kind] ?? CircleIcon
  const at = Date.parse(entry.at)
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0">
      <span aria-hidden className="absolute top-6 bottom-0 left-[9px] w-px bg-kumo-line last:hidden" />
      <Icon size={20} weight="fill" aria-hidden className={`mt-0.5 shrink-0 ${colours[entry.kind] ?? 'text-kumo-subtle'}`} />
      <div className="flex min-w-0 flex-col">
        <span className="text-sm text-kumo-subtle tabular-nums">
          <time dateTime={entry.at} title={formatDayTime(at)}>
            {first ? `${formatDayTime(at)} · ${formatTime(at)}` : formatTime(at)}
          </time>{' '}
          · {text.kinds[entry.kind]}
        </span>
        <span className="text-base break-words whitespace-pre-line text-kumo-default">
          {entry.kind === 'note' ? entry.text : serverText(entry.text)}
        </span>
      </div>
    </li>
  )
}

function NoteForm({ incident }: { readonly incident: string }) {
  const account = useAccount()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const adding = useMutation({
    mutationFn: () => addNote(account, incident, note.trim()),
    onSuccess: (changed) => {
      setNote('')
      client.setQueryData(incidentQuery(account, incident).queryKey, changed)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (note.trim() !== '') adding.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 border-t border-kumo-hairline pt-4">
      <InputArea
        label={text.note}
        placeholder={text.notePlaceholder}
        className="w-full"
        maxLength={longestNote}
        autoResize
        minRows={2}
        maxRows={8}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {adding.error !== null && (
        <Banner size="sm" variant="error" role="alert" title={text.noteFailed} description={explain(adding.error).fix} />
      )}
      <PermittedButton scope="mnm:write" type="submit" className="self-start" loading={adding.isPending} disabled={note.trim() === ''}>
        {text.addNote}
      </PermittedButton>
    </form>
  )
}

export function TimelineCard({ incident }: { readonly incident: Incident }) {
  return (
    <Card title={text.timeline}>
      <div className="flex flex-col gap-5">
        <ol className="flex flex-col">
          {incident.timeline.map((entry, index) => (
            <Entry key={`${entry.at} ${entry.kind} ${entry.text}`} entry={entry} first={index === 0} />
          ))}
        </ol>
        <NoteForm incident={incident.id} />
      </div>
    </Card>
  )
}
