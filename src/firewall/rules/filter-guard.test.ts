// Tests which filters say too little to drop by, and which protected traffic is told of.
import { describe, expect, it } from 'vitest'
import type { LinkedAgent } from '../../capture/agent-links.ts'
import { someFacts } from '../../capture/testing/hub-scene.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { breadth, isPossible, sparedBy } from './filter-guard.ts'

describe('a filter', () => {
  const every = 'every packet matches'
  const nearly = 'nearly every packet of a protocol or an IP version matches'
  it.each<[string, string | undefined]>([
    ['ip4 or ip6', every],
    ['not udp or udp', every],
    ['len >= 0', every],
    ['udp', nearly],
    ['ip6', nearly],
    ['proto 1-255', nearly],
    ['not port 53', nearly],
    ['not src 192.0.2.0/24', nearly],
    ['tcp and not src 192.0.2.1', nearly],
    ['udp and ttl > 1', nearly],
    ['udp and len > 20', nearly],
    ['udp and dst port 0-65535', nearly],
    ['udp and src port != 53', nearly],
    // One narrow part does not make up for a wide one.
    ['udp port 53 or tcp', nearly],
    ['not fragment', nearly],
    ['dst 203.0.113.0/24 and not fragment', undefined],
    ['udp and len > 500', undefined],
    ['udp and src port 1024-65535 and len 1000-1500', undefined],
    ['udp and src port 53', undefined],
    ['dst 203.0.113.0/24', undefined],
    ['tcp and flags syn,!ack', undefined],
    ['fragment', undefined],
    ['icmp.type 8', undefined],
    ['dst 203.0.113.7 and not (tcp and dst port in {80, 443})', undefined],
    ['ttl 1', undefined],
    ['udp and dst port > 1023 and ttl 240-255', undefined],
  ])('%s is %s', (text, expected) => {
    expect(breadth(parseFilter(text))).toBe(expected)
  })

  it('is narrow when it asks for bytes', () => {
    expect(breadth({ kind: 'bytes', base: 'payload', offset: 0, value: '17', mask: null })).toBeUndefined()
  })

  it('can be one that no packet matches', () => {
    expect(isPossible(parseFilter('ip4 and src 2001:db8::/32'))).toBe(false)
    expect(isPossible(parseFilter('udp and tcp'))).toBe(false)
    expect(isPossible(parseFilter('udp'))).toBe(true)
    expect(breadth(parseFilter('udp and tcp'))).toBeUndefined()
  })
})

/** An agent whose host has these addresses; null before it has told. */
function agentWith(addresses: readonly string[] | null): LinkedAgent {
  const one = { name: 'eth0', index: 2, mtu: 1500, state: 'up', mac: '', addresses: addresses ?? [], merging_offloads: [] }
  const facts = addresses === null ? null : { ...someFacts, interfaces: [one] }
  const agent = { id: 'a'.repeat(32), account: 1, name: 'edge', colo: 'ord01', connected: true, alwaysOnSampling: 0 }
  return { ...agent, clockOffsetMs: null, clockErrorMs: null, address: null, facts }
}

const ssh = "TCP port 22 (SSH) of the agents' hosts is spared"
const bgp = "BGP of the agents' hosts (TCP port 179) is spared"
const discovery = 'IPv6 neighbour and listener discovery is spared'
const routing = "OSPF, PIM, VRRP and IGMP of the agents' hosts is spared"
const bfd = "BFD of the agents' hosts is spared"
const names = "Name service of the agents' hosts is spared"
const dhcp = "DHCP of the agents' hosts is spared"

describe('spared is', () => {
  const protection = { prefixes: ['192.0.2.0/24', '2001:db8:1::/48', '198.51.100.0/24'], local_ports: [22, 8443] }
  const networks = (...prefixes: readonly string[]) => `Protected networks are spared, as source and as destination: ${prefixes.join(', ')}`
  const all = networks(...protection.prefixes)
  const of4 = networks('192.0.2.0/24', '198.51.100.0/24')
  const port8443 = "TCP port 8443 of the agents' hosts is spared"

  it.each<[string, readonly string[]]>([
    ['udp and src port 53 and dst 203.0.113.0/24', [of4]],
    ['udp and src port 53 and src 203.0.113.0/24 and dst 203.0.114.0/24', []],
    ['dst 10.0.0.1 and tcp', [ssh, port8443, bgp, names, of4]],
    ['dst 10.0.0.2 and tcp', [of4]],
    ['dst 10.0.0.1 and tcp and dst port 8443 and src port 5000 and src 203.0.113.7', [port8443]],
    ['dst 10.0.0.1 and tcp and src port 179 and src 203.0.113.7 and dst port 1024-8000', [bgp]],
    ['ip6 and icmp6', [discovery, networks('2001:db8:1::/48')]],
    ['icmp6 and icmp.type 128 and src 2001:db8:2::/48 and dst 2001:db8:3::/48', []],
    ['proto 89 and src 203.0.113.7 and dst 224.0.0.5', [routing]],
    ['udp and dst 10.0.0.1 and src 203.0.113.7 and src port 50000 and dst port 3000-4000', [bfd]],
    ['udp and dst 10.0.0.1 and src 203.0.113.7 and src port 67 and dst port 68', [dhcp]],
    ['src 192.0.2.7 and dst 203.0.113.7 and udp', [networks('192.0.2.0/24')]],
    ['len > 1000', [ssh, port8443, bgp, discovery, routing, bfd, names, dhcp, all]],
    ['udp and tcp', []],
  ])('of %s: %j', (text, expected) => {
    expect(sparedBy(parseFilter(text), protection, [agentWith(['10.0.0.1/24', 'fe80::1%eth0/64'])])).toEqual(expected)
  })

  it('what may be of the host, while nobody knows its addresses', () => {
    const none = { prefixes: [], local_ports: [22] }
    const filter = parseFilter('dst 203.0.113.7 and tcp')
    expect(sparedBy(filter, none, [agentWith(['10.0.0.1/24'])])).toEqual([])
    for (const agents of [[], [agentWith(null)], [agentWith(['10.0.0.1/24']), agentWith(null)]]) {
      expect(sparedBy(filter, none, agents)).toEqual([ssh, bgp, names])
    }
  })

  it('told by a few of a thousand networks', () => {
    const prefixes = Array.from({ length: 1024 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`)
    const told = (text: string) => sparedBy(parseFilter(text), { prefixes, local_ports: [] }, [agentWith(['172.16.0.1/24'])])
    expect(told('udp and src 10.3.200.7 and dst 203.0.113.7')).toEqual([networks('10.3.200.0/24')])
    const first = Array.from({ length: 8 }, (_, index) => `10.0.${index}.0/24`)
    expect(told('udp and src 10.0.0.0/8 and src port 53 and dst 203.0.113.7')).toEqual([`${networks(...first)} and others`])
  })
})
