// What a rule matches and drops: now, in all, and over the minutes that the page has seen.
import { useQuery } from '@tanstack/react-query'
import { Suspense, useMemo } from 'react'
import type { FirewallRule } from '../../contract/firewall.ts'
import { ratesQuery } from '../api/firewall-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Figure } from '../shell/figure.tsx'
import { rateSpan, ratesOf, type RatePoint } from '../view/firewall-rates.ts'
import { rateText } from '../view/firewall-view.ts'
import type { Point } from '../view/series.ts'
import { formatBytes, formatCount, formatRate, formatShare } from '../view/units.ts'
import { lazyPart } from '../shell/lazy-part.ts'

const LimitChart = lazyPart(() => import('../chart/limit-chart.tsx'), 'LimitChart')

const text = firewallMessages.page
const height = 220
// A chart that begins with the page would otherwise be a dot at the right.
const leastSpan = 60_000
const noMarks = [] as const

interface RuleProps {
  readonly rule: FirewallRule
}

/** Empty while no agent has told. */
function bitsText({ agents }: FirewallRule): string {
  const rates = agents.map(({ bits_per_second: bits }) => bits).filter((bits) => bits !== null)
  const sum = rates.reduce((total, bits) => total + bits, 0)
  return rates.length === 0 ? '' : formatRate(sum, 'bits')
}

function shareText(rates: ReturnType<typeof ratesOf>): string {
  return rates === undefined || rates.matched === 0 ? '' : text.ofMatched(formatShare(Math.min(1, rates.dropped / rates.matched)))
}

function Chart({ points, rule }: RuleProps & { readonly points: readonly RatePoint[] }) {
  const lines = useMemo(() => {
    const line = (key: 'matched' | 'dropped') => points.map((point): Point => [point.time, point[key]])
    return [
      { name: firewallMessages.perSecond.matched, role: 'traffic', points: line('matched') } as const,
      { name: firewallMessages.perSecond.dropped, role: 'limit', points: line('dropped') } as const,
    ]
  }, [points])
  const end = points.at(-1)?.time ?? 0
  const rates = ratesOf(rule)
  return (
    <Suspense fallback={<div style={{ height }} />}>
      <LimitChart
        lines={lines}
        start={Math.max(end - rateSpan, Math.min(points[0]?.time ?? end, end - leastSpan))}
        end={end}
        limit={undefined}
        marks={noMarks}
        metric="packets"
        height={height}
        description={text.chartDescription(rateText(rates?.matched), rateText(rates?.dropped))}
      />
    </Suspense>
  )
}

export function RuleLive({ rule }: RuleProps) {
  const { data: points = [] } = useQuery(ratesQuery(useAccount(), rule.id))
  const over = rule.state === 'withdrawn'
  const rates = over ? undefined : ratesOf(rule)
  const { packets, bytes, dropped_packets: dropped, dropped_bytes: droppedBytes } = rule.total
  return (
    <Card title={text.live} flush>
      <dl className="grid grid-cols-2 overflow-hidden lg:grid-cols-4">
        {!over && <Figure name={text.matchedNow} main={rateText(rates?.matched)} detail={bitsText(rule)} />}
        {!over && <Figure name={text.droppedNow} main={rateText(rates?.dropped)} detail={shareText(rates)} />}
        <Figure name={`${text.matched}, ${text.total.toLowerCase()}`} main={formatCount(packets)} detail={formatBytes(bytes)} />
        <Figure
          name={`${text.dropped.split('/')[0]}, ${text.total.toLowerCase()}`}
          main={formatCount(dropped)}
          detail={formatBytes(droppedBytes)}
        />
      </dl>
      <div className="flex flex-col gap-2 border-t border-kumo-hairline p-4">
        {points.length < 2 ? (
          <p className="text-base text-kumo-subtle">{over ? text.chartOver : text.chartWaits}</p>
        ) : (
          <>
            <Chart points={points} rule={rule} />
            <p className="text-sm text-kumo-subtle">{text.chartDetail}</p>
          </>
        )}
      </div>
    </Card>
  )
}
