// Flows as plain objects, and what filters, dimensions and sampling mean for them: worked out without SQL, to compare with.
import { parsePrefixOrAddress } from '../../base/ip-prefix.ts'
import type { FlowColumnName } from '../../contract/flow-columns.ts'
import type { SamplingOverrides } from '../applied-rate.ts'
import type { DimensionValue } from '../dimension-kinds.ts'
import type { BaseDimension, ColumnDimension, ConstantDimension } from '../flow-dimensions.ts'
import type { ComparisonOperator, FlowFilter } from '../flow-filter.ts'

/**
 * Times in seconds, addresses and MACs as canonical text (empty for none, no `::ffff:` before IPv4), countries as text, enums
 * by their words, ids as 32 hex digits.
 */
export type PlainFlow = Readonly<Record<Exclude<FlowColumnName, TextColumn | 'rule_ids'>, number>> &
  Readonly<Record<TextColumn, string>> & { readonly rule_ids: readonly string[] }

type TextColumn =
  | 'router'
  | 'export_protocol'
  | `${'src' | 'dst' | 'nat_src' | 'nat_dst'}_addr`
  | `${'src' | 'dst'}_${'mac' | 'country'}`
  | 'next_hop'
  | 'tunnel'
  | `tunnel_${'src' | 'dst'}`
  | 'observed_at'
  | 'direction'
  | 'sampling_source'

const flags = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE']
/** Of the protocols that random flows have. */
const protocols: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 47: 'GRE', 58: 'IPv6-ICMP', 200: '200' }

/** What a flow has in a dimension, printed. */
export function dimensionValue(dimension: BaseDimension, flow: PlainFlow): DimensionValue {
  if (dimension.type === 'constant') return dimension.value
  if (dimension.type === 'time') return Math.floor(flow.time_received / dimension.seconds) * dimension.seconds
  const value = flow[dimension.column]
  if (dimension.kind === 'protocol') return protocols[Number(value)] ?? 'unknown to the test'
  if (dimension.kind === 'tcp_flags') return flags.filter((_, bit) => (Number(value) >> bit) % 2 === 1).join(',')
  if (dimension.kind === 'ids') return flow.rule_ids.toSorted()
  return dimension.kind === 'code' && value === 'unknown' ? '' : value
}

/** By which factor it counts. */
export function appliedFactor(flow: PlainFlow, overrides: SamplingOverrides): number {
  const isAssumed = flow.sampling_source === 'unknown' || flow.sampling_source === 'account'
  return (isAssumed ? overrides.get(flow.router) : undefined) ?? flow.sampling_rate
}

/** Whether a flow passes a filter. */
export function flowPasses(filter: FlowFilter, flow: PlainFlow): boolean {
  if ('all' in filter) return filter.all.every((part) => flowPasses(part, flow))
  if ('any' in filter) return filter.any.length === 0 || filter.any.some((part) => flowPasses(part, flow))
  if ('list' in filter) return listPasses(filter, flow)
  if ('time' in filter) return compares(filter.operator, Number(dimensionValue(filter.time, flow)), filter.values)
  const { dimension, operator, values } = filter
  const value = String(dimensionValue(dimension, flow))
  if (operator === 'like' || operator === 'notlike') return isLike(value, String(values[0])) === (operator === 'like')
  if (operator === 'incidr' || operator === 'notincidr') {
    return values.some((prefix) => isIn(value, String(prefix))) === (operator === 'incidr')
  }
  if (operator === 'bits' || operator === 'notbits') {
    const bits = BigInt(values[0] ?? 0)
    return ((BigInt(value) & bits) === bits) === (operator === 'bits')
  }
  const key = keyOf(dimension)
  return compares(operator, key(value), values.map(key))
}

type Key = string | number | bigint

/** What values are compared by. */
function keyOf(dimension: ColumnDimension | ConstantDimension): (value: Key) => Key {
  if (dimension.type === 'constant') return typeof dimension.value === 'number' ? Number : String
  if (dimension.kind === 'address') return (value) => addressNumber(String(value))
  return dimension.kind === 'number' ? BigInt : String
}

function compares(
  operator: Exclude<ComparisonOperator, 'like' | 'notlike' | 'incidr' | 'notincidr' | 'bits' | 'notbits'>,
  value: Key,
  values: readonly Key[],
): boolean {
  const [other = 0] = values
  switch (operator) {
    case 'eq':
      return value === other
    case 'neq':
      return value !== other
    case 'gt':
      return value > other
    case 'geq':
      return value >= other
    case 'lt':
      return value < other
    case 'leq':
      return value <= other
    case 'in':
      return values.includes(value)
    default:
      return !values.includes(value)
  }
}

/** % stands for any text and _ for any character; a backslash for itself. */
function isLike(value: string, pattern: string): boolean {
  const parts = Array.from(pattern, (character) =>
    character === '%' ? '[^]*' : character === '_' ? '[^]' : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  )
  return new RegExp(`^${parts.join('')}$`, 'u').test(value)
}

/** The few addresses of the tests, which are asked for again and again. */
const numbers = new Map<string, bigint>()

/** As it is stored: IPv4 behind 80 zero bits and 16 ones. */
export function addressNumber(text: string): bigint {
  const known = numbers.get(text) ?? readAddress(text)
  numbers.set(text, known)
  return known
}

function readAddress(text: string): bigint {
  const bytes = text === '' ? new Uint8Array(16) : parsePrefixOrAddress(text)?.prefix.bytes
  if (bytes === undefined) throw new Error(`${text} is no address`)
  const mapped = bytes.length === 4 ? [...Array<number>(10).fill(0), 0xff, 0xff, ...bytes] : [...bytes]
  return mapped.reduce((number, byte) => number * 256n + BigInt(byte), 0n)
}

const isMapped = (address: bigint) => address >> 32n === 0xffffn

/** No prefix of IPv6 takes anything of IPv4. */
function isIn(address: string, text: string): boolean {
  const prefix = parsePrefixOrAddress(text)?.prefix
  if (prefix === undefined) throw new Error(`${text} is no prefix`)
  const [value, of] = [addressNumber(address), addressNumber(text)]
  const width = BigInt(prefix.bytes.length * 8 - prefix.length)
  return isMapped(value) === (prefix.family === 4) && value >> width === of >> width
}

function listPasses({ operator, values }: Extract<FlowFilter, { list: unknown }>, { rule_ids: ids }: PlainFlow): boolean {
  const wanted = values.map((value) => String(value).toLowerCase())
  switch (operator) {
    case 'isempty':
      return (ids.length === 0) === values[0]
    case 'hasany':
      return wanted.some((id) => ids.includes(id))
    case 'has':
    case 'hasall':
      return wanted.every((id) => ids.includes(id))
    default:
      return !wanted.every((id) => ids.includes(id))
  }
}
