// From a flood to a route and back, with real parts: a router that exports by sFlow and by NetFlow v9, rules that fire, BIRD
// that has the routes and keeps them over restarts and a kill, and loses them when it is calm.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { RuleStatus } from '../../src/contract/rule.ts'
import { exporterNeeds } from '../exporters/exporter-commands.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import { ChainLab, divertAttributes, type TimedIncident } from './chain-lab.ts'

const skip = needs(exporterNeeds('uacctd', 'bird', 'birdc'))

/** Each by its way of export and by the signal that withdraws it. */
const victims = [
  { rule: 'sflow_time', prefix: '203.0.113.0/28', address: '203.0.113.1', signal: 'time' },
  { rule: 'sflow_probe', prefix: '203.0.113.16/28', address: '203.0.113.17', signal: 'probe' },
  { rule: 'netflow_time', prefix: '203.0.113.128/28', address: '203.0.113.129', signal: 'time' },
] as const
const prefixes = victims.map(({ prefix }) => prefix)
const probed = victims[1]

/** Packets a second: twice the limit, so that a flood is soon forgotten in the mean of ten seconds. */
const limit = 500
const flooded = 1000

const floodOf = (rate: number) => Object.fromEntries(victims.map(({ address }) => [address, rate]))

interface Notification {
  readonly alert_type: string
  readonly drawbridge: { readonly alert_event: string }
}

describe.skipIf(skip !== undefined)('flood, flow export, rule, route', () => {
  const lab = new ChainLab()
  /** By prefix: the incident of its first flood. */
  const incidents = new Map<string, string>()

  beforeAll(async () => {
    await lab.start()
    await lab.own(28)
    const mechanisms = { email: [{ id: 'noc@example.com' }] }
    const policy = { name: 'all', alert_type: 'fbm_auto_advertisement', enabled: true, mechanisms }
    await lab.server.api('POST', '/accounts/{account}/alerting/v3/policies', policy)
    for (const { rule, prefix, signal } of victims) {
      await lab.server.api('POST', '/accounts/{account}/mnm/rules', {
        name: rule,
        type: 'threshold',
        automatic_advertisement: true,
        prefixes: [prefix],
        packet_threshold: limit,
        duration: '5s',
        // NetFlow tells of a flow seconds after its packets: less calm would be none.
        drawbridge: { calm_seconds: 5, withdraw_hold_seconds: 2, withdraw_signal: signal },
      })
    }
  })
  afterAll(async () => await lab.stop())

  async function routesAre(wanted: readonly string[]): Promise<void> {
    await until(`${wanted.join(', ') || 'no route'} at BIRD`, async () => {
      const seen = (await lab.edge.routes()).map(({ prefix }) => prefix)
      return String(seen.toSorted()) === String(wanted.toSorted()) ? true : undefined
    })
  }

  const incidentOf = async (prefix: string) => await lab.incident(incidents.get(prefix) ?? '')

  /** What became of a prefix in BIRD's table. */
  const changesOf = async (wanted: string) => (await lab.edge.changes()).filter(({ prefix }) => prefix === wanted).map(({ kind }) => kind)

  /** Lines of the timeline, in their order, as far as they are of these kinds. */
  function storyOf({ timeline }: TimedIncident): string[] {
    const kinds = new Set(['opened', 'closed', 'advertisement'])
    return timeline
      .filter(({ kind }) => kinds.has(kind))
      .map(({ kind, text }) => (kind === 'advertisement' ? text.replace(/^\S+ (.*?) \(.*/, '$1') : kind))
  }

  async function notifications(incident: string): Promise<string[]> {
    const path = `/accounts/{account}/alerting/v3/history?correlation_id=${incident}`
    const history = await lab.server.api<readonly Notification[]>('GET', path)
    return history.map(({ alert_type, drawbridge }) => `${alert_type} ${drawbridge.alert_event}`)
  }

  it('announces what is attacked', async () => {
    await lab.flood.set(floodOf(flooded))
    await routesAre(prefixes)
    expect(await lab.edge.routes()).toEqual(
      expect.arrayContaining(prefixes.map((prefix) => expect.objectContaining({ ...divertAttributes, prefix }))),
    )
    for (const { rule, prefix } of victims) {
      const found = await until(`the incident of ${rule}`, async () => (await lab.incidents()).find(({ rule_name }) => rule_name === rule))
      incidents.set(prefix, found.id)
      const story = await until(`the announcement in the timeline of ${rule}`, async () => {
        const told = storyOf(await incidentOf(prefix))
        return told.at(-1) === 'is announced' ? told : undefined
      })
      expect(story).toEqual(['opened', 'is being announced', 'is announced'])
      await until(`the notification of ${rule}`, async () => {
        const told = await notifications(found.id)
        return told.includes('fbm_auto_advertisement ALERT_STATE_EVENT_START') || undefined
      })
    }
    expect((await lab.incidents()).map(({ state }) => state)).toEqual(['open', 'open', 'open'])
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('keeps the routes when the server is ended by %s and comes back', async (signal) => {
    expect(await lab.server.process.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null)
    await lab.server.run()
    await lab.connected(victims.length)
    await routesAre(prefixes)
    for (const prefix of prefixes) expect(await changesOf(prefix)).toEqual(['added'])
  })

  it('goes on with the incidents', async () => {
    const rules = victims.map(({ rule }) => rule)
    await until('all of it to be counted again', async () => {
      const statuses = await lab.server.api<readonly RuleStatus[]>('GET', '/accounts/{account}/drawbridge/rules/status')
      const counted = statuses.filter(({ state, packets_per_second }) => state === 'firing' && packets_per_second > 0)
      return rules.every((rule) => counted.some(({ name }) => name === rule)) ? true : undefined
    })
    const open = await lab.incidents()
    expect(open.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual([...incidents.values()].map((id) => `${id} open`).toSorted())
    for (const prefix of prefixes) expect(await changesOf(prefix)).toEqual(['added'])
  })

  it('withdraws when the attack is over and it stays calm', async () => {
    await lab.flood.set(floodOf(0))
    await routesAre([])
    for (const { rule, prefix } of victims) {
      expect(await changesOf(prefix)).toEqual(['added', 'removed'])
      const timeline = await until(`the end of ${rule} in the timeline`, async () => {
        const story = storyOf(await incidentOf(prefix))
        return story.at(-1) === 'is withdrawn' ? story : undefined
      })
      expect(timeline.slice(-3)).toEqual(['closed', 'is being withdrawn', 'is withdrawn'])
    }
    expect(await lab.incidents()).toHaveLength(victims.length)
  })

  it('announces at once what is attacked again while it is probed', async () => {
    await lab.flood.set({ [probed.address]: flooded })
    await routesAre([probed.prefix])
    const [again] = await lab.advertisements(probed.prefix)
    expect(again?.causes[0]).toMatchObject({ incident_id: incidents.get(probed.prefix), why: 'the attack went on when it was withdrawn' })
    await lab.flood.set({ [probed.address]: 0 })
    await routesAre([])
  })
})
