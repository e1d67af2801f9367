// The figures of an answer out of what the statements of a question say.
import type { FlowMeasure } from '../../contract/flow-question.ts'
import type { AskFigures, AskRate, AskSeries, AskSums } from './flow-ask.ts'

/** Sums wrap around in the tables as 64 bits do; so does what is left of them, and it is never negative. */
const bits = 64

export const noSums: AskSums = { bits: 0n, packets: 0n, flows: 0n }

export interface SumsRow {
  readonly bytes_sum: string
  readonly packets_sum: string
  readonly flow_count: string
}

export function sumsOf({ bytes_sum, packets_sum, flow_count }: SumsRow): AskSums {
  return { bits: BigInt(bytes_sum) * 8n, packets: BigInt(packets_sum), flows: BigInt(flow_count) }
}

export function added(a: AskSums, b: AskSums): AskSums {
  return { bits: a.bits + b.bits, packets: a.packets + b.packets, flows: a.flows + b.flows }
}

/** What of the whole is not among the parts. */
export function remainder(whole: AskSums, parts: AskSums): AskSums {
  const rest = (a: bigint, b: bigint) => BigInt.asUintN(bits, a - b)
  return {
    bits: rest(whole.bits / 8n, parts.bits / 8n) * 8n,
    packets: rest(whole.packets, parts.packets),
    flows: rest(whole.flows, parts.flows),
  }
}

/** The largest sums of a minute, largest first; fewer than the minutes where some had no traffic. */
export interface LargestMinutes {
  readonly bits: readonly number[]
  readonly packets: readonly number[]
}

/** Time that the sums of a group are of. */
export interface Span {
  readonly seconds: number
  /** Whole minutes among them; 0 where no table tells minutes. */
  readonly minutes: number
}

/** What else is known of a group, of the others or of all. */
export interface Extras {
  readonly span: Span
  readonly largest: LargestMinutes | undefined
  readonly previous?: AskSums | null
  readonly reverse?: AskSums & { readonly series?: AskSeries }
  readonly series?: AskSeries
}

/** @param total of `order` */
export function figuresOf(
  sums: AskSums,
  { span, largest, ...extras }: Extras,
  { order, total }: { order: FlowMeasure; total: bigint },
): AskFigures {
  return {
    ...sums,
    share: total === 0n ? 0 : Number(sums[order]) / Number(total),
    bitsPerSecond: rateOf(sums.bits, span, largest?.bits),
    packetsPerSecond: rateOf(sums.packets, span, largest?.packets),
    ...extras,
  }
}

/** One minute is no distribution. */
const fewestMinutes = 2

function rateOf(sum: bigint, { seconds, minutes }: Span, largest: readonly number[] | undefined): AskRate {
  const average = seconds > 0 ? Number(sum) / seconds : 0
  if (largest === undefined || minutes < fewestMinutes) return { average, p95: null, max: null }
  // Of n values in order the one of rank ⌈0.95 n⌉ has ⌊n / 20⌋ above it. Minutes without traffic are not in the list.
  const at = (index: number) => (largest[index] ?? 0) / 60
  return { average, p95: at(indexOfP95(minutes)), max: at(0) }
}

/** Place of the 95th percentile of so many values among them, largest first, counted from 0. */
export const indexOfP95 = (values: number) => Math.floor(values / 20)
