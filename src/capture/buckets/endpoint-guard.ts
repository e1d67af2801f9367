// Keeps S3 endpoints away from addresses that are never a store: metadata services of clouds, link-local, multicast. Private
// addresses are fine: a store often stands beside the routers.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { callbackify, promisify } from 'node:util'
import { BucketError } from './bucket-error.ts'

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

const resolveBySystem = promisify(dnsLookup)
const systemResolve: Resolve = (host) => resolveBySystem(host, { all: true })

/** "This network" and link-local (RFC 6890), multicast and reserved (RFC 1112), metadata services outside of these: Azure, Alibaba, Oracle. */
const refusedIpv4 = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32']
/** Unspecified, link-local, multicast (RFC 4291), the metadata service of AWS. */
const refusedIpv6 = ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::/32']
/** Names of metadata services: they may resolve to anything inside a cloud. */
const refusedNames = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal'])

const refused = blockList([...refusedIpv4, ...refusedIpv6])

/**
 * What is wrong with the address of a store as far as it can be told without resolving its name; undefined for nothing.
 * The sentence is fit for people.
 */
export function endpointObjection(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'must be a URL that begins with https:// or http://'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  if (url.search !== '' || url.hash !== '') return 'must end after the path'
  if (!/^(?:\/[\w.~-]+)*\/?$/.test(url.pathname)) return 'has characters in its path that no store needs'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (refusedNames.has(host.replace(/\.$/, ''))) return `${host} is a metadata service, not a store`
  return isIP(host) === 0 || mayConnect(host) ? undefined : refusal(host)
}

/** Whether an address may be connected to. */
export function mayConnect(address: string): boolean {
  const plain = ipv4Inside(address) ?? address
  const family = isIP(plain)
  return family !== 0 && !refused.check(plain, family === 4 ? 'ipv4' : 'ipv6')
}

/**
 * For `net.connect`: answers only addresses that may be connected to, and Node connects to nothing else, so that a name that
 * resolves differently the second time gains nothing.
 */
export function guardedLookup(resolve: Resolve = systemResolve): LookupFunction {
  const permitted = callbackify(async (host: string): Promise<readonly LookupAddress[]> => {
    const found = (await resolve(host)).filter(({ address }) => mayConnect(address))
    if (found.length > 0) return found
    throw new BucketError('RefusedAddress', { host })
  })
  return (host, options, callback) => {
    permitted(host, (error, found) => {
      const [first] = found ?? []
      if (error || !first) callback(error, [])
      else if (options.all) callback(null, [...found])
      else callback(null, first.address, first.family)
    })
  }
}

function refusal(host: string): string {
  return `${host} is not an address that a store can have`
}

/** The IPv4 address inside an IPv4-mapped (::ffff:0:0/96) or translated (64:ff9b::/96, RFC 6052) one. */
function ipv4Inside(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined
  // The URL parser writes every IPv6 address in its shortest form, with the last 32 bits as two groups.
  const shortest = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1)
  const [, high, low] = /^(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(shortest) ?? []
  if (low === undefined) return undefined
  const [upper, lower] = [Number.parseInt(high ?? '0', 16), Number.parseInt(low, 16)]
  return [upper >> 8, upper & 255, lower >> 8, lower & 255].join('.')
}

function blockList(prefixes: readonly string[]): BlockList {
  const list = new BlockList()
  for (const prefix of prefixes) {
    const [address = '', length] = prefix.split('/')
    list.addSubnet(address, Number(length), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
