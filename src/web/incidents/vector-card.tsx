// What kind of attack it is, on whom, and which prefixes are concerned.
import { Table } from '@cloudflare/kumo/components/table'
import type { Incident, IncidentVector } from '../../contract/incident.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { serverText } from '../messages/server-text.ts'
import { Card } from '../shell/card.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { targetName } from '../view/incident-view.ts'
import { formatCount, formatRate, formatShare } from '../view/units.ts'

const text = incidentMessages.page
const shortList = 8

const keyOf = ({ vector, target }: IncidentVector) => `${vector} ${target}`

function VectorTable({ vectors }: { readonly vectors: readonly IncidentVector[] }) {
  return (
    <>
      <Table className="max-md:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.vector}</Table.Head>
            <Table.Head>{text.target}</Table.Head>
            <Table.Head className="text-right">{text.bits}</Table.Head>
            <Table.Head className="text-right">{text.packets}</Table.Head>
            <Table.Head className="text-right">{text.share}</Table.Head>
            <Table.Head className="text-right">{text.samples}</Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {vectors.map((vector) => (
            <Table.Row key={keyOf(vector)}>
              <Table.Cell className="font-medium">{serverText(vector.title)}</Table.Cell>
              <Table.Cell className="font-mono text-sm">{targetName(vector.target)}</Table.Cell>
              <Table.Cell className="text-right whitespace-nowrap tabular-nums">{formatRate(vector.bits_per_second, 'bits')}</Table.Cell>
              <Table.Cell className="text-right whitespace-nowrap tabular-nums">
                {formatRate(vector.packets_per_second, 'packets')}
              </Table.Cell>
              <Table.Cell className="text-right tabular-nums">{formatShare(vector.share)}</Table.Cell>
              <Table.Cell className="text-right tabular-nums">{formatCount(vector.samples)}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table>
      <ul className="md:hidden">
        {vectors.map((vector) => (
          <li key={keyOf(vector)} className="flex flex-col gap-1 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
            <span className="font-medium text-kumo-default">{serverText(vector.title)}</span>
            <span className="font-mono text-sm text-kumo-default">{targetName(vector.target)}</span>
            <span className="text-sm text-kumo-subtle tabular-nums">
              {formatRate(vector.bits_per_second, 'bits')}, {formatRate(vector.packets_per_second, 'packets')}, {formatShare(vector.share)}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

export function VectorCard({ vectors }: { readonly vectors: readonly IncidentVector[] }) {
  if (vectors.length === 0) return null
  return (
    <Card title={text.vectors} flush>
      <ShortList items={vectors} length={shortList}>
        {(shown) => <VectorTable vectors={shown} />}
      </ShortList>
    </Card>
  )
}

export function TargetCard({ targets }: Pick<Incident, 'targets'>) {
  if (targets.length === 0) return null
  return (
    <Card title={text.targets} flush>
      <ShortList items={targets} length={shortList}>
        {(shown) => (
          <ul className="flex flex-col gap-1 p-4">
            {shown.map((target) => (
              <li key={target} className="font-mono text-sm break-all text-kumo-default">
                {targetName(target)}
              </li>
            ))}
          </ul>
        )}
      </ShortList>
    </Card>
  )
}
