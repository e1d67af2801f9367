// The canonical text of a router's address, by which spellings of the same address are told to be one.
import { isIP, SocketAddress } from 'node:net'

/**
 * IPv4 in dotted form, IPv6 as RFC 5952 writes it. `/32` and `/128` are accepted and dropped, IPv4 mapped into IPv6 is
 * IPv4. Undefined for anything else, also for addresses with a zone.
 */
export function canonicalAddress(text: string): string | undefined {
  const [address = '', length, ...more] = text.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  if (family === 0 || more.length > 0) return undefined
  if (length !== undefined && length !== (family === 4 ? '32' : '128')) return undefined
  if (family === 4) return address
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  return canonical.startsWith('::ffff:') && canonical.includes('.') ? canonical.slice('::ffff:'.length) : canonical
}
