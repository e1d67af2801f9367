// Keeps the data sets that wait for their template across a restart, in one file for each collector thread.
//
// file    0 magic "DBWS"  4 version 2  6 zero 2  8 sets 4  12 CRC-32 of what follows 4  16 sets
// set     0 length of the key 2  2 length of the bytes 4  6 since 8  14 header: protocol, domain, export time, boot time,
//         sequence, sampling rate, 8 each  62 key (UTF-8)  … bytes
// Integers are little-endian, the numbers of 8 bytes are float64: the machine that reads the file is the one that wrote it.
import { readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import type { ExportHeader } from '../wire/export-header.ts'
import type { PendingSet } from '../wire/pending-sets.ts'

const magic = 0x53574244
const version = 1
const fileHeaderLength = 16
const setHeaderLength = 62
const suffix = '.pending'

/**
 * How often waiting sets are saved while the server runs, and how many bytes of them: writing 4 MiB holds the thread up
 * for a few milliseconds. The newest are saved, as they will wait for longest. At a stop all are.
 */
const saveEveryMs = 10_000
const saveBytes = 4 * 1024 * 1024

export interface PendingFileConfig {
  /** Folder of the files. */
  readonly dir: string
  /** `<run>-<thread>`: no thread of any run has the file of another. */
  readonly name: string
  /** Files of earlier runs that this thread takes over, as `pendingFilesIn` lists them. */
  readonly inherited: readonly string[]
}

/**
 * The saved sets of a thread. A set must never be both in a segment and in the file of the next start, or its flows
 * would count twice: so before any waiting set is decoded, `discard` removes what was saved. When the process is then
 * killed before the next save, the sets that still waited are lost, as they were without the file.
 */
export class PendingFile {
  readonly #file: string
  readonly #onFault: (fault: string) => void
  /** Files whose sets wait in this thread now. */
  #saved: string[]
  #savedAt = 0
  /** The `changes` of the last save. */
  #savedChanges = -1

  /** @param onFault told of a file that could not be read, written or removed; collecting goes on without it */
  constructor({ dir, name, inherited }: PendingFileConfig, onFault: (fault: string) => void) {
    this.#file = path.join(dir, pendingFileName(name))
    this.#onFault = onFault
    this.#saved = inherited.map((file) => path.join(dir, file))
  }

  /** The sets of the files of earlier runs, oldest first. The files stay until the first `save` or `discard`. */
  load(): readonly PendingSet[] {
    const sets: PendingSet[] = []
    for (const file of this.#saved) this.#attempt(file, () => append(sets, decodePendingSets(readFileSync(file))))
    return sets.sort((a, b) => a.since - b.since)
  }

  /**
   * Saves some of the waiting sets when the last time is long enough ago and any came or went since.
   * @param changes a number that differs whenever the sets do, as the sum of their counters
   * @param now milliseconds since 1970
   */
  saveNow(sets: Iterable<PendingSet>, changes: number, now: number): void {
    if (now - this.#savedAt < saveEveryMs || changes === this.#savedChanges) return
    this.#savedAt = now
    this.#savedChanges = changes
    this.#save(newest([...sets], saveBytes))
  }

  /** Saves all sets, for the next start. */
  saveAll(sets: Iterable<PendingSet>): void {
    this.#save([...sets])
  }

  /** Removes what was saved. To be called before waiting sets are decoded; costs nothing when nothing is saved. */
  discard(): void {
    if (this.#saved.length === 0) return
    for (const file of this.#saved) this.#attempt(file, () => removeFile(file))
    this.#saved = []
    this.#savedChanges = -1
  }

  #save(sets: readonly PendingSet[]): void {
    // Files of other names go first: killed in between, sets are lost and not doubled.
    for (const file of this.#saved) if (file !== this.#file) this.#attempt(file, () => removeFile(file))
    this.#saved = [this.#file]
    this.#attempt(this.#file, () => (sets.length === 0 ? removeFile(this.#file) : writeWhole(this.#file, sets)))
  }

  #attempt(file: string, step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#onFault(`${path.basename(file)}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** Written aside and renamed: the old content or the new, never half. */
function writeWhole(file: string, sets: readonly PendingSet[]): void {
  const aside = `${file}.new`
  writeFileSync(aside, encodePendingSets(sets), { mode: 0o600 })
  renameSync(aside, file)
}

/** Names of the files that earlier runs have left, for threads to share out. */
export function pendingFilesIn(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(suffix))
    .toSorted()
}

/** Name of the file of one thread, `<run>-<thread>`. */
export function pendingFileName(name: string): string {
  return `${name}${suffix}`
}

/** Not by `push(...)`, whose arguments are limited to some hundred thousand. */
function append(sets: PendingSet[], more: readonly PendingSet[]): void {
  for (const set of more) sets.push(set)
}

function removeFile(file: string): void {
  try {
    unlinkSync(file)
  } catch (error) {
    // Not there is what is wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/** The last sets that fit into so many bytes. */
function newest(sets: readonly PendingSet[], bytes: number): readonly PendingSet[] {
  let size = 0
  let first = sets.length
  while (first > 0) {
    size += sizeOf(sets[first - 1])
    if (size > bytes) break
    first--
  }
  return sets.slice(first)
}

function sizeOf(set: PendingSet | undefined): number {
  return set === undefined ? 0 : setHeaderLength + Buffer.byteLength(set.key) + set.bytes.length
}

/** The content of a file. */
export function encodePendingSets(sets: readonly PendingSet[]): Buffer<ArrayBuffer> {
  const file = Buffer.alloc(fileHeaderLength + sets.reduce((sum, set) => sum + sizeOf(set), 0))
  let at = fileHeaderLength
  for (const set of sets) at = encodeSet(file, at, set)
  file.writeUInt32LE(magic, 0)
  file.writeUInt16LE(version, 4)
  file.writeUInt32LE(sets.length, 8)
  file.writeUInt32LE(crc32(file.subarray(fileHeaderLength)), 12)
  return file
}

function headerNumbers(header: Readonly<ExportHeader>): readonly number[] {
  return [header.protocol, header.domain, header.exportMs, header.bootMs, header.sequence, header.samplingRate]
}

function encodeSet(file: Buffer, start: number, { key, header, bytes, since }: PendingSet): number {
  const keyLength = Buffer.byteLength(key)
  file.writeUInt16LE(keyLength, start)
  file.writeUInt32LE(bytes.length, start + 2)
  let at = file.writeDoubleLE(since, start + 6)
  for (const number of headerNumbers(header)) at = file.writeDoubleLE(number, at)
  at += file.write(key, at)
  file.set(bytes, at)
  return at + bytes.length
}

/**
 * Reads the content of a file.
 * @throws Error that says what is wrong with it; a file is used whole or not at all
 */
export function decodePendingSets(file: Uint8Array): PendingSet[] {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length)
  if (view.length < fileHeaderLength || view.readUInt32LE(0) !== magic) throw new Error('this is no file of waiting data sets')
  if (view.readUInt16LE(4) !== version) throw new Error(`version ${view.readUInt16LE(4)} is not known`)
  if (view.readUInt32LE(12) !== crc32(view.subarray(fileHeaderLength))) throw new Error('the checksum is wrong')
  const count = view.readUInt32LE(8)
  const sets: PendingSet[] = []
  let at = fileHeaderLength
  for (let i = 0; i < count; i++) {
    if (view.length - at < setHeaderLength) throw new Error('the file ends inside a set')
    const keyEnd = at + setHeaderLength + view.readUInt16LE(at)
    const end = keyEnd + view.readUInt32LE(at + 2)
    if (end > view.length) throw new Error('the file ends inside a set')
    sets.push(decodeSet(view, at, keyEnd, end))
    at = end
  }
  return sets
}

function decodeSet(view: Buffer, at: number, keyEnd: number, end: number): PendingSet {
  const number = (index: number): number => view.readDoubleLE(at + 14 + index * 8)
  return {
    key: view.toString('utf8', at + setHeaderLength, keyEnd),
    since: view.readDoubleLE(at + 6),
    header: {
      protocol: number(0),
      domain: number(1),
      exportMs: number(2),
      bootMs: number(3),
      sequence: number(4),
      samplingRate: number(5),
    },
    bytes: Uint8Array.from(view.subarray(keyEnd, end)),
  }
}
