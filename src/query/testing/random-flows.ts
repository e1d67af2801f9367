// Flows at random, the same for the same seed, and how tests store them.
import type { FlowColumnName } from '../../contract/flow-columns.ts'
import { flowColumn, flowColumns } from '../../contract/flow-columns.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import { randomNumbers } from '../../store/testing/flow-batches.ts'
import { mappedAddress } from '../applied-rate.ts'
import type { PlainFlow } from './plain-flows.ts'

/** Few values each, so that flows have them in common; none among them, and the highest. */
export const columnPools = {
  flow_start: [0],
  flow_end: [0],
  account: [1, 1, 1, 2, 3],
  router: ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
  observation_domain: [0, 1, 4_294_967_295],
  export_protocol: ['netflow5', 'netflow9', 'ipfix', 'sflow5', 'unknown'],
  src_addr: ['198.51.100.1', '198.51.100.2', '198.51.100.200', '203.0.113.9', '2001:db8::1', '2001:db8:1::1', '', '255.255.255.255'],
  dst_addr: ['203.0.113.1', '203.0.113.2', '198.51.100.1', '2001:db8::2', 'ffff:ffff::ffff', '::1', ''],
  src_port: [0, 53, 80, 443, 1024, 65_535],
  dst_port: [0, 53, 123, 443, 50_000, 65_535],
  protocol: [1, 6, 6, 17, 17, 47, 58, 200],
  tcp_flags: [0, 2, 16, 18, 24, 256, 511],
  tos: [0, 8, 184, 255],
  ttl: [0, 1, 64, 255],
  icmp_type: [0, 3, 8, 255],
  icmp_code: [0, 1, 255],
  fragment_id: [0, 54_321],
  fragment_offset: [0, 185],
  fragment_flags: [0, 32, 64],
  flow_label: [0, 0xfffff],
  ethertype: [0x0800, 0x86dd, 0],
  src_vlan: [0, 1, 4094],
  dst_vlan: [0, 2, 4094],
  src_mac: ['', '0a:0b:0c:0d:0e:0f', '00:00:5e:00:01:01'],
  dst_mac: ['', 'ff:ff:ff:ff:ff:ff', '0a:0b:0c:0d:0e:0f'],
  in_if: [0, 1, 2, 4_294_967_295],
  out_if: [0, 1, 3],
  next_hop: ['', '192.0.2.254', '2001:db8::fe'],
  src_as: [0, 13_335, 64_500, 4_294_967_295],
  dst_as: [0, 64_500, 64_501],
  src_country: ['', 'DE', 'US'],
  dst_country: ['', 'CH', 'DE'],
  src_mask: [0, 24, 128],
  dst_mask: [0, 32],
  mpls_label: [0, 0xfffff],
  tunnel: ['none', 'gre', 'vxlan'],
  tunnel_src: ['', '192.0.2.10'],
  tunnel_dst: ['', '2001:db8::10'],
  vni: [0, 5000],
  nat_src_addr: ['', '203.0.113.50'],
  nat_dst_addr: ['', '10.0.0.1'],
  nat_src_port: [0, 40_000],
  nat_dst_port: [0, 8080],
  forwarding_status: [0, 64, 128],
  observed_at: ['unknown', 'ingress', 'egress'],
  direction: ['unknown', 'inbound', 'outbound', 'internal', 'external'],
  sampling_rate: [1, 1, 10, 1000],
  sampling_source: ['unknown', 'record', 'options', 'header', 'router', 'account'],
} as const satisfies Partial<Readonly<Record<FlowColumnName, readonly (string | number)[]>>>

/** Of rules. */
export const ruleIds = ['a1b2c3d4e5f60718293a4b5c6d7e8f90', '00000000000000000000000000000001', 'ffffffffffffffffffffffffffffffff'] as const

export interface RandomFlows {
  readonly count: number
  readonly seed: number
  /** Receive times, seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
}

/** Many stand at the first or last second of an hour. */
export function randomFlows({ count, seed, from, to }: RandomFlows): PlainFlow[] {
  const next = randomNumbers(seed)
  const oneOf = <Value>(values: readonly Value[]) => values[next() % values.length]
  return Array.from({ length: count }, () => {
    const time = from + (next() % (to - from))
    const entries = Object.entries(columnPools).map(([name, values]) => [name, oneOf<string | number>(values)])
    const flow = {
      time_received: Math.max(from, next() % 4 === 0 ? time - (time % 3600) - (next() % 2) : time),
      ...Object.fromEntries(entries),
      // Sums of these, with sampling, are beyond what a JSON number can hold.
      bytes: next() % 50 === 0 ? next() * 250 : next() % 100_000,
      packets: 1 + (next() % 1000),
      rule_ids: ruleIds.filter(() => next() % 3 === 0),
    }
    // The pools have all other columns; each value is of its column.
    return flow
  })
}

/** Rows of one statement: below the 256 KiB that ClickHouse parses. */
const rowsOfInsert = 400

export async function insertFlows(store: Pick<FlowStore, 'command'>, flows: readonly PlainFlow[]): Promise<void> {
  const columns = flowColumns.map(({ name }) => `${readSql(name)} AS ${name}`)
  // In order of time, so that a statement writes to few partitions.
  const inOrder = flows.toSorted((one, other) => one.time_received - other.time_received)
  const structure = flowColumns.map(({ name }) => `${name}_ ${jsonType(name)}`)
  for (let from = 0; from < flows.length; from += rowsOfInsert) {
    const lines = inOrder
      .slice(from, from + rowsOfInsert)
      .map((flow) => JSON.stringify(flowColumns.map(({ name }) => jsonValue(flow, name))))
    const table = `format(JSONCompactEachRow, '${structure.join(', ')}', '${lines.join('\n')}')`
    await store.command(`INSERT INTO flows (${flowColumns.map(({ name }) => name).join(', ')}) SELECT ${columns.join(', ')} FROM ${table}`)
  }
}

function jsonType(name: FlowColumnName): string {
  const { kind, type } = flowColumn[name]
  if (kind === 'ids') return 'Array(String)'
  return kind === 'ip' || kind === 'ascii2' || type.startsWith('Enum8') ? 'String' : 'UInt64'
}

function jsonValue(flow: PlainFlow, name: FlowColumnName): unknown {
  const value = flow[name]
  if (flowColumn[name].kind === 'ip') return value === '' ? '::' : mappedAddress(String(value))
  if (flowColumn[name].kind === 'mac') return Number.parseInt(String(value).replaceAll(':', '') || '0', 16)
  return value
}

function readSql(name: FlowColumnName): string {
  const { kind } = flowColumn[name]
  if (kind === 'ids') return `arrayMap(id -> toFixedString(unhex(id), 16), ${name}_)`
  if (kind === 'ip') return `toIPv6(${name}_)`
  if (kind === 'ascii2') return `toFixedString(${name}_, 2)`
  return kind === 'ms' ? `fromUnixTimestamp64Milli(toInt64(${name}_))` : `${name}_`
}
