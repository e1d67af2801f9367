// Puts the packets of one agent in order: they come nearly so, because several processors hand them to one queue.
import type { PacketRecordView } from '../../wire/packet-record.ts'
import { packetRecordHeaderBytes } from '../../wire/packet-record.ts'

/** A packet is given out when so many others have come after it, … */
const maxPackets = 1000
/** … or one that is so much younger, in nanoseconds, … */
const maxSpan = 1e9
/** … or when those that wait hold so many bytes: 350 whole packets of 1500. With 100 agents that is 50 MiB. */
const maxBytes = 524_288
/** Chunks that are kept alive by packets in them. Twice what these may have, so that copying them is rare. */
const maxHeldBytes = 2 * maxBytes

/** Slots of the ring: a power of two above `maxPackets`, for the index to be masked. */
const slots = 1024
const mask = slots - 1

/** A chunk of bytes, and how many waiting packets are in it. */
interface Chunk {
  readonly bytes: Uint8Array
  packets: number
}

/** What a record says beside its bytes, in typed arrays by slot. */
const word = { seconds: 0, nanoseconds: 1, wireLength: 2, start: 3, end: 4, sampling: 5, marks: 6, count: 7 } as const
const mark = { ethernet: 1, superPacket: 2, masked: 4 } as const

/** A ring of waiting packets, sorted by time, equal times in the order in which they came. */
export class ReorderWindow {
  private readonly keys = new Float64Array(slots)
  private readonly words = new Uint32Array(slots * word.count)
  private readonly chunks: (Chunk | undefined)[] = Array.from({ length: slots }, () => undefined)
  private newest: Chunk | undefined
  private head = 0
  private length = 0
  private bytes = 0
  private heldBytes = 0

  get isEmpty(): boolean {
    return this.length === 0
  }

  /** Whether the oldest packet need not wait any longer. */
  get isRipe(): boolean {
    if (this.length === 0) return false
    return this.length >= maxPackets || this.bytes >= maxBytes || this.key(this.length - 1) - this.key(0) >= maxSpan
  }

  /** Time of the oldest packet as `add` was told. */
  get oldest(): number {
    return this.key(0)
  }

  /** @param time nanoseconds since any one moment; there must be room, which there is unless `isRipe` */
  add(time: number, record: PacketRecordView): void {
    let place = this.length++
    // From the end on: nearly always the first look is the last.
    while (place > 0 && this.key(place - 1) > time) {
      this.move(place - 1, place)
      place--
    }
    const slot = (this.head + place) & mask
    this.keys[slot] = time
    this.chunks[slot] = this.chunkOf(record.bytes)
    this.write(slot * word.count, record)
    this.bytes += packetRecordHeaderBytes + record.capturedLength
    // The chunk that is being read is there anyhow.
    if (this.heldBytes - record.bytes.length > maxHeldBytes) this.compact()
  }

  /** Takes the oldest packet out. There must be one. */
  take(into: PacketRecordView): void {
    const slot = this.head
    const chunk = this.chunks[slot] as Chunk
    this.read(slot * word.count, into)
    into.bytes = chunk.bytes
    this.chunks[slot] = undefined
    this.head = (slot + 1) & mask
    this.length--
    this.bytes -= packetRecordHeaderBytes + into.capturedLength
    if (--chunk.packets === 0) this.release(chunk)
  }

  private key(place: number): number {
    return this.keys[(this.head + place) & mask]
  }

  private move(from: number, to: number): void {
    const a = (this.head + from) & mask
    const b = (this.head + to) & mask
    this.keys[b] = this.keys[a]
    this.chunks[b] = this.chunks[a]
    this.words.copyWithin(b * word.count, a * word.count, (a + 1) * word.count)
  }

  private write(at: number, record: PacketRecordView): void {
    const { words } = this
    words[at + word.seconds] = record.seconds
    words[at + word.nanoseconds] = record.nanoseconds
    words[at + word.wireLength] = record.wireLength
    words[at + word.start] = record.start
    words[at + word.end] = record.end
    words[at + word.sampling] = record.sampling
    words[at + word.marks] =
      (record.ethernet ? mark.ethernet : 0) | (record.superPacket ? mark.superPacket : 0) | (record.masked ? mark.masked : 0)
  }

  private read(at: number, record: PacketRecordView): void {
    const { words } = this
    const marks = words[at + word.marks]
    record.seconds = words[at + word.seconds]
    record.nanoseconds = words[at + word.nanoseconds]
    record.wireLength = words[at + word.wireLength]
    record.start = words[at + word.start]
    record.end = words[at + word.end]
    record.capturedLength = record.end - record.start
    record.sampling = words[at + word.sampling]
    record.ethernet = (marks & mark.ethernet) !== 0
    record.superPacket = (marks & mark.superPacket) !== 0
    record.masked = (marks & mark.masked) !== 0
  }

  private chunkOf(bytes: Uint8Array): Chunk {
    let chunk = this.newest
    if (chunk?.bytes !== bytes) {
      chunk = { bytes, packets: 0 }
      this.newest = chunk
    }
    if (chunk.packets++ === 0) this.heldBytes += bytes.length
    return chunk
  }

  private release(chunk: Chunk): void {
    this.heldBytes -= chunk.bytes.length
    if (this.newest === chunk) this.newest = undefined
  }

  /**
   * Copies what waits together, so that a packet with a time far ahead does not keep the chunk that it came in. What is
   * given out when does not depend on it: the same packets come in the same order however they are cut into chunks.
   */
  private compact(): void {
    const chunk: Chunk = { bytes: new Uint8Array(this.bytes), packets: this.length }
    let at = 0
    for (let place = 0; place < this.length; place++) {
      const slot = (this.head + place) & mask
      const first = slot * word.count
      const { bytes } = this.chunks[slot] as Chunk
      const packet = bytes.subarray(this.words[first + word.start], this.words[first + word.end])
      chunk.bytes.set(packet, at)
      this.words[first + word.start] = at
      at += packet.length
      this.words[first + word.end] = at
      this.chunks[slot] = chunk
    }
    this.newest = undefined
    this.heldBytes = chunk.bytes.length
  }
}
