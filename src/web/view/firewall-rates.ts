// How fast a rule matches and drops, over time, from the answers that the page has seen. Pure.
import type { FirewallRule } from '../../contract/firewall.ts'

/** Packets a second over all agents. */
export interface RatePoint {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly matched: number
  readonly dropped: number
}

/** Five minutes at one answer a second. */
export const rateSpan = 300_000
// The list and the page of a rule may ask in the same second: one of the answers is enough.
const leastStep = 500

const sum = (values: readonly (number | null)[]): number | undefined => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0)
}

/** Sums over the agents; undefined while none has told a rate. */
export function ratesOf({ agents }: Pick<FirewallRule, 'agents'>): { readonly matched: number; readonly dropped: number } | undefined {
  const matched = sum(agents.map(({ packets_per_second }) => packets_per_second))
  if (matched === undefined) return undefined
  return { matched, dropped: sum(agents.map(({ dropped_packets_per_second }) => dropped_packets_per_second)) ?? 0 }
}

/** What is known with one more answer; the same when that brings nothing. @param now milliseconds since 1970 */
export function withRates(known: readonly RatePoint[], rule: Pick<FirewallRule, 'agents'>, now: number): readonly RatePoint[] {
  const rates = ratesOf(rule)
  const last = known.at(-1)
  if (rates === undefined || (last !== undefined && now - last.time < leastStep)) return known
  return [...known.filter(({ time }) => time > now - rateSpan), { time: now, ...rates }]
}

/** A line of an SVG that is `width` by `height`, through the last `span` milliseconds; empty where there is no line to draw. */
export function sparkline(
  points: readonly { readonly time: number; readonly value: number }[],
  { width, height, span, top }: { readonly width: number; readonly height: number; readonly span: number; readonly top: number },
): string {
  const end = points.at(-1)?.time ?? 0
  const shown = points.filter(({ time }) => time >= end - span)
  if (shown.length < 2) return ''
  const x = (time: number) => width - ((end - time) / span) * width
  const y = (value: number) => height - 1 - (top === 0 ? 0 : value / top) * (height - 2)
  return shown.map(({ time, value }, index) => `${index === 0 ? 'M' : 'L'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join('')
}
