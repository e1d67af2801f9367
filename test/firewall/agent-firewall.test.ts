// Firewall rules on an edge, by the agent's command: what they count, drop and spare, and what is left of them when something ends.
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testJob } from '../../src/capture/testing/scripted-capture.ts'
import { parseFilter } from '../../src/filter/parse-filter.ts'
import { edgeAddress, inside, numberedFrames, receiverAddress, senderAddress } from '../capture/capture-lab.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { AgentFirewallLab, rule, serverPort } from './agent-lab.ts'
import { edgeFrame, withPorts, type PacketParts } from './edge-frames.ts'

const skip = needs({ root: true, commands: ['ip', 'nft', 'tcpdump', 'setpriv', 'sysctl', 'tcpreplay', 'taskset'] })

describe.skipIf(skip !== undefined)('firewall rules on an edge', () => {
  const lab = new AgentFirewallLab()
  const flood = 'udp and dst port 9'

  beforeAll(() => lab.start())
  afterAll(() => lab.stop())

  async function hasPassed(packets: number): Promise<void> {
    await until(`${packets} packets behind the edge`, async () => ((await lab.passed()) === packets ? true : undefined))
  }

  it('count, drop, limit, and leave nothing when they are withdrawn; a capture sees what they drop', async () => {
    const counting = rule(flood, 'count')
    expect((await lab.order(counting)).rules).toEqual([
      {
        id: counting.id,
        state: 'active',
        action: { kind: 'count' },
        error: null,
        packets: 0,
        bytes: 0,
        dropped_packets: 0,
        dropped_bytes: 0,
      },
    ])
    await lab.edges.send(numberedFrames(200))
    expect(await lab.counted(counting, 200)).toMatchObject({ packets: 200, bytes: 80_000, dropped_packets: 0 })
    await hasPassed(200)

    const job = testJob(randomBytes(16).toString('hex'), { filter: parseFilter(flood) })
    await lab.scene.part(job.id, lab.agentId)
    lab.scene.hub.links.assign(lab.agentId, job)
    await until('the capture', () => (lab.scene.listener.last.get(job.id)?.state === 'capturing' ? true : undefined))
    const dropping = { ...counting, action: { kind: 'drop' } } as const
    expect((await lab.order(dropping)).rules).toMatchObject([{ action: { kind: 'drop' }, packets: 200, dropped_packets: 0 }])
    await lab.edges.send(numberedFrames(300))
    expect(await lab.counted(dropping, 500)).toMatchObject({ packets: 500, bytes: 200_000, dropped_packets: 300, dropped_bytes: 120_000 })
    await until('the captured packets', () => (lab.scene.listener.last.get(job.id)?.packets === 300 ? true : undefined))
    lab.scene.hub.links.stop(lab.agentId, job.id)
    expect(await lab.passed()).toBe(200)

    const limited = { ...counting, action: { kind: 'limit', packets_per_second: 50 } } as const
    await lab.order(limited)
    await lab.edges.send(numberedFrames(400))
    const { dropped_packets: dropped } = await lab.counted(limited, 900)
    await hasPassed(200 + 400 - (dropped - 300))
    // The burst passes; and the packets came within less than a second's worth of them.
    expect(dropped).toBeGreaterThan(300)
    expect(dropped).toBeLessThanOrEqual(300 + 390)

    await lab.order(counting)
    const before = await lab.passed()
    await lab.edges.send(numberedFrames(50))
    await hasPassed(before + 50)
    expect((await lab.order()).rules).toEqual([])
    expect(lab.told(counting)).toMatchObject({ packets: 950, bytes: 380_000, dropped_packets: dropped })
    await until('no nft', async () => ((await lab.edges.processes('nft')).length === 0 ? true : undefined))
    expect(await lab.firewallTables()).toEqual([])
    await lab.edges.send(numberedFrames(10))
    await hasPassed(before + 60)
  })

  it('only see packets of their interface, and what the rules before them let pass', async () => {
    const [elsewhere, first, second] = [rule(flood, 'drop', { interface: 'e1' }), rule(flood, 'drop', { interface: inside }), rule(flood)]
    await lab.order(elsewhere, rule('udp', 'count'), first, second)
    await lab.edges.send(numberedFrames(20))
    expect(await lab.counted(first, 20)).toMatchObject({ dropped_packets: 20 })
    expect([lab.told(elsewhere)?.packets, lab.told(second)?.packets]).toEqual([0, 0])
  })

  const v6 = 'fd00:88:0:0:0:0:0:1'
  const udp = 17
  const tcp = 6
  const icmp6 = (type: number) => Buffer.from([type, 0, ...Array<number>(22).fill(0)])
  const from = { source: senderAddress, destination: edgeAddress, protocol: tcp, payload: withPorts(40_000, 22) }
  const from6 = { ...from, source: 'fd00:88:0:0:0:0:0:2', destination: v6 }
  const on = { ...from6, source: 'fe80:0:0:0:0:0:0:2', destination: 'ff02:0:0:0:0:0:0:1', protocol: 58 }
  const spared: readonly (readonly [string, PacketParts])[] = [
    ['SSH', from],
    ['a connection of a BGP neighbour', { ...from, payload: withPorts(40_000, 179) }],
    ['a connection to a BGP neighbour', { ...from, payload: withPorts(179, 40_000) }],
    ['BGP over IPv6', { ...from6, payload: withPorts(40_000, 179) }],
    ['BFD', { ...from, protocol: udp, ttl: 255, payload: withPorts(49_152, 3784) }],
    ['OSPF to a neighbour', { ...from, protocol: 89 }],
    ['OSPF to all', { ...from, destination: '224.0.0.5', protocol: 89, ttl: 1 }],
    ['VRRP', { ...from, destination: '224.0.0.18', protocol: 112, ttl: 255 }],
    ['IGMP', { ...from, destination: '224.0.0.1', protocol: 2, ttl: 1 }],
    ['an answer of a DHCP server', { ...from, destination: '255.255.255.255', protocol: udp, payload: withPorts(67, 68) }],
    ['a protected source', { ...from, source: '192.0.2.9', destination: receiverAddress }],
    ['a protected destination', { ...from, destination: '192.0.2.9' }],
    ['a protected source of IPv6', { ...from6, source: '2001:db8:5:0:0:0:0:1', destination: '2001:db8:6:0:0:0:0:1' }],
    ['a neighbour solicitation', { ...on, ttl: 255, payload: icmp6(135) }],
    ['a router advertisement', { ...on, ttl: 255, payload: icmp6(134) }],
    ['a query for multicast listeners', { ...on, ttl: 1, payload: icmp6(130) }],
    ['the server', { ...from, payload: withPorts(serverPort, 1) }],
  ]
  const dropped: typeof spared = [
    ['SSH to another host', { ...from, destination: receiverAddress }],
    ['BGP of others', { ...from, destination: receiverAddress, payload: withPorts(40_000, 179) }],
    ['BGP of others over IPv6', { ...from6, destination: '2001:db8:6:0:0:0:0:1', payload: withPorts(40_000, 179) }],
    ['UDP to the port of SSH', { ...from, protocol: udp }],
    ['OSPF of others', { ...from, destination: receiverAddress, protocol: 89 }],
    ['an echo request', { ...from, protocol: 1, payload: Buffer.from([8, 0, 0, 0, 0, 0, 0, 0]) }],
    ['an answer of a DHCP server to another host', { ...from, destination: receiverAddress, protocol: udp, payload: withPorts(67, 68) }],
    ['a neighbour solicitation from afar', { ...on, ttl: 254, payload: icmp6(135) }],
    ['an IPv4 packet that pretends to be one', { ...from, protocol: 58, ttl: 255, payload: icmp6(135) }],
    ['a report of multicast listeners from afar', { ...on, ttl: 64, payload: icmp6(143) }],
    ['another port of the server', { ...from, payload: withPorts(443, 1) }],
    ['the port of the server, from another host', { ...from, source: '10.88.1.3', payload: withPorts(serverPort, 1) }],
    ['what is just outside a protected prefix', { ...from, source: '192.0.3.0', destination: receiverAddress }],
  ]

  it('spare what the host and its network live on, also when they drop everything', async () => {
    const { edge } = lab.edges
    await edge.run('sysctl', '-qw', `net.ipv6.conf.${inside}.disable_ipv6=0`, 'net.ipv4.conf.all.rp_filter=0')
    await edge.run('ip', 'address', 'add', 'fd00:88::1/64', 'dev', inside, 'nodad')
    const cases = [...spared, ...dropped]
    for (const index of cases.keys()) {
      const number = 1000 + index
      await edge.run(
        'nft',
        `add counter inet observer n${number}; add rule inet observer seen ip id ${number} ip saddr != ${edgeAddress} counter name n${number}; add rule inet observer seen ip6 flowlabel ${number} counter name n${number};`,
      )
    }
    lab.protect = { prefixes: ['192.0.2.0/24', '2001:db8:5::/48'], local_ports: [22] }
    const everything = rule('ip4 or ip6')
    const { spared_packets: before } = await lab.order(everything)
    await lab.edges.send(cases.map(([, parts], index) => edgeFrame(parts, 1000 + index)))
    expect(await lab.counted(everything, dropped.length)).toMatchObject({ dropped_packets: dropped.length })
    const listed = await edge.run('nft', 'list', 'counters', 'table', 'inet', 'observer')
    const seen = cases.filter((_, index) => new RegExp(`counter n${1000 + index} \\{\\s*packets 1 `).test(listed))
    expect(seen.map(([name]) => name)).toEqual(spared.map(([name]) => name))
    // The connection lives: the agent goes on telling, and takes another list.
    const { spared_packets: after, seen_packets: all } = await lab.order(everything, rule(flood))
    expect(after).toBeGreaterThanOrEqual(before + spared.length)
    expect(all).toBeGreaterThanOrEqual(after + dropped.length)
    lab.protect = { prefixes: [], local_ports: [] }
  })

  it('end by themselves at their time while the server is away; the others go on', async () => {
    const [short, long] = [rule(flood, 'drop', { remaining_ms: 2000 }), rule('udp', 'count')]
    await lab.order(short, long)
    await lab.scene.stopHub()
    await until('the end of the rule', async () =>
      (await lab.edges.edge.run('nft', 'list', 'ruleset')).includes(`r_${short.id}`) ? undefined : true,
    )
    const before = await lab.passed()
    await lab.edges.send(numberedFrames(30))
    await hasPassed(before + 30)
    await lab.scene.resumeHub()
    await lab.reconnected()
    expect(await lab.counted(long, 30)).toMatchObject({ state: 'active', packets: 30 })
    expect(lab.told(short)).toMatchObject({ state: 'expired', action: { kind: 'count' }, packets: 0, error: null })
  })

  it('are made again when somebody kills nft, and go on counting', async () => {
    const drop = rule(flood)
    await lab.order(drop)
    await lab.edges.send(numberedFrames(40))
    await lab.counted(drop, 40)
    const [killed] = await lab.edges.processes('nft')
    await lab.edges.edge.run('kill', '-9', String(killed))
    await until('another nft with the rule', async () => {
      const [pid] = await lab.edges.processes('nft')
      return pid !== killed && (await lab.edges.edge.run('nft', 'list', 'ruleset')).includes(`r_${drop.id}`) ? true : undefined
    })
    const before = await lab.passed()
    await lab.edges.send(numberedFrames(40))
    expect(await lab.counted(drop, 80)).toMatchObject({ state: 'active', packets: 80, dropped_packets: 80 })
    expect(await lab.passed()).toBe(before)
  })

  it('may be two hundred; those that nftables refuses do not keep the others out, nor change what is there', async () => {
    const known = rule('tcp', 'count')
    await lab.order(known)
    const pairs = Array.from({ length: 70 }, (_, index) => `src port ${index * 3 + 1} and dst port ${index * 3 + 1}`).join(') or (')
    const tooMuch = rule(`(${pairs})`)
    const refused = rule('udp', 'drop', { interface: '@nowhere' })
    const many = Array.from({ length: 196 }, (_, index) => rule(`src ${index}.0.0.0/8 and udp and dst port 7`, 'drop'))
    const last = rule(flood)
    const changed = { ...known, action: { kind: 'drop' }, interface: '@nowhere' } as const
    const { rules } = await lab.order(...many.slice(0, 100), refused, changed, ...many.slice(100), tooMuch, last)
    const failed = rules.filter(({ state }) => state === 'failed')
    expect(failed.map(({ id, action }) => [id, action.kind])).toEqual([refused.id, known.id, tooMuch.id].map((id) => [id, 'count']))
    expect(failed.map(({ error }) => error)).toEqual([
      expect.stringMatching(/^nftables refuses the rule \(.+\); see: drawbridge agent doctor$/),
      expect.stringMatching(/^nftables refuses the rule/),
      expect.stringMatching(/too complex/),
    ])
    await lab.edges.send([...numberedFrames(5), ...numberedFrames(5, { destinationPort: 7 })])
    expect(await lab.counted(last, 5)).toMatchObject({ state: 'active', dropped_packets: 5 })
    const [sender] = many.slice(Number(senderAddress.split('.')[0]))
    expect(sender && (await lab.counted(sender, 5))).toMatchObject({ packets: 5, dropped_packets: 5 })
  })

  it('let nothing pass and lose no count while the list is replaced under traffic', async () => {
    const drop = rule(flood)
    const others = Array.from({ length: 4 }, (_, index) => rule(`udp and src port ${index + 1}`, index % 2 === 0 ? 'drop' : 'count'))
    await lab.order(drop)
    const [before, first] = [await lab.passed(), lab.states.length]
    let changes = 0
    let packets = 0
    const isOver = () => changes >= 50
    const sending = (async () => {
      for (; !isOver(); packets += 2000) await lab.edges.send(numberedFrames(2000, { length: 60 }), 8000)
    })()
    for (; !isOver(); changes++) {
      lab.protect = { prefixes: [`192.0.2.${changes}/32`], local_ports: [22] }
      const place = changes % 5
      await lab.order(...others.slice(0, place), drop, ...others.slice(place, changes % 3 === 0 ? 4 : 3))
    }
    await sending
    expect(await lab.counted(drop, packets)).toMatchObject({ packets, dropped_packets: packets })
    expect(await lab.passed()).toBe(before)
    const told = lab.states
      .slice(first)
      .flatMap(({ rules }) => rules.filter(({ id }) => id === drop.id).map((state) => state.dropped_packets))
    expect(told).toEqual(told.toSorted((one, other) => one - other))
    // Changes were made while packets came.
    expect(new Set(told).size).toBeGreaterThan(5)
  })

  it('are left alone by a flush of all rules, and leave other tables alone', async () => {
    const drop = rule(flood)
    const others = await lab.edges.edge.run('nft', '-s', 'list', 'table', 'inet', 'observer')
    await lab.order(drop)
    expect(await lab.edges.edge.run('nft', '-s', 'list', 'table', 'inet', 'observer')).toBe(others)
    await lab.edges.edge.run('nft', 'flush', 'ruleset')
    await lab.edges.send(numberedFrames(10))
    expect(await lab.counted(drop, 10)).toMatchObject({ dropped_packets: 10 })
    await lab.observe()
  })

  it('are gone with an agent that is killed, and come back with the server’s word only', async () => {
    const drop = rule(flood)
    await lab.order(drop)
    await lab.killAgent()
    await until('no table', async () => ((await lab.firewallTables()).length === 0 ? true : undefined))
    await lab.edges.send(numberedFrames(10))
    await hasPassed(10)
    await lab.runAgent()
    expect(await lab.firewallTables()).toEqual([])
    await lab.order(drop)
    await lab.edges.send(numberedFrames(10))
    expect(await lab.counted(drop, 10)).toMatchObject({ packets: 10, dropped_packets: 10 })
    await lab.stopAgent()
    expect(await lab.firewallTables()).toEqual([])
  })

  it('wait for an nft that does not work; are swept by the next agent where the kernel knows no owners; may be forbidden', async () => {
    const { folder } = lab.edges
    const [program, broken] = [join(folder, 'nft'), join(folder, 'broken')]
    const session = `if test -e ${broken}; then echo 'Error: out of order' >&2; exit 3; fi; sed -u '/flags owner/d' | /usr/sbin/nft "$@"`
    await writeFile(program, `#!/bin/sh\ncase "$*" in *-i*) ${session};; *) exec /usr/sbin/nft "$@";; esac\n`, { mode: 0o755 })
    await writeFile(broken, '')
    await lab.runAgent({ env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` } })
    const drop = rule(flood)
    expect((await lab.order(drop)).rules).toMatchObject([
      { state: 'failed', error: expect.stringMatching(/^nft ended .*out of order; see: drawbridge agent doctor$/) as string },
    ])
    await rm(broken)
    await until('the rule', () => (lab.told(drop)?.state === 'active' ? true : undefined))
    expect(lab.told(drop)).toMatchObject({ action: { kind: 'drop' }, error: null })
    await lab.killAgent()
    await until('the end of its nft', async () => ((await lab.edges.processes('nft')).length === 0 ? true : undefined))
    expect(await lab.firewallTables()).toHaveLength(1)
    await lab.edges.edge.run('nft', 'add table inet drawbridge_firewall_01234567')
    await lab.runAgent({ config: { firewall: { enabled: false } } })
    expect(await lab.firewallTables()).toEqual(['drawbridge_firewall_01234567'])
    expect((await lab.order(drop)).rules).toEqual([
      expect.objectContaining({
        id: drop.id,
        state: 'failed',
        action: { kind: 'count' },
        error: expect.stringMatching(/firewall\.enabled/) as string,
      }),
    ])
    expect(await lab.firewallTables()).toEqual(['drawbridge_firewall_01234567'])
  })
})
