// The sampling rates that a router told in options data, and the one in use.
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { RouterHealth, SamplerHealth } from '../../contract/exporter-health.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { samplingText } from '../routers/router-cells.tsx'
import { Card } from '../shell/card.tsx'
import { labelOf } from '../view/labels.ts'
import { formatCount } from '../view/units.ts'
import { WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { CountList, type CountRow } from './count-list.tsx'

const text = routerMessages

type Names = Readonly<Record<string, string>>

function samplerName({ id, interface: index }: SamplerHealth, names: Names): string {
  if (id !== null) return `${text.sampler} ${id}`
  return index === null ? text.wholeDomain : labelOf('inputInterface', index, { as: {}, routers: {}, interfaces: names }).value
}

function toRow(sampler: SamplerHealth, names: Names): CountRow {
  const { protocol, domain, id, interface: index, rate } = sampler
  return {
    key: `${protocol} ${domain} ${id ?? ''} ${index ?? ''}`,
    name: samplerName(sampler, names),
    note: `${messages.routers.protocols[protocol]} · ${text.domain} ${domain}`,
    value: rate === 1 ? messages.routers.unsampled : messages.routers.rate(formatCount(rate)),
  }
}

export interface SamplerCardProps {
  readonly router: RouterStatus
  readonly query: CardQuery<RouterHealth>
  /** Names of interfaces by ifIndex. */
  readonly names: Names
}

export function SamplerCard({ router, query, names }: SamplerCardProps) {
  const { rate, source } = samplingText(router)
  return (
    <Card title={text.samplers} flush>
      <WithAnswer query={query}>
        {({ samplers }) => (
          <>
            <div className="px-4 py-3 text-base text-kumo-subtle">
              <p>{text.inUse(rate, source)}</p>
              {samplers.length === 0 && <p>{text.noSamplers}</p>}
            </div>
            {samplers.length > 0 && (
              <div className="border-t border-kumo-hairline">
                <CountList name={text.sampler} value={text.rateColumn} rows={samplers.map((sampler) => toRow(sampler, names))} />
              </div>
            )}
          </>
        )}
      </WithAnswer>
    </Card>
  )
}
