// Gathers the newest packets that pass a question, out of files of sample blocks.
import { createPacketLayout, locateHeaders } from '../../wire/packet-layout.ts'
import {
  createPacketRecordView,
  maxPacketRecordBytes,
  packetRecordHeaderBytes,
  PacketRecordWriter,
  readPacketRecord,
  type PacketRecordView,
} from '../../wire/packet-record.ts'
import { linkType } from '../../wire/packet-tables.ts'
import { sampleBlocks } from '../../wire/sample-block.ts'
import { WireError } from '../../contract/wire-errors.ts'
import { packetTest } from '../../filter/packet-test.ts'
import type { SampleAnswer, SampleQuestion } from './sample-search.ts'

interface FoundPacket {
  /** Seconds since 1970; a double tells quarters of a microsecond. */
  readonly time: number
  /** The packet record, cut to the snap length. */
  readonly record: Uint8Array
}

/** Packets beyond the limit that are gathered before the oldest are let go. */
const spare = 16_384
const chunkBytes = 1_048_576

export class FoundSamples {
  readonly #question: SampleQuestion
  readonly #passes: ReturnType<typeof packetTest>
  readonly #layout = createPacketLayout()
  readonly #view = createPacketRecordView()
  readonly #writer = new PacketRecordWriter(maxPacketRecordBytes)
  /** By time, and of the same time as they came. */
  #found: FoundPacket[] = []
  /** Those of the file at hand. */
  #ofFile: FoundPacket[] = []
  /** Files, or ends of files, that were damaged and left out. */
  damaged = 0

  constructor(question: SampleQuestion) {
    this.#question = question
    this.#passes = packetTest(question.filter)
  }

  /** Whether nothing before this time is wanted any more. @param time ms since 1970 */
  isFullFrom(time: number): boolean {
    if (this.#found.length < this.#question.limit) return false
    this.#letOldestGo()
    return (this.#found[0]?.time ?? 0) * 1000 >= time
  }

  /**
   * Takes what passes out of a file. Files are looked at from the newest to the oldest. Where one is damaged, what stands
   * before has been taken.
   */
  lookAt(file: Uint8Array): void {
    this.#ofFile = []
    try {
      for (const block of sampleBlocks(file)) {
        if (block.account === this.#question.account) this.#lookAtRecords(block.bytes, block.start, block.end)
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.damaged++
    }
    this.#found = [...this.#ofFile, ...this.#found]
    if (this.#found.length > 2 * this.#question.limit + spare) this.#letOldestGo()
  }

  #lookAtRecords(bytes: Uint8Array, start: number, end: number): void {
    const view = this.#view
    for (let at = start; at < end;) {
      at = readPacketRecord(bytes, at, end, view)
      if (at < 0) return
      if (this.#isWanted(view)) this.#keep(view)
    }
  }

  #isWanted(view: PacketRecordView): boolean {
    const ms = view.seconds * 1000 + view.nanoseconds / 1e6
    if (ms < this.#question.from || ms > this.#question.to) return false
    const layout = this.#layout
    layout.bytes = view.bytes
    layout.end = view.end
    locateHeaders(layout, view.start, view.ethernet ? linkType.ethernet : linkType.raw)
    return this.#passes(layout)
  }

  #keep(view: PacketRecordView): void {
    const ipAt = this.#layout.ip === -1 ? view.start : this.#layout.ip
    view.end = Math.min(view.end, ipAt + this.#question.snapLength)
    this.#writer.append(view, view)
    this.#ofFile.push({ time: view.seconds + view.nanoseconds / 1e9, record: this.#writer.take() })
  }

  #letOldestGo(): void {
    this.#found.sort((a, b) => a.time - b.time)
    this.#found = this.#found.slice(-this.#question.limit)
  }

  answer(): Omit<SampleAnswer, 'keptSince'> {
    this.#letOldestGo()
    const kept = withinBytes(this.#found, this.#question.byteLimit)
    const records: Uint8Array[] = []
    for (let from = 0; from < kept.length;) {
      const to = chunkEnd(kept, from)
      records.push(Buffer.concat(kept.slice(from, to).map(({ record }) => record)))
      from = to
    }
    return { records, packets: kept.length, bytes: packetBytes(kept) }
  }
}

function packetBytes(packets: readonly FoundPacket[]): number {
  return packets.reduce((sum, { record }) => sum + record.length - packetRecordHeaderBytes, 0)
}

/** The newest packets whose bytes together are within the limit. */
function withinBytes(packets: readonly FoundPacket[], limit: number | null): readonly FoundPacket[] {
  if (limit === null) return packets
  let left = limit
  let from = packets.length
  while (from > 0) {
    left -= packets[from - 1].record.length - packetRecordHeaderBytes
    if (left < 0) break
    from--
  }
  return packets.slice(from)
}

function chunkEnd(packets: readonly FoundPacket[], from: number): number {
  let bytes = 0
  let to = from
  while (to < packets.length && (to === from || bytes + packets[to].record.length <= chunkBytes)) bytes += packets[to++].record.length
  return to
}
