// Reads a pcapng byte stream as it comes, cut anywhere. Memory is bounded by the longest block that holds a packet.
import { WireError } from '../contract/wire-errors.ts'
import type { CapturedPacket } from './capture-packet.ts'
import { Cursor } from './cursor.ts'
import { blockOverhead, PcapngBlocks } from './pcapng.ts'

/** Far above the longest packet that any tool writes, 256 KiB, with its options; a longer one comes of damage only. */
const longestBlock = 4 * 1024 * 1024

/** Parses one stream. After an error it is of no use any more. */
export class PcapngStream {
  readonly #each: (packet: CapturedPacket, bytes: Uint8Array) => void
  readonly #blocks = new PcapngBlocks()
  readonly #file = new Cursor()
  /** What has come of a block that is cut, in the first `#heldBytes`. */
  #held = new Uint8Array(65_536)
  #heldBytes = 0
  /** Bytes still to come of a block that is passed over. */
  #passing = 0

  /** @param each gets every packet within `push`, and the bytes that its offset counts in, which are reused */
  constructor(each: (packet: CapturedPacket, bytes: Uint8Array) => void) {
    this.#each = each
  }

  /** Bytes that wait for the rest of their block. At the end of a stream that is whole there are none. */
  get pending(): number {
    return this.#heldBytes + this.#passing
  }

  /** @throws WireError bad_file when it is no pcapng stream, bad_block for a block that cannot be */
  push(chunk: Uint8Array): void {
    let at = this.#pass(chunk, 0)
    while (at < chunk.length) {
      if (this.#heldBytes > 0) at = this.#fillHeld(chunk, at)
      else at = this.#readBlocks(chunk, at)
      at = this.#pass(chunk, at)
    }
  }

  #pass(chunk: Uint8Array, at: number): number {
    const passed = Math.min(this.#passing, chunk.length - at)
    this.#passing -= passed
    return at + passed
  }

  /** Reads the blocks that are whole in the chunk and holds what is cut. @returns how far it came */
  #readBlocks(chunk: Uint8Array, start: number): number {
    const file = this.#file.reset(chunk, start)
    while (file.remaining >= blockOverhead) {
      const { length, isRead } = this.#blocks.start(file)
      if (!isRead) {
        this.#passing = length
        return file.offset
      }
      if (length > file.remaining) break
      this.#tell(file)
    }
    this.#hold(chunk, file.offset, chunk.length)
    return chunk.length
  }

  /** Adds what the block that is cut needs, and reads it once it is whole. @returns how far it came */
  #fillHeld(chunk: Uint8Array, start: number): number {
    let at = start
    for (let wanted = this.#wanted(); this.#heldBytes < wanted; wanted = this.#wanted()) {
      if (at === chunk.length) return at
      const end = Math.min(chunk.length, at + wanted - this.#heldBytes)
      this.#hold(chunk, at, end)
      at = end
      if (this.#passHeld()) return at
    }
    this.#tell(this.#file.reset(this.#held, 0, this.#heldBytes))
    this.#heldBytes = 0
    return at
  }

  /** Bytes of the held block as far as it is known. */
  #wanted(): number {
    if (this.#heldBytes < blockOverhead) return blockOverhead
    return this.#blocks.start(this.#file.reset(this.#held, 0, this.#heldBytes)).length
  }

  /** Lets the held block go by when nothing of it is wanted. */
  #passHeld(): boolean {
    if (this.#heldBytes !== blockOverhead) return false
    const { length, isRead } = this.#blocks.start(this.#file.reset(this.#held, 0, blockOverhead))
    if (isRead) return false
    this.#passing = length - blockOverhead
    this.#heldBytes = 0
    return true
  }

  #tell(file: Cursor): void {
    const packet = this.#blocks.next(file)
    if (packet !== undefined) this.#each(packet, file.bytes)
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#heldBytes + end - start
    if (needed > longestBlock) throw new WireError('bad_block', `more than ${longestBlock} bytes`)
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.max(needed, this.#held.length * 2))
      larger.set(this.#held.subarray(0, this.#heldBytes))
      this.#held = larger
    }
    this.#held.set(bytes.subarray(start, end), this.#heldBytes)
    this.#heldBytes = needed
  }
}
