// The answer that a question about plain flows must have, worked out without SQL.
import type { FlowMeasure } from '../../../contract/flow-question.ts'
import type { FlowColumnName } from '../../../contract/flow-columns.ts'
import { baseDimensions } from '../../flow-dimensions.ts'
import type { FlowFilter } from '../../flow-filter.ts'
import { addressNumber, appliedFactor, dimensionValue, flowPasses, type PlainFlow } from '../../testing/plain-flows.ts'
import { plainGroups } from '../../testing/plain-groups.ts'
import type { AskSums, FlowAsk } from '../flow-ask.ts'

interface PlainRate {
  readonly average: number
  readonly p95: number | null
  readonly max: number | null
}

export interface PlainFigures {
  readonly sums: AskSums
  readonly share: number
  readonly bitsPerSecond: PlainRate
  readonly packetsPerSecond: PlainRate
  readonly previous: AskSums
  readonly reverse: AskSums
  /** Bits of each step that begins at a multiple of its seconds. */
  readonly bitsOf: (from: number, seconds: number) => bigint
  readonly reverseBitsOf: (from: number, seconds: number) => bigint
}

interface PlainAnswer {
  readonly groups: readonly (PlainFigures & { readonly key: Readonly<Record<string, unknown>> })[]
  readonly other: PlainFigures | null
  readonly total: PlainFigures
  readonly inflation: { readonly factor: number; readonly routers: number } | null
}

const ends: readonly (readonly [FlowColumnName, FlowColumnName])[] = [
  ['src_addr', 'dst_addr'],
  ['src_port', 'dst_port'],
  ['src_as', 'dst_as'],
  ['src_country', 'dst_country'],
  ['src_mask', 'dst_mask'],
  ['src_vlan', 'dst_vlan'],
  ['src_mac', 'dst_mac'],
  ['in_if', 'out_if'],
  ['nat_src_addr', 'nat_dst_addr'],
  ['nat_src_port', 'nat_dst_port'],
  ['tunnel_src', 'tunnel_dst'],
]
const turnedWords: Readonly<Record<string, string>> = { inbound: 'outbound', outbound: 'inbound' }

/** A flow as it would be in the packets that go back. */
export function turned(flow: PlainFlow): PlainFlow {
  const swapped = Object.fromEntries(ends.flatMap(([src, dst]) => [[src, flow[dst]] as const, [dst, flow[src]] as const]))
  return { ...flow, ...swapped, direction: turnedWords[flow.direction] ?? flow.direction }
}

const fiveTuple = (flow: PlainFlow) => [flow.src_addr, flow.dst_addr, flow.src_port, flow.dst_port, flow.protocol].join(' ')

const bytesOf = (flow: PlainFlow, ask: FlowAsk) => BigInt(flow.bytes) * BigInt(appliedFactor(flow, ask.overrides))

/** Bytes of each flow by router. */
function seenBy(flows: readonly PlainFlow[], ask: FlowAsk): Map<string, Map<string, bigint>> {
  const seen = new Map<string, Map<string, bigint>>()
  for (const flow of flows) {
    const routers = seen.get(fiveTuple(flow)) ?? new Map<string, bigint>()
    seen.set(fiveTuple(flow), routers.set(flow.router, (routers.get(flow.router) ?? 0n) + bytesOf(flow, ask)))
  }
  return seen
}

/** The router with most bytes, the lowest address of those with as many. */
function bestOf(routers: ReadonlyMap<string, bigint>): string {
  const [[best] = ['']] = [...routers].toSorted(([one, a], [other, b]) =>
    a === b ? (addressNumber(one) < addressNumber(other) ? -1 : 1) : a > b ? -1 : 1,
  )
  return best
}

/** Those of the question, each once where it is wanted. */
function flowsOf(ask: FlowAsk, flows: readonly PlainFlow[]): PlainFlow[] {
  const own = passing(ask, flows)
  if (!ask.distinct) return own
  const best = new Map([...seenBy(own, ask)].map(([flow, routers]) => [flow, bestOf(routers)]))
  return own.filter((flow) => best.get(fiveTuple(flow)) === flow.router)
}

function passing({ account, filter, from, to }: FlowAsk, flows: readonly PlainFlow[]): PlainFlow[] {
  return flows.filter(
    (flow) => flow.account === account && flow.time_received >= from && flow.time_received < to && flowPasses(filter, flow),
  )
}

const everything: FlowFilter = { all: [] }

function sumsOf(ask: FlowAsk, flows: readonly PlainFlow[]): AskSums {
  let [bytes, packets] = [0n, 0n]
  for (const flow of flows) {
    bytes += bytesOf(flow, ask)
    packets += BigInt(flow.packets) * BigInt(appliedFactor(flow, ask.overrides))
  }
  return { bits: bytes * 8n, packets, flows: BigInt(flows.length) }
}

function groupBy<Key>(flows: readonly PlainFlow[], keyOf: (flow: PlainFlow) => Key): Map<Key, PlainFlow[]> {
  const groups = new Map<Key, PlainFlow[]>()
  for (const flow of flows) {
    const group = groups.get(keyOf(flow))
    if (group === undefined) groups.set(keyOf(flow), [flow])
    else group.push(flow)
  }
  return groups
}

/** By the printed key. */
function grouped(ask: FlowAsk, flows: readonly PlainFlow[]): Map<string, PlainFlow[]> {
  const dimensions = baseDimensions(ask.by)
  return groupBy(flows, (flow) => JSON.stringify(dimensions.map((dimension) => dimensionValue(dimension, flow))))
}

/** @param hasMinutes whether a table tells minutes */
export function plainAnswer(ask: FlowAsk, flows: readonly PlainFlow[], hasMinutes: boolean): PlainAnswer {
  const shifted = ask.previous ? flows.map((flow) => ({ ...flow, time_received: flow.time_received + ask.to - ask.from })) : []
  const returned = ask.reverse ? flows.map(turned) : []
  const now = flowsOf(ask, flows)
  const question = { ...ask, filter: everything, dimensions: ask.by, orderBy: [{ measure: ask.order, descending: true }] }
  const first = plainGroups(question, now)
  const keys = first.map(({ dimensions }) => JSON.stringify(Object.values(dimensions)))
  const parts = [now, flowsOf(ask, shifted), flowsOf(ask, returned)].map((of) => grouped(ask, of))
  const total = sumsOf(ask, now)[ask.order]
  const figures = (passes: (key: string) => boolean, span: Span): PlainFigures => {
    const [own = [], before = [], back = []] = parts.map((part) => [...part].flatMap(([key, of]) => (passes(key) ? of : [])))
    return {
      ...figuresOf(ask, own, { span, hasMinutes, total }),
      previous: sumsOf(ask, before),
      reverse: sumsOf(ask, back),
      bitsOf: (from, seconds) => bitsBetween(ask, own, { from, to: from + seconds }),
      reverseBitsOf: (from, seconds) => bitsBetween(ask, back, { from, to: from + seconds }),
    }
  }
  const isOther = (key: string) => !keys.includes(key)
  return {
    groups: first.map(({ dimensions }, index) => ({
      key: dimensions,
      ...figures((key) => key === keys[index], spanOf(ask, dimensions)),
    })),
    other: [...(parts[0]?.keys() ?? [])].some(isOther) ? figures(isOther, ask) : null,
    total: figures(() => true, ask),
    inflation: inflationOf(ask, flows),
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

/** The part of the range that a group of a time stands for. */
function spanOf(ask: FlowAsk, key: Readonly<Record<string, unknown>>): Span {
  let { from, to } = ask
  for (const dimension of ask.by) {
    if (dimension.type !== 'time') continue
    from = Math.max(from, Number(key[dimension.name]))
    to = Math.min(to, Number(key[dimension.name]) + dimension.seconds)
  }
  return { from, to }
}

const bitsBetween = (ask: FlowAsk, flows: readonly PlainFlow[], { from, to }: Span) =>
  sumsOf(
    ask,
    flows.filter(({ time_received: time }) => time >= from && time < to),
  ).bits

function figuresOf(
  ask: FlowAsk,
  flows: readonly PlainFlow[],
  { span, hasMinutes, total }: { span: Span; hasMinutes: boolean; total: bigint },
): Pick<PlainFigures, 'sums' | 'share' | 'bitsPerSecond' | 'packetsPerSecond'> {
  const sums = sumsOf(ask, flows)
  return {
    sums,
    share: total === 0n ? 0 : Number(sums[ask.order]) / Number(total),
    bitsPerSecond: rateOf('bits', ask, flows, { span, hasMinutes, sum: sums.bits }),
    packetsPerSecond: rateOf('packets', ask, flows, { span, hasMinutes, sum: sums.packets }),
  }
}

function rateOf(
  measure: Exclude<FlowMeasure, 'flows'>,
  ask: FlowAsk,
  flows: readonly PlainFlow[],
  { span, hasMinutes, sum }: { span: Span; hasMinutes: boolean; sum: bigint },
): PlainRate {
  const average = Number(sum) / (span.to - span.from)
  const first = Math.ceil(span.from / 60)
  const count = Math.floor(span.to / 60) - first
  if (!hasMinutes || count < 2) return { average, p95: null, max: null }
  const values = groupBy(flows, ({ time_received: time }) => Math.floor(time / 60) - first)
  const busy = [...values].filter(([minute]) => minute >= 0 && minute < count).map(([, of]) => sumsOf(ask, of)[measure])
  const ascending = [...Array<bigint>(count - busy.length).fill(0n), ...busy.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))]
  // The smallest value that is not below 95 of 100.
  const rank = ascending.findIndex((_, index) => (index + 1) * 100 >= count * 95)
  return { average, p95: Number(ascending[rank]) / 60, max: Number(ascending.at(-1)) / 60 }
}

function inflationOf(ask: FlowAsk, flows: readonly PlainFlow[]): PlainAnswer['inflation'] {
  const own = passing(ask, flows)
  const routers = [...seenBy(own, ask).values()]
  const sum = (values: Iterable<bigint>) => [...values].reduce((a, b) => a + b, 0n)
  const best = sum(routers.map((of) => of.get(bestOf(of)) ?? 0n))
  if (best === 0n) return null
  return {
    factor: Number(sum(routers.map((of) => sum(of.values())))) / Number(best),
    routers: new Set(own.map(({ router }) => router)).size,
  }
}
