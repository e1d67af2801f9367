// Reads a range list (.csv: start,end,AS number,name; IPv4 and IPv6 in any order) into ranges of AS numbers.
// Works on the bytes as they stream in: only the first name of each AS number becomes a string.
import { createReadStream } from 'node:fs'
import { AddressParser } from './address-text.ts'
import { EnrichError } from './enrich-errors.ts'
import { longestName, type LoadedRanges } from './mmdb-source.ts'
import { AddressRangeSet } from './range-list.ts'

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const HASH = 0x23
const COMMA = 0x2c
const COLON = 0x3a

const chunkBytes = 1 << 20
// A line is two addresses, a number and a name: 64 KiB is far beyond any.
const maxLine = 65_536
const maxRanges = 16_000_000

/**
 * Reads range lists, one after the other, as one source. Fields may be quoted, quotes inside doubled; a name does not
 * span lines. A header line, empty lines and lines that begin with # are passed over.
 * @throws EnrichError bad_csv with the number of the first bad line, unreadable, no_asn
 */
export async function readRangeLists(files: readonly string[]): Promise<LoadedRanges> {
  const ranges = new AddressRangeSet()
  const names = new Map<number, string>()
  for (const file of files) await readFileInto(file, new RangeLines(ranges, names))
  if (ranges.ipv4.length + ranges.ipv6.length === 0) throw new EnrichError('no_asn', files.join(', '))
  return { lists: ranges.flatten(), names, built: undefined }
}

async function readFileInto(file: string, lines: RangeLines): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: chunkBytes })
  try {
    // A file stream without an encoding yields Buffers.
    for await (const chunk of stream as AsyncIterable<Buffer>) lines.write(chunk)
  } catch (error) {
    if (error instanceof EnrichError) throw error
    throw new EnrichError('unreadable', file, error)
  }
  lines.end()
}

/** Takes the bytes of one file in chunks and adds a range for every line. */
class RangeLines {
  readonly #ranges: AddressRangeSet
  readonly #names: Map<number, string>
  readonly #start = new AddressParser()
  readonly #end = new AddressParser()
  /** Begin of a line whose end has not arrived. */
  #rest: Buffer = Buffer.alloc(0)
  #line = 0
  /** The field last split off, without its quotes. */
  #fieldFrom = 0
  #fieldTo = 0

  constructor(ranges: AddressRangeSet, names: Map<number, string>) {
    this.#ranges = ranges
    this.#names = names
  }

  write(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let from = 0
    for (let to = bytes.indexOf(LF); to >= 0; to = bytes.indexOf(LF, from)) {
      this.#readLine(bytes, from, to)
      from = to + 1
    }
    this.#rest = bytes.subarray(from)
    if (this.#rest.length > maxLine) throw this.#bad()
  }

  end(): void {
    if (this.#rest.length > 0) this.#readLine(this.#rest, 0, this.#rest.length)
    this.#rest = Buffer.alloc(0)
  }

  #bad(): EnrichError {
    return new EnrichError('bad_csv', `line ${this.#line + 1}`)
  }

  #readLine(bytes: Buffer, from: number, lineEnd: number): void {
    const to = lineEnd > from && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd
    const header = this.#line === 0 && !startsLikeAddress(bytes, from, to)
    if (from < to && bytes[from] !== HASH && !header) this.#readRange(bytes, from, to)
    this.#line++
  }

  #readRange(bytes: Buffer, from: number, to: number): void {
    let at = this.#field(bytes, from, to)
    const hasStart = this.#start.parse(bytes, this.#fieldFrom, this.#fieldTo)
    at = this.#field(bytes, at, to)
    if (!hasStart || !this.#end.parse(bytes, this.#fieldFrom, this.#fieldTo)) throw this.#bad()
    at = this.#field(bytes, at, to)
    const asn = parseAsn(bytes, this.#fieldFrom, this.#fieldTo)
    if (asn < 0 || this.#ranges.ipv4.length + this.#ranges.ipv6.length >= maxRanges) throw this.#bad()
    if (!this.#ranges.add(this.#start.words, this.#end.words, asn)) throw this.#bad()
    if (asn === 0 || this.#names.has(asn)) return
    this.#field(bytes, at, to)
    const name = bytes.toString('utf8', this.#fieldFrom, this.#fieldTo).replaceAll('""', '"').slice(0, longestName)
    if (name !== '') this.#names.set(asn, name)
  }

  /** Splits off the field that begins at `from`; returns where the next one begins. */
  #field(bytes: Buffer, from: number, to: number): number {
    let at = from
    if (bytes[at] !== QUOTE || at >= to) {
      while (at < to && bytes[at] !== COMMA) at++
      this.#fieldFrom = from
      this.#fieldTo = at
      return Math.min(at + 1, to)
    }
    for (at++; at < to; at++) {
      if (bytes[at] !== QUOTE) continue
      if (at + 1 < to && bytes[at + 1] === QUOTE) at++
      else break
    }
    // Behind the closing quote stands a comma or the end of the line.
    if (at >= to || (at + 1 < to && bytes[at + 1] !== COMMA)) throw this.#bad()
    this.#fieldFrom = from + 1
    this.#fieldTo = at
    return Math.min(at + 2, to)
  }
}

/** Whether a first line is data: its first field has a colon or begins with a digit, behind a byte order mark or quote. */
function startsLikeAddress(bytes: Buffer, from: number, to: number): boolean {
  const first = bytes[from] === QUOTE ? bytes[from + 1] : bytes[from]
  if (first >= 0x30 && first <= 0x39) return true
  const comma = bytes.subarray(from, to).indexOf(COMMA)
  return comma >= 0 && bytes.subarray(from, from + comma).includes(COLON)
}

/** AS number with or without "AS" before it; −1 where it is none. */
function parseAsn(bytes: Buffer, from: number, to: number): number {
  const prefixed = to - from > 2 && (bytes[from] | 0x20) === 0x61 && (bytes[from + 1] | 0x20) === 0x73
  const first = prefixed ? from + 2 : from
  if (to <= first || to - first > 10) return -1
  let asn = 0
  for (let at = first; at < to; at++) {
    const digit = bytes[at] - 0x30
    if (digit < 0 || digit > 9) return -1
    asn = asn * 10 + digit
  }
  return asn <= 0xffffffff ? asn : -1
}
