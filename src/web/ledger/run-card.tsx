// Earlier runs of the server: how each ended and what it lost.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Table } from '@cloudflare/kumo/components/table'
import type { LedgerRun } from '../../contract/collector-status.ts'
import { ledgerMessages } from '../messages/ledger.ts'
import { Card } from '../shell/card.tsx'
import { formatCount, formatDayTime } from '../view/units.ts'

const text = ledgerMessages

function RunRow({ run }: { readonly run: LedgerRun }) {
  const lost = run.records_lost > 0
  return (
    <Table.Row>
      <Table.Cell className="max-sm:hidden">{formatDayTime(Date.parse(run.started))}</Table.Cell>
      <Table.Cell>{formatDayTime(Date.parse(run.ended))}</Table.Cell>
      <Table.Cell>
        <Badge variant={run.clean ? 'secondary' : 'warning'}>{run.clean ? text.clean : text.killed}</Badge>
      </Table.Cell>
      <Table.Cell className="text-right tabular-nums max-sm:hidden">{formatCount(run.records_decoded)}</Table.Cell>
      <Table.Cell className={`text-right tabular-nums ${lost ? 'font-medium text-kumo-danger' : 'text-kumo-subtle'}`}>
        {lost ? formatCount(run.records_lost) : text.nothingLost}
      </Table.Cell>
    </Table.Row>
  )
}

export function RunCard({ runs }: { readonly runs: readonly LedgerRun[] }) {
  return (
    <Card title={text.runs} flush>
      <p className="px-4 py-3 text-base text-kumo-subtle">{runs.length === 0 ? text.noRuns : text.runsIntro}</p>
      {runs.length > 0 && (
        <div className="overflow-hidden">
          <Table>
            <Table.Header variant="compact">
              <Table.Row>
                <Table.Head className="max-sm:hidden">{text.started}</Table.Head>
                <Table.Head>{text.ended}</Table.Head>
                <Table.Head>{text.end}</Table.Head>
                <Table.Head className="text-right max-sm:hidden">{text.decoded}</Table.Head>
                <Table.Head className="text-right">{text.lost}</Table.Head>
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {runs.map((run) => (
                <RunRow key={run.run} run={run} />
              ))}
            </Table.Body>
          </Table>
        </div>
      )}
    </Card>
  )
}
