// The fields of an even selection of the packets of one side, a row each.
import { readIpHeaders, type IpHeaders } from '../../filter/ip-headers.ts'
import { payloadAtMost, payloadEntropy } from '../junk/payload-look.ts'
import type { FedPacket } from '../packet-feed.ts'
import { EvenSample } from './even-sample.ts'
import { payloadPlace } from './payload-place.ts'

/** Fields of a row that hold one number; −1 where the packet does not have it. Entropy in hundredths of a bit. */
export const spreadFieldNames = [
  'protocol',
  'source_port',
  'destination_port',
  'length',
  'ttl',
  'tcp_flags',
  'tcp_window',
  'tcp_header',
  'ip_id',
  'dont_fragment',
  'fragment',
  'icmp_type',
  'udp_length',
  'payload_entropy',
  'source_8',
] as const
export type SpreadFieldName = (typeof spreadFieldNames)[number]

/** Words of four bytes, from the beginning of the payload, that are kept. */
export const payloadWords = 16
const [weightColumn, payloadColumn, optionsColumn, wordsColumn] = [0, 1, 2, 3]
const fieldsColumn = wordsColumn + payloadWords
/** What `optionsColumn` holds of a packet without: no option has number 255 and length 255 before a third byte of 255. */
const noOptions = -1

/** Bytes: of fewer the entropy tells how many there are. */
const entropyLeast = 32

const fragments = { none: 0, first: 1, later: 2 } as const

export class SideFields {
  readonly #sample = new EvenSample(fieldsColumn + spreadFieldNames.length)
  readonly #row = new Int32Array(fieldsColumn + spreadFieldNames.length)
  readonly #counts = new Uint16Array(256)
  readonly #headers: IpHeaders = { bytes: new Uint8Array(0), version: 4, ip: 0, protocol: -1, transport: 0, end: 0, fragment: 'none' }

  add(packet: FedPacket): void {
    const index = this.#sample.next()
    if (index < 0 || !readIpHeaders(this.#headers, packet.layout)) return
    const row = this.#row.fill(-1)
    row[weightColumn] = Math.max(1, packet.sampling)
    this.#readIp(row, this.#headers, packet)
    this.#readTransport(row, this.#headers)
    this.#readPayload(row, this.#headers)
    const { columns } = this.#sample
    for (let at = 0; at < row.length; at++) columns[at][index] = row[at]
  }

  /** Sum of the weights of all rows. */
  weight(): number {
    const { columns, rows } = this.#sample
    let sum = 0
    for (let row = 0; row < rows; row++) sum += columns[weightColumn][row]
    return sum
  }

  /** How much weight each value of a field has. */
  values(name: SpreadFieldName): Map<number, number> {
    const { columns, rows } = this.#sample
    const column = columns[fieldsColumn + spreadFieldNames.indexOf(name)]
    const found = new Map<number, number>()
    for (let row = 0; row < rows; row++) if (column[row] >= 0) count(found, column[row], columns[weightColumn][row])
    return found
  }

  /** The same of four bytes of the payload, as a number without sign. */
  words(index: number): Map<number, number> {
    const { columns, rows } = this.#sample
    const found = new Map<number, number>()
    for (let row = 0; row < rows; row++) {
      if (columns[payloadColumn][row] >= index * 4 + 4) count(found, columns[wordsColumn + index][row] >>> 0, columns[weightColumn][row])
    }
    return found
  }

  /** The same of the first four bytes of TCP options. */
  options(): Map<number, number> {
    const { columns, rows } = this.#sample
    const found = new Map<number, number>()
    for (let row = 0; row < rows; row++) {
      const value = columns[optionsColumn][row]
      if (value !== noOptions) count(found, value >>> 0, columns[weightColumn][row])
    }
    return found
  }

  #readIp(row: Int32Array, { bytes, version, ip, protocol, fragment }: IpHeaders, packet: FedPacket): void {
    set(row, 'protocol', protocol)
    set(row, 'length', Math.min(65_535, packet.wireLength))
    set(row, 'ttl', bytes[ip + (version === 4 ? 8 : 7)])
    set(row, 'fragment', fragments[fragment])
    if (version !== 4) return
    set(row, 'ip_id', word(bytes, ip + 4))
    set(row, 'dont_fragment', (bytes[ip + 6] >> 6) & 1)
    set(row, 'source_8', bytes[ip + 12])
  }

  #readTransport(row: Int32Array, { bytes, protocol, transport, end }: IpHeaders): void {
    if ((protocol === 6 || protocol === 17) && end - transport >= 4) {
      set(row, 'source_port', word(bytes, transport))
      set(row, 'destination_port', word(bytes, transport + 2))
    }
    if (protocol === 17 && end - transport >= 8) set(row, 'udp_length', word(bytes, transport + 4))
    if ((protocol === 1 || protocol === 58) && end - transport >= 2) set(row, 'icmp_type', bytes[transport])
    if (protocol !== 6 || end - transport < 20) return
    set(row, 'tcp_flags', bytes[transport + 13])
    set(row, 'tcp_window', word(bytes, transport + 14))
    set(row, 'tcp_header', bytes[transport + 12] >> 4)
    if (bytes[transport + 12] >> 4 > 5 && end - transport >= 24)
      row[optionsColumn] = (word(bytes, transport + 20) << 16) | word(bytes, transport + 22)
  }

  #readPayload(row: Int32Array, headers: IpHeaders): void {
    const { bytes, end } = headers
    const from = payloadPlace(headers)
    if (from < 0) return
    row[payloadColumn] = end - from
    for (let index = 0; index < payloadWords && from + index * 4 + 4 <= end; index++) {
      const at = from + index * 4
      row[wordsColumn + index] = (word(bytes, at) << 16) | word(bytes, at + 2)
    }
    if (end - from < entropyLeast) return
    const counts = this.#counts.fill(0)
    const to = Math.min(end, from + payloadAtMost)
    for (let at = from; at < to; at++) counts[bytes[at]]++
    set(row, 'payload_entropy', Math.round(payloadEntropy(counts, to - from) * 100))
  }
}

const columnOf = new Map(spreadFieldNames.map((name, index) => [name, fieldsColumn + index] as const))

function set(row: Int32Array, name: SpreadFieldName, value: number): void {
  // Every name has its column.
  row[columnOf.get(name) as number] = value
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1]
}

function count(counts: Map<number, number>, value: number, weight: number): void {
  counts.set(value, (counts.get(value) ?? 0) + weight)
}
