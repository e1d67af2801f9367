// A flow filter as the text of a GraphQL input object, for those who ask the same by GraphQL.
import { conditions, type FlowFilter } from '../flow-filter.ts'
import type { BaseDimension } from '../flow-dimensions.ts'
import { tcpFlagNames } from '../protocol-names.ts'
import { hasFlags, timeText } from './flow-values.ts'
import { longestList } from './value-sets.ts'

/** Why GraphQL cannot say it. */
export interface NoGraphqlFilter {
  readonly reason: string
}

/** Keys of one filter that the API takes: conditions, and the ANDs and ORs around them. */
const mostKeys = 500

/** `{protocol: 17, destinationPort_in: [53, 123]}` */
export function graphqlFilter(filter: FlowFilter): string | NoGraphqlFilter {
  const reason = reasonAgainst(filter)
  return reason === undefined ? objectOf(entriesOf(filter)) : { reason }
}

function reasonAgainst(filter: FlowFilter): string | undefined {
  if (keysOf(filter) > mostKeys) return `a GraphQL filter has at most ${mostKeys} keys, AND and OR among them`
  for (const condition of conditions(filter)) {
    if (condition.values.length > longestList) return `a list of GraphQL has at most ${longestList} values`
    const isOfBits = 'dimension' in condition && (condition.operator === 'bits' || condition.operator === 'notbits')
    if (isOfBits && !hasFlags(condition.dimension)) return 'GraphQL cannot ask for the bits of a number'
  }
  return undefined
}

function keysOf(filter: FlowFilter): number {
  const parts = partsOf(filter)
  return 1 + parts.reduce((sum, part) => sum + keysOf(part), 0)
}

function partsOf(filter: FlowFilter): readonly FlowFilter[] {
  return 'all' in filter ? filter.all : 'any' in filter ? filter.any : []
}

type Entry = readonly [key: string, value: string]

const objectOf = (entries: readonly Entry[]) => `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`

/** The keys of the object; several have to hold together. */
function entriesOf(filter: FlowFilter): readonly Entry[] {
  if ('any' in filter) return filter.any.length === 0 ? [] : [['OR', listOf(filter.any)]]
  if ('all' in filter) {
    const entries = filter.all.flatMap(entriesOf)
    const isPlain = new Set(entries.map(([key]) => key)).size === entries.length
    // An object has each key once.
    return isPlain ? entries : [['AND', listOf(filter.all)]]
  }
  if ('time' in filter) {
    return [entryOf(filter.time, filter.operator, { values: filter.values, print: (value) => JSON.stringify(timeText(Number(value))) })]
  }
  return 'list' in filter ? listEntries(filter) : comparisonEntries(filter)
}

function listEntries({ list, operator, values }: Extract<FlowFilter, { list: unknown }>): readonly Entry[] {
  // Of several that are not all there, one is not.
  if (operator === 'nothas' && values.length > 1) {
    return [['OR', listOf(values.map((value) => ({ list, operator, values: [value] })))]]
  }
  return [entryOf(list, operator === 'has' && values.length > 1 ? 'hasall' : operator, { values, print: (value) => JSON.stringify(value) })]
}

const listOf = (filters: readonly FlowFilter[]) => `[${filters.map((filter) => objectOf(entriesOf(filter))).join(', ')}]`

const manyValued = new Set(['in', 'notin', 'incidr', 'notincidr', 'hasall', 'hasany'])

interface PrintedValues {
  readonly values: readonly unknown[]
  readonly print: (value: unknown) => string
}

function entryOf(dimension: Pick<BaseDimension, 'name'>, operator: string, { values, print }: PrintedValues): Entry {
  const key = operator === 'eq' ? dimension.name : `${dimension.name}_${operator}`
  return [key, manyValued.has(operator) ? `[${values.map(print).join(', ')}]` : print(values[0])]
}

function comparisonEntries(filter: Extract<FlowFilter, { dimension: unknown }>): readonly Entry[] {
  const { dimension, operator, values } = filter
  if (operator === 'bits' || operator === 'notbits') return flagEntries(Number(values[0]), operator)
  const print = (value: unknown) => (dimension.scalar === 'string' ? JSON.stringify(String(value)) : String(value))
  return [entryOf(dimension, operator, { values, print })]
}

/** GraphQL knows flags by their names only; no name is part of another. */
function flagEntries(bits: number, operator: 'bits' | 'notbits'): readonly Entry[] {
  const key = `tcpFlagsString_${operator === 'bits' ? 'like' : 'notlike'}`
  const entries = tcpFlagNames.filter((_, bit) => (bits & (1 << bit)) !== 0).map((name): Entry => [key, JSON.stringify(`%${name}%`)])
  if (entries.length === 1) return entries
  return [[operator === 'bits' ? 'AND' : 'OR', `[${entries.map((entry) => objectOf([entry])).join(', ')}]`]]
}
