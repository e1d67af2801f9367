// What the router's export looks like right now, as a row of figures.
import type { ReactNode } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { RouterHealth } from '../../contract/exporter-health.ts'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { LastSeen, Loss, protocolText, samplingText, trafficText } from '../routers/router-cells.tsx'
import { Card } from '../shell/card.tsx'
import { formatCount, formatDuration, formatPerSecond } from '../view/units.ts'

const text = routerMessages

interface FactProps {
  readonly name: string
  readonly note?: string
  readonly children: ReactNode
}

function Fact({ name, note, children }: FactProps) {
  return (
    <div className="-mt-px -ml-px flex min-w-0 flex-col gap-0.5 border-t border-l border-kumo-hairline px-4 py-3">
      <dt className="text-sm text-kumo-subtle">{name}</dt>
      <dd className="text-base font-medium text-kumo-default tabular-nums">
        {children}
        {note !== undefined && <span className="block text-sm font-normal text-kumo-subtle">{note}</span>}
      </dd>
    </div>
  )
}

// Below this the clocks agree for every purpose of the page, whose finest step is a second.
const exactSkew = 0.5

function clockText(skew: number | null): string {
  if (skew === null) return text.clockUnknown
  return Math.abs(skew) < exactSkew ? text.clockExact : text.clockOff(formatDuration(Math.abs(skew)))
}

export interface RouterFactsProps {
  readonly router: RouterStatus
  readonly health: RouterHealth | undefined
  readonly now: number
  readonly metric: Metric
}

export function RouterFacts({ router, health, now, metric }: RouterFactsProps) {
  const sampling = samplingText(router)
  return (
    <Card title={text.facts} flush>
      <dl className="grid grid-cols-2 overflow-hidden md:grid-cols-4">
        <Fact name={messages.routers.lastSeen}>
          <LastSeen router={router} now={now} />
        </Fact>
        <Fact name={messages.routers.protocol}>{protocolText(router)}</Fact>
        <Fact name={messages.routers.traffic}>{trafficText({ router, metric })}</Fact>
        <Fact name={messages.routers.flows}>{formatPerSecond(router.flows_per_second)}</Fact>
        <Fact name={messages.routers.sampling} note={sampling.source}>
          {sampling.rate}
        </Fact>
        <Fact name={messages.routers.loss}>
          <Loss router={router} />
        </Fact>
        <Fact name={text.clock}>{clockText(health?.clock_skew ?? router.clock_skew)}</Fact>
        <Fact name={text.waiting}>{formatCount(health?.sets_waiting ?? router.ledger.sets_waiting)}</Fact>
      </dl>
    </Card>
  )
}
