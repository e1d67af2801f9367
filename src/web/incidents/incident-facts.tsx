// The figures of an incident: when, how much, by which rule.
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Incident } from '../../contract/incident.ts'
import { rulesQuery } from '../api/rule-queries.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { ruleMessages } from '../messages/rules.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { targetsText } from '../view/incident-view.ts'
import { formatDayTime, formatDuration, formatRate, formatTime } from '../view/units.ts'

const text = incidentMessages.page

interface FactProps {
  readonly name: string
  readonly note?: string
  readonly children: ReactNode
}

function Fact({ name, note = '', children }: FactProps) {
  return (
    <div className="-mt-px -ml-px flex min-w-0 flex-col gap-0.5 border-t border-l border-kumo-hairline px-4 py-3">
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="text-base font-medium break-words text-kumo-default tabular-nums">
        {children}
        {note !== '' && <span className="block text-sm font-normal text-kumo-subtle">{note}</span>}
      </dd>
    </div>
  )
}

function RuleName({ incident }: { readonly incident: Incident }) {
  const { data } = useQuery(rulesQuery(useAccount()))
  const gone = data !== undefined && !data.some(({ id }) => id === incident.rule_id)
  if (gone) return incident.rule_name
  return (
    <Link
      to="/rules/$id"
      params={{ id: incident.rule_id }}
      className="rounded-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      {incident.rule_name}
    </Link>
  )
}

function bothRates(bits: number, packets: number): { first: string; second: string } {
  return { first: formatRate(bits, 'bits'), second: formatRate(packets, 'packets') }
}

export function IncidentFacts({ incident }: { readonly incident: Incident }) {
  const { started_at, opened_at, ended_at, state, metric, limit, zscore } = incident
  const started = Date.parse(started_at)
  const after = formatDuration((Date.parse(opened_at) - started) / 1000)
  const peak = bothRates(incident.peak_bits_per_second, incident.peak_packets_per_second)
  const latest = bothRates(incident.bits_per_second, incident.packets_per_second)
  return (
    <Card title={text.facts} flush>
      <dl className="grid grid-cols-2 overflow-hidden md:grid-cols-4">
        <Fact name={text.started} note={formatTime(started)}>
          {formatDayTime(started)}
        </Fact>
        <Fact name={text.fired} note={text.after(after)}>
          {formatTime(Date.parse(opened_at))}
        </Fact>
        <Fact name={text.ended} {...(ended_at === null ? {} : { note: formatTime(Date.parse(ended_at)) })}>
          {ended_at === null ? text.goesOn : formatDayTime(Date.parse(ended_at))}
        </Fact>
        <Fact name={text.rule} note={ruleMessages.kinds[incident.rule_type]}>
          <RuleName incident={incident} />
        </Fact>
        <Fact name={text.limit} note={zscore === null ? '' : text.zscore(zscore.toFixed(1))}>
          {formatRate(limit, metric)}
        </Fact>
        <Fact name={text.peak} note={`${peak.second}, ${formatTime(Date.parse(incident.peak_at))}`}>
          {peak.first}
        </Fact>
        <Fact name={state === 'open' ? text.now : text.last} note={latest.second}>
          {latest.first}
        </Fact>
        <Fact name={text.targets}>{targetsText(incident.targets)}</Fact>
      </dl>
    </Card>
  )
}
