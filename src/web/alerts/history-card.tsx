// What was sent, to whom, and what became of it.
import { Badge } from '@cloudflare/kumo/components/badge'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { historyPerPage, historyQuery, type HistoryLine } from '../api/alert-queries.ts'
import { alertMessages } from '../messages/alerts.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { Pager } from '../shell/pager.tsx'
import { formatDayTime, formatTime } from '../view/units.ts'

const text = alertMessages.history

const tones: Readonly<Record<string, 'success' | 'warning' | 'error' | 'neutral'>> = {
  sent: 'success',
  pending: 'warning',
  failed: 'error',
  refused: 'error',
}

function Outcome({ line }: { readonly line: HistoryLine }) {
  const { state } = line.drawbridge
  return (
    <span className="md:w-24">
      <Badge appearance="dot" variant={tones[state] ?? 'neutral'}>
        {text.states[state] ?? state}
      </Badge>
    </span>
  )
}

function mechanismText({ mechanism, mechanism_type: type }: HistoryLine): string {
  const kind = text.mechanisms[type] ?? type
  return mechanism === '' || mechanism === type ? kind : `${kind} ${mechanism}`
}

function Detail({ line }: { readonly line: HistoryLine }) {
  const { attempts, error, next_attempt_at, alert_correlation_id, link } = line.drawbridge
  const facts = [
    [text.policy, line.name],
    [text.attempts, String(attempts)],
    ...(next_attempt_at === null ? [] : [[text.next, formatTime(Date.parse(next_attempt_at))]]),
  ]
  return (
    <div className="flex flex-col gap-2 px-4 pb-4 md:pl-40">
      <p className="text-base break-words whitespace-pre-line text-kumo-default">{line.alert_body}</p>
      {error !== null && error !== '' && <p className="text-sm break-words text-kumo-danger">{serverText(error)}</p>}
      <dl className="flex flex-wrap gap-x-5 gap-y-0.5 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="flex gap-1.5">
            <dt className="text-kumo-subtle">{name}</dt>
            <dd className="text-kumo-default tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {link.includes('/incidents/') && (
        <Link
          to="/incidents/$id"
          params={{ id: alert_correlation_id }}
          className="self-start rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          {text.toIncident}
        </Link>
      )}
    </div>
  )
}

function Line({ line }: { readonly line: HistoryLine }) {
  const sent = Date.parse(line.sent)
  return (
    <details className="border-t border-kumo-hairline first:border-t-0">
      <summary className="cursor-pointer px-4 py-2.5 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-kumo-brand">
        <span className="inline-flex w-[calc(100%-1.5rem)] flex-wrap items-center gap-x-4 gap-y-1 align-top text-base">
          <span className="w-28 shrink-0 text-sm text-kumo-subtle tabular-nums" title={formatTime(sent)}>
            {formatDayTime(sent)}
          </span>
          <span className="w-12 shrink-0 text-sm text-kumo-subtle">{text.phases[line.drawbridge.alert_event]}</span>
          <span className="line-clamp-2 min-w-0 flex-1 basis-64 break-words text-kumo-default">{line.alert_body}</span>
          <span className="min-w-0 text-sm break-all text-kumo-subtle md:w-52">{mechanismText(line)}</span>
          <Outcome line={line} />
        </span>
      </summary>
      <Detail line={line} />
    </details>
  )
}

export function HistoryCard() {
  const [page, setPage] = useState(1)
  const history = useQuery(historyQuery(useAccount(), page))
  return (
    <Card title={text.title} actions={<Stale query={history} />} flush>
      <WithAnswer query={history}>
        {({ items, total }) =>
          total === 0 ? (
            <Nothing>{text.empty}</Nothing>
          ) : (
            <>
              <div>
                {items.map((line) => (
                  <Line key={line.id} line={line} />
                ))}
              </div>
              <Pager page={page} perPage={historyPerPage} total={total} onPage={setPage} />
            </>
          )
        }
      </WithAnswer>
    </Card>
  )
}
