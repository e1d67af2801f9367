// What guards of outgoing connections share: addresses in lists of prefixes, and connections that go nowhere else than where
// the guard has looked. Which addresses are permitted is each guard's own affair.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { callbackify, promisify } from 'node:util'

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

const resolveBySystem = promisify(dnsLookup)
export const systemResolve: Resolve = (host) => resolveBySystem(host, { all: true })

/**
 * For `net.connect`: answers only addresses that are permitted, and Node connects to nothing else, so that a name that
 * resolves differently the second time (DNS rebinding) gains nothing.
 * @param permitted the addresses of a name that may be connected to; throws when there are none
 */
export function guardedLookup(permitted: Resolve): LookupFunction {
  const permittedSoon = callbackify(permitted)
  return (host, options, callback) => {
    permittedSoon(host, (error, found) => {
      const [first] = found ?? []
      if (error || !first) callback(error, [])
      else if (options.all) callback(null, [...found])
      else callback(null, first.address, first.family)
    })
  }
}

/** Whether a list of prefixes holds an address; of IPv6 that carries an IPv4 address, whether it holds that. */
export function listHolds(list: BlockList, address: string): boolean {
  const plain = plainAddress(address)
  return list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
}

/** The IPv4 address inside an IPv4-mapped (::ffff:0:0/96) or translated (64:ff9b::/96, RFC 6052) one; any other as it is. */
export function plainAddress(address: string): string {
  if (isIP(address) !== 6) return address
  // The URL parser writes every IPv6 address in its shortest form, with the last 32 bits as two groups.
  const shortest = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1)
  const [, high, low] = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(shortest) ?? []
  if (low === undefined) return address
  const [upper, lower] = [Number.parseInt(high ?? '0', 16), Number.parseInt(low, 16)]
  return [upper >> 8, upper & 255, lower >> 8, lower & 255].join('.')
}

/** @param prefixes CIDR text, or single addresses */
export function prefixList(prefixes: readonly string[]): BlockList {
  const list = new BlockList()
  for (const prefix of prefixes) {
    const [address = '', length] = prefix.split('/')
    const family = isIP(address)
    list.addSubnet(address, Number(length ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

/** Host of a URL, IPv6 without its brackets. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
