// Incidents as a table on wide screens, as a list on narrow ones.
import { Table } from '@cloudflare/kumo/components/table'
import { Link } from '@tanstack/react-router'
import type { IncidentSummary } from '../../contract/incident.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { serverText } from '../messages/server-text.ts'
import { peakOf } from '../view/incident-view.ts'
import { formatDayTime, formatRate } from '../view/units.ts'
import { IncidentState } from './incident-state.tsx'

const text = incidentMessages.list
const link = 'rounded-sm hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

interface RowProps {
  readonly incident: IncidentSummary
  readonly now: number
}

function Headline({ incident }: { readonly incident: IncidentSummary }) {
  return (
    <Link to="/incidents/$id" params={{ id: incident.id }} className={`${link} font-medium text-kumo-default`}>
      {serverText(incident.headline)}
    </Link>
  )
}

function RuleLink({ incident }: { readonly incident: IncidentSummary }) {
  return (
    <Link to="/rules/$id" params={{ id: incident.rule_id }} className={`${link} break-all text-kumo-default`}>
      {incident.rule_name}
    </Link>
  )
}

const peakText = (incident: IncidentSummary) => formatRate(peakOf(incident, incident.metric), incident.metric)

function Row({ incident, now }: RowProps) {
  return (
    <Table.Row>
      <Table.Cell>
        <Headline incident={incident} />
      </Table.Cell>
      <Table.Cell className="w-52">
        <IncidentState incident={incident} now={now} />
      </Table.Cell>
      <Table.Cell className="w-36 whitespace-nowrap tabular-nums">{formatDayTime(Date.parse(incident.started_at))}</Table.Cell>
      <Table.Cell className="w-28 text-right whitespace-nowrap tabular-nums">{peakText(incident)}</Table.Cell>
      <Table.Cell className="w-48">
        <RuleLink incident={incident} />
      </Table.Cell>
    </Table.Row>
  )
}

function Item({ incident, now }: RowProps) {
  return (
    <li className="flex flex-col gap-1.5 border-t border-kumo-hairline p-4 first:border-t-0">
      <span className="flex flex-wrap items-center justify-between gap-2">
        <IncidentState incident={incident} now={now} />
        <span className="text-sm text-kumo-subtle tabular-nums">{formatDayTime(Date.parse(incident.started_at))}</span>
      </span>
      <Headline incident={incident} />
      <span className="flex flex-wrap justify-between gap-x-4 text-sm text-kumo-subtle">
        <RuleLink incident={incident} />
        <span className="tabular-nums">
          {text.peak} {peakText(incident)}
        </span>
      </span>
    </li>
  )
}

export function IncidentRows({ incidents, now }: { readonly incidents: readonly IncidentSummary[]; readonly now: number }) {
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.incident}</Table.Head>
            <Table.Head>{text.state}</Table.Head>
            <Table.Head>{text.started}</Table.Head>
            <Table.Head className="text-right">{text.peak}</Table.Head>
            <Table.Head>{text.rule}</Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {incidents.map((incident) => (
            <Row key={incident.id} incident={incident} now={now} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {incidents.map((incident) => (
          <Item key={incident.id} incident={incident} now={now} />
        ))}
      </ul>
    </>
  )
}
