// Addresses as the four little-endian words of an `ip` column, and as text.
import { isIPv4, isIPv6 } from 'node:net'
import { ipText } from '../wire/address-text.ts'

/** Third word of an IPv4-mapped address: bytes 00 00 ff ff. */
const mappedWord = 0xffff0000

export type AddressWords = readonly [number, number, number, number]

/** Reads four bytes in network order as a little-endian word. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

/** The words of a 16-byte address. */
export function wordsOfBytes(bytes: Uint8Array, at: number): AddressWords {
  return [wordAt(bytes, at), wordAt(bytes, at + 4), wordAt(bytes, at + 8), wordAt(bytes, at + 12)]
}

/** The words of a 4-byte address, mapped into IPv6. */
export function wordsOfIpv4(bytes: Uint8Array, at: number): AddressWords {
  return [0, 0, mappedWord, wordAt(bytes, at)]
}

/** Text in canonical form (RFC 5952), IPv4 plainly. */
export function formatWords(words: AddressWords): string {
  return ipText(Uint32Array.from(words), 0)
}

/** @throws Error when the text is no address */
export function parseWords(text: string): AddressWords {
  if (isIPv4(text)) return wordsOfIpv4(Uint8Array.from(text.split('.'), Number), 0)
  if (!isIPv6(text) || text.includes('%')) throw new Error(`"${text}" is no IP address`)
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text) ?? []
  if (mapped !== undefined) return parseWords(mapped)
  const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  )
  return wordsOfBytes(Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 255])), 0)
}

/** A map key for an address: a number for IPv4, text for IPv6, so that the common case makes no garbage. */
export function addressKey([a, b, c, d]: AddressWords): number | string {
  return a === 0 && b === 0 && c === mappedWord ? d : `${a}:${b}:${c}:${d}`
}
