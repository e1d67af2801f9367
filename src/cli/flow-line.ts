// One flow of a batch as a JSON object with the contract's column names, or as a line of text.
import { batchColumns, columnIndex, type BatchColumnName, type FlowBatch } from '../contract/flow-batch.ts'
import { direction, exportProtocol, observationPoint, samplingSource, tunnel } from '../contract/flow-columns.ts'
import { ipText, macText } from '../wire/address-text.ts'

type FlowValue = string | number

/** Names of the codes in enum columns. */
const codeTables: Partial<Record<BatchColumnName, Readonly<Record<string, number>>>> = {
  export_protocol: exportProtocol,
  sampling_source: samplingSource,
  direction,
  observed_at: observationPoint,
  tunnel,
}

const word = 0x1_0000_0000

/** Latest time that a Date can hold, in milliseconds since 1970. */
const latestDate = 8.64e15

/**
 * The row with the columns that hold something: times in RFC 3339, addresses as text, 64-bit values beyond 2⁵³ as
 * strings. Addresses, times and codes that are zero are left out, since zero says "unknown" there.
 */
export function flowObject(batch: FlowBatch, row: number): Record<string, FlowValue> {
  const flow: Record<string, FlowValue> = {}
  for (const column of batchColumns) {
    if (batch.present[columnIndex[column.name]] === 0) continue
    const value = columnValue(batch, column.name, column.kind, row)
    if (value !== undefined) flow[column.name] = value
  }
  return flow
}

function columnValue(batch: FlowBatch, name: BatchColumnName, kind: string, row: number): FlowValue | undefined {
  const array = batch.columns[name]
  if (kind === 'ip') return isZero(array, row, 4) ? undefined : ipText(array as Uint32Array, row)
  if (kind === 'mac') return isZero(array, row, 2) ? undefined : macText(array as Uint32Array, row)
  if (kind === 'u64') return wideValue(array, row)
  if (kind === 'ms') return time(number64(array, row))
  // Every other kind has one element a row.
  const value = array[row]
  if (kind === 'seconds') return time(value * 1000)
  const codes = codeTables[name]
  if (codes === undefined) return value
  return value === 0 ? undefined : Object.entries(codes).find(([, code]) => code === value)?.[0]
}

function isZero(array: ArrayLike<number>, row: number, words: number): boolean {
  for (let i = row * words; i < (row + 1) * words; i++) if (array[i] !== 0) return false
  return true
}

function number64(array: ArrayLike<number>, row: number): number {
  return array[row * 2] + array[row * 2 + 1] * word
}

function wideValue(array: ArrayLike<number>, row: number): FlowValue {
  const value = number64(array, row)
  if (Number.isSafeInteger(value)) return value
  return String((BigInt(array[row * 2 + 1]) << 32n) | BigInt(array[row * 2]))
}

function time(milliseconds: number): string | undefined {
  return milliseconds === 0 || milliseconds > latestDate ? undefined : new Date(milliseconds).toISOString()
}

const protocolNames: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 47: 'gre', 50: 'esp', 58: 'icmpv6', 132: 'sctp' }

/** What the text line says after addresses and counts, by its column. */
const details: readonly (readonly [column: string, label: string])[] = [
  ['icmp_type', 'icmp-type'],
  ['tcp_flags', 'flags'],
  ['in_if', 'in'],
  ['out_if', 'out'],
  ['src_as', 'src-as'],
  ['dst_as', 'dst-as'],
  ['src_vlan', 'vlan'],
  ['mpls_label', 'mpls'],
  ['forwarding_status', 'forwarding'],
  ['sampling_rate', 'sampling'],
]

/** The row as a line for people: time, exporter, addresses, protocol, counts and what else is not zero. */
export function flowText(batch: FlowBatch, row: number): string {
  const flow = flowObject(batch, row)
  const parts = [
    flow['flow_end'] ?? flow['time_received'] ?? '-',
    flow['export_protocol'] ?? '-',
    flow['router'] ?? '-',
    `${endpoint(flow, 'src')} > ${endpoint(flow, 'dst')}`,
    protocolNames[Number(flow['protocol'])] ?? `protocol ${flow['protocol'] ?? '-'}`,
    `${flow['packets'] ?? 0} packets`,
    `${flow['bytes'] ?? 0} bytes`,
  ]
  for (const [column, label] of details) if (flow[column] !== undefined && flow[column] !== 0) parts.push(`${label} ${flow[column]}`)
  return parts.join(' ')
}

function endpoint(flow: Readonly<Record<string, FlowValue>>, side: 'src' | 'dst'): string {
  const address = String(flow[`${side}_addr`] ?? flow[`${side}_mac`] ?? '-')
  const port = flow[`${side}_port`]
  if (port === undefined || port === 0) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
