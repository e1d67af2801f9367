// Checks of the section `advertise`: addresses of the right family, numbers in range, what is needed together.
import type { Config } from '../contract/config.ts'
import type { OptionProblem } from './config-error.ts'
import { formatIpAddress, parseIpAddress } from './ip-prefix.ts'

type Advertise = Config['advertise']
type Bgp = Advertise['bgp']
type Neighbor = Bgp['neighbors'][number]

/** RFC 2385 leaves the length open; Linux takes 80 bytes (TCP_MD5SIG_MAXKEYLEN). */
const longestPassword = 80
/** Shorter keys of a signature can be tried out. */
const shortestSecret = 16
/** AS_TRANS (RFC 6793) and the last one of 16 bits (RFC 7300): nobody's. */
const reservedAs: ReadonlySet<number> = new Set([23_456, 65_535])

export function advertiseObjections({ bgp, cloudflare, webhook }: Advertise): OptionProblem[] {
  return [...bgpObjections(bgp), ...neighborObjections(bgp.neighbors), ...cloudflareObjections(cloudflare), ...webhookObjections(webhook)]
}

function bgpObjections({ as, router_id, neighbors }: Bgp): OptionProblem[] {
  const objections: OptionProblem[] = []
  const object = (name: string, message: string) =>
    objections.push({ path: `advertise.bgp.${name}`, message: `advertise.bgp.${name} ${message}` })
  if (as === undefined && neighbors.length > 0) object('as', 'is needed when advertise.bgp.neighbors has some')
  if (as !== undefined && reservedAs.has(as)) object('as', `is ${as}, which is reserved`)
  if (router_id === '' && neighbors.length > 0) object('router_id', 'is needed when advertise.bgp.neighbors has some')
  if (router_id !== '' && parseIpAddress(router_id)?.length !== 4) {
    object('router_id', `is ${JSON.stringify(router_id)}, which is not an IPv4 address like 192.0.2.1`)
  } else if (router_id === '0.0.0.0') object('router_id', 'is 0.0.0.0, which is no identifier')
  return objections
}

function neighborObjections(neighbors: readonly Neighbor[]): OptionProblem[] {
  const path = 'advertise.bgp.neighbors'
  return neighbors.flatMap((neighbor, index) => {
    const before = neighbors.slice(0, index)
    const faults = [...nameFaults(neighbor, before), ...addressFaults(neighbor), ...sessionFaults(neighbor), ...routeFaults(neighbor)]
    return faults.map((fault) => ({ path, message: `${path}[${index}] (${neighbor.name}): ${fault}` }))
  })
}

function nameFaults({ name, address, port }: Neighbor, before: readonly Neighbor[]): string[] {
  const faults: string[] = []
  if (before.some((other) => other.name === name)) faults.push('another neighbour has the same name')
  if (before.some((other) => other.address === address && other.port === port))
    faults.push('another neighbour has the same address and port')
  return faults
}

function addressFaults({ address, source_address }: Neighbor): string[] {
  const family = familyOfHost(address)
  if (family === undefined) return [`address is ${JSON.stringify(address)}, which is not the IPv4 or IPv6 address of a host`]
  if (source_address === '') return []
  const source = familyOfHost(source_address)
  if (source === undefined) return [`source_address is ${JSON.stringify(source_address)}, which is not the IPv4 or IPv6 address of a host`]
  return source === family ? [] : [`source_address ${source_address} is IPv${source} and address ${address} is IPv${family}`]
}

function sessionFaults({ as, password, families, purposes }: Neighbor): string[] {
  const faults: string[] = []
  if (reservedAs.has(as)) faults.push(`as is ${as}, which is reserved`)
  if (Buffer.byteLength(password) > longestPassword) faults.push(`password has more than ${longestPassword} bytes`)
  const flowspec = families.some((family) => family.endsWith('-flowspec'))
  const unicast = families.some((family) => !family.endsWith('-flowspec'))
  if (flowspec && !purposes.includes('flowspec')) faults.push('families has a FlowSpec family, but purposes has no flowspec')
  if (unicast && !purposes.some((purpose) => purpose !== 'flowspec'))
    faults.push('families has ipv4 or ipv6, but purposes has flowspec only')
  return faults
}

function routeFaults(neighbor: Neighbor): string[] {
  return (['divert', 'blackhole'] as const).flatMap((purpose) => {
    const { next_hop_ipv4, next_hop_ipv6, communities } = neighbor[purpose]
    const faults = communities.filter((text) => !isCommunity(text)).map(communityFault)
    if (next_hop_ipv4 !== '' && nextHopFamily(next_hop_ipv4) !== 4) faults.push(nextHopFault(4, next_hop_ipv4))
    if (next_hop_ipv6 !== '' && nextHopFamily(next_hop_ipv6) !== 6) faults.push(nextHopFault(6, next_hop_ipv6))
    return faults.map((fault) => `${purpose}.${fault}`)
  })
}

/** Two numbers of 16 bits (RFC 1997), or three of 32 (RFC 8092). */
function isCommunity(text: string): boolean {
  const numbers = text.split(':').map(Number)
  return numbers.every((number) => number <= (numbers.length === 2 ? 0xffff : 0xffff_ffff))
}

function communityFault(text: string): string {
  const most = text.split(':').length === 2 ? '65535, or three of up to 4294967295' : '4294967295'
  return `communities has ${text}, whose numbers go up to ${most}`
}

function nextHopFault(family: 4 | 6, text: string): string {
  return `next_hop_ipv${family} is ${JSON.stringify(text)}, which is not the IPv${family} address of a host`
}

/** A next hop stands in a message as bytes, without a zone. */
function nextHopFamily(text: string): 4 | 6 | undefined {
  return text.includes('%') ? undefined : familyOfHost(text)
}

/** Family of an address that a host can have; link-local ones may say their zone, `fe80::1%eth0`. */
function familyOfHost(text: string): 4 | 6 | undefined {
  const [address = '', zone, ...more] = text.split('%')
  const bytes = parseIpAddress(address)
  if (bytes === undefined || more.length > 0) return undefined
  if (bytes.length === 4) return zone === undefined && isHost4(bytes) ? 4 : undefined
  return isHost6(bytes) && zone !== '' ? 6 : undefined
}

/** Neither 0.0.0.0/8 nor multicast, reserved and broadcast. */
function isHost4(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0
  return first > 0 && first < 224
}

/** Neither `::`, nor an IPv4 address in disguise (mapped or compatible), nor multicast. */
function isHost6(bytes: Uint8Array): boolean {
  const inDisguise = bytes.slice(0, 10).every((byte) => byte === 0)
  return (!inDisguise || formatIpAddress(bytes) === '::1') && bytes[0] !== 0xff
}

function cloudflareObjections({ account_id, api_token, base_url }: Advertise['cloudflare']): OptionProblem[] {
  const objections: OptionProblem[] = []
  const object = (name: string, message: string) =>
    objections.push({ path: `advertise.cloudflare.${name}`, message: `advertise.cloudflare.${name} ${message}` })
  if (account_id !== '' && !/^[\da-f]{32}$/.test(account_id)) object('account_id', 'has to be the 32 hex digits of an account')
  if (account_id !== '' && api_token === '') object('api_token', 'is needed when advertise.cloudflare.account_id is set')
  if (account_id === '' && api_token !== '') object('account_id', 'is needed when advertise.cloudflare.api_token is set')
  const { protocol, hostname } = new URL(base_url)
  const clear = protocol === 'http:' && !isLoopback(hostname)
  if (protocol !== 'https:' && protocol !== 'http:') object('base_url', 'has to begin with https://')
  if (clear) object('base_url', 'has to begin with https://: the token would be sent in the clear')
  return objections
}

function isLoopback(hostname: string): boolean {
  const address = parseIpAddress(hostname)
  return hostname === 'localhost' || hostname === '[::1]' || (address?.length === 4 && address[0] === 127)
}

function webhookObjections({ url, secret }: Advertise['webhook']): OptionProblem[] {
  if (url === '')
    return secret === ''
      ? []
      : [{ path: 'advertise.webhook.url', message: 'advertise.webhook.url is needed when advertise.webhook.secret is set' }]
  const path = 'advertise.webhook.secret'
  const objections: OptionProblem[] = []
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    objections.push({
      path: 'advertise.webhook.url',
      message: `advertise.webhook.url is ${JSON.stringify(url)}, which is not an address like https://noc.example.net/announce`,
    })
  }
  if (secret === '') objections.push({ path, message: `${path} is needed when advertise.webhook.url is set` })
  else if (secret.length < shortestSecret) objections.push({ path, message: `${path} has to have at least ${shortestSecret} characters` })
  return objections
}
