// Reads packet records from bytes that are cut anywhere, such as the chunks of a file.
import { WireError } from '../../contract/wire-errors.ts'
import { createPacketRecordView, readPacketRecord, type PacketRecordView } from '../../wire/packet-record.ts'

const noBytes: Uint8Array = new Uint8Array(0)

/**
 * Pulls records one by one out of an async iterable of bytes: `next` as long as it has some, then `fill` for more. Memory
 * is that of one chunk and one record.
 */
export class RecordChunks {
  /** The record that `next` has read; its bytes stay as they are, the object is reused. */
  readonly view: PacketRecordView = createPacketRecordView()
  private readonly chunks: AsyncIterator<Uint8Array>
  private bytes = noBytes
  private at = 0

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]()
  }

  /**
   * @returns false when the next record has not come whole
   * @throws WireError bad_packet
   */
  next(): boolean {
    const next = readPacketRecord(this.bytes, this.at, this.bytes.length, this.view)
    if (next < 0) return false
    this.at = next
    return true
  }

  /**
   * Waits for more bytes.
   * @returns false at the end
   * @throws WireError truncated when the bytes end inside a record
   */
  async fill(): Promise<boolean> {
    const { done, value } = await this.chunks.next()
    const rest = this.bytes.subarray(this.at)
    if (done === true) {
      if (rest.length > 0) throw new WireError('truncated', 'packet record')
      return false
    }
    this.bytes = rest.length === 0 ? value : joined(rest, value)
    this.at = 0
    return true
  }

  /** Ends the reading early: whatever the bytes come from is closed. */
  async close(): Promise<void> {
    await this.chunks.return?.()
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
