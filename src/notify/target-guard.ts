// Keeps webhooks from reaching into the own network: who may make one could otherwise have the server send requests to
// what only the server can reach (metadata services, loopback, management addresses).
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { callbackify, promisify } from 'node:util'
import { DeliveryError } from './delivery-error.ts'

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

const resolveBySystem = promisify(dnsLookup)
const systemResolve: Resolve = (host) => resolveBySystem(host, { all: true })

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
  readonly #special = blockList([...specialIpv4, ...specialIpv6])
  readonly #global = blockList([globalIpv6])

  /** @param resolve asked for the addresses of names; the system unless told */
  constructor({ allowPrivate, ports }: TargetGuardConfig, resolve: Resolve = systemResolve) {
    this.#ports = ports
    this.#resolve = resolve
    this.#allowed = blockList(allowPrivate)
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
    const plain = ipv4Inside(address) ?? address
    const family = isIP(plain)
    if (family === 0) return false
    const kind = family === 4 ? 'ipv4' : 'ipv6'
    if (this.#allowed.check(plain, kind)) return true
    return !this.#special.check(plain, kind) && (family === 4 || this.#global.check(plain, kind))
  }

  /**
   * For `net.connect`: answers only addresses that may be connected to, and node connects to nothing else, so that a name
   * that resolves differently the second time (DNS rebinding) gains nothing.
   */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.#permittedSoon(host, (error, found) => {
      const [first] = found ?? []
      if (error || !first) callback(error, [])
      else if (options.all) callback(null, [...found])
      else callback(null, first.address, first.family)
    })
  }

  readonly #permittedSoon = callbackify((host: string) => this.#permitted(host))

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

/** Host of a URL, IPv6 without its brackets. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
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
    const family = isIP(address)
    list.addSubnet(address, Number(length ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
