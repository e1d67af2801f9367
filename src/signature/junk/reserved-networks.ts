// Networks that no packet from the Internet has as its source (RFC 6890, RFC 4291 §2.4).

/** First byte and those behind it, with the bits that count. In order of how often they are seen. */
const reserved4 = [
  ['10.0.0.0', 8],
  ['192.168.0.0', 16],
  ['172.16.0.0', 12],
  ['100.64.0.0', 10],
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
] as const

const networks4 = reserved4.map(([address, bits]) => {
  const mask = (0xffff_ffff << (32 - bits)) >>> 0
  return { mask, value: address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) }
})

export function isReserved4(bytes: Uint8Array, at: number): boolean {
  const address = ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
  for (const { mask, value } of networks4) if ((address & mask) >>> 0 === value) return true
  return false
}

/** All but 2000::/3, and in that 2001:db8::/32 and 3fff::/20. Link-local addresses are those of neighbours. */
export function isReserved6(bytes: Uint8Array, at: number): boolean {
  const high = (bytes[at] << 8) | bytes[at + 1]
  if (high >= 0xfe80 && high <= 0xfebf) return false
  if (high >> 13 !== 1) return true
  return (high === 0x2001 && bytes[at + 2] === 0x0d && bytes[at + 3] === 0xb8) || (high === 0x3fff && bytes[at + 2] < 0x10)
}
