// A random selection of packets as columns: what a filter can ask for, one row a packet, in memory of a fixed size.
import { portProtocols, type NumberFieldName } from '../../contract/packet-filter.ts'
import { readIpHeaders, type IpHeaders } from '../../filter/ip-headers.ts'
import { leastTcpWords, transportBytes, udpHeaderBytes } from '../../filter/transport-bytes.ts'
import { read16 } from '../../wire/big-endian.ts'
import type { FedPacket } from '../packet-feed.ts'
import { SeededRandom } from '../../base/seeded-random.ts'

/** Fields of one number. −1 where a packet does not have it. `fragment`: an index of `fragmentKinds`. */
export const featureNames = [
  'protocol',
  'version',
  'fragment',
  'source_port',
  'destination_port',
  'flags',
  'icmp_type',
  'icmp_code',
  'length',
  'udp_length',
  'ttl',
  'dscp',
  'window',
  'tcp_header',
  'ip_id',
  'dont_fragment',
] as const satisfies readonly (NumberFieldName | 'fragment' | 'source_port' | 'destination_port' | 'flags')[]
export type FeatureName = (typeof featureNames)[number]

export const fragmentKinds = ['none', 'first', 'later'] as const

/** Bytes kept of each packet from its transport header on: the longest TCP header, and 64 bytes of payload behind others. */
export const keptBytes = 128

/** Bytes of an address; IPv4 has the first four. */
export const addressBytes = 16

const hasPorts = new Uint8Array(256)
for (const protocol of portProtocols) hasPorts[protocol] = 1

export class Selection {
  /** Rows that are filled. */
  rows = 0
  /** Packets that could have been selected. */
  seen = 0
  readonly capacity: number
  readonly columns: Readonly<Record<FeatureName, Int32Array>>
  /** How many packets each stands for. */
  readonly weights: Float64Array
  /** `keptBytes` a row, of which the first `kept` are there. */
  readonly bytes: Uint8Array
  readonly kept: Uint8Array
  /** Where the payload begins in the kept bytes; −1 for protocols of which a filter knows none. */
  readonly payload: Int16Array
  /** Source addresses. */
  readonly sources: Uint8Array
  readonly #random: SeededRandom
  readonly #headers: IpHeaders = { bytes: new Uint8Array(0), version: 4, ip: 0, protocol: -1, transport: 0, end: 0, fragment: 'none' }

  constructor(capacity: number, seed: number) {
    this.capacity = capacity
    // The keys are those of the list.
    this.columns = Object.fromEntries(featureNames.map((name) => [name, new Int32Array(capacity)])) as Record<FeatureName, Int32Array>
    this.weights = new Float64Array(capacity)
    this.bytes = new Uint8Array(capacity * keptBytes)
    this.kept = new Uint8Array(capacity)
    this.payload = new Int16Array(capacity)
    this.sources = new Uint8Array(capacity * addressBytes)
    this.#random = new SeededRandom(seed)
  }

  /** Every packet has the same chance to be in the selection in the end (Vitter's algorithm R). */
  add(packet: FedPacket): void {
    const row = this.seen++ < this.capacity ? this.rows++ : this.#random.below(this.seen)
    if (row < this.capacity) this.#fill(row, packet)
  }

  #fill(row: number, { layout, sampling }: FedPacket): void {
    const headers = this.#headers
    readIpHeaders(headers, layout)
    this.weights[row] = sampling
    this.#fillNetwork(row, headers)
    this.#fillTransport(row, headers)
    const { bytes, transport, end } = headers
    const kept = Math.min(keptBytes, end - transport)
    this.kept[row] = kept
    for (let at = 0; at < kept; at++) this.bytes[row * keptBytes + at] = bytes[transport + at]
  }

  #fillNetwork(row: number, { bytes, ip, version, protocol, fragment }: IpHeaders): void {
    const { columns } = this
    const isVersion4 = version === 4
    columns.version[row] = version
    columns.protocol[row] = protocol
    columns.fragment[row] = fragmentKinds.indexOf(fragment)
    columns.length[row] = isVersion4 ? read16(bytes, ip + 2) : Math.min(65_535, 40 + read16(bytes, ip + 4))
    columns.ttl[row] = bytes[ip + (isVersion4 ? 8 : 7)]
    columns.dscp[row] = isVersion4 ? bytes[ip + 1] >> 2 : (read16(bytes, ip) >> 6) & 0x3f
    columns.ip_id[row] = isVersion4 ? read16(bytes, ip + 4) : -1
    columns.dont_fragment[row] = isVersion4 ? (bytes[ip + 6] >> 6) & 1 : -1
    const at = row * addressBytes
    for (let index = 0; index < addressBytes; index++) {
      this.sources[at + index] = isVersion4 ? (index < 4 ? bytes[ip + 12 + index] : 0) : bytes[ip + 8 + index]
    }
  }

  #fillTransport(row: number, { bytes, transport, end, protocol }: IpHeaders): void {
    const { columns } = this
    const there = end - transport
    const withPorts = hasPorts[protocol] === 1 && there >= transportBytes.port
    columns.source_port[row] = withPorts ? read16(bytes, transport) : -1
    columns.destination_port[row] = withPorts ? read16(bytes, transport + 2) : -1
    const withIcmp = (protocol === 1 || protocol === 58) && there >= transportBytes.icmp
    columns.icmp_type[row] = withIcmp ? bytes[transport] : -1
    columns.icmp_code[row] = withIcmp ? bytes[transport + 1] : -1
    columns.udp_length[row] = protocol === 17 && there >= transportBytes.udpLength ? read16(bytes, transport + 4) : -1
    const words = protocol === 6 && there >= transportBytes.tcpHeader ? bytes[transport + 12] >> 4 : -1
    const withTcp = protocol === 6 && there >= transportBytes.tcp
    columns.tcp_header[row] = words
    columns.flags[row] = withTcp ? bytes[transport + 13] : -1
    columns.window[row] = withTcp ? read16(bytes, transport + 14) : -1
    this.payload[row] = protocol === 17 && there > 0 ? udpHeaderBytes : words >= leastTcpWords ? words * 4 : -1
  }
}
