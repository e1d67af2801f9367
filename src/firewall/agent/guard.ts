// Traffic that no rule may touch, as chains that stand before all rules: without them a rule could cut the host off, or its network.
// Packets of a flood come by here too, so each meets the few rules of its protocol and no others.
//
//   chain guard       { meta l4proto tcp jump guard_tcp  … udp …  … icmpv6 …
//                       <routing protocol> <for this host> goto spare
//                       <protected prefix> goto spare … }
//   chain guard_tcp   { <server, SSH, BGP> goto spare … }
//   chain guard_udp   { <BFD, DHCP, names> goto spare … }
//   chain guard_icmp6 { <neighbour discovery> goto spare … }
//   chain spare       { counter name spared  accept }
import { parseIpAddress } from '../../base/ip-prefix.ts'
import type { ConnectedServer } from '../../capture/agent/agent-firewall.ts'
import type { FirewallProtection } from '../../contract/firewall.ts'
import { nftAlternatives, type NftStatement } from '../../filter/nft-filter.ts'

export type NftRule = readonly NftStatement[]
/** Its name and its rules. */
export type NftChain = readonly [string, readonly NftRule[]]

export interface GuardPlan {
  readonly protect: FirewallProtection
  readonly server: ConnectedServer | null
  /** Addresses that the host asks for names: without them the agent would not find the server again. */
  readonly nameServers: readonly string[]
}

export const guardChain = 'guard'
export const sparedCounter = 'spared'

/** Of what is for the host, addresses in a VRF are not known as its own. */
export function guardChains({ protect, server, nameServers }: GuardPlan): readonly NftChain[] {
  const names = nameServers.flatMap(prefixOf)
  return [
    ['spare', [[{ counter: sparedCounter }, { accept: null }]]],
    ['guard_tcp', tcpRules(protect, server, names).map(spared)],
    ['guard_udp', [...udpRules, ...answersOf('udp', names)].map(spared)],
    ['guard_icmp6', icmp6Rules.map(spared)],
    [guardChain, [...branches, ...[...routing, ...protectedPrefixes(protect.prefixes)].map(spared)]],
  ]
}

const spared = (matches: NftRule): NftRule => [...matches, { goto: { target: 'spare' } }]

const is = (left: NftStatement, ...values: readonly (number | string)[]): NftStatement => ({
  match: { op: '==', left, right: values.length === 1 ? values[0] : { set: values } },
})
const field = (protocol: string, name: string): NftStatement => ({ payload: { protocol, field: name } })
const protocol = (...numbers: readonly number[]) => is({ meta: { key: 'l4proto' } }, ...numbers)
/** @param types what the destination is to this host: `local` is one of its own addresses */
const destinedTo = (...types: readonly ('local' | 'multicast' | 'broadcast')[]) =>
  is({ fib: { result: 'type', flags: ['daddr'] } }, ...types)

const branches: readonly NftRule[] = [
  [protocol(6), { jump: { target: 'guard_tcp' } }],
  [protocol(17), { jump: { target: 'guard_udp' } }],
  [protocol(58), { jump: { target: 'guard_icmp6' } }],
]

/** IGMP, OSPF, PIM, VRRP. */
const routing: readonly NftRule[] = [[protocol(2, 89, 103, 112), destinedTo('local', 'multicast')]]

/** BFD of one hop, its echoes, and of several hops (RFC 5881 §4, RFC 5883 §5); answers of DHCP servers to this host. */
const udpRules: readonly NftRule[] = [
  [is(field('udp', 'dport'), 3784, 3785, 4784), destinedTo('local')],
  [is(field('udp', 'sport'), 67), is(field('udp', 'dport'), 68), destinedTo('local', 'broadcast')],
  [is(field('udp', 'sport'), 547), is(field('udp', 'dport'), 546), destinedTo('local')],
]

/**
 * Neighbour discovery and router advertisements: routers never pass them on (RFC 4861 §7.1), so the hop limit is as sent. And
 * multicast listener discovery, versions 1 and 2 (RFC 2710 §3, RFC 3810 §5).
 */
const icmp6Rules: readonly NftRule[] = [
  [is(field('ip6', 'hoplimit'), 255), is(field('icmpv6', 'type'), 133, 134, 135, 136, 137)],
  [is(field('ip6', 'hoplimit'), 1), is(field('icmpv6', 'type'), 130, 131, 132, 143)],
]

const bgp = 179

function tcpRules(protect: FirewallProtection, server: ConnectedServer | null, names: readonly string[]): NftRule[] {
  const ports = [...new Set([bgp, ...protect.local_ports])]
  const far = server === null ? [] : prefixOf(server.address)
  return [
    ...(server === null ? [] : from(far).map((source) => source.concat(is(field('tcp', 'sport'), server.port)))),
    [is(field('tcp', 'dport'), ...ports), destinedTo('local')],
    [is(field('tcp', 'sport'), bgp), destinedTo('local')],
    ...answersOf('tcp', names),
  ]
}

/** Of name servers. */
function answersOf(transport: 'tcp' | 'udp', names: readonly string[]): NftRule[] {
  return from(names).map((source) => source.concat(is(field(transport, 'sport'), 53), destinedTo('local')))
}

/** @returns one rule for each version of IP */
function from(prefixes: readonly string[]): readonly NftRule[] {
  return prefixes.length === 0 ? [] : nftAlternatives({ kind: 'address', side: 'source', prefixes }, 'inet')
}

function protectedPrefixes(prefixes: readonly string[]): readonly NftRule[] {
  return prefixes.length === 0 ? [] : nftAlternatives({ kind: 'address', side: 'either', prefixes }, 'inet')
}

/** @returns none for what is no address */
function prefixOf(address: string): string[] {
  const bytes = parseIpAddress(address)
  return bytes === undefined ? [] : [`${address}/${bytes.length * 8}`]
}
