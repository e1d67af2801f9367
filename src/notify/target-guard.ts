// Keeps webhooks from reaching into the own network: who may make one could otherwise have the server send requests to
// what only the server can reach (metadata services, loopback, management addresses).
import type { LookupAddress } from 'node:dns'
import { isIP, type BlockList, type LookupFunction } from 'node:net'
import { bareHost, guardedLookup, listHolds, plainAddress, prefixList, systemResolve, type Resolve } from '../base/address-guard.ts'
import { DeliveryError } from './delivery-error.ts'

export interface TargetGuardConfig {
  /** Prefixes that may be reached although they are not public. */
  readonly allowPrivate: readonly string[]
  readonly ports: readonly number[]
}

/** IPv4 that is not for the public Internet: IANA's registry of special-purpose addresses (RFC 6890), and multicast. */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
/** Of IPv6 only global unicast (RFC 4291) is public, without tunnels that hide an IPv4 address, and documentation. */
const globalIpv6 = '2000::/3'
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Decides about addresses and ports. The decision is made on the address that is connected to, not on the name. */
export class TargetGuard {
  readonly #ports: readonly number[]
  readonly #resolve: Resolve
  readonly #allowed: BlockList
  readonly #special = prefixList([...specialIpv4, ...specialIpv6])
  readonly #global = prefixList([globalIpv6])

  /** @param resolve asked for the addresses of names; the system unless told */
  constructor({ allowPrivate, ports }: TargetGuardConfig, resolve: Resolve = systemResolve) {
    this.#ports = ports
    this.#resolve = resolve
    this.#allowed = prefixList(allowPrivate)
  }

  /**
   * What is wrong with a URL as far as it can be told without resolving its name; undefined for nothing.
   * The sentence is fit for people and holds neither path nor query.
   */
  objection(url: URL): string | undefined {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must begin with https:// or http://'
    if (url.username !== '' || url.password !== '') return 'must not hold a user name or password; use secret'
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
    if (!this.#ports.includes(port)) return `port ${port} is not among ${this.#ports.join(', ')}; to allow it, set alerts.ports`
    const host = bareHost(url)
    return isIP(host) === 0 || this.allows(host) ? undefined : refusal(host)
  }

  /** Whether an address may be connected to. */
  allows(address: string): boolean {
    const family = isIP(plainAddress(address))
    if (family === 0) return false
    if (listHolds(this.#allowed, address)) return true
    return !listHolds(this.#special, address) && (family === 4 || listHolds(this.#global, address))
  }

  /** For `net.connect`: nothing is connected to but addresses that are allowed. */
  readonly lookup: LookupFunction = guardedLookup((host) => this.#permitted(host))

  async #permitted(host: string): Promise<readonly LookupAddress[]> {
    const found = await this.#resolve(host)
    const permitted = found.filter(({ address }) => this.allows(address))
    if (permitted.length > 0) return permitted
    throw new DeliveryError(found.length === 0 ? `${host} has no address` : refusal(host), { rejected: true })
  }
}

function refusal(host: string): string {
  return `${host} is not a public address; to allow it, set alerts.allow_private_targets`
}
