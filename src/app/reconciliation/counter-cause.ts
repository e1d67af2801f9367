// Says why the flows of an interface do not add up to what its counters counted.
import type { CounterCause, CounterComparison } from '../../contract/exporter-health.ts'
import type { InterfaceFlows } from '../../query/interface-flows.ts'

/** Below this rate (bits/s) a handful of packets decides, and nothing is compared. */
export const quietBps = 100_000

/** What is compared for one direction; null without counters or without flows. */
export interface DirectionFacts {
  readonly counterBps: number | null
  readonly flows: InterfaceFlows | null
}

/*
 * Tolerance. Without sampling flows and counters differ by what is no IP (ARP, LLDP, spanning tree), by flows that
 * are exported after the window that they belong to, and by where in the queue the router counts: 15 % covers that.
 * With sampling the estimate has an error of 196 % / √samples at 95 % (300 samples: 11 %; 10 000: 2 %). Both add up: a
 * ratio agrees when its own interval, ratio × (1 ± 1.96/√samples), reaches 0.85 to 1.15.
 */
const agreement = { from: 0.85, to: 1.15 }
/** Each packet counted twice, with the same 15 % either way. */
const doubling = { from: 1.7, to: 2.3 }
const lossBelow = 0.7
/** Sampling factors that somebody would configure; 1 in 2 to 1 in 7 cannot be told from loss. */
const factors = { from: 8, to: 100_000 }
/** Directions are alike when their ratios differ by less than this factor beyond their errors. */
const alikeWithin = 1.5
/** Share of the bytes that must have come without a factor told by the router. */
const mostlyAssumed = 0.9

/** Error of an estimate at 95 %, as a share of it. */
function samplingError(samples: number): number {
  return samples > 0 ? 1.96 / Math.sqrt(samples) : Infinity
}

/** Flows with their frames against the counters, as octets; null where nothing can be compared. */
function framedRatio({ counterBps, flows }: DirectionFacts, seconds: number): number | null {
  if (counterBps === null || counterBps < quietBps) return null
  return ((flows?.framedBytes ?? 0) * 8) / seconds / counterBps
}

function reaches(ratio: number, error: number, range: { from: number; to: number }): boolean {
  return ratio * (1 + error) >= range.from && ratio * (1 - Math.min(1, error)) <= range.to
}

/**
 * Causes of both directions, which are looked at together: a sampling factor that was not told makes both too small alike.
 * @param seconds that the flows cover
 */
export function counterCauses(
  both: Readonly<Record<'in' | 'out', DirectionFacts>>,
  seconds: number,
): { in: CounterCause; out: CounterCause; suggestedSampling: number | null } {
  const untold = isUntold(both.in, both.out, seconds) || isUntold(both.out, both.in, seconds)
  const causes = { in: cause(both.in, seconds, untold), out: cause(both.out, seconds, untold) }
  const suggestedSampling = causes.in === 'sampling_untold' || causes.out === 'sampling_untold' ? suggestion(both, seconds) : null
  return { ...causes, suggestedSampling }
}

function cause(facts: DirectionFacts, seconds: number, untold: boolean): CounterCause {
  if (facts.counterBps === null) return 'no_counters'
  const { flows } = facts
  const ratio = framedRatio(facts, seconds)
  if (ratio === null) return flows === null || (flows.framedBytes * 8) / seconds < 2 * quietBps ? 'agree' : 'unclear'
  if (flows === null || flows.bytes === 0) return 'no_flows'
  const error = samplingError(flows.samples)
  if (untold && looksSampled(facts, seconds)) return 'sampling_untold'
  if (reaches(ratio, error, agreement)) return 'agree'
  if (reaches(ratio, error, doubling)) return 'counted_twice'
  return ratio * (1 + error) < lossBelow ? 'flows_missing' : 'unclear'
}

/** Whether somebody should look at a direction: they do not agree, and there is enough traffic to say so. */
export function isDoubtful({ cause: why, counter_bps: counters, flow_bps: flows }: CounterComparison): boolean {
  if (why === 'agree' || why === 'no_counters') return false
  return Math.max(counters ?? 0, flows) >= quietBps
}

/** Too small by a factor that somebody may have configured, and the router told none. */
function looksSampled(facts: DirectionFacts, seconds: number): boolean {
  const ratio = framedRatio(facts, seconds)
  if (ratio === null || ratio === 0 || facts.flows === null || facts.flows.assumedShare < mostlyAssumed) return false
  const error = samplingError(facts.flows.samples)
  // A factor of 8 seen as 7.5, and what a few samples can be off.
  return ratio <= (1 / factors.from) * (1.15 + error) && ratio * (1 + error) >= 1 / factors.to && error < 0.5
}

function isUntold(facts: DirectionFacts, other: DirectionFacts, seconds: number): boolean {
  if (!looksSampled(facts, seconds)) return false
  const ratio = framedRatio(facts, seconds) ?? 0
  const otherRatio = framedRatio(other, seconds)
  // A direction without traffic says nothing against it.
  if (otherRatio === null) return true
  const error = samplingError(facts.flows?.samples ?? 0) + Math.min(1, samplingError(other.flows?.samples ?? 0))
  const apart = Math.max(ratio, otherRatio) / Math.min(ratio, otherRatio)
  return apart <= alikeWithin * (1 + error)
}

/** Factors that people and devices use: 1, 2, 2.5 and 5 with zeros, and powers of two. */
const usualFactors = [
  ...[10, 100, 1000, 10_000].flatMap((unit) => [unit, 2 * unit, 2.5 * unit, 5 * unit]),
  100_000,
  ...Array.from({ length: 14 }, (_, power) => 8 * 2 ** power),
]

/** How far the estimate may be from a usual factor to be taken for it. */
const roundingWithin = 0.1

/**
 * The usual factor next to an estimate, or the estimate with two digits when none is near.
 * @param estimate 1 or more
 */
export function roundedFactor(estimate: number): number {
  const off = (factor: number) => Math.abs(Math.log(factor / estimate))
  const best = usualFactors.reduce((nearest, factor) => (off(factor) < off(nearest) ? factor : nearest))
  if (off(best) <= Math.log(1 + roundingWithin)) return best
  return Math.max(1, Number(estimate.toPrecision(2)))
}

function suggestion(both: Readonly<Record<'in' | 'out', DirectionFacts>>, seconds: number): number | null {
  let counted = 0
  let seen = 0
  for (const facts of [both.in, both.out]) {
    if (facts.counterBps === null || facts.flows === null || !looksSampled(facts, seconds)) continue
    counted += facts.counterBps
    // What was exported, without the factor that was assumed.
    seen += (facts.flows.framedBytes * 8) / seconds / facts.flows.meanRate
  }
  return seen === 0 ? null : roundedFactor(Math.max(1, counted / seen))
}
