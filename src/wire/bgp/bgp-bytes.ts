// Builds what is sent: integers in network byte order, and parts one after another.

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** @throws RangeError for what is no unsigned integer of so many bytes, 1 to 4 */
export function uint(value: number, length: 1 | 2 | 4): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (length * 8)) throw new RangeError(`${value} does not fit ${length} bytes`)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = value >>> ((length - 1 - i) * 8)
  return bytes
}
