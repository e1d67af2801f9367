// Addresses in their columns, read and written: IP as four words, MAC as two, in the layouts of the contract's ColumnKind.

/** Third word of an IPv4-mapped address: the bytes 00 00 ff ff, read little-endian. */
const mapped = 0xffff0000

function littleWord(bytes: Uint8Array, at: number): number {
  // Callers have checked that the address is inside the array.
  return ((bytes[at + 3] << 24) | (bytes[at + 2] << 16) | (bytes[at + 1] << 8) | bytes[at]) >>> 0
}

/** Writes the 4 address bytes at `at` as ::ffff:a.b.c.d. */
export function writeIpv4(column: Uint32Array, row: number, bytes: Uint8Array, at: number): void {
  const first = row * 4
  column[first] = 0
  column[first + 1] = 0
  column[first + 2] = mapped
  column[first + 3] = littleWord(bytes, at)
}

/** Writes the 16 address bytes at `at`. */
export function writeIpv6(column: Uint32Array, row: number, bytes: Uint8Array, at: number): void {
  const first = row * 4
  column[first] = littleWord(bytes, at)
  column[first + 1] = littleWord(bytes, at + 4)
  column[first + 2] = littleWord(bytes, at + 8)
  column[first + 3] = littleWord(bytes, at + 12)
}

/** Writes the 6 address bytes at `at` as the number that they are in network order, low word first. */
export function writeMac(column: Uint32Array, row: number, bytes: Uint8Array, at: number): void {
  const first = row * 2
  column[first] = ((bytes[at + 2] << 24) | (bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5]) >>> 0
  column[first + 1] = (bytes[at] << 8) | bytes[at + 1]
}
