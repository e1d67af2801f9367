// What is left on an edge when something goes wrong: an agent that is killed, a server that is gone, a cable that is cut. Each
// edge has rules of another program, whose table and nflog group stay as they are.
import { beforeAll, describe, expect, it } from 'vitest'

import type { Capture } from '../../src/contract/capture.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { until } from '../lab/poll.ts'
import type { Edge, EdgeLab } from './edge-lab.ts'

const foreignGroup = 20_000
const foreignRules = {
  nftables: [
    { add: { table: { family: 'inet', name: 'firewall', comment: 'of another program' } } },
    { add: { chain: { family: 'inet', table: 'firewall', name: 'in', type: 'filter', hook: 'prerouting', prio: 0, policy: 'accept' } } },
    { add: { rule: { family: 'inet', table: 'firewall', chain: 'in', expr: [{ log: { group: foreignGroup } }] } } },
  ],
}
const packet = {
  source: '198.51.100.10',
  destination: '203.0.113.7',
  protocol: 'udp',
  sourcePort: 53,
  destinationPort: 4000,
  tcpFlags: 0,
  length: 200,
} as const
/** Long enough for all that is done to the edges meanwhile. */
const timeLimit = 10

export const cleanUpCases = (lab: EdgeLab) =>
  describe('edges when something goes wrong', () => {
    const readers: LabProcess[] = []
    let rules: readonly string[]

    beforeAll(async () => {
      for (const { namespace } of lab.edges) {
        await namespace.run('nft', '-j', JSON.stringify(foreignRules))
        // The reader of another program: its group must never be taken from it.
        const reader = namespace.start('tcpdump', ['-i', `nflog:${foreignGroup}`, '-n', '-w', '/dev/null'])
        await reader.waitFor(/listening on/)
        readers.push(reader)
      }
      rules = await Promise.all(lab.edges.map(async (edge) => await foreignTable(edge)))
    }, 120_000)
    async function foreignTable({ namespace }: Edge): Promise<string> {
      return await namespace.run('nft', 'list', 'table', 'inet', 'firewall')
    }

    async function start(): Promise<string> {
      // The agents' own connections are traffic too.
      const limits = { filter: `src ${packet.source}`, time_limit: timeLimit, packet_limit: 10_000 }
      const body = { type: 'simple', system: 'magic-transit', ...limits, drawbridge: { sampling: 1 } }
      const { id } = await lab.server.api<Capture>('POST', '/accounts/{account}/drawbridge/captures', body)
      await lab.capturing(id)
      return id
    }

    const ours = async (edge: Edge) => (await lab.tables(edge)).filter((table) => table.includes('drawbridge'))

    /** Programs of the edge that read nflog groups. */
    async function tcpdumps({ namespace }: Edge): Promise<readonly string[]> {
      return (await namespace.run('cat', '/proc/net/netfilter/nfnetlink_log')).split('\n').filter((line) => line.trim() !== '')
    }

    async function isClean(edge: Edge): Promise<void> {
      await until(`edge ${edge.number} without our table and reader`, async () =>
        (await ours(edge)).length === 0 && (await tcpdumps(edge)).length === 1 ? true : undefined,
      )
    }

    it('are clean at once after kill -9, and after the deadline without a server and without a cable', async () => {
      const [killed, cut, alone] = lab.edges
      if (killed === undefined || cut === undefined || alone === undefined) throw new Error('the lab has three edges')
      const id = await start()
      for (const edge of lab.edges)
        await lab.send(
          'client',
          edge,
          Array.from({ length: 50 }, () => packet),
        )
      await until('the packets of all edges', async () => ((await lab.capture(id)).packets === 150 ? true : undefined))

      killed.agent?.child.kill('SIGKILL')
      await isClean(killed)
      await cut.namespace.run('ip', 'link', 'set', 'noc', 'down')
      await lab.server.kill()
      // They go on: nobody has told them to stop.
      for (const edge of [cut, alone])
        await lab.send(
          'client',
          edge,
          Array.from({ length: 50 }, () => packet),
        )
      expect(await ours(cut)).toHaveLength(1)
      expect(await ours(alone)).toHaveLength(1)
      await isClean(cut)
      await isClean(alone)

      await lab.server.run()
      await cut.namespace.run('ip', 'link', 'set', 'noc', 'up')
      await cut.namespace.run(
        'ip',
        'neighbour',
        'replace',
        `10.90.${cut.number}.1`,
        'lladdr',
        `02:00:00:90:0${cut.number}:01`,
        'dev',
        'noc',
        'nud',
        'permanent',
      )
      lab.runAgent(killed)
      const capture = await lab.over(id)
      expect(capture.agents.map(({ name, packets, end, state }) => `${name} ${packets} ${end} ${state}`).toSorted()).toEqual([
        'edge1 50 null lost',
        'edge2 100 time done',
        'edge3 100 time done',
      ])
      expect(capture).toMatchObject({ status: 'success', packets: 250 })
      expect(capture.error_message).toContain('edge1')
    }, 180_000)

    it('keep a capture through a flush of all rules by somebody else', async () => {
      const [edge] = lab.edges
      if (edge === undefined) throw new Error('the lab has three edges')
      await lab.agentsAre('connected')
      const id = await start()
      await edge.namespace.run('nft', 'flush', 'ruleset')
      await lab.send(
        'client',
        edge,
        Array.from({ length: 20 }, () => packet),
      )
      await until('the packets', async () => ((await lab.capture(id)).packets === 20 ? true : undefined))
      await edge.namespace.run('nft', '-j', JSON.stringify(foreignRules))
      await lab.server.api('POST', `/accounts/{account}/drawbridge/captures/${id}/stop`)
      expect(await lab.over(id)).toMatchObject({ status: 'success', packets: 20 })
    }, 120_000)

    it('have the other program’s rules and reader as before', async () => {
      expect(await Promise.all(lab.edges.map(async (edge) => await foreignTable(edge)))).toEqual(rules)
      expect(readers.map(({ isRunning }) => isRunning)).toEqual([true, true, true])
      for (const edge of lab.edges) await isClean(edge)
    })
  })
