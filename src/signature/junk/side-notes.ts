// What was seen of one side: a row for each packet of an even selection, and the sources of all.
import { readIpHeaders, type IpHeaders } from '../../filter/ip-headers.ts'
import type { FedPacket } from '../packet-feed.ts'
import { EvenSample } from '../spread/even-sample.ts'
import { lookAtPacket, type PacketNotes } from './packet-look.ts'
import { PayloadLook } from './payload-look.ts'
import { SourceCounter } from './source-counter.ts'

/** Columns of a row. `sourcePort` is −1 where there is none. */
const column = { looked: 0, found: 1, payload: 2, ttl: 3, sourcePort: 4 } as const

export class SideNotes {
  readonly sources = new SourceCounter()
  readonly payload = new PayloadLook()
  readonly #sample = new EvenSample(Object.keys(column).length)
  readonly #notes: PacketNotes = { looked: 0, found: 0 }
  readonly #headers: IpHeaders = {
    bytes: new Uint8Array(0),
    version: 4,
    ip: 0,
    protocol: -1,
    transport: 0,
    end: 0,
    fragment: 'none',
  }

  add(packet: FedPacket): void {
    const row = this.#sample.next()
    const headers = this.#headers
    if (!readIpHeaders(headers, packet.layout)) return
    const is4 = headers.version === 4
    this.sources.add(headers.bytes, headers.ip + (is4 ? 12 : 8), is4 ? 4 : 16)
    if (row < 0) return
    lookAtPacket(this.#notes, headers, packet, this.payload)
    const { columns } = this.#sample
    columns[column.looked][row] = this.#notes.looked
    columns[column.found][row] = this.#notes.found
    columns[column.payload][row] = this.payload.hash
    columns[column.ttl][row] = headers.bytes[headers.ip + (is4 ? 8 : 7)]
    columns[column.sourcePort][row] = sourcePort(headers)
  }

  get rows(): number {
    return this.#sample.rows
  }

  /** Rows that were looked at for this, and those of them with one of these reasons. @param look 0 for every row */
  count(look: number, reasons: number): { readonly hits: number; readonly of: number } {
    const { columns, rows } = this.#sample
    let [hits, of] = [0, 0]
    for (let row = 0; row < rows; row++) {
      if (look !== 0 && (columns[column.looked][row] & look) === 0) continue
      of++
      if ((columns[column.found][row] & reasons) !== 0) hits++
    }
    return { hits, of }
  }

  /** The commonest value of a column and how often it is there, among rows that were looked at for this. */
  commonest(name: 'payload' | 'ttl', look: number): { readonly value: number; readonly hits: number; readonly of: number } {
    const { columns, rows } = this.#sample
    const counts = new Map<number, number>()
    let of = 0
    for (let row = 0; row < rows; row++) {
      if (look !== 0 && (columns[column.looked][row] & look) === 0) continue
      of++
      const value = columns[column[name]][row]
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    let [value, hits] = [0, 0]
    for (const [found, times] of counts) if (times > hits) [value, hits] = [found, times]
    return { value, hits, of }
  }

  /** Whether source ports lie as evenly over all 65 536 as chance would have them; false with too few to tell. */
  hasEvenPorts(): boolean {
    const { columns, rows } = this.#sample
    const bins = new Float64Array(64)
    let of = 0
    for (let row = 0; row < rows; row++) {
      const port = columns[column.sourcePort][row]
      if (port < 0) continue
      bins[port >> 10]++
      of++
    }
    const distance = bins.reduce((sum, count) => sum + Math.abs(count / of - 1 / 64), 0) / 2
    // Chance alone makes about 3.2/√n of distance over 64 bins; twice that, and a little, is still even.
    return of >= 500 && distance < 6.4 / Math.sqrt(of) + 0.02
  }
}

function sourcePort({ bytes, protocol, transport, end }: IpHeaders): number {
  if ((protocol !== 6 && protocol !== 17) || end - transport < 4) return -1
  return (bytes[transport] << 8) | bytes[transport + 1]
}
