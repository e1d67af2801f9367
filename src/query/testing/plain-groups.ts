// Groups of plain flows: the answer that a question about them must have, in its order.
import { baseDimensions, type BaseDimension } from '../flow-dimensions.ts'
import type { DimensionValue } from '../dimension-kinds.ts'
import type { FlowGroupsQuestion, FlowOrder } from '../flow-groups.ts'
import { flowTotalNames, type FlowTotal } from '../flow-metrics.ts'
import { addressNumber, appliedFactor, dimensionValue, flowPasses, type PlainFlow } from './plain-flows.ts'

export interface PlainGroup {
  readonly dimensions: Readonly<Record<string, DimensionValue>>
  readonly sums: Readonly<Record<FlowTotal, bigint>>
}

export type PlainQuestion = Pick<FlowGroupsQuestion, 'account' | 'dimensions' | 'filter' | 'orderBy' | 'limit' | 'overrides'>

export function plainGroups(question: PlainQuestion, flows: readonly PlainFlow[]): PlainGroup[] {
  const dimensions = baseDimensions(question.dimensions)
  const groups = new Map<string, PlainGroup>()
  for (const flow of flows) {
    if (flow.account !== question.account || !flowPasses(question.filter, flow)) continue
    const key = Object.fromEntries(dimensions.map((dimension) => [dimension.name, dimensionValue(dimension, flow)]))
    const group = groups.get(JSON.stringify(key))
    const sums = sumsOf(flow, appliedFactor(flow, question.overrides))
    groups.set(JSON.stringify(key), { dimensions: key, sums: group === undefined ? sums : added(group.sums, sums) })
  }
  return [...groups.values()].toSorted((one, other) => ordered(one, other, question)).slice(0, question.limit)
}

function sumsOf({ bytes, packets, direction }: PlainFlow, factor: number): Record<FlowTotal, bigint> {
  const bits = BigInt(bytes) * BigInt(factor) * 8n
  const scaled = BigInt(packets) * BigInt(factor)
  const isOut = direction === 'outbound'
  return { bits, packets: scaled, egressBits: isOut ? bits : 0n, egressPackets: isOut ? scaled : 0n, flows: 1n }
}

function added(one: PlainGroup['sums'], other: PlainGroup['sums']): Record<FlowTotal, bigint> {
  // fromEntries forgets the keys; flowTotalNames are all of them.
  return Object.fromEntries(flowTotalNames.map((name) => [name, one[name] + other[name]])) as Record<FlowTotal, bigint>
}

/** By what was asked for, then by all keys. */
function ordered(one: PlainGroup, other: PlainGroup, { orderBy, dimensions }: PlainQuestion): number {
  const ascending = baseDimensions(dimensions).map((dimension): FlowOrder => ({ dimension, descending: false }))
  for (const order of [...orderBy, ...ascending]) {
    const result = 'measure' in order ? ofMeasure(order, one, other) : ofDimensions(baseDimensions([order.dimension]), one, other)
    if (result !== 0) return order.descending ? -result : result
  }
  return 0
}

const compared = <Value extends bigint | number | string>(one: Value, other: Value) => (one < other ? -1 : one > other ? 1 : 0)

function ofMeasure({ measure }: Extract<FlowOrder, { measure: unknown }>, one: PlainGroup, other: PlainGroup): number {
  if (measure === 'sampleInterval') throw new Error('means are not recomputed')
  return compared(one.sums[measure], other.sums[measure])
}

function ofDimensions(dimensions: readonly BaseDimension[], one: PlainGroup, other: PlainGroup): number {
  return dimensions.map((dimension) => ofDimension(dimension, one, other)).find((result) => result !== 0) ?? 0
}

function ofDimension(dimension: BaseDimension, one: PlainGroup, other: PlainGroup): number {
  const [first = '', second = ''] = [one, other].map((group) => group.dimensions[dimension.name])
  if (typeof first === 'number' && typeof second === 'number') return compared(first, second)
  if (Array.isArray(first) && Array.isArray(second)) {
    const differing = first.findIndex((id, index) => id !== second[index])
    return differing === -1 ? compared(first.length, second.length) : compared(String(first[differing]), String(second[differing] ?? ''))
  }
  if (dimension.type === 'column' && dimension.kind === 'address') {
    return compared(addressNumber(String(first)), addressNumber(String(second)))
  }
  return compared(String(first), String(second))
}
