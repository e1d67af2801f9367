// The request of the original's documentation on three edges at once, by curl and by its own client: the merged file holds the
// packets that match, all of them and none else, as tshark and capinfos read it.
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Capture } from '../../src/contract/capture.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'
import type { PacketPlan } from '../lab/packets.ts'
import { until } from '../lab/poll.ts'
import type { EdgeLab } from './edge-lab.ts'
import { capinfos, readPackets, type ReadPacket } from './packet-list.ts'

const attacker = '198.51.100.10'
const victim = '203.0.113.7'
const base = 'http://127.0.0.1:8080/client/v4'

type Plan = Omit<PacketPlan, 'sourceMac' | 'destinationMac'>

const wanted: Plan = {
  source: attacker,
  destination: victim,
  protocol: 'tcp',
  sourcePort: 40_000,
  destinationPort: 80,
  tcpFlags: 2,
  length: 400,
}
/** One thing different each: source, protocol, and both. */
const others: readonly Plan[] = [
  { ...wanted, source: '198.51.100.11' },
  { ...wanted, protocol: 'udp' },
  { ...wanted, protocol: 'icmp' },
  { ...wanted, source: victim, destination: attacker },
]

/** `count` packets of the first plan, with the others in between. */
function mixed(count: number): Plan[] {
  return Array.from({ length: count }, () => [...others, wanted]).flat()
}

/** The original's wire shape of a capture, as far as the test looks at it. */
interface Pcap {
  readonly id: string
  readonly status: string
  readonly type: string
  readonly filter_v1: Readonly<Record<string, unknown>>
}

export const articleCases = (lab: EdgeLab) =>
  describe('a capture on three edges', () => {
    let sdk: NamespaceChild | undefined

    beforeAll(async () => {
      sdk = new NamespaceChild(lab.noc, `${import.meta.dirname}/sdk-program.mjs`)
      await sdk.ask({ options: { baseURL: base, apiToken: lab.server.credentials.token } })
    })
    afterAll(() => sdk?.disconnect())

    async function call<T>(names: readonly string[], ...args: readonly unknown[]): Promise<T> {
      const answer = (await sdk?.ask({ call: names, args })) as { readonly result: T }
      return answer.result
    }

    /** One request as the documentation writes it. */
    async function curl<T>(method: string, path: string, body?: object): Promise<T> {
      const { token, account } = lab.server.credentials
      const data = body === undefined ? [] : ['--data', JSON.stringify(body)]
      const url = `${base}/accounts/${account}${path}`
      const text = await lab.noc.run('curl', '--silent', '--request', method, url, '--header', `Authorization: Bearer ${token}`, ...data)
      const answer = JSON.parse(text) as { readonly success: boolean; readonly result: T }
      if (!answer.success) throw new Error(text)
      return answer.result
    }

    /** Downloads the merged file by the original's client. */
    async function download(id: string): Promise<{ readonly file: string; readonly packets: readonly ReadPacket[] }> {
      const { account } = lab.server.credentials
      const { type, base64 } = await call<{ type: string; base64: string }>(['pcaps', 'download', 'get'], id, { account_id: account })
      expect(type).toBe('application/vnd.tcpdump.pcap')
      const file = lab.path(`${id}.pcap`)
      await writeFile(file, Buffer.from(base64, 'base64'))
      return { file, packets: await readPackets(file) }
    }

    /** Sends the same through all edges at once. */
    async function flood(plans: readonly Plan[], rate?: number): Promise<void> {
      await Promise.all(lab.edges.map(async (edge) => await lab.send('attacker', edge, plans, rate)))
    }

    const filter = { source_address: attacker, protocol: 6 }

    it('by curl: the packets that match, in the order of their times, 160 bytes of each', async () => {
      const body = {
        filter_v1: filter,
        time_limit: 300,
        packet_limit: 600,
        type: 'simple',
        system: 'magic-transit',
        drawbridge: { sampling: 1 },
      }
      const { id, status, filter_v1 } = await curl<Pcap>('POST', '/pcaps', body)
      expect({ status, filter_v1 }).toEqual({ status: 'pending', filter_v1: filter })
      await lab.capturing(id)
      await flood(mixed(200))
      const capture = await lab.over(id)
      expect(capture).toMatchObject({ status: 'success', packets: 600, error_message: null })
      expect(capture.agents.map(({ packets, kernel_drops }) => [packets, kernel_drops])).toEqual([
        [200, 0],
        [200, 0],
        [200, 0],
      ])
      const { file, packets } = await download(id)
      const shapes = new Set(packets.map((one) => JSON.stringify([one.source, one.destination, one.protocol, one.length, one.captured])))
      expect([...shapes]).toEqual([JSON.stringify([attacker, victim, 6, 400, 160])])
      // Every fifth frame is one that matches; each edge saw each once.
      const sent = Array.from({ length: 200 }, (_, index) => index * 5 + others.length)
      expect(packets.map(({ identification }) => identification).toSorted((a, b) => a - b)).toEqual(sent.flatMap((one) => [one, one, one]))
      expect(packets.map(({ time }) => Number(time)).every((time, index, times) => index === 0 || time >= (times[index - 1] ?? 0))).toBe(
        true,
      )
      const facts = await capinfos(file)
      expect([facts.get('Number of packets'), facts.get('Strict time order'), facts.get('File encapsulation')]).toEqual([
        '600',
        'True',
        'rawip',
      ])
    }, 120_000)

    it('by the client: the packet limit is one of the merged file', async () => {
      const { account } = lab.server.credentials
      const asked = { account_id: account, filter_v1: filter, time_limit: 60, packet_limit: 100, type: 'simple', system: 'magic-transit' }
      const { id } = await call<Pcap>(['pcaps', 'create'], { ...asked, drawbridge: { sampling: 1 } })
      await lab.capturing(id)
      await flood(mixed(200))
      expect(await lab.over(id)).toMatchObject({ status: 'success', packets: 100 })
      expect((await download(id)).packets).toHaveLength(100)
      const found = await call<Pcap>(['pcaps', 'get'], id, { account_id: account })
      expect(found).toMatchObject({ id, status: 'success', type: 'simple', filter_v1: filter, packets_remaining: 0 })
      const listed = await call<Pcap[]>(['pcaps', 'list'], { account_id: account })
      expect(listed[0]?.id).toBe(id)
    }, 120_000)

    it('samples 1 in 100 unless told otherwise', async () => {
      const body = { filter_v1: filter, time_limit: 300, packet_limit: 10_000, type: 'simple', system: 'magic-transit', colo: 'ORD' }
      const { id } = await curl<Pcap>('POST', '/pcaps', body)
      await lab.capturing(id)
      const each = 20_000
      const plans = Array.from({ length: each }, () => wanted)
      const ord = lab.edges.filter(({ colo }) => colo.startsWith('ord'))
      await Promise.all(ord.map(async (edge) => await lab.send('attacker', edge, plans, 10_000)))
      // A chance of 10⁻⁹ lies 6.1 standard deviations away; tcpreplay has put all packets on the wire when it ends.
      const sent = each * ord.length
      const deviation = Math.sqrt(sent * 0.01 * 0.99)
      await curl<Capture>('POST', `/drawbridge/captures/${id}/stop`)
      const { packets, agents } = await lab.over(id)
      expect(agents.map(({ colo }) => colo).toSorted()).toEqual(['ord01', 'ord02'])
      expect(Math.abs(packets - sent / 100)).toBeLessThan(6.1 * deviation)
    }, 120_000)

    it('ends by its time limit, with what it has', async () => {
      const { id } = await curl<Pcap>('POST', '/pcaps', {
        filter_v1: filter,
        time_limit: 8,
        packet_limit: 10_000,
        type: 'simple',
        system: 'magic-transit',
        drawbridge: { sampling: 1 },
      })
      await lab.capturing(id)
      await flood(mixed(5))
      const { agents, packets } = await lab.over(id)
      expect([packets, ...agents.map(({ end }) => end)]).toEqual([15, 'time', 'time', 'time'])
    }, 120_000)

    it('answers from before the request, where agents always sample', async () => {
      const agents = await lab.agents()
      const settings = async (sampling: number) => {
        for (const { id } of agents)
          await lab.server.api('PATCH', `/accounts/{account}/drawbridge/agents/${id}`, { always_on_sampling: sampling })
      }
      await settings(1)
      await until('tables of the samples', async () => {
        const tables = await Promise.all(lab.edges.map(async (edge) => await lab.tables(edge)))
        return tables.every((names) => names.length === 1) ? true : undefined
      })
      await flood(mixed(10))
      const asked = {
        filter_v1: filter,
        time_limit: 300,
        packet_limit: 10_000,
        type: 'simple',
        system: 'magic-transit',
        drawbridge: { note: 'past' },
      }
      const capture = await until('the samples of all edges', async () => {
        const { id } = await curl<Pcap>('POST', '/pcaps', { ...asked, offset_time: new Date().toISOString() })
        const found = await lab.over(id)
        return found.packets >= 30 ? found : undefined
      })
      const { packets } = await download(capture.id)
      // Earlier captures are no samples: only what was sent since.
      expect(packets.map(({ source, protocol }) => `${source} ${protocol}`)).toEqual(Array.from({ length: 30 }, () => `${attacker} 6`))
      await settings(0)
    }, 120_000)

    it('leaves no table on any edge', async () => {
      const left = await until('edges without our tables', async () => {
        const tables = await Promise.all(lab.edges.map(async (edge) => await lab.tables(edge)))
        return tables.flat().length === 0 ? tables : undefined
      })
      expect(left).toEqual([[], [], []])
    })
  })
