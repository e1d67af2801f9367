// Addresses from columns as people write them.

/** Third word of an IPv4-mapped address: the bytes 00 00 ff ff, read little-endian. */
const mapped = 0xffff0000

/** The IP address of a row in canonical text (RFC 5952), IPv4 plainly. */
export function ipText(column: Uint32Array, row: number): string {
  const at = row * 4
  // A row of an ip column has four words.
  const [a, b, c, d] = column.subarray(at, at + 4) as unknown as [number, number, number, number]
  if (a === 0 && b === 0 && c === mapped) return `${d & 255}.${(d >>> 8) & 255}.${(d >>> 16) & 255}.${d >>> 24}`
  const groups = [a, b, c, d].flatMap((word) => [((word & 0xff) << 8) | ((word >>> 8) & 0xff), ((word >>> 8) & 0xff00) | (word >>> 24)])
  return compressed(groups)
}

/** The IPv4 address of four bytes at a place that the caller has checked. */
export function ipv4BytesText(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/** The IPv6 address of 16 bytes in canonical text (RFC 5952); an IPv4-mapped one is written as IPv6. */
export function ipv6BytesText(bytes: Uint8Array, at: number): string {
  return compressed(Array.from({ length: 8 }, (_, group) => (bytes[at + 2 * group] << 8) | bytes[at + 2 * group + 1]))
}

/** The MAC address of six bytes. */
export function macBytesText(bytes: Uint8Array, at: number): string {
  return Array.from(bytes.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/** Eight groups with the longest run of two or more zeros as `::`, the first one of several (RFC 5952 §4.2). */
function compressed(groups: readonly number[]): string {
  let best = 0
  let bestLength = 1
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > bestLength) {
      best = start
      bestLength = length
    }
  }
  const hex = groups.map((group) => group.toString(16))
  if (bestLength < 2) return hex.join(':')
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`
}

/** The MAC address of a row, in lower case with colons. */
export function macText(column: Uint32Array, row: number): string {
  // A row of a mac column has two words: the low 32 bits, then the high 16.
  const low = column[row * 2]
  const high = column[row * 2 + 1]
  const hex = high.toString(16).padStart(4, '0') + low.toString(16).padStart(8, '0')
  return hex.match(/../g)?.join(':') ?? ''
}
