// Packet filters as SQL, asked of flows that are one packet each, and rates worked out by hand.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../api/testing/test-flow-store.ts'
import { portProtocols, type PacketFilter } from '../contract/packet-filter.ts'
import { filterText } from '../filter/filter-text.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { expectedMatch, headerBytes, modelPackets, type ModelPacket } from '../filter/testing/model-packets.ts'
import { randomFilters } from '../filter/testing/random-filters.ts'
import { mappedAddress } from './applied-rate.ts'
import { expectedRate } from './expected-rate.ts'
import { packetFilterSql } from './packet-filter-sql.ts'
import { SqlParameters } from './sql-parameters.ts'

const noon = Date.UTC(2026, 0, 5, 12) / 1000
const packets = fc.sample(modelPackets({ whole: true }), { numRuns: 250, seed: 70 })
const filters = fc.sample(randomFilters, { numRuns: 120, seed: 7 }).filter((filter) => !asksForMore(filter))

/** For what no flow tells. */
function asksForMore(filter: PacketFilter): boolean {
  if (filter.kind === 'not') return asksForMore(filter.of)
  if ('of' in filter) return filter.of.some(asksForMore)
  if (filter.kind === 'number') return ['window', 'ip_id', 'dont_fragment', 'tcp_header', 'udp_length'].includes(filter.field)
  return filter.kind === 'bytes'
}

type FlowRow = Readonly<Record<string, string | number>>

/** What the collectors make of a sampled packet. */
function flowOf(packet: ModelPacket, index: number): FlowRow {
  const { fragment, protocol } = packet
  const has = (protocols: readonly number[], value: number) => (protocols.includes(protocol) && (fragment?.offset ?? 0) === 0 ? value : 0)
  return {
    time_received: noon,
    account: 7,
    observation_domain: index,
    export_protocol: 'sflow5',
    src_addr: mappedAddress(packet.source),
    dst_addr: mappedAddress(packet.destination),
    src_port: has(portProtocols, packet.sourcePort),
    dst_port: has(portProtocols, packet.destinationPort),
    protocol,
    tcp_flags: has([6], packet.flags),
    tos: packet.dscp << 2,
    ttl: packet.ttl,
    icmp_type: has([1, 58], packet.icmpType),
    icmp_code: has([1, 58], packet.icmpCode),
    fragment_offset: fragment?.offset ?? 0,
    fragment_flags: fragment?.more === true ? 0x20 : 0,
    // With the Ethernet header and the check sequence.
    bytes: headerBytes(packet) + packet.transport + 18,
    packets: 1,
    sampling_rate: 1000,
  }
}

let flows: TestFlowStore
beforeAll(async () => {
  flows = await startTestFlowStore()
  await insert(packets.map(flowOf))
})
afterAll(() => flows?.close())

const addressColumns = new Set(['src_addr', 'dst_addr', 'router'])

/** Rows of the same columns, of values of this test. */
async function insert(rows: readonly FlowRow[]): Promise<void> {
  const literal = ([name, value]: readonly [string, string | number]) => {
    if (addressColumns.has(name)) return `toIPv6('${value}')`
    return typeof value === 'string' ? `'${value}'` : `${value}::UInt64`
  }
  // Columns without names of their own would be taken for one where they have the same value.
  const selects = rows.map(
    (row) =>
      `SELECT ${Object.entries(row)
        .map((entry) => `${literal(entry)} AS ${entry[0]}`)
        .join(', ')}`,
  )
  await flows.store.command(`INSERT INTO flows (${Object.keys(rows[0] ?? {}).join(', ')}) SELECT * FROM (${selects.join(' UNION ALL ')})`)
}

async function matched(filter: PacketFilter): Promise<number[]> {
  const parameters = new SqlParameters()
  const { condition } = packetFilterSql(filter, parameters)
  const sql = `SELECT groupArray(observation_domain) AS found FROM (SELECT observation_domain FROM flows WHERE account = 7 AND ${condition} ORDER BY observation_domain)`
  const { rows } = await flows.store.query<{ found: number[] }>(sql, { params: parameters.values })
  return rows[0]?.found ?? []
}

describe('a packet filter on flows', () => {
  it('finds the flows of the packets that it matches', async () => {
    const wrong = []
    for (const filter of filters) {
      const wanted = packets.flatMap((packet, index) => (expectedMatch(filter, packet) ? [index] : []))
      const found = await matched(filter)
      if (found.join() !== wanted.join()) wrong.push({ filter: filterText(filter), found, wanted })
    }
    expect(wrong).toEqual([])
  })

  it('takes as many values as a filter can have', async () => {
    const text = `port in {${Array.from({ length: 256 }, (_, index) => index * 2).join()}} or src in {${Array.from({ length: 200 }, (_, index) => `10.0.0.${index}`).join()}}`
    const filter = parseFilter(text)
    expect(await matched(filter)).toEqual(packets.flatMap((packet, index) => (expectedMatch(filter, packet) ? [index] : [])))
  })
})

describe('the rate that a filter has', () => {
  const common = { account: 8, bytes: 6000, packets: 10, sampling_rate: 100, sampling_source: 'record', protocol: 17, src_port: 53 }
  const flow = { ...common, tcp_flags: 0, ttl: 0, export_protocol: 'netflow9', router: mappedAddress('192.0.2.1') }
  const rate = (filter: string | null, more: object = {}) =>
    expectedRate(flows.store, { account: 8, filter: filter === null ? null : parseFilter(filter), seconds: 300, to: noon, ...more })

  beforeAll(async () => {
    await insert([
      { ...flow, time_received: noon - 1 },
      { ...flow, time_received: noon - 300, sampling_rate: 1, sampling_source: 'unknown' },
      { ...flow, time_received: noon - 10, protocol: 6, src_port: 443, tcp_flags: 0x12, ttl: 9 },
      { ...flow, time_received: noon - 301 },
      { ...flow, time_received: noon },
      { ...flow, time_received: noon - 1, account: 9 },
    ])
  })

  it.each<readonly [string | null, packets: number, notExpressible: readonly string[]]>([
    [null, 2010, []],
    ['src port 53', 1010, []],
    ['not udp', 1000, []],
    ['len 600', 2010, []],
    ['len > 600', 0, []],
    ['flags syn', 1000, []],
    ['flags !syn', 0, []],
    ['tcp.window 5 and tcp', 1000, ['tcp.window 5']],
    ['not tcp.window 5 and tcp', 1000, ['tcp.window 5']],
    [
      'udp and payload[0:2] 0xabcd and not ip.df 1 and udp.length > 9 and ip.id 7',
      1010,
      ['payload[0:2] 0xabcd', 'ip.df 1', 'udp.length > 9', 'ip.id 7'],
    ],
    ['tcp and (tcp.doff 5 or transport[20:4] 0x020405b4)', 1000, ['tcp.doff 5', 'transport[20:4] 0x020405b4']],
    ['ttl 1', 1010, ['ttl 1 (of flows that do not tell it)']],
    ['not (ttl 9 or fragment)', 1010, ['ttl 9 (of flows that do not tell it)', 'fragment (of flows that do not tell it)']],
  ])('of %s is the mean of the time', async (filter, sum, notExpressible) => {
    expect(await rate(filter)).toEqual({ packetsPerSecond: sum / 300, bitsPerSecond: (sum * 600 * 8) / 300, notExpressible })
  })

  it('is by the sampling that is set now', async () => {
    const { packetsPerSecond } = (await rate('udp', { overrides: new Map([['192.0.2.1', 50]]) })) ?? {}
    expect(packetsPerSecond).toBe((1000 + 500) / 300)
  })

  it('is not known without a flow', async () => {
    expect(await rate(null, { account: 10 })).toBeNull()
    expect(await rate('udp', { to: noon + 301 })).toBeNull()
  })
})
