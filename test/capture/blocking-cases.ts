// An attack on a host behind an edge, from the capture to the drop: the attack stops there, and what else goes to the host,
// among it a file transfer that runs all the time, loses nothing.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Capture } from '../../src/contract/capture.ts'
import type { FirewallRule } from '../../src/contract/firewall.ts'
import type { Signature } from '../../src/contract/signature.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import type { Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'
import type { PacketPlan } from '../lab/packets.ts'
import { until } from '../lab/poll.ts'
import type { EdgeLab } from './edge-lab.ts'

const victim = '203.0.113.7'
const resolver = '198.51.100.53'
const port = 8000
const drawbridge = '/accounts/{account}/drawbridge'

type Plan = Omit<PacketPlan, 'sourceMac' | 'destinationMac'>
interface Transferred {
  readonly bytes: number
  readonly sha256: string
}

/** RFC 1035 §4.1.1: id, an answer with recursion, one question, answers. */
function dnsAnswer(answers: number): Buffer {
  const payload = randomBytes(1400)
  payload.writeUInt16BE(0x8180, 2)
  payload.writeUInt16BE(1, 4)
  payload.writeUInt16BE(answers, 6)
  payload.writeUInt32BE(0, 8)
  return payload
}

const answer: Plan = {
  source: resolver,
  destination: victim,
  protocol: 'udp',
  sourcePort: 53,
  destinationPort: 40_000,
  tcpFlags: 0,
  length: 100,
}

/** What the host has asked for: small, from its own resolver. */
const wanted = (count: number): Plan[] =>
  Array.from({ length: count }, (_, index) => ({
    ...answer,
    destinationPort: 30_000 + ((index * 977) % 30_000),
    length: 90 + ((index * 7) % 160),
    payload: dnsAnswer(1),
  }))

/** Amplified answers of many servers to ports of all kinds. */
const amplified = (count: number): Plan[] =>
  Array.from({ length: count }, (_, index) => ({
    ...answer,
    source: `${20 + (index % 100)}.${(index * 7) % 256}.${(index * 13) % 256}.${1 + (index % 250)}`,
    destinationPort: 1024 + ((index * 7919) % 60_000),
    length: 1100 + ((index * 31) % 300),
    timeToLive: 40 + (index % 17),
    payload: dnsAnswer(20 + (index % 10)),
  }))

export const blockingCases = (lab: EdgeLab) =>
  describe('an attack, its signature, and the edge that drops it', () => {
    let origin: Namespace
    let sender: NamespaceChild
    let receiver: NamespaceChild
    let attack: LabProcess | undefined

    beforeAll(async () => {
      const [edge] = lab.edges
      origin = await lab.hostBehind(edge, victim)
      await origin.run(
        'nft',
        `table inet seen {
          counter attack {}
          counter answers {}
          counter transfer {}
          chain arrivals {
            type filter hook prerouting priority 0
            udp sport 53 ip length >= 1000 counter name attack drop
            udp sport 53 counter name answers drop
            tcp dport ${port} counter name transfer
          }
        }`,
      )
      await lab.host('client').run(
        'nft',
        `table inet sent {
          counter transfer {}
          chain departures {
            type filter hook output priority 0
            tcp dport ${port} counter name transfer
          }
        }`,
      )
      const program = join(import.meta.dirname, 'transfer-program.mjs')
      sender = new NamespaceChild(origin, program)
      receiver = new NamespaceChild(lab.host('client'), program)
      await sender.ask({ action: 'serve', address: victim, port })
      await receiver.ask({ action: 'fetch', address: victim, port })
    })
    afterAll(async () => {
      await attack?.stop()
      sender?.disconnect()
      receiver?.disconnect()
    })

    async function counted(host: Namespace, table: 'seen' | 'sent', name: string): Promise<number> {
      const listed = await host.run('nft', 'list', 'counter', 'inet', table, name)
      return Number(/packets (\d+)/.exec(listed)?.[1])
    }
    const arrived = async (kind: 'attack' | 'answers' | 'transfer') => await counted(origin, 'seen', kind)

    async function transferred(): Promise<number> {
      return ((await receiver.ask({ action: 'progress' })) as { bytes: number }).bytes
    }

    async function capture(packets: number, filter: string, meanwhile: () => Promise<unknown>): Promise<Capture> {
      const body = { type: 'simple', time_limit: 60, packet_limit: packets, colo_name: 'ord01', filter, drawbridge: { sampling: 1 } }
      const { id } = await lab.server.api<Capture>('POST', `${drawbridge}/captures`, body)
      await lab.capturing(id)
      await meanwhile()
      return await lab.over(id)
    }

    async function derive(attackOf: string, baselineOf: string): Promise<Signature> {
      const body = { name: 'DNS answers', attack: { capture: attackOf }, baseline: { capture: baselineOf }, max_false: 0.001 }
      const { id } = await lab.server.api<Signature>('POST', `${drawbridge}/signatures`, body)
      return await until('the signature', async () => {
        const signature = await lab.server.api<Signature>('GET', `${drawbridge}/signatures/${id}`)
        if (signature.state === 'failed') throw new Error(`no signature: ${signature.error}`)
        return signature.state === 'done' ? signature : undefined
      })
    }

    const rules = `${drawbridge}/firewall/rules`
    async function ruleWhen(id: string, what: string, test: (rule: FirewallRule) => boolean): Promise<FirewallRule> {
      return await until(what, async () => {
        const rule = await lab.server.api<FirewallRule>('GET', `${rules}/${id}`)
        return test(rule) ? rule : undefined
      })
    }
    const act = async (id: string, action: string, body: object): Promise<FirewallRule> =>
      await lab.server.api<FirewallRule>('POST', `${rules}/${id}/${action}`, { why: 'the test', ...body })

    it('stops at the edge, and nothing else does', { timeout: 180_000 }, async () => {
      const [edge] = lab.edges
      const send = async (plans: readonly Plan[]) => await lab.send('client', edge, plans, 1000)
      const normal = await capture(2000, `host ${victim}`, async () => await send(wanted(800)))
      attack = await lab.repeat('attacker', edge, amplified(1000), 1500)
      const during = await capture(3000, `dst ${victim}`, async () => await send(wanted(200)))
      const captured = performance.now()
      expect([normal.status, normal.packets, during.status, during.packets]).toEqual(['success', 2000, 'success', 3000])

      const signature = await derive(during.id, normal.id)
      expect(signature).toMatchObject({ state: 'done', error: null, edited: false })
      expect(signature.false).toBeLessThanOrEqual(0.001)
      expect(signature.report?.parts.map(({ title }) => title)).toEqual([expect.stringMatching(/^DNS amplification/)])
      const { id, state } = await lab.server.api<FirewallRule>('POST', rules, {
        name: 'DNS answers',
        filter: signature.filter,
        signature_id: signature.id,
        colo_name: 'ord01',
        lifetime_minutes: 10,
        why: 'the test',
      })
      expect(state).toBe('counting')
      // Counting takes nothing away.
      const seenBefore = await arrived('attack')
      await ruleWhen(id, 'the rule to count', ({ total }) => total.packets > 200)
      expect(await arrived('attack')).toBeGreaterThan(seenBefore)
      await act(id, 'enforce', { action: { kind: 'drop' }, force: true })
      await ruleWhen(id, 'the rule to drop', ({ agents }) => agents.some(({ action }) => action?.kind === 'drop'))
      const seen = await arrived('attack')
      const dropping = performance.now()

      // The attack goes on, and so does everything else.
      const answersBefore = await arrived('answers')
      const bytesBefore = await transferred()
      const droppedBefore = (await ruleWhen(id, 'the rule', () => true)).total.dropped_packets
      await send(wanted(1000))
      await ruleWhen(id, 'more drops', ({ total }) => total.dropped_packets > droppedBefore + 1000)
      expect(attack.isRunning).toBe(true)
      expect((await arrived('attack')) - seen).toBe(0)
      expect((await arrived('answers')) - answersBefore).toBe(1000)
      expect(await transferred()).toBeGreaterThan(bytesBefore)

      // Withdrawn, everything comes through again.
      await act(id, 'withdraw', {})
      await until('the attack to come through again', async () => ((await arrived('attack')) > seen ? true : undefined))
      const sent = (await sender.ask({ action: 'finish' })) as Transferred
      const received = (await receiver.ask({ action: 'finish' })) as Transferred
      expect([received.bytes, received.sha256]).toEqual([sent.bytes, sent.sha256])
      // Data that were lost would have come again. So each packet of the receiver's is told too.
      expect(await arrived('transfer')).toBe(await counted(lab.host('client'), 'sent', 'transfer'))
      const seconds = ((dropping - captured) / 1000).toFixed(1)
      const megabytes = (sent.bytes / 1e6).toFixed(1)
      process.stdout.write(
        `from the end of the capture to the drop: ${seconds} s; ${megabytes} MB transferred meanwhile; ${signature.filter ?? ''}\n`,
      )
    })
  })
