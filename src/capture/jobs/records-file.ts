// The packets of one agent on disk, as they come: frames appended in order, each once, forced to disk before they count.
//
//    0 length 4    bytes of records, big endian as all numbers here
//    4 frame 4     number of the frame, from 1, without gaps
//    8 packets 4   records in it
//   12 sum 4       CRC-32 of the 12 bytes before and of the records
//   16 records …   packet records (src/wire/packet-record.ts)
import { constants, type PathLike } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { maxAgentMessage } from '../../contract/agent-protocol.ts'
import { writeAll } from '../../store/spool.ts'
import { readPacketRecords } from '../../wire/packet-record.ts'

const headerBytes = 16

/** What a frame takes in the file. */
export function frameBytes(records: Uint8Array): number {
  return headerBytes + records.length
}

/** A frame was left out: the agent has to send again from the one that is missing. */
export class FrameGapError extends Error {
  override readonly name = 'FrameGapError'
  constructor(expected: number, found: number) {
    super(`frame ${found} came where frame ${expected} was expected`)
  }
}

/** What several frames that are written at once wait for. */
interface Batch {
  readonly chunks: Buffer[]
  readonly frames: Measured[]
  readonly done: Promise<void>
  readonly settle: (error?: Error) => void
}

interface Measured {
  /** Bytes in the file. */
  readonly size: number
  readonly packets: number
  /** Bytes of the packets as kept. */
  readonly bytes: number
}

export class RecordsFile {
  readonly #file: FileHandle
  /** Takes frames while the one before is written. */
  #batch: Batch | undefined
  #newest: Batch | undefined
  #writing: Promise<void> | undefined
  #failure: Error | undefined
  #lastQueued = 0
  #lastKept = 0
  #size = 0
  #packets = 0
  #bytes = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  /** Opens or makes a file. What a crash has left unfinished at its end is cut off: it was never acknowledged. */
  static async open(path: PathLike): Promise<RecordsFile> {
    const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants
    const handle = await open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
    try {
      const file = new RecordsFile(handle)
      await file.#recover()
      return file
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Number of the last frame that a power cut cannot lose; 0 for none. */
  get frame(): number {
    return this.#lastKept
  }

  /** Bytes of the file that are kept. */
  get size(): number {
    return this.#size
  }

  get packets(): number {
    return this.#packets
  }

  /** Bytes of the packets as kept. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Resolves when the frame is on disk. Frames that wait for the disk are written together.
   * @param records must not change until then
   * @returns packets in it; undefined when the frame was there already
   * @throws WireError for records that cannot be read, FrameGapError, errors of the file system; after the latter the file
   * takes nothing any more
   */
  async append(frame: number, records: Uint8Array): Promise<number | undefined> {
    if (this.#failure) throw this.#failure
    if (frame <= this.#lastQueued) {
      if (frame > this.#lastKept) await this.#newest?.done
      return undefined
    }
    if (frame !== this.#lastQueued + 1) throw new FrameGapError(this.#lastQueued + 1, frame)
    const measured = measure(records)
    this.#lastQueued = frame
    const batch = (this.#batch ??= newBatch())
    this.#newest = batch
    batch.frames.push(measured)
    batch.chunks.push(headerOf(frame, records, measured.packets), asBuffer(records))
    this.#writing ??= this.#write()
    await batch.done
    return measured.packets
  }

  /** Whole frames from one place in the file to another, both of which are ends of frames. */
  async *frames(from = 0, to = this.#size): AsyncGenerator<{ readonly records: Buffer; readonly next: number }, void> {
    for (let at = from; at < to;) {
      const header = await this.#read(at, headerBytes)
      const records = await this.#read(at + headerBytes, header.readUInt32BE(0))
      at += frameBytes(records)
      yield { records, next: at }
    }
  }

  /** Records of all frames that are kept. */
  async *records(): AsyncGenerator<Buffer, void> {
    for await (const { records } of this.frames()) yield records
  }

  /** Resolves when all frames that were handed in are on disk, or have failed. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async close(): Promise<void> {
    await this.settled()
    await this.#file.close()
  }

  async #write(): Promise<void> {
    for (let batch = this.#take(); batch; batch = this.#take()) {
      try {
        await writeAll(this.#file, batch.chunks)
        await this.#file.sync()
        for (const frame of batch.frames) this.#count(frame)
        batch.settle()
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error))
        batch.settle(this.#failure)
      }
    }
    this.#writing = undefined
  }

  #take(): Batch | undefined {
    const batch = this.#batch
    this.#batch = undefined
    if (!batch || !this.#failure) return batch
    batch.settle(this.#failure)
    return undefined
  }

  #count({ size, packets, bytes }: Measured): void {
    this.#lastKept++
    this.#size += size
    this.#packets += packets
    this.#bytes += bytes
  }

  async #recover(): Promise<void> {
    const { size } = await this.#file.stat()
    for (let frame = await this.#whole(size); frame; frame = await this.#whole(size)) this.#count(frame)
    this.#lastQueued = this.#lastKept
    if (this.#size === size) return
    await this.#file.truncate(this.#size)
    await this.#file.sync()
  }

  /** The frame behind those that were counted, if it is all there. */
  async #whole(end: number): Promise<Measured | undefined> {
    if (this.#size + headerBytes > end) return undefined
    const header = await this.#read(this.#size, headerBytes)
    const length = header.readUInt32BE(0)
    if (length > maxAgentMessage || this.#size + headerBytes + length > end) return undefined
    const records = await this.#read(this.#size + headerBytes, length)
    const isWhole = header.readUInt32BE(4) === this.#lastKept + 1 && header.readUInt32BE(12) === sumOf(header, records)
    return isWhole ? measure(records) : undefined
  }

  async #read(at: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length)
    for (let have = 0; have < length;) {
      const { bytesRead } = await this.#file.read(buffer, have, length - have, at + have)
      if (bytesRead === 0) throw new Error('a file of packets is shorter than it was; nobody else may write to it')
      have += bytesRead
    }
    return buffer
  }
}

function newBatch(): Batch {
  let settle: Batch['settle'] = () => undefined
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve())
  })
  return { chunks: [], frames: [], done, settle }
}

function measure(records: Uint8Array): Measured {
  let bytes = 0
  const packets = readPacketRecords(records, ({ capturedLength }) => {
    bytes += capturedLength
  })
  return { size: frameBytes(records), packets, bytes }
}

function headerOf(frame: number, records: Uint8Array, packets: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(records.length, 0)
  header.writeUInt32BE(frame, 4)
  header.writeUInt32BE(packets, 8)
  header.writeUInt32BE(sumOf(header, records), 12)
  return header
}

function sumOf(header: Buffer, records: Uint8Array): number {
  return crc32(records, crc32(header.subarray(0, 12)))
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
