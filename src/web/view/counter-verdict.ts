// What the comparison of counters and flows says about a router: which interfaces are in doubt, and which rates would mend it.
import type { CounterCause, CounterComparison, InterfaceStatus } from '../../contract/exporter-health.ts'

// The server gives no ratio below this, because noise rules there. An idle interface is no reason for a warning either.
const noise = 100_000

export type DoubtfulCause = Exclude<CounterCause, 'agree' | 'no_counters'>

/** The cause of a direction that deserves a warning; undefined when all is well, unknown, or too little to say. */
export function doubtOf(comparison: CounterComparison): DoubtfulCause | undefined {
  const { cause, counter_bps, flow_bps } = comparison
  if (cause === 'agree' || cause === 'no_counters') return undefined
  return Math.max(counter_bps ?? 0, flow_bps) < noise ? undefined : cause
}

export function isDoubtfulInterface({ in: input, out }: InterfaceStatus): boolean {
  return doubtOf(input) !== undefined || doubtOf(out) !== undefined
}

/** Traffic of both directions in bits a second, by whichever knows more. */
export function trafficOf({ in: input, out }: InterfaceStatus): number {
  const most = ({ counter_bps, flow_bps }: CounterComparison) => Math.max(counter_bps ?? 0, flow_bps)
  return most(input) + most(out)
}

/** Doubtful ones first, then the busiest. */
export function byConcern(a: InterfaceStatus, b: InterfaceStatus): number {
  const doubt = (status: InterfaceStatus) => (isDoubtfulInterface(status) ? 0 : 1)
  return doubt(a) - doubt(b) || trafficOf(b) - trafficOf(a) || a.if_index - b.if_index
}

/** Interfaces with a doubtful direction of this cause, the busiest first. */
export function withCause(interfaces: readonly InterfaceStatus[], cause: DoubtfulCause): InterfaceStatus[] {
  return interfaces.filter((status) => doubtOf(status.in) === cause || doubtOf(status.out) === cause).sort(byConcern)
}

/** A sampling rate and the interfaces that it would mend. */
export interface Suggestion {
  readonly rate: number
  readonly interfaces: readonly InterfaceStatus[]
}

/** Suggested rates, the one for the most traffic first: a router can be given only one. */
export function suggestionsOf(interfaces: readonly InterfaceStatus[]): Suggestion[] {
  const rates = new Map<number, InterfaceStatus[]>()
  for (const status of withCause(interfaces, 'sampling_untold')) {
    if (status.suggested_sampling === null) continue
    rates.set(status.suggested_sampling, [...(rates.get(status.suggested_sampling) ?? []), status])
  }
  const traffic = (list: readonly InterfaceStatus[]) => list.reduce((sum, status) => sum + trafficOf(status), 0)
  return [...rates].map(([rate, list]) => ({ rate, interfaces: list })).sort((a, b) => traffic(b.interfaces) - traffic(a.interfaces))
}
