// Reads a MaxMind database (.mmdb) into ranges of countries or of AS numbers. The search tree is walked here once;
// metadata and data records are decoded by mmdb-lib.
import { Reader, type Response } from 'mmdb-lib'
import { setImmediate as breathe } from 'node:timers/promises'
import { EnrichError } from './enrich-errors.ts'
import { findIpv4Root, MmdbWalk, type MmdbTree } from './mmdb-tree.ts'
import { AddressRangeSet, type KeyRangeSet, type RangeLists } from './range-list.ts'

/** What a source gives: ranges, and what to say about them. */
export interface LoadedRanges {
  readonly lists: RangeLists
  /** Names of AS numbers; empty for countries. */
  readonly names: ReadonlyMap<number, string>
  /** When the data was made, undefined where the source does not tell. */
  readonly built: Date | undefined
}

/** What is sought in the data records. */
export type MmdbContent = 'country' | 'asn'

/** Longest AS name that is kept, in characters. */
export const longestName = 200

// Nodes between two turns of the event loop: about 10 ms.
const stepNodes = 200_000
// Distinct data records. City databases have some hundred thousand.
const maxRecords = 2 ** 23
// Decoded parts that mmdb-lib may remember: records share their names by pointers, and a hostile file could nest
// pointers so that decoding without memory takes exponential time.
const maxCached = 100_000

/**
 * Reads all ranges of a database.
 * @param file the whole file
 * @throws EnrichError bad_mmdb, no_country, no_asn
 */
export async function readMmdb(file: Buffer, content: MmdbContent): Promise<LoadedRanges> {
  const { reader, tree } = openMmdb(file)
  const records = new DataRecords(reader, tree, content)
  const ranges = new AddressRangeSet()
  await walk(tree, 4, records, ranges.ipv4)
  if (tree.ipVersion === 6) await walk(tree, 6, records, ranges.ipv6)
  if (records.known === 0) throw new EnrichError(content === 'country' ? 'no_country' : 'no_asn')
  const built = reader.metadata.buildEpoch
  return { lists: ranges.flatten(), names: records.names, built: Number.isNaN(built.getTime()) ? undefined : built }
}

/** Checks the metadata against the file, so that the walk stays inside the tree. */
function openMmdb(file: Buffer): { reader: Reader<Response>; tree: MmdbTree } {
  const reader = decodeSafely(() => new Reader<Response>(file, { cache: new DecodedParts() }))
  const { nodeCount, recordSize, ipVersion, binaryFormatMajorVersion: version } = reader.metadata
  if (version !== 2) throw new EnrichError('bad_mmdb', `format version ${String(version)}`)
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32) throw new EnrichError('bad_mmdb', 'record size')
  if (ipVersion !== 4 && ipVersion !== 6) throw new EnrichError('bad_mmdb', 'IP version')
  if (!Number.isSafeInteger(nodeCount) || nodeCount < 1 || nodeCount * (recordSize / 4) > file.length) {
    throw new EnrichError('bad_mmdb', 'the tree is longer than the file')
  }
  const tree: MmdbTree = { bytes: file, nodeCount, recordSize, ipVersion, ipv4Root: 0 }
  return { reader, tree: ipVersion === 6 ? { ...tree, ipv4Root: findIpv4Root(tree) } : tree }
}

async function walk(tree: MmdbTree, family: 4 | 6, records: DataRecords, ranges: KeyRangeSet): Promise<void> {
  const run = new MmdbWalk(tree, family, (high, low, length, record) => {
    const value = records.value(record, family, high, low)
    if (value === 0) return
    if (family === 4) ranges.add({ startHigh: 0, startLow: high, endHigh: 0, endLow: (high | hostBits(length)) >>> 0, value })
    else {
      const endHigh = (high | hostBits(length)) >>> 0
      ranges.add({ startHigh: high, startLow: low, endHigh, endLow: (low | hostBits(length - 32)) >>> 0, value })
    }
  })
  while (!run.step(stepNodes)) await breathe()
}

/** Host bits of a 32-bit word of which `kept` bits, 0 or fewer to 32 or more, belong to the prefix. */
function hostBits(kept: number): number {
  if (kept <= 0) return 0xffffffff
  return kept >= 32 ? 0 : 0xffffffff >>> kept
}

/** Values of data records, each decoded once: thousands of prefixes point at the same one. */
class DataRecords {
  readonly names = new Map<number, string>()
  /** Data records that had what was sought. */
  known = 0
  readonly #reader: Reader<Response>
  readonly #content: MmdbContent
  readonly #lastPointer: number
  readonly #values = new Map<number, number>()

  constructor(reader: Reader<Response>, tree: MmdbTree, content: MmdbContent) {
    this.#reader = reader
    this.#content = content
    // A pointer counts from the start of the data section, 16 bytes behind the tree, plus the node count plus 16.
    this.#lastPointer = tree.bytes.length - tree.nodeCount * (tree.recordSize / 4) + tree.nodeCount
  }

  /** Value of a data record; the address at which it was found is how the library is asked for it. */
  value(pointer: number, family: 4 | 6, high: number, low: number): number {
    const seen = this.#values.get(pointer)
    if (seen !== undefined) return seen
    if (pointer >= this.#lastPointer) throw new EnrichError('bad_mmdb', 'a record points behind the file')
    if (this.#values.size >= maxRecords) throw new EnrichError('bad_mmdb', `more than ${maxRecords} data records`)
    const data = decodeSafely(() => this.#reader.get(family === 4 ? ipv4Text(high) : ipv6Text(high, low)))
    const value = this.#content === 'country' ? countryOf(data) : this.#asnOf(data)
    this.#values.set(pointer, value)
    if (value !== 0) this.known++
    return value
  }

  #asnOf(data: unknown): number {
    const asn = asnOf(data)
    const name = asNameOf(data)
    if (asn !== 0 && name !== '' && !this.names.has(asn)) this.names.set(asn, name.slice(0, longestName))
    return asn
  }
}

function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

function ipv6Text(high: number, low: number): string {
  return `${(high >>> 16).toString(16)}:${(high & 0xffff).toString(16)}:${(low >>> 16).toString(16)}:${(low & 0xffff).toString(16)}::`
}

/** Runs the library on bytes that may be broken: whatever it throws, out of range or too deep, means a bad file. */
function decodeSafely<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw new EnrichError('bad_mmdb', error instanceof Error ? error.message : '', error)
  }
}

/** The memory of mmdb-lib for decoded parts, forgotten when it is full. */
class DecodedParts {
  readonly #parts = new Map<number | string, unknown>()

  get(key: number | string): unknown {
    return this.#parts.get(key)
  }

  set(key: number | string, part: unknown): void {
    if (this.#parts.size >= maxCached) this.#parts.clear()
    this.#parts.set(key, part)
  }
}

/** A field of a decoded map, undefined where there is none or the data is no map. */
function field(data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return undefined
  return (data as Record<string, unknown>)[name]
}

/**
 * Country of a data record as two ASCII bytes, the first one low; 0 where there is none. Layouts: `country_code`
 * (ip-location-db, IPinfo Lite), `country` as a code (IPinfo), `country.iso_code`, else `registered_country.iso_code`
 * (GeoIP2 and GeoLite2 Country, City, Enterprise; DB-IP).
 */
function countryOf(data: unknown): number {
  const country = field(data, 'country')
  const candidates = [
    field(data, 'country_code'),
    country,
    field(country, 'iso_code'),
    field(field(data, 'registered_country'), 'iso_code'),
  ]
  const code = candidates.find((candidate): candidate is string => typeof candidate === 'string' && /^[A-Za-z]{2}$/.test(candidate))
  return code === undefined ? 0 : packCountry(code)
}

/** Two letters as they stand in an `ascii2` column. */
export function packCountry(code: string): number {
  const letters = code.toUpperCase()
  return letters.charCodeAt(0) | (letters.charCodeAt(1) << 8)
}

/**
 * AS number of a data record, 0 where there is none. Layouts: `autonomous_system_number` (GeoLite2 ASN, GeoIP2 ISP,
 * DB-IP, ip-location-db), the same under `traits` (GeoIP2 Enterprise), `asn` as `AS13335` (IPinfo).
 */
function asnOf(data: unknown): number {
  const candidates = [field(data, 'autonomous_system_number'), field(field(data, 'traits'), 'autonomous_system_number'), field(data, 'asn')]
  for (const candidate of candidates) {
    const text = typeof candidate === 'string' ? /^(?:AS)?(\d{1,10})$/i.exec(candidate)?.[1] : undefined
    const asn = text === undefined ? candidate : Number(text)
    if (typeof asn === 'number' && Number.isInteger(asn) && asn > 0 && asn <= 0xffffffff) return asn
  }
  return 0
}

/** Organisation of a data record in the same layouts, empty where there is none. */
function asNameOf(data: unknown): string {
  const traits = field(data, 'traits')
  const candidates = [
    field(data, 'autonomous_system_organization'),
    field(traits, 'autonomous_system_organization'),
    field(data, 'as_name'),
    field(data, 'name'),
  ]
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '') ?? ''
}
