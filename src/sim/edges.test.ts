import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../test/lab/poll.ts'
import type { CaptureJob } from '../contract/capture.ts'
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
})
