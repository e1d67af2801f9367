// Packets that the device says it dropped (sFlow drop notifications), by reason.
import type { RouterHealth } from '../../contract/exporter-health.ts'
import { routerMessages } from '../messages/router.ts'
import { Card } from '../shell/card.tsx'
import { formatCount } from '../view/units.ts'
import { Nothing, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { CountList, type CountRow } from './count-list.tsx'

const text = routerMessages

function rowsOf(drops: RouterHealth['drops']): CountRow[] {
  return [...drops]
    .sort((a, b) => b.packets - a.packets)
    .map(({ reason, name, packets }) => ({
      key: String(reason),
      name: name === '' ? text.reasonNumber(reason) : name.replaceAll('_', ' '),
      note: name === '' ? '' : text.reasonNumber(reason),
      value: formatCount(packets),
    }))
}

export function DropCard({ query }: { readonly query: CardQuery<RouterHealth> }) {
  return (
    <Card title={text.drops} flush>
      <WithAnswer query={query}>
        {({ drops }) =>
          drops.length === 0 ? (
            <Nothing>{text.noDrops}</Nothing>
          ) : (
            <>
              <p className="border-b border-kumo-hairline px-4 py-3 text-base text-kumo-subtle">{text.dropsIntro}</p>
              <CountList name={text.dropReason} value={text.dropPackets} rows={rowsOf(drops)} />
            </>
          )
        }
      </WithAnswer>
    </Card>
  )
}
