// One database as configured: bundled, a file of the user's or off. Knows when its files changed and keeps what was
// loaded last, also when the newer file is broken.
import { readFile, stat } from 'node:fs/promises'
import { findBundled } from './bundled-data.ts'
import { readRangeLists } from './csv-source.ts'
import { EnrichError, type EnrichErrorCode } from './enrich-errors.ts'
import { readMmdb, type LoadedRanges, type MmdbContent } from './mmdb-source.ts'
import { countRanges, type RangeLists } from './range-list.ts'

/** What operators see of a database. */
export interface DatabaseStatus {
  /** As configured: `bundled`, `off` or a path. */
  readonly setting: string
  /** First of its files; null when it is off or its package is missing. */
  readonly file: string | null
  /** When the data was made, RFC 3339: as the database tells, else when the file was written. null before a load. */
  readonly built: string | null
  /** Since then, in seconds. */
  readonly age: number | null
  /** When it was loaded, RFC 3339. */
  readonly loaded: string | null
  readonly rangesIpv4: number
  readonly rangesIpv6: number
  /** Loads that succeeded, and that failed, since the process began. */
  readonly loads: number
  readonly failures: number
  /** Of the newest file; null when that one is in use. */
  readonly lastError: { readonly code: EnrichErrorCode; readonly message: string; readonly at: string } | null
}

export type LoadOutcome = 'same' | 'loaded' | 'failed'

// Largest file that one Buffer takes on every platform; published databases have up to about 1 GB.
const maxFileBytes = 2 ** 31 - 1

export class DatabaseFile {
  readonly content: MmdbContent
  readonly #setting: string
  #file: string | null = null
  /** Sizes and times of the files that were last tried. */
  #tried: string | undefined
  #loaded: { readonly ranges: LoadedRanges; readonly built: Date; readonly at: number } | undefined
  #counts = { ipv4: 0, ipv6: 0 }
  #loads = 0
  #failures = 0
  #lastError: DatabaseStatus['lastError'] = null

  constructor(content: MmdbContent, setting: string) {
    this.content = content
    this.#setting = setting
  }

  /** Ranges in use; undefined when there are none. */
  get lists(): RangeLists | undefined {
    return this.#loaded?.ranges.lists
  }

  get names(): ReadonlyMap<number, string> {
    return this.#loaded?.ranges.names ?? noNames
  }

  /** Loads the files if they are not those of the last try. `now` in ms since 1970. */
  async loadIfChanged(now: number): Promise<LoadOutcome> {
    if (this.#setting === 'off') return 'same'
    let version = ''
    try {
      const source = this.#setting === 'bundled' ? findBundled(this.content) : { files: [this.#setting], built: undefined }
      this.#file = source.files[0]!
      const files = await examine(source.files)
      version = files.version
      if (version === this.#tried) return 'same'
      const ranges = await this.#read(source.files)
      this.#loaded = { ranges, built: ranges.built ?? source.built ?? files.written, at: now }
      this.#counts = { ipv4: countRanges(ranges.lists.ipv4), ipv6: countRanges(ranges.lists.ipv6) }
      this.#lastError = null
      this.#loads++
      this.#tried = version
      return 'loaded'
    } catch (error) {
      return this.#fail(error, version, now)
    }
  }

  /** `now` in ms since 1970. */
  status(now: number): DatabaseStatus {
    const loaded = this.#loaded
    return {
      setting: this.#setting,
      file: this.#file,
      built: loaded ? loaded.built.toISOString() : null,
      age: loaded ? Math.max(0, Math.round((now - loaded.built.getTime()) / 1000)) : null,
      loaded: loaded ? new Date(loaded.at).toISOString() : null,
      rangesIpv4: this.#counts.ipv4,
      rangesIpv6: this.#counts.ipv6,
      loads: this.#loads,
      failures: this.#failures,
      lastError: this.#lastError,
    }
  }

  /** Remembers a failure. The same missing or broken file is reported once, not at every look. */
  #fail(error: unknown, version: string, now: number): LoadOutcome {
    const failure = error instanceof EnrichError ? error : new EnrichError('unexpected', String(error), error)
    if (version === '' && this.#tried === failure.message) return 'same'
    this.#tried = version === '' ? failure.message : version
    this.#failures++
    this.#lastError = { code: failure.code, message: failure.message, at: new Date(now).toISOString() }
    return 'failed'
  }

  async #read(files: readonly string[]): Promise<LoadedRanges> {
    const isList = files.every((file) => file.toLowerCase().endsWith('.csv'))
    if (isList && this.content === 'asn') return readRangeLists(files)
    const file = files[0]
    let bytes: Buffer
    try {
      bytes = await readFile(file)
    } catch (error) {
      throw new EnrichError('unreadable', file, error)
    }
    return readMmdb(bytes, this.content)
  }
}

const noNames: ReadonlyMap<number, string> = new Map()

/** Tells one version of the files from another, and when the newest was written. */
async function examine(files: readonly string[]): Promise<{ version: string; written: Date }> {
  const parts: string[] = []
  let written = 0
  for (const file of files) {
    const { size, mtimeMs, ino } = await statFile(file)
    if (size > maxFileBytes) throw new EnrichError('too_large', file)
    parts.push(`${file} ${ino} ${size} ${mtimeMs}`)
    written = Math.max(written, mtimeMs)
  }
  return { version: parts.join('\n'), written: new Date(written) }
}

async function statFile(file: string): Promise<{ size: number; mtimeMs: number; ino: number }> {
  try {
    const found = await stat(file)
    if (found.isFile()) return found
  } catch (error) {
    throw new EnrichError('unreadable', file, error)
  }
  // Reading a device or a pipe could wait for ever.
  throw new EnrichError('unreadable', `${file} is not a file`)
}
