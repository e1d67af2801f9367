// The routers at a glance: state, traffic and its course, loss, and whether flows and counters agree. The worst first.
import { Badge } from '@cloudflare/kumo/components/badge'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { Point } from '../view/series.ts'
import { routerPoints, routerTrafficQuery } from '../api/router-traffic.ts'
import { Sparkline } from '../chart/sparkline.tsx'
import { routersMessages } from '../messages/routers.ts'
import { messages } from '../messages.ts'
import { Loss, protocolText, Ratio, trafficText } from '../routers/router-cells.tsx'
import { troubleOf, type RouterTone } from '../routers/router-trouble.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { useNow } from '../shell/use-now.ts'
import { byConcern, routerState } from '../view/router-list.ts'
import type { View } from '../view/search.ts'
import { formatTime } from '../view/units.ts'
import { routerLabel } from './router-label.ts'

const text = routersMessages.strip
/** Tiles: two rows on wide screens. Narrow ones hide all but the first few, see `tile`. */
const mostTiles = 8
const link = 'rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'
const tile = 'min-w-0 max-sm:[&:nth-child(n+5)]:hidden'

const dots: Readonly<Record<RouterTone, string>> = {
  error: 'bg-kumo-danger',
  warning: 'bg-kumo-warning',
  neutral: 'bg-kumo-interact',
  success: 'bg-kumo-success',
}
const words: Readonly<Record<RouterTone, string>> = {
  error: 'font-medium text-kumo-danger',
  warning: 'font-medium text-kumo-warning',
  neutral: 'text-kumo-subtle',
  success: 'text-kumo-subtle',
}

interface TileProps {
  readonly router: RouterStatus
  readonly metric: View['metric']
  readonly points: readonly Point[] | undefined
  readonly now: number
}

function Tile({ router, metric, points, now }: TileProps) {
  const { tone, label, why } = troubleOf(router, now)
  return (
    <li className={tile}>
      <Link
        to="/routers/$address"
        params={{ address: router.address }}
        title={why === '' ? routerLabel(router) : why}
        className="group grid h-full grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-1 rounded-lg px-3 py-2 ring ring-kumo-hairline hover:bg-kumo-tint focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        <span className="flex min-w-0 items-center gap-2">
          <span className={`size-2 shrink-0 rounded-full ${dots[tone]}`} aria-hidden />
          <span className="truncate text-base font-medium text-kumo-default group-hover:text-kumo-link">{routerLabel(router)}</span>
        </span>
        <span className="min-w-20 text-right text-base font-semibold whitespace-nowrap text-kumo-default tabular-nums">
          {trafficText({ router, metric })}
        </span>
        <Sparkline points={points} className="col-span-2 h-8 w-full max-sm:hidden" />
        <span className={`truncate text-sm ${words[tone]}`}>{tone === 'success' ? protocolText(router) : label}</span>
        <span className="flex items-baseline justify-end gap-3 text-sm whitespace-nowrap text-kumo-subtle">
          <span>
            {text.loss}{' '}
            <span className="text-kumo-default tabular-nums">
              <Loss router={router} />
            </span>
          </span>
          {router.counter_check !== null && (
            <span title={text.ratio}>
              {text.ratioShort}{' '}
              <span className="text-kumo-default">
                <Ratio router={router} />
              </span>
            </span>
          )}
        </span>
        {why !== '' && <span className="sr-only">{why}</span>}
      </Link>
    </li>
  )
}

/** What is said of those that have no tile. */
function restText(hidden: readonly RouterStatus[]): string {
  const bad = hidden.filter((router) => !['well', 'never'].includes(routerState(router))).length
  if (hidden.length === 0) return ''
  return bad > 0 ? text.worse(bad) : text.healthy(hidden.length)
}

export interface RouterStripProps {
  readonly view: View
  readonly routers: readonly RouterStatus[]
  /** The last attempt to read them failed. */
  readonly failed: boolean
  /** Milliseconds since 1970. */
  readonly updatedAt: number
}

export function RouterStrip({ view, routers, failed, updatedAt }: RouterStripProps) {
  const now = useNow(2)
  const sorted = routers.toSorted(byConcern)
  const shown = sorted.slice(0, mostTiles)
  const rest = restText(sorted.slice(mostTiles))
  const addresses = shown.map(({ address }) => address)
  const traffic = useQuery(routerTrafficQuery(useAccount(), addresses, view.time))
  const actions = (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {failed && <Badge variant="warning">{messages.failure.stale(formatTime(updatedAt))}</Badge>}
      {rest !== '' && <span className="text-sm text-kumo-subtle max-sm:hidden">{rest}</span>}
      <Link to="/routers" className={link}>
        {text.all(routers.length)}
      </Link>
    </span>
  )
  return (
    <Card title={text.title} actions={actions} flush>
      <ul className="grid grid-cols-1 gap-2 p-2 sm:grid-cols-2 sm:gap-3 sm:p-3 xl:grid-cols-4">
        {shown.map((router) => (
          <Tile
            key={router.address}
            router={router}
            metric={view.metric}
            points={routerPoints(traffic.data, router.address, view.metric)}
            now={now}
          />
        ))}
      </ul>
    </Card>
  )
}
