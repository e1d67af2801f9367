// Address prefixes of the simulated network and of the Internet around it.
import { parseIpAddress, parseIpPrefix } from '../base/ip-prefix.ts'
import type { Random } from './random.ts'

export interface SimPrefix {
  /** 4 or 16 bytes, zero after the prefix. */
  readonly address: Uint8Array
  readonly length: number
}

/** Bytes of an address. Throws for anything that is not an address. */
export function addressBytes(text: string): Uint8Array {
  const bytes = parseIpAddress(text)
  if (bytes === undefined) throw new Error(`${text} is not an address`)
  return bytes
}

/** `203.0.113.0/24` or `2001:db8::/32`. Throws for anything else. */
export function parsePrefix(text: string): SimPrefix {
  const parsed = parseIpPrefix(text)
  if (parsed === undefined) throw new Error(`${text} is not a prefix`)
  return { address: parsed.prefix.bytes, length: parsed.prefix.length }
}

/** The address of a prefix whose host bits are `host` (at most 32 of them are filled, from the right). */
export function addressInPrefix(prefix: SimPrefix, host: number): Uint8Array {
  const bytes = prefix.address.slice()
  const hostBits = Math.min(32, bytes.length * 8 - prefix.length)
  let rest = hostBits === 32 ? host >>> 0 : host % 2 ** hostBits
  for (let at = bytes.length - 1; at >= bytes.length - 4; at--) {
    bytes[at] = (bytes[at] ?? 0) | (rest & 0xff)
    rest >>>= 8
  }
  return bytes
}

/** Any address of a prefix but the first, which names the network. */
export function randomAddress(prefix: SimPrefix, random: Random): Uint8Array {
  const hostBits = Math.min(32, prefix.address.length * 8 - prefix.length)
  return addressInPrefix(prefix, random.integer(1, 2 ** hostBits - 2))
}
