import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../test/lab/poll.ts'
import type { FirewallOrderList } from '../capture/agent-links.ts'
import type { CaptureJob } from '../contract/capture.ts'
import type { AgentFirewallState } from '../contract/firewall.ts'
import { HubScene, silent, testAccount } from '../capture/testing/hub-scene.ts'
import { testJob } from '../capture/testing/scripted-capture.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { SimulatedEdges } from './edges.ts'

const count = 20

describe('simulated edges', () => {
  const scene = new HubScene()
  let edges: SimulatedEdges
  let ids: string[]

  beforeAll(async () => {
    await scene.start()
    const agents = []
    for (let number = 1; number <= count; number++) agents.push({ name: `edge-${number}`, ...(await scene.agent(`edge-${number}`)) })
    ids = agents.map(({ id }) => id)
    edges = new SimulatedEdges({ server: scene.url, edges: agents, packetsPerSecond: 1000 }, { log: silent })
    await edges.start()
    await until('all connections', () =>
      edges.connected === count && scene.hub.agents(testAccount).every(({ connected }) => connected) ? true : undefined,
    )
  })

  afterAll(async () => {
    await edges.stop()
    await scene.stop()
  })

  async function captured(changes: Partial<CaptureJob>): Promise<readonly Buffer[]> {
    const job = testJob(randomBytes(16).toString('hex'), changes)
    const before = scene.listener.records.length
    for (const id of ids) await scene.part(job.id, id)
    for (const id of ids) expect(scene.hub.links.assign(id, job)).toBe(true)
    await until('all results', () => (scene.listener.done(job.id) === count ? true : undefined))
    return scene.listener.records.slice(before)
  }

  it('send packets that match, cut and limited, all at once', async () => {
    const filter = parseFilter('tcp and dst port 443')
    const packets = await captured({ filter, snap_length: 60, packet_limit: 25 })
    expect(packets).toHaveLength(count * 25)
    for (const packet of packets) {
      expect(packet.length).toBeLessThanOrEqual(60)
      const version = (packet[0] ?? 0) >> 4
      const transport = version === 4 ? 20 : 40
      expect([packet[version === 4 ? 9 : 6], packet.readUInt16BE(transport + 2)]).toEqual([6, 443])
    }
  })

  it('keep Ethernet headers when asked to', async () => {
    const packets = await captured({ link: 'ethernet', packet_limit: 20 })
    expect(packets).toHaveLength(count * 20)
    expect(new Set(packets.map((packet) => packet.readUInt16BE(12)))).toEqual(new Set([0x0800, 0x86dd]))
  })

  it('count what rules match, drop and limit it until their time is over, and go on counting over changes', async () => {
    const [edge = ''] = ids
    const [web, dns] = ['tcp and dst port 443', 'udp and src port 53'].map((text) => parseFilter(text))
    const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
    const rule = { interface: null, remaining_ms: 600_000 } as const
    let sequence = 0
    const order = (...rules: readonly object[]) => {
      const orders = { sequence: ++sequence, protect: { prefixes: [], local_ports: [] }, rules } as unknown as FirewallOrderList
      expect(scene.hub.links.filter(edge, orders)).toBe(true)
    }
    const state = async (what: string, isIt: (state: AgentFirewallState) => boolean) =>
      await until(what, () => scene.firewall.of(edge).find((told) => told.sequence === sequence && isIt(told)))

    order({ ...rule, id: one, filter: web, action: { kind: 'count' } }, { ...rule, id: two, filter: web, action: { kind: 'drop' } })
    const counted = await state('both to count', ({ rules }) => (rules[0]?.packets ?? 0) > 0)
    expect(counted.rules[0]).toMatchObject({ state: 'active', dropped_packets: 0 })
    expect(counted.rules[1]).toEqual({
      ...counted.rules[0],
      id: two,
      action: { kind: 'drop' },
      dropped_packets: counted.rules[0]?.packets,
      dropped_bytes: counted.rules[0]?.bytes,
    })
    expect(counted.seen_packets).toBeGreaterThan(counted.rules[0]?.packets ?? Infinity)

    order(
      { ...rule, id: one, filter: web, action: { kind: 'limit', packets_per_second: 1 } },
      { ...rule, id: two, filter: dns, action: { kind: 'count' } },
    )
    const limited = await state('the limit', ({ rules }) => (rules[0]?.dropped_packets ?? 0) > 0)
    expect(limited.rules[0]?.packets).toBeGreaterThan(counted.rules[0]?.packets ?? Infinity)

    order({ ...rule, id: one, filter: web, action: { kind: 'drop' }, remaining_ms: 1 })
    const over = await state('the end', ({ rules }) => rules[0]?.state === 'expired')
    expect(over.rules[0]).toMatchObject({ action: { kind: 'count' }, error: null })
    order()
    expect((await state('no rules', () => true)).rules).toEqual([])
  })
})
