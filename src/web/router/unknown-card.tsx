// Everything of a router's export that was not understood, with how often it came.
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { RouterHealth } from '../../contract/exporter-health.ts'
import { routerMessages } from '../messages/router.ts'
import { Card } from '../shell/card.tsx'
import { formatCount } from '../view/units.ts'
import { Nothing, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { CountList, type CountRow } from './count-list.tsx'
import { fieldText } from './template-remarks.tsx'

const text = routerMessages

/** Unknown fields with the number of templates that have them, the most frequent first. */
function fieldRows({ templates }: RouterHealth): CountRow[] {
  const counts = new Map<string, number>()
  for (const field of templates.flatMap((template) => template.unknown_enterprise)) counts.set(field, (counts.get(field) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([field, count]) => ({ key: `field ${field}`, name: text.unknownField(fieldText(field)), value: text.inTemplates(count) }))
}

function rowsOf(health: RouterHealth, { ledger }: RouterStatus): CountRow[] {
  const counted = [
    { key: 'undecodable', name: text.undecodable, count: ledger.datagrams_undecodable },
    { key: 'malformed', name: text.malformed, count: ledger.malformed_sets },
    { key: 'expired', name: text.expired, count: ledger.sets_pending_expired + ledger.sets_pending_evicted },
    ...[...health.skipped_formats]
      .sort((a, b) => b.count - a.count)
      .map(({ format, count }) => ({ key: `format ${format}`, name: text.skippedFormat(format), count })),
  ]
  return [
    ...counted.filter(({ count }) => count > 0).map(({ key, name, count }) => ({ key, name, value: formatCount(count) })),
    ...fieldRows(health),
  ]
}

export function UnknownCard({ router, query }: { readonly router: RouterStatus; readonly query: CardQuery<RouterHealth> }) {
  return (
    <Card title={text.unknown} flush>
      <WithAnswer query={query}>
        {(health) => {
          const rows = rowsOf(health, router)
          return rows.length === 0 ? <Nothing>{text.allUnderstood}</Nothing> : <CountList name={text.what} value={text.times} rows={rows} />
        }}
      </WithAnswer>
    </Card>
  )
}
