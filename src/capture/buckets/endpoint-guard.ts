// Keeps S3 endpoints away from addresses that are never a store: metadata services of clouds, link-local, multicast. Private
// addresses are fine: a store often stands beside the routers.
import { isIP, type LookupFunction } from 'node:net'
import { bareHost, guardedLookup, listHolds, prefixList, systemResolve, type Resolve } from '../../base/address-guard.ts'
import { BucketError } from './bucket-error.ts'

/** "This network" and link-local (RFC 6890), multicast and reserved (RFC 1112), metadata services outside of these: Azure, Alibaba, Oracle. */
const refusedIpv4 = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32']
/** Unspecified, link-local, multicast (RFC 4291), the metadata service of AWS. */
const refusedIpv6 = ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::/32']
/** Names of metadata services: they may resolve to anything inside a cloud. */
const refusedNames = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal'])

const refused = prefixList([...refusedIpv4, ...refusedIpv6])

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
  const host = bareHost(url)
  if (refusedNames.has(host.replace(/\.$/, ''))) return `${host} is a metadata service, not a store`
  return isIP(host) === 0 || mayConnect(host) ? undefined : refusal(host)
}

/** Whether an address may be connected to. */
export function mayConnect(address: string): boolean {
  return isIP(address) !== 0 && !listHolds(refused, address)
}

/** For `net.connect`: nothing is connected to but addresses that a store can have. */
export function endpointLookup(resolve: Resolve = systemResolve): LookupFunction {
  return guardedLookup(async (host) => {
    const found = (await resolve(host)).filter(({ address }) => mayConnect(address))
    if (found.length > 0) return found
    throw new BucketError('RefusedAddress', { host })
  })
}

function refusal(host: string): string {
  return `${host} is not an address that a store can have`
}
