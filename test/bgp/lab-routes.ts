// What the tests announce, and with which attributes: the configuration of Drawbridge's speaker towards the peer.
import type { FlowSpec } from '../../src/contract/advertisement.ts'
import type { Purpose } from '../../src/contract/owned-prefix.ts'
import type { DriverRoute } from '../../src/mitigate/driver.ts'
import { customerAs, ownAs, peerAs, peerLinks, routerIds } from './lab-addresses.ts'
import { families, type Family } from './peer.ts'
import type { SpeakerConfig } from './speaker.ts'

let ids = 0

function driverRoute(purpose: Purpose, prefix: string, more: Partial<{ flowspec: FlowSpec; originAs: number }> = {}): DriverRoute {
  const { flowspec = null, originAs = ownAs } = more
  const id = (++ids).toString(16).padStart(32, '0')
  return { id, account: 1, route: { purpose, prefix, flowspec }, originAs }
}

export function divert(prefix: string): DriverRoute {
  return driverRoute('divert', prefix)
}

export const diverted: Readonly<Record<Family, DriverRoute>> = { ipv4: divert('203.0.113.0/24'), ipv6: divert('2001:db8:1::/48') }
/** Prefixes that a customer's AS originates. */
export const customers: Readonly<Record<Family, DriverRoute>> = {
  ipv4: driverRoute('divert', '198.51.100.0/24', { originAs: customerAs }),
  ipv6: driverRoute('divert', '2001:db8:2::/48', { originAs: customerAs }),
}
export const blackholed: Readonly<Record<Family, DriverRoute>> = {
  ipv4: driverRoute('blackhole', '203.0.113.7/32'),
  ipv6: driverRoute('blackhole', '2001:db8:1::7/128'),
}

function filter(flowspec: FlowSpec): DriverRoute {
  return driverRoute('flowspec', flowspec.match.destination, { flowspec })
}

export const filtered: Readonly<Record<Family, readonly DriverRoute[]>> = {
  ipv4: [
    filter({
      match: {
        destination: '203.0.113.7/32',
        protocol: [17],
        source_port: [
          [53, 53],
          [123, 123],
        ],
        packet_length: [[512, 1500]],
      },
      action: { kind: 'discard' },
    }),
    filter({
      match: { destination: '203.0.113.8/32', source: '192.0.2.0/24', protocol: [6], tcp_flags: { set: 2, unset: 16 } },
      action: { kind: 'rate', bytes_per_second: 1_250_000 },
    }),
    filter({
      match: { destination: '203.0.113.0/24', protocol: [1], icmp_type: [8], icmp_code: [0], dscp: [46] },
      action: { kind: 'redirect', route_target: '65000:100' },
    }),
  ],
  ipv6: [
    filter({
      match: { destination: '2001:db8:1::7/128', protocol: [17], source_port: [[53, 53]], fragment: ['is'] },
      action: { kind: 'discard' },
    }),
    filter({
      match: {
        destination: '2001:db8:1::/48',
        source: '2001:db8:f::/48',
        protocol: [6],
        destination_port: [
          [80, 80],
          [440, 443],
        ],
      },
      action: { kind: 'rate', bytes_per_second: 1_250_000 },
    }),
  ],
}

/** Names of the two neighbours in the configuration. */
export const neighborNames = { ipv4: 'edge4', ipv6: 'edge6' } as const

const communities = ['65000:1', '65000:65535', '4200000001:7:8']
/** On the link to the peer, but not our address. */
export const otherNextHops = { next_hop_ipv4: '10.66.1.66', next_hop_ipv6: 'fd66:1::66' } as const

function neighbor(family: Family, changes: SpeakerConfig): SpeakerConfig {
  return {
    name: neighborNames[family],
    address: peerLinks[family].peer,
    as: peerAs,
    families: [family, `${family}-flowspec`],
    hold_seconds: 3,
    connect_seconds: 1,
    divert: { communities, med: 50, prepend: 2 },
    blackhole: otherNextHops,
    ...changes,
  }
}

/** `advertise.bgp` with one session over IPv4 and one over IPv6. */
export function speakerConfig(changes: SpeakerConfig = {}): SpeakerConfig {
  const neighbors = families.map((family) => neighbor(family, changes))
  return { as: ownAs, router_id: routerIds.drawbridge, restart_seconds: 30, neighbors }
}
