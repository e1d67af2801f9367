// Copies of datagrams on their way from a collector thread to the main thread: many in one buffer, which is transferred.
import type { TappedDatagram } from '../contract/datagram-tap.ts'
import { formatWords, type AddressWords } from './address-words.ts'

/** Time 8 (a double), source 16, source port 2, listener 2, missed 4, length 4; then the bytes. All little-endian. */
const headLength = 36
/** A tick brings a few datagrams; more doubles it. */
const firstBytes = 16_384

export interface TapHead extends Omit<TappedDatagram, 'source' | 'bytes'> {
  readonly source: AddressWords
}

export class TapRecords {
  #view = new DataView(new ArrayBuffer(0))
  #used = 0

  add(head: TapHead, bytes: Uint8Array): void {
    this.#makeRoom(headLength + bytes.length)
    const at = this.#used
    const view = this.#view
    view.setFloat64(at, head.at, true)
    for (const [index, word] of head.source.entries()) view.setUint32(at + 8 + index * 4, word, true)
    view.setUint16(at + 24, head.sourcePort, true)
    view.setUint16(at + 26, head.listener, true)
    view.setUint32(at + 28, head.missed, true)
    view.setUint32(at + 32, bytes.length, true)
    new Uint8Array(view.buffer).set(bytes, at + headLength)
    this.#used = at + headLength + bytes.length
  }

  #makeRoom(bytes: number): void {
    const { buffer } = this.#view
    const wanted = this.#used + bytes
    if (wanted <= buffer.byteLength) return
    const larger = new Uint8Array(Math.max(firstBytes, wanted, buffer.byteLength * 2))
    larger.set(new Uint8Array(buffer, 0, this.#used))
    this.#view = new DataView(larger.buffer)
  }

  /** Gives away what there is, with its buffer; undefined when that is nothing. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#used === 0) return undefined
    const records = new Uint8Array(this.#view.buffer, 0, this.#used)
    this.#view = new DataView(new ArrayBuffer(0))
    this.#used = 0
    return records
  }
}

/** Each datagram owns its bytes: whoever keeps one keeps no more than that. */
export function readTapRecords(records: Uint8Array): TappedDatagram[] {
  const view = new DataView(records.buffer, records.byteOffset, records.length)
  const datagrams: TappedDatagram[] = []
  for (let at = 0; at < records.length;) {
    const word = (index: number) => view.getUint32(at + 8 + index * 4, true)
    const start = at + headLength
    const end = start + view.getUint32(at + 32, true)
    datagrams.push({
      at: view.getFloat64(at, true),
      source: formatWords([word(0), word(1), word(2), word(3)]),
      sourcePort: view.getUint16(at + 24, true),
      listener: view.getUint16(at + 26, true),
      missed: view.getUint32(at + 28, true),
      bytes: records.slice(start, end),
    })
    at = end
  }
  return datagrams
}
