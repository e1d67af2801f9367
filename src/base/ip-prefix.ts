// IP addresses and prefixes: strict reading, canonical text (RFC 5952), which prefix holds which.

export interface IpPrefix {
  readonly family: 4 | 6
  /** 4 or 16 bytes in network order, zero behind the length. */
  readonly bytes: Uint8Array
  /** 0 to 32 or 128. */
  readonly length: number
}

export interface ParsedPrefix {
  /** With its host bits cut off. */
  readonly prefix: IpPrefix
  /** Whether the text had bits set behind the length. */
  readonly hostBits: boolean
}

/** The longest address has 45 characters (RFC 4291 §2.2, form 3), a slash and three digits follow. */
const longestText = 49
const decimal = /^(?:0|[1-9]\d{0,2})$/
const hexGroup = /^[\da-f]{1,4}$/i

/** 4 or 16 bytes of an address; undefined for all else: spaces, zones, leading zeros in IPv4, missing parts. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (text.length > longestText) return undefined
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text)
}

/** Reads an address with a length, `203.0.113.0/24`; undefined for all else. IPv4-mapped IPv6 stays IPv6. */
export function parseIpPrefix(text: string): ParsedPrefix | undefined {
  const slash = text.indexOf('/')
  const digits = text.slice(slash + 1)
  const address = slash === -1 ? undefined : parseIpAddress(text.slice(0, slash))
  if (address === undefined || !decimal.test(digits) || Number(digits) > address.length * 8) return undefined
  const prefix = ipPrefix(address, Number(digits))
  return { prefix, hostBits: prefix.bytes.some((byte, index) => byte !== address[index]) }
}

/** The same, and a single address is the prefix that holds only it. */
export function parsePrefixOrAddress(text: string): ParsedPrefix | undefined {
  if (text.includes('/')) return parseIpPrefix(text)
  const address = parseIpAddress(text)
  return address && { prefix: ipPrefix(address, address.length * 8), hostBits: false }
}

/** @param address 4 or 16 bytes; those behind `length` bits do not count */
export function ipPrefix(address: Uint8Array, length: number): IpPrefix {
  return { family: address.length === 4 ? 4 : 6, bytes: address.map((byte, index) => byte & maskByte(length, index)), length }
}

/** Canonical text of an address of 4 or 16 bytes. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16))
  return compressed(groups.join(':'))
}

export function formatIpPrefix(prefix: IpPrefix): string {
  return `${formatIpAddress(prefix.bytes)}/${prefix.length}`
}

/** Whether all addresses of `inner` are in `outer`; a prefix contains itself. */
export function containsPrefix(outer: IpPrefix, inner: IpPrefix): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false
  return outer.bytes.every((byte, index) => byte === ((inner.bytes[index] ?? 0) & maskByte(outer.length, index)))
}

/** Whether they have addresses in common: then one contains the other. */
export function overlapsPrefix(one: IpPrefix, other: IpPrefix): boolean {
  return containsPrefix(one, other) || containsPrefix(other, one)
}

export function equalPrefixes(one: IpPrefix, other: IpPrefix): boolean {
  return one.length === other.length && containsPrefix(one, other)
}

/** Which bits of the byte at `index` the first `length` bits reach. */
function maskByte(length: number, index: number): number {
  const bits = Math.min(8, Math.max(0, length - index * 8))
  return (0xff00 >> bits) & 0xff
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => decimal.test(part) && Number(part) <= 255)) return undefined
  return Uint8Array.from(parts, Number)
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const [head, tail, more] = text.split('::')
  const before = groupBytes(head ?? '', tail === undefined)
  const behind = groupBytes(tail ?? '', true)
  if (before === undefined || behind === undefined || more !== undefined) return undefined
  const missing = 16 - before.length - behind.length
  // The "::" stands for one group or more.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return Uint8Array.from([...before, ...Array<number>(missing).fill(0), ...behind])
}

/** Bytes of the groups on one side of "::". Where they end the address, the last one may be dotted. */
function groupBytes(part: string, endsAddress: boolean): number[] | undefined {
  if (part === '') return []
  const groups = part.split(':')
  const isDotted = endsAddress && part.includes('.')
  const dotted = isDotted ? ipv4Bytes(groups.pop() ?? '') : []
  if (dotted === undefined || !groups.every((group) => hexGroup.test(group))) return undefined
  const values = groups.map((group) => Number.parseInt(group, 16))
  return [...values.flatMap((value) => [value >> 8, value & 0xff]), ...dotted]
}

/** The longest run of two or more zero groups becomes `::`, the first one of several (RFC 5952 §4.2). */
function compressed(text: string): string {
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].toSorted((one, other) => groupsOf(other[0]) - groupsOf(one[0]))
  const [longest] = runs
  if (longest === undefined) return text
  const behind = text.slice(longest.index + longest[0].length)
  return `${text.slice(0, longest.index)}::${behind.slice(1)}`
}

/** Zero groups of a run. */
const groupsOf = (run: string) => run.replaceAll(':', '').length
