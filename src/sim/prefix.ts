// Address prefixes of the simulated network and of the Internet around it.
import { isIPv4, isIPv6 } from 'node:net'
import type { Random } from './random.ts'

export interface SimPrefix {
  /** 4 or 16 bytes, zero after the prefix. */
  readonly address: Uint8Array
  readonly length: number
}

/** Bytes of an address. Throws for anything that is not an address. */
export function addressBytes(text: string): Uint8Array {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number)
  if (!isIPv6(text) || text.includes('.') || text.includes('%')) throw new Error(`${text} is not an address that the simulator can use`)
  const [head = '', tail] = text.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : [])
  const before = groups(head)
  const after = groups(tail)
  const zeros = Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

/** `203.0.113.0/24` or `2001:db8::/32`. */
export function parsePrefix(text: string): SimPrefix {
  const [address = '', length = ''] = text.split('/')
  return { address: addressBytes(address), length: Number(length) }
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
