// Seals batches as files that nothing can lose, and after a crash finds out which of them are whole.
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { FlowBatch } from '../contract/flow-batch.ts'
import { SpoolFullError } from './errors.ts'
import { silentLog, type StoreLog } from './log.ts'
import { encodeNative } from './native-encoder.ts'
import { routersOf, SegmentRows } from './segment-rows.ts'
import { checkSegmentName, type SealedSegment } from './segment.ts'
import type { State } from './state.ts'

/*
 * A segment becomes durable in this order, and a crash between two steps is told by what is there afterwards:
 *
 *   1. write <name>.tmp, fsync         .tmp without row: incomplete or unacknowledged, deleted
 *   2. row in SQLite, state sealed     .tmp with row: whole, renamed
 *   3. rename to <name>.native, fsync of the folder
 *   4. the loader: stored, row state stored, file deleted      .native with a stored row: deleted
 */

export interface SpoolConfig {
  /** Folder of the segments; it must exist. */
  readonly dir: string
  /** Bytes of segments at the most. */
  readonly maxBytes: number
}

export interface SpoolDependencies {
  readonly state: Pick<State, 'db'>
  readonly log?: StoreLog
  readonly now?: () => number
}

export interface SealRequest {
  /** `<run>-<worker>-<sequence>`, never used before. */
  readonly name: string
  readonly run: string
  /** Must not change until `seal` has settled. */
  readonly batch: FlowBatch
  /** Flows by router address. */
  readonly routers: Readonly<Record<string, number>>
}

/** How far a seal has come. */
interface Made {
  file: boolean
  row: boolean
}

/** Buffers one writev takes: IOV_MAX is 1024 on Linux and macOS; a segment has at most two a column. */
const buffersAtOnce = 1000

export class Spool {
  readonly #dir: string
  readonly #maxBytes: number
  readonly #segments: SegmentRows
  readonly #log: StoreLog
  readonly #now: () => number
  /** Size of each segment that is on disk or being written. */
  readonly #sizes = new Map<string, number>()
  #bytes = 0
  readonly #counts = {
    sealed_segments: 0,
    sealed_rows: 0,
    sealed_bytes: 0,
    full: 0,
    seal_errors: 0,
    recovered_segments: 0,
    unfinished_deleted: 0,
    quarantined: 0,
    missing_files: 0,
  }

  constructor({ dir, maxBytes }: SpoolConfig, { state, log = silentLog, now = Date.now }: SpoolDependencies) {
    this.#dir = path.resolve(dir)
    this.#maxBytes = maxBytes
    this.#segments = new SegmentRows(state.db)
    this.#log = log
    this.#now = now
  }

  /** Bytes of segments on disk. */
  get bytes(): number {
    return this.#bytes
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }

  pathOf(name: string): string {
    return path.join(this.#dir, `${name}.native`)
  }

  #temporary(name: string): string {
    return path.join(this.#dir, `${name}.tmp`)
  }

  /**
   * Makes a segment of a batch. When this resolves, a power cut cannot lose it.
   * @throws SpoolFullError, RangeError for an impossible name or an empty batch, errors of file system and SQLite; after
   * each of them the segment does not exist
   */
  async seal({ name, run, batch, routers }: SealRequest): Promise<SealedSegment> {
    checkSegmentName(name)
    const block = encodeNative(batch)
    if (this.#bytes + block.bytes > this.#maxBytes) {
      this.#counts.full++
      throw new SpoolFullError(this.#bytes, this.#maxBytes)
    }
    // Two at once would take each other's file for their own.
    if (this.#sizes.has(name)) throw new RangeError(`there is a segment ${name} already`)
    const segment: SealedSegment = { name, run, path: this.pathOf(name), rows: batch.rows, bytes: block.bytes, routers }
    this.#hold(name, block.bytes)
    const made: Made = { file: false, row: false }
    try {
      await this.#write(segment, block.chunks, made)
    } catch (error) {
      this.#counts.seal_errors++
      await this.#undo(name, made)
      throw error
    }
    this.#counts.sealed_segments++
    this.#counts.sealed_rows += segment.rows
    this.#counts.sealed_bytes += segment.bytes
    return segment
  }

  async #write(segment: SealedSegment, chunks: readonly Buffer[], made: Made): Promise<void> {
    const temporary = this.#temporary(segment.name)
    const file = await open(temporary, 'wx', 0o600)
    made.file = true
    try {
      await writeAll(file, chunks)
      await file.sync()
    } finally {
      await file.close()
    }
    // The name must be on disk before the row says that the file is whole.
    await this.#syncDir()
    await this.#segments.addSealed(segment, this.#time())
    made.row = true
    await rename(temporary, segment.path)
    await this.#syncDir()
  }

  /** Takes back only what this seal has made: a file or a row that it found in its way belongs to another segment. */
  async #undo(name: string, made: Made): Promise<void> {
    try {
      if (made.row) {
        await this.#segments.remove(name)
        await rm(this.pathOf(name), { force: true })
      }
      if (made.file) await rm(this.#temporary(name), { force: true })
    } catch (error) {
      // What stays is found by recover() at the next start.
      this.#log.error({ err: error, segment: name }, 'a segment that could not be sealed could not be cleared away')
    }
    this.#release(name)
  }

  /** The loader calls it for each segment that is stored. */
  async discard(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true })
    this.#release(name)
  }

  /**
   * Clears up after a crash. Call it once, before sealing.
   * @returns segments that the store has not acknowledged, the oldest first
   */
  async recover(): Promise<SealedSegment[]> {
    for (const file of await readdir(this.#dir)) await this.#recoverFile(file)
    await this.#syncDir()
    const waiting: SealedSegment[] = []
    for (const row of await this.#segments.sealed()) {
      const { name, run, rows, bytes } = row
      const size = await this.#sizeOf(name)
      if (size === undefined) {
        this.#counts.missing_files++
        this.#log.error(
          { segment: name, rows },
          'a sealed segment has no file: it was deleted by hand or the disk lost it; its flows are gone',
        )
        continue
      }
      this.#hold(name, size)
      waiting.push({ name, run, path: this.pathOf(name), rows, bytes, routers: routersOf(row) })
    }
    this.#counts.recovered_segments += waiting.length
    return waiting
  }

  async #recoverFile(file: string): Promise<void> {
    const { name, ext } = path.parse(file)
    if (ext !== '.tmp' && ext !== '.native') return
    const state = await this.#segments.stateOf(name)
    const from = path.join(this.#dir, file)
    if (state === 'stored') {
      // The store has acknowledged it, and the crash came before the file went.
      await rm(from)
    } else if (ext === '.tmp') {
      if (state === 'sealed') await rename(from, this.pathOf(name))
      else await this.#deleteUnfinished(from)
    } else if (state === undefined) await this.#quarantine(from)
  }

  async #deleteUnfinished(file: string): Promise<void> {
    this.#counts.unfinished_deleted++
    await rm(file)
  }

  /**
   * A whole segment that SQLite does not know: the state was restored from a backup or deleted. Inserting it could
   * store flows twice, deleting it could lose them; so it is put aside, and a person decides.
   */
  async #quarantine(file: string): Promise<void> {
    this.#counts.quarantined++
    await rename(file, `${file}.unknown`)
    this.#log.warn({ file: `${file}.unknown` }, 'a segment that the state does not know was put aside; it is not stored')
  }

  async #sizeOf(name: string): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(name))).size
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  #hold(name: string, bytes: number): void {
    this.#release(name)
    this.#sizes.set(name, bytes)
    this.#bytes += bytes
  }

  #release(name: string): void {
    this.#bytes -= this.#sizes.get(name) ?? 0
    this.#sizes.delete(name)
  }

  #time(): string {
    return new Date(this.#now()).toISOString()
  }

  async #syncDir(): Promise<void> {
    const dir = await open(this.#dir, 'r')
    try {
      await dir.sync()
    } finally {
      await dir.close()
    }
  }
}

/** writev may write less than it was given, in the middle of a buffer. */
export async function writeAll(file: Pick<FileHandle, 'writev'>, chunks: readonly Buffer[]): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.length > 0)
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest.slice(0, buffersAtOnce))
    rest = after(rest, bytesWritten)
  }
}

function after(chunks: readonly Buffer[], written: number): Buffer[] {
  let skip = written
  let index = 0
  for (const chunk of chunks) {
    if (skip < chunk.length) break
    skip -= chunk.length
    index++
  }
  const [first, ...rest] = chunks.slice(index)
  return first === undefined ? [] : [first.subarray(skip), ...rest]
}
