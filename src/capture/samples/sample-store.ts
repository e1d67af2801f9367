// Keeps sampled packets on disk for a day or so, within a budget, and finds them again. Files of sample blocks
// (src/wire/sample-block.ts) in the order in which they came; the oldest go first.
import { mkdir, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { sampleBlockHeader, writeSampleBlock, type SampleOrigin } from '../../wire/sample-block.ts'
import { FoundSamples } from './found-samples.ts'
import type { SampleAnswer, SampleQuestion, SampleSearch } from './sample-search.ts'

export interface SampleStoreConfig {
  readonly folder: string
  /** Bytes on disk at most; 0 keeps nothing. */
  readonly maxBytes: number
  readonly maxAgeMs: number
}

export interface SampleStoreDependencies {
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

/** Small enough that reading one keeps nobody waiting: 30 000 samples are looked at in some 10 ms. */
const fileBytes = 4_194_304
/** A file also ends at this age, so that old ones can go. */
const fileMs = 600_000
/** What may wait for the disk. */
const maxWaiting = 33_554_432
/** Packets are at most so much older or newer than the time at which they came here: threads and agents hand them over in portions. */
const slackMs = 15_000
const expireEveryMs = 60_000
const fileName = /^(\d{13})-(\d{6})\.samples$/

interface SampleFile {
  readonly name: string
  readonly openedAt: number
  /** When something was added last. */
  lastAt: number
  bytes: number
}

/** Component. */
export class SampleStore implements SampleSearch {
  readonly #config: SampleStoreConfig
  readonly #deps: SampleStoreDependencies
  /** Oldest first; the last one is open while `#handle` is. */
  #files: SampleFile[] = []
  #handle: FileHandle | undefined
  #sequence = 0
  #waiting = 0
  #work: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  /** Bytes that were dropped because the disk was behind, or failed. Since the start. */
  droppedBytes = 0

  constructor(config: SampleStoreConfig, deps: SampleStoreDependencies) {
    this.#config = config
    this.#deps = deps
  }

  /** Several files share the budget, so that the oldest of them can go. */
  get #fileBytes(): number {
    return Math.min(fileBytes, this.#config.maxBytes / 8)
  }

  /** On disk. */
  get bytes(): number {
    return this.#files.reduce((sum, file) => sum + file.bytes, 0)
  }

  async start(): Promise<void> {
    await mkdir(this.#config.folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(this.#config.folder)).filter((name) => fileName.test(name)).toSorted()
    for (const name of names) {
      const { size } = await stat(this.#path(name))
      const openedAt = Number(name.slice(0, 13))
      // Not known any more; nothing was added later.
      this.#files.push({ name, openedAt, lastAt: openedAt + fileMs, bytes: size })
      this.#sequence = Number(name.slice(14, 20)) + 1
    }
    this.#later(() => this.#expire())
    await this.#work
    this.#timer = setInterval(() => this.#later(() => this.#expire()), expireEveryMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#later(() => this.#close())
    await this.#work
  }

  /** Keeps whole blocks. */
  add(blocks: Uint8Array): void {
    if (this.#config.maxBytes === 0) return
    if (this.#waiting + blocks.length > maxWaiting) {
      this.droppedBytes += blocks.length
      return
    }
    this.#waiting += blocks.length
    // Not when it is written: a disk that is behind would make packets look later than they came.
    const now = this.#deps.clock.now()
    this.#later(async () => {
      try {
        await this.#append(blocks, now)
      } catch (error) {
        this.droppedBytes += blocks.length
        this.#deps.log.warn(
          { err: error },
          `sampled packets could not be written to ${this.#config.folder}; free some disk, or set captures.samples_mib=0`,
        )
      } finally {
        this.#waiting -= blocks.length
      }
    })
  }

  /** Keeps packet records of one origin. */
  addRecords(origin: SampleOrigin, records: Uint8Array): void {
    const block = new Uint8Array(sampleBlockHeader + records.length)
    writeSampleBlock(block, 0, origin, records.length)
    block.set(records, sampleBlockHeader)
    this.add(block)
  }

  /** One after another, in the order asked for. */
  #later(work: () => Promise<void>): void {
    this.#work = this.#work.then(work)
  }

  #path(name: string): string {
    return path.join(this.#config.folder, name)
  }

  async #append(blocks: Uint8Array, now: number): Promise<void> {
    const last = this.#files.at(-1)
    if (last !== undefined && (last.bytes >= this.#fileBytes || now - last.openedAt >= fileMs)) await this.#close()
    const { file, handle } = await this.#current(now)
    await handle.appendFile(blocks)
    file.bytes += blocks.length
    file.lastAt = now
    if (this.bytes > this.#config.maxBytes) await this.#expire()
  }

  async #current(now: number): Promise<{ file: SampleFile; handle: FileHandle }> {
    const last = this.#files.at(-1)
    if (this.#handle !== undefined && last !== undefined) return { file: last, handle: this.#handle }
    const name = `${String(now).padStart(13, '0')}-${String(this.#sequence++ % 1_000_000).padStart(6, '0')}.samples`
    this.#handle = await open(this.#path(name), 'ax', 0o600)
    const file = { name, openedAt: now, lastAt: now, bytes: 0 }
    this.#files.push(file)
    return { file, handle: this.#handle }
  }

  async #close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  /** Deletes what is too old, and the oldest while there is too much. */
  async #expire(): Promise<void> {
    const { maxBytes, maxAgeMs } = this.#config
    const now = this.#deps.clock.now()
    for (;;) {
      const [oldest] = this.#files
      const isOpen = this.#files.length === 1 && this.#handle !== undefined
      if (oldest === undefined || isOpen || (this.bytes <= maxBytes && oldest.lastAt >= now - maxAgeMs)) return
      this.#files.shift()
      await rm(this.#path(oldest.name), { force: true })
    }
  }

  /** What was added before the question is looked at too. */
  async search(question: SampleQuestion): Promise<SampleAnswer> {
    await this.#work
    const found = new FoundSamples(question)
    const newestFirst = this.#files.toReversed()
    for (const file of newestFirst) {
      if (file.openedAt - slackMs > question.to || file.lastAt + slackMs < question.from) continue
      if (found.isFullFrom(file.lastAt + slackMs)) break
      const bytes = await this.#read(file)
      if (bytes !== undefined) found.lookAt(bytes)
    }
    const [oldest] = this.#files
    return { ...found.answer(), keptSince: oldest?.openedAt ?? null }
  }

  /** A file that was deleted meanwhile holds nothing any more. */
  async #read(file: SampleFile): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#path(file.name))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}
