// The interfaces of a router: what their counters counted, what the flows add up to, and why they differ.
import { Empty } from '@cloudflare/kumo/components/empty'
import { Table } from '@cloudflare/kumo/components/table'
import { PlugsIcon } from '@phosphor-icons/react/dist/csr/Plugs'
import { useMemo } from 'react'
import type { InterfaceStatus } from '../../contract/exporter-health.ts'
import { routerMessages } from '../messages/router.ts'
import { Card } from '../shell/card.tsx'
import { byConcern } from '../view/counter-verdict.ts'
import type { View } from '../view/search.ts'
import { Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { InterfaceItem, InterfaceRows } from './interface-row.tsx'
import { ShortList } from '../shell/short-list.tsx'

const text = routerMessages
const shortList = 8

interface RowsProps {
  readonly interfaces: readonly InterfaceStatus[]
  readonly view: View
  readonly now: number
}

function InterfaceTable({ interfaces, view, now }: RowsProps) {
  return (
    <>
      <Table className="max-lg:hidden">
        <Table.Header variant="compact">
          <Table.Row>
            <Table.Head>{text.interface}</Table.Head>
            <Table.Head>{text.direction}</Table.Head>
            <Table.Head className="text-right">{text.byCounters}</Table.Head>
            <Table.Head className="text-right">{text.byFlows}</Table.Head>
            <Table.Head>{text.ratio}</Table.Head>
            <Table.Head>{text.cause}</Table.Head>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {interfaces.map((status) => (
            <InterfaceRows key={status.if_index} status={status} view={view} now={now} />
          ))}
        </Table.Body>
      </Table>
      <ul className="lg:hidden">
        {interfaces.map((status) => (
          <InterfaceItem key={status.if_index} status={status} view={view} now={now} />
        ))}
      </ul>
    </>
  )
}

function Interfaces({ interfaces, view, now }: RowsProps) {
  const sorted = useMemo(() => [...interfaces].sort(byConcern), [interfaces])
  if (sorted.length === 0) {
    return (
      <Empty
        size="sm"
        icon={<PlugsIcon size={32} className="text-kumo-inactive" aria-hidden />}
        title={text.noInterfaces}
        description={text.noInterfacesDetail}
      />
    )
  }
  return (
    <>
      <p className="border-b border-kumo-hairline px-4 py-2 text-sm text-kumo-subtle">{text.interfacesIntro}</p>
      <ShortList items={sorted} length={shortList}>
        {(shown) => <InterfaceTable interfaces={shown} view={view} now={now} />}
      </ShortList>
    </>
  )
}

export interface InterfaceCardProps {
  readonly query: CardQuery<readonly InterfaceStatus[]>
  /** Of the page; a direction links to the overview with the same time and router. */
  readonly view: View
  readonly now: number
}

export function InterfaceCard({ query, view, now }: InterfaceCardProps) {
  return (
    <Card title={text.interfaces} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>{(interfaces) => <Interfaces interfaces={interfaces} view={view} now={now} />}</WithAnswer>
    </Card>
  )
}
