// The ratio of flows to counters, and its likely cause, as people read them.
import type { CounterComparison } from '../../contract/exporter-health.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { doubtOf } from './counter-verdict.ts'
import { formatCount } from './units.ts'

const text = routerMessages
const twoDigits = new Intl.NumberFormat(messages.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
// A tenth and less looks like sampling, whose rate reads best as a denominator.
const sampled = 0.15

/** `0.98`, `2.01`, and `1/1,003` for a small ratio. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return messages.none
  return ratio > 0 && ratio < sampled ? text.inverseRatio(formatCount(1 / ratio)) : twoDigits.format(ratio)
}

export interface CauseText {
  readonly name: string
  readonly meaning: string
  readonly tone: 'success' | 'warning' | 'neutral'
}

export function causeText(comparison: CounterComparison): CauseText {
  const { cause } = comparison
  if (doubtOf(comparison) !== undefined) return { ...text.causes[cause], tone: 'warning' }
  if (cause === 'agree') return { ...text.causes.agree, tone: 'success' }
  return { ...(cause === 'no_counters' ? text.causes.no_counters : text.tooLittle), tone: 'neutral' }
}
