// Record by record against the values that the test suites of two other decoders state, for all fields that have a column.
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { FlowBatch } from '../contract/flow-batch.ts'
import { flowPayloads } from '../wire/capture-file.ts'
import type { ExportHeader } from '../wire/export-header.ts'
import type { OptionsValue } from '../wire/flow-host.ts'
import type { SflowSample } from '../wire/sflow-sample.ts'
import { fileLimits, FlowSession } from '../wire/session/flow-session.ts'
import type { FlowTemplate } from '../wire/template.ts'
import { flowObject } from './flow-line.ts'

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))
const logstash = `${corpus}logstash-plugins+logstash-codec-netflow/`
const telegraf = `${corpus}influxdata+telegraf/plugins/inputs/netflow/testcases/`

function present(): boolean {
  try {
    return statSync(`${logstash}expected-from-spec.json`).isFile()
  } catch {
    // Another machine: nothing to compare with.
    return false
  }
}

type Flow = Readonly<Record<string, string | number>>

/** A record in the order of the file: its flow and the flow that came back, or neither for an options record. */
interface DecodedRecord {
  readonly flow: Flow | undefined
  readonly back: Flow | undefined
}

class RecordSession extends FlowSession {
  readonly records: DecodedRecord[] = []

  override recordsWritten(header: ExportHeader, template: FlowTemplate | null, from: number, to: number, records: number): void {
    super.recordsWritten(header, template, from, to, records)
    const flows = rows(this.batch, from, to)
    const backs = flows.slice(records)
    for (const flow of flows.slice(0, records)) {
      // The rows of the way back are in the order of their records, of which some have none.
      const [next] = backs
      const back = next !== undefined && isWayBack(flow, next) ? backs.shift() : undefined
      this.records.push({ flow, back })
    }
    if (backs.length > 0) throw new Error(`${backs.length} rows are the way back of no record`)
  }

  override optionsRecord(header: ExportHeader, values: readonly OptionsValue[]): void {
    super.optionsRecord(header, values)
    this.records.push({ flow: undefined, back: undefined })
  }

  override sflowFlowSample(sample: SflowSample, row: number): void {
    super.sflowFlowSample(sample, row)
    this.records.push({ flow: flowObject(this.batch, row), back: undefined })
  }
}

function rows(batch: FlowBatch, from: number, to: number): Flow[] {
  return Array.from({ length: to - from }, (_, index) => flowObject(batch, from + index))
}

function isWayBack(flow: Flow, back: Flow): boolean {
  const ends = (a: Flow, side: string): string => `${a[`${side}_addr`]} ${a[`${side}_port`]}`
  return ends(flow, 'src') === ends(back, 'dst') && ends(flow, 'dst') === ends(back, 'src')
}

function decode(files: readonly string[]): DecodedRecord[] {
  const session = new RecordSession(fileLimits, {})
  for (const file of files) {
    const bytes = readFileSync(file)
    for (const { offset, length, source, timeNs } of flowPayloads(bytes))
      session.decode({ bytes: bytes.subarray(offset, offset + length), source, timeNs })
  }
  return session.records
}

/** What is written in many ways, in one: nothing and zero alike, times in milliseconds, all else as text. */
function plain(value: unknown): string {
  if (value === undefined || value === null || value === '' || value === '0.0.0.0' || value === '::' || value === '00:00:00:00:00:00')
    return '0'
  // Objects are read by their own functions; what comes here is a number or a text.
  const text = `${value as string | number}`
  return /^\d{4}-\d\d-\d\dT/.test(text) ? String(Date.parse(text)) : text
}

/** How a field of the other decoder reads in our columns; undefined where the record says it in another field. */
type Reading = (
  flow: Flow,
  value: unknown,
  record: ExpectedRecord,
  back: Flow | undefined,
) => readonly [ours: unknown, theirs: unknown] | undefined

type ExpectedRecord = Readonly<Record<string, unknown>>

function column(name: string): Reading {
  return (flow, value) => [flow[name], value]
}

/** A column that this field fills only where the record has none of the others, or where those are zero. */
function unless(name: string, ...others: readonly string[]): Reading {
  return (flow, value, record) => (others.some((other) => plain(record[other]) !== '0') ? undefined : [flow[name], value])
}

function ofAddress(name: string): Reading {
  // Records with fields for both families leave those of the other zero.
  return (flow, value) => (plain(value) === '0' && flow[name] !== undefined ? undefined : [flow[name], value])
}

function seconds(name: string): Reading {
  return (flow, value) => [flow[name], typeof value === 'number' ? value * 1000 : value]
}

const observedAt: Reading = (flow, value) => [flow['observed_at'], ['ingress', 'egress'][Number(value)]]
const icmp: Reading = (flow, value) => [Number(flow['icmp_type'] ?? 0) * 256 + Number(flow['icmp_code'] ?? 0), value]
const forwarding: Reading = (flow, value) => {
  const { status, reason } = value as { status: number; reason: number }
  return [flow['forwarding_status'], status * 64 + reason]
}
const back =
  (name: string): Reading =>
  (_flow, value, _record, wayBack) => [wayBack?.[name], value]

const logstashFields: Readonly<Record<string, Reading>> = {
  ipv4_src_addr: ofAddress('src_addr'),
  ipv6_src_addr: ofAddress('src_addr'),
  sourceIPv4Address: ofAddress('src_addr'),
  sourceIPv6Address: ofAddress('src_addr'),
  ipv4_dst_addr: ofAddress('dst_addr'),
  ipv6_dst_addr: ofAddress('dst_addr'),
  destinationIPv4Address: ofAddress('dst_addr'),
  destinationIPv6Address: ofAddress('dst_addr'),
  l4_src_port: column('src_port'),
  sourceTransportPort: column('src_port'),
  l4_dst_port: column('dst_port'),
  destinationTransportPort: column('dst_port'),
  protocol: column('protocol'),
  protocolIdentifier: column('protocol'),
  tcp_flags: column('tcp_flags'),
  tcpControlBits: column('tcp_flags'),
  src_tos: column('tos'),
  ipClassOfService: column('tos'),
  in_bytes: column('bytes'),
  octetDeltaCount: column('bytes'),
  octetTotalCount: (flow, value, record) => ('octetDeltaCount' in record ? undefined : [flow['bytes'], value]),
  in_permanent_bytes: column('bytes'),
  fwd_flow_delta_bytes: column('bytes'),
  in_pkts: column('packets'),
  packetDeltaCount: column('packets'),
  packetTotalCount: (flow, value, record) => ('packetDeltaCount' in record ? undefined : [flow['packets'], value]),
  rev_flow_delta_bytes: back('bytes'),
  reverseOctetTotalCount: back('bytes'),
  reversePacketTotalCount: back('packets'),
  ixiaRevOctetDeltaCount: back('bytes'),
  ixiaRevPacketDeltaCount: back('packets'),
  reverseIpClassOfService: back('tos'),
  reverseVlanId: back('src_vlan'),
  input_snmp: column('in_if'),
  ingressInterface: column('in_if'),
  output_snmp: column('out_if'),
  egressInterface: column('out_if'),
  ipv4_next_hop: column('next_hop'),
  ipNextHopIPv4Address: column('next_hop'),
  ipNextHopIPv6Address: column('next_hop'),
  bgp_ipv4_next_hop: unless('next_hop', 'ipv4_next_hop'),
  src_as: column('src_as'),
  bgpSourceAsNumber: column('src_as'),
  dst_as: column('dst_as'),
  bgpDestinationAsNumber: column('dst_as'),
  src_mask: column('src_mask'),
  dst_mask: column('dst_mask'),
  src_vlan: column('src_vlan'),
  vlanId: column('src_vlan'),
  dst_vlan: column('dst_vlan'),
  in_src_mac: column('src_mac'),
  sourceMacAddress: column('src_mac'),
  out_src_mac: unless('src_mac', 'in_src_mac'),
  in_dst_mac: column('dst_mac'),
  out_dst_mac: unless('dst_mac', 'in_dst_mac'),
  ethernetType: column('ethertype'),
  ipv4_ident: column('fragment_id'),
  direction: observedAt,
  flowDirection: observedAt,
  icmpTypeCodeIPv4: icmp,
  forwarding_status: forwarding,
  icmp_code: column('icmp_code'),
  // Type and code in one where the code has no field of its own.
  icmp_type: (flow, value, record, wayBack) => ('icmp_code' in record ? [flow['icmp_type'], value] : icmp(flow, value, record, wayBack)),
  first_switched: column('flow_start'),
  last_switched: column('flow_end'),
  flowStartSeconds: seconds('flow_start'),
  flowEndSeconds: seconds('flow_end'),
  flowStartMilliseconds: column('flow_start'),
  flowEndMilliseconds: column('flow_end'),
  flow_start_msec: column('flow_start'),
  event_time_msec: column('flow_end'),
  xlate_src_addr_ipv4: column('nat_src_addr'),
  xlate_dst_addr_ipv4: column('nat_dst_addr'),
  xlate_src_port: column('nat_src_port'),
  xlate_dst_port: column('nat_dst_port'),
  postNATSourceIPv4Address: column('nat_src_addr'),
  postNATDestinationIPv4Address: column('nat_dst_addr'),
  // In v5 the header's, which every record has; in others a field of the record.
  sampling_interval: column('sampling_rate'),
  samplingInterval: column('sampling_rate'),
}

/** `CEUAPRSF`, a dot for each flag that is not set. */
const flags: Reading = (flow, value) => {
  const bits = Array.from(String(value), (letter, index): number => (letter === '.' ? 0 : 0x80 >> index))
  return [flow['tcp_flags'], bits.reduce((sum, bit) => sum + bit, 0)]
}
const hex = (read: (flow: Flow, wayBack: Flow | undefined) => unknown): Reading => {
  return (flow, value, _record, wayBack) => [read(flow, wayBack), Number(value)]
}
const protocolNumbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, 'ipv6-icmp': 58, hopopt: 0 }

const telegrafFields: Readonly<Record<string, Reading>> = {
  src: column('src_addr'),
  dst: column('dst_addr'),
  src_port: column('src_port'),
  dst_port: column('dst_port'),
  protocol: (flow, value) => [flow['protocol'], protocolNumbers[String(value)] ?? `no number for ${String(value)}`],
  in_bytes: column('bytes'),
  in_packets: column('packets'),
  in_total_bytes: column('bytes'),
  // In sFlow the pool of the sample.
  in_total_packets: (flow, value) => (flow['export_protocol'] === 'sflow5' ? undefined : [flow['packets'], value]),
  l2_bytes: column('bytes'),
  src_tos: hex((flow) => flow['tos']),
  tcp_flags: flags,
  vlan_src: column('src_vlan'),
  in_snmp: column('in_if'),
  out_snmp: column('out_if'),
  in_src_mac: column('src_mac'),
  out_dst_mac: column('dst_mac'),
  flow_start_ms: column('flow_start'),
  flow_end_ms: column('flow_end'),
  next_hop: column('next_hop'),
  src_mask: column('src_mask'),
  dst_mask: column('dst_mask'),
  bgp_src_as: column('src_as'),
  bgp_dst_as: column('dst_as'),
  direction: column('observed_at'),
  ttl: column('ttl'),
  fragment_offset: column('fragment_offset'),
  ipv4_id: column('fragment_id'),
  sampling_interval: column('sampling_rate'),
  icmp_type: column('icmp_type'),
  icmp_code: column('icmp_code'),
  type_29305_85: hex((_flow, wayBack) => wayBack?.['bytes']),
  type_29305_86: hex((_flow, wayBack) => wayBack?.['packets']),
  type_29305_5: hex((_flow, wayBack) => wayBack?.['tos']),
  type_29305_58: hex((_flow, wayBack) => wayBack?.['src_vlan']),
}

interface Dispute {
  readonly field: RegExp
  readonly where: RegExp
  readonly holds: (ours: string, theirs: string) => boolean
  readonly why: string
}

/** Where the other decoder is wrong, and why we keep to ours. Each names the difference that it explains, no other passes. */
const disputed: readonly Dispute[] = [
  {
    // Netflow 9 valid 01: exported at 1444331070 with an uptime of 45.076 s, the first packet at an uptime of 1.216 s. The
    // difference is 1444331026.140; they say 1444331027.140. tshark reads the same header and uptimes.
    field: /^(first|last)_switched$/,
    where: /^Netflow ?[59]/i,
    holds: (ours, theirs) => Number(theirs) - Number(ours) === 1000,
    why: 'there, times are a second later than header and uptime add up to',
  },
  {
    // Uptime 3381 ms, first packet at 4294967295, which is 1 ms before boot.
    field: /^first_switched$/,
    where: /^Netflow 5 valid 01/,
    holds: (ours, theirs) => Number(theirs) - Number(ours) === 2 ** 32,
    why: 'an uptime from before the counter wrapped is taken for one in 49.7 days',
  },
  {
    // tshark, like us, shows input interfaces 101, 97, 60, 97 where they have the source id of the sample: 60, 76, 101, 72.
    field: /^in_snmp$/,
    where: /^sflow_issue_15918/,
    holds: (ours, theirs) => ['101 60', '97 76', '60 101', '97 72'].includes(`${ours} ${theirs}`),
    why: 'the input interface of egress samples is replaced by the interface that sampled',
  },
  {
    // Samples 3 and 6 went out by "multiple interfaces (10)": neither input nor output is the source of the sample.
    field: /^direction$/,
    where: /^sflow_issue_15918/,
    holds: (ours, theirs) => ours === '0' && theirs === 'egress',
    why: 'what was sampled neither at the input nor at a known output is called egress',
  },
  {
    field: /^protocol$/,
    where: /^sflow_issue_15918/,
    holds: (ours) => ours === '58',
    why: 'the protocol of a packet with IPv6 extension headers is the first of these there, here the transport protocol behind them',
  },
]

/** Agreement by field, and what differs. */
class Table {
  readonly #counts = new Map<string, { agree: number; differ: number }>()
  readonly #withoutColumn = new Set<string>()
  readonly unexplained: string[] = []
  readonly #disputes = new Map<string, number>()
  compared = 0

  field(where: string, name: string, reading: readonly [ours: unknown, theirs: unknown]): void {
    const [ours, theirs] = reading.map(plain)
    const counts = this.#counts.get(name) ?? { agree: 0, differ: 0 }
    this.#counts.set(name, counts)
    this.compared++
    if (ours === theirs) {
      counts.agree++
      return
    }
    counts.differ++
    const dispute = disputed.find((entry) => entry.field.test(name) && entry.where.test(where) && entry.holds(ours ?? '', theirs ?? ''))
    if (dispute === undefined) this.unexplained.push(`${where}: ${name} ${ours}, expected ${theirs}`)
    else this.#disputes.set(dispute.why, (this.#disputes.get(dispute.why) ?? 0) + 1)
  }

  without(name: string): void {
    this.#withoutColumn.add(name)
  }

  print(title: string): void {
    const lines = [...this.#counts].map(([name, { agree, differ }]) => `  ${name.padEnd(30)} ${agree} of ${agree + differ}`)
    const disputes = [...this.#disputes].map(([why, count]) => `  ${count} values: ${why}`)
    console.log(
      `${title}: ${this.compared} values compared\n${lines.join('\n')}\n${disputes.join('\n')}\n  without a column: ${[...this.#withoutColumn].join(' ')}`,
    )
  }
}

function compareRecord(
  table: Table,
  where: string,
  fields: Readonly<Record<string, Reading>>,
  record: DecodedRecord,
  expected: ExpectedRecord,
): void {
  if (record.flow === undefined) return
  for (const [name, value] of Object.entries(expected)) {
    const reading = fields[name]
    if (reading === undefined) table.without(name)
    else {
      const pair = reading(record.flow, value, expected, record.back)
      if (pair !== undefined) table.field(where, name, pair)
    }
  }
}

interface LogstashCase {
  readonly case: string
  readonly packets: readonly string[]
  readonly decoded_event_count: number | null
  readonly expected_events: Readonly<Record<string, Readonly<Record<string, ExpectedRecord>>>>
  readonly field_assertions: readonly { readonly event: number; readonly field: string; readonly op: string; readonly value: unknown }[]
}

/** A line of the Influx line protocol. */
function influxRecord(line: string): ExpectedRecord {
  const start = line.indexOf(' ') + 1
  const fields = [...line.slice(start).matchAll(/([A-Za-z0-9_]+)=(?:"([^"]*)"|([^,\s]*))/g)]
  return Object.fromEntries(
    fields.map(([, name = '', text, value = '']) => [name, text ?? (/^\d+u$/.test(value) ? Number(value.slice(0, -1)) : value)]),
  )
}

describe.skipIf(!present())(`golden records${present() ? '' : ` (skipped: there is no ${corpus})`}`, () => {
  it('agree with the events that the logstash specs assert', () => {
    const { cases } = JSON.parse(readFileSync(`${logstash}expected-from-spec.json`, 'utf8')) as { cases: LogstashCase[] }
    const table = new Table()
    const counts: string[] = []
    for (const { case: name, packets, decoded_event_count, expected_events, field_assertions } of cases) {
      const records = decode(packets.map((packet) => `${logstash}spec/codecs/${packet}`))
      if (decoded_event_count !== null && records.length !== decoded_event_count)
        counts.push(`${name}: ${records.length} records, expected ${decoded_event_count}`)
      for (const [index, event] of Object.entries(expected_events)) {
        const record = records[Number(index)]
        const expected = event['netflow'] ?? event['ipfix'] ?? {}
        if (record === undefined) table.unexplained.push(`${name}: there is no record ${index}`)
        else compareRecord(table, `${name} [${index}]`, logstashFields, record, expected)
      }
      for (const { event, field, op, value } of field_assertions) {
        const record = records[event]
        if (op === 'eq' && record !== undefined)
          compareRecord(table, `${name} [${event}]`, logstashFields, record, { [field.replace(/^\w+\./, '')]: value })
      }
    }
    table.print('logstash')
    expect(table.unexplained).toEqual([])
    expect(counts).toEqual([
      // Twelve datagrams and three messages in one file, of which the reference decodes the first: 30 records by the counts of
      // the headers, and 12 data records with 1 options record as in expected-tshark.json.
      'Netflow 5 valid 01: 30 records, expected 2',
      'IPFIX: 13 records, expected 7',
      // The data comes before its template too; here it waits and is decoded twice 3, there it is dropped.
      'IPFIX Netscaler with variable length fields: 6 records, expected 3',
    ])
    expect(table.compared).toBeGreaterThan(500)
  })

  it.each([
    ['ipfix_example', ['ipfix_0.bin', 'ipfix_1.bin', 'ipfix_2.bin', 'ipfix_3.bin', 'ipfix_4.bin', 'ipfix_5.bin', 'ipfix_6.bin'], 29],
    ['ipfix_pen_35632', ['message-1.bin', 'message-2.bin', 'message-3.bin', 'message-4.bin'], 2],
    ['issue_13305', ['message-1.bin', 'message-2.bin', 'message-3.bin', 'message-4.bin'], 2],
    ['issue_14370', ['message.bin'], 2],
    ['netflow_v5_example', ['netflow_v5.bin'], 8],
    ['netflow_v9_example', ['netflow_v9.bin'], 8],
    ['sflow_issue_15918', ['message.bin'], 6],
  ])('agree with the expected output of telegraf: %s', (name, files, records) => {
    const lines = readFileSync(`${telegraf}${name}/expected.out`, 'utf8').split('\n')
    const expected = lines
      .filter((line) => line.startsWith('netflow,'))
      .map(influxRecord)
      .filter((record) => 'dst' in record)
    const flows = decode(files.map((file) => `${telegraf}${name}/${file}`)).filter(({ flow }) => flow !== undefined)
    expect([flows.length, expected.length]).toEqual([records, records])
    const table = new Table()
    // Their lines are in no order.
    for (const [index, record] of expected.entries()) {
      const best = flows
        .map((flow) => ({ flow, table: differencesOf(flow, record) }))
        .toSorted((a, b) => a.table.unexplained.length - b.table.unexplained.length)[0]
      if (best === undefined) throw new Error('there are as many flows as lines')
      flows.splice(flows.indexOf(best.flow), 1)
      compareRecord(table, `${name} [${index}]`, telegrafFields, best.flow, record)
    }
    table.print(`telegraf ${name}`)
    expect(table.unexplained).toEqual([])
  })
})

function differencesOf(flow: DecodedRecord, expected: ExpectedRecord): Table {
  const table = new Table()
  compareRecord(table, '', telegrafFields, flow, expected)
  return table
}
