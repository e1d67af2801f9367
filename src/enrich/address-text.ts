// Reads IPv4 and IPv6 addresses and prefixes from text, byte by byte: range lists have a million of them.

const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const MAPPED = 0xffff

/** Value of a hexadecimal digit, −1 for any other byte. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Value of dotted IPv4 text, −1 where it is none. Leading zeros are refused: some read them as octal. */
function parseIpv4(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  let octet = 0
  let digits = 0
  let dots = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === DOT) {
      if (digits === 0 || ++dots > 3) return -1
      value = value * 256 + octet
      octet = 0
      digits = 0
      continue
    }
    const digit = byte - 0x30
    if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return -1
    octet = octet * 10 + digit
    if (octet > 255) return -1
    digits++
  }
  return dots === 3 && digits > 0 ? value * 256 + octet : -1
}

/** Whether four address words in numeric order are an IPv4 address mapped into IPv6. */
export function isMappedIpv4(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED
}

/** A parser with its own result, so that a million addresses allocate nothing. */
export class AddressParser {
  /** The address last parsed: four words in numeric order, IPv4 as ::ffff:a.b.c.d. */
  readonly words = new Uint32Array(4)
  readonly #groups = new Uint16Array(8)

  /** Reads the address text in `bytes` from `from` to before `to`; false where it is none. Zones are refused. */
  parse(bytes: Uint8Array, from: number, to: number): boolean {
    const end = Math.min(to, from + 5)
    for (let at = from; at < end; at++) if (bytes[at] === COLON) return this.#parseIpv6(bytes, from, to)
    const value = parseIpv4(bytes, from, to)
    if (value < 0) return false
    this.words[0] = 0
    this.words[1] = 0
    this.words[2] = MAPPED
    this.words[3] = value
    return true
  }

  #parseIpv6(bytes: Uint8Array, from: number, to: number): boolean {
    const groups = this.#groups
    let count = 0
    // Number of groups before "::", −1 while there was none.
    let gap = -1
    let at = from
    if (bytes[at] === COLON) {
      if (at + 1 >= to || bytes[at + 1] !== COLON) return false
      gap = 0
      at += 2
    }
    while (at < to) {
      if (count === 8) return false
      const start = at
      let value = 0
      for (; at < to; at++) {
        const digit = hexDigit(bytes[at])
        if (digit < 0) break
        value = value * 16 + digit
      }
      if (at < to && bytes[at] === DOT) {
        const tail = parseIpv4(bytes, start, to)
        if (tail < 0 || count > 6) return false
        groups[count++] = tail >>> 16
        groups[count++] = tail & 0xffff
        break
      }
      if (at === start || at - start > 4) return false
      groups[count++] = value
      if (at === to) break
      if (bytes[at] !== COLON) return false
      at++
      if (at === to) return false
      if (bytes[at] === COLON) {
        if (gap >= 0) return false
        gap = count
        at++
      }
    }
    return this.#place(count, gap)
  }

  /** Spreads the groups over the words, with the zeros that "::" stands for. */
  #place(count: number, gap: number): boolean {
    const groups = this.#groups
    if (gap < 0 ? count !== 8 : count > 7) return false
    if (gap >= 0) {
      const behind = count - gap
      groups.copyWithin(8 - behind, gap, count)
      groups.fill(0, gap, 8 - behind)
    }
    for (let word = 0; word < 4; word++) this.words[word] = groups[word * 2] * 65536 + groups[word * 2 + 1]
    return true
  }
}

/** First and last address of a prefix, four words each in numeric order. */
export interface AddressRange {
  readonly start: Uint32Array
  readonly end: Uint32Array
}

/** Reads `203.0.113.0/24`, `2001:db8::/32` or a single address; undefined where it is none. Host bits are cut off. */
export function parsePrefix(text: string): AddressRange | undefined {
  const bytes = new TextEncoder().encode(text.trim())
  const slash = bytes.indexOf(SLASH)
  const parser = new AddressParser()
  if (!parser.parse(bytes, 0, slash < 0 ? bytes.length : slash)) return undefined
  const bits = slash < 0 ? '' : text.trim().slice(slash + 1)
  if (slash >= 0 && !/^(0|[1-9]\d{0,2})$/.test(bits)) return undefined
  // Only text without a colon counts its bits from the IPv4 address, which begins at bit 96.
  const offset = bytes.includes(COLON) ? 0 : 96
  const length = slash < 0 ? 128 : Number(bits) + offset
  if (length > 128) return undefined
  const start = parser.words.slice()
  const end = parser.words.slice()
  for (let word = 0; word < 4; word++) {
    const kept = Math.min(32, Math.max(0, length - word * 32))
    const hostBits = kept === 32 ? 0 : 0xffffffff >>> kept
    start[word] = (start[word] & ~hostBits) >>> 0
    end[word] = (end[word] | hostBits) >>> 0
  }
  return { start, end }
}
