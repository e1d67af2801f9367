// Tests the counters of firewall rules over restarts of agents and server, their rates, and the calm that they tell of.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FirewallRule } from '../../contract/firewall.ts'
import { eve, FirewallLab, labStart, ruleRequest, type Life } from './testing/firewall-lab.ts'

let lab: FirewallLab
let life: Life
beforeEach(async () => {
  lab = await new FirewallLab().prepare()
  life = await lab.startAll()
})
afterEach(() => lab.remove())

const add = (changes: Parameters<typeof ruleRequest>[0] = {}) => life.firewall.add(ruleRequest(changes))
const get = ({ id }: FirewallRule) => life.firewall.get(1, id)
const drop = ({ id }: FirewallRule) => life.firewall.act(1, id, { kind: 'drop' }, { ...eve, force: true })

/** A new life; agents come again. @param orderly whether the old one had time to stop */
async function restart(orderly = true): Promise<void> {
  if (orderly) await life.stop()
  else life.kill()
  life = await lab.startAll()
}

describe('counters', () => {
  it('are summed over agents and over their restarts, and never go back', async () => {
    const rule = await add()
    const [one, two] = [lab.edge(0), lab.edge(1)]
    lab.traffic(one, rule.id, { matching: 100, others: 900 })
    lab.traffic(two, rule.id, { matching: 10 })
    lab.tell(one)
    lab.tell(two)
    expect((await get(rule)).total).toEqual({ packets: 110, bytes: 11_000, dropped_packets: 0, dropped_bytes: 0 })
    await drop(rule)
    lab.restart(one)
    expect((await get(rule)).total.packets).toBe(110)
    lab.traffic(one, rule.id, { matching: 30, others: 500 })
    lab.tell(one)
    expect((await get(rule)).total).toEqual({ packets: 140, bytes: 14_000, dropped_packets: 30, dropped_bytes: 3000 })
    // More matched than before the restart, but less came by: it has started anew all the same.
    lab.restartSilently(one)
    lab.traffic(one, rule.id, { matching: 31 })
    lab.tell(one)
    expect((await get(rule)).total.packets).toBe(171)
    const { total, agents } = await life.firewall.withdraw(1, rule.id, eve)
    expect(total.packets).toBe(171)
    expect(agents.map(({ name, packets, state }) => [name, packets, state])).toEqual([
      ['edge1', 161, 'expired'],
      ['edge2', 10, 'expired'],
      ['edge3', 0, 'expired'],
    ])
    expect(life.firewall.readings().counts).toMatchObject({ packets: 171, dropped_packets: 61, answers: 5, unknown_rules: 0 })
  })

  it('go on over a restart of the server, after a kill too', async () => {
    const rule = await add()
    lab.traffic(lab.edge(0), rule.id, { matching: 100 })
    lab.tell(lab.edge(0))
    await lab.pass(life, 3)
    lab.traffic(lab.edge(0), rule.id, { matching: 1 })
    lab.tell(lab.edge(0))
    await restart()
    expect((await get(rule)).total.packets).toBe(101)
    lab.traffic(lab.edge(0), rule.id, { matching: 1 })
    lab.tell(lab.edge(0))
    await restart(false)
    // What was not written yet is told again.
    expect((await get(rule)).total.packets).toBe(101)
    lab.tell(lab.edge(0))
    expect((await get(rule)).total.packets).toBe(102)
  })

  it('have rates once there are two answers, and a share of the traffic since then', async () => {
    const rule = await add()
    const [edge] = [lab.edge(0)]
    const mine = async () => (await get(rule)).agents[0]
    lab.traffic(edge, rule.id, { matching: 0, others: 1_000_000 })
    lab.tell(edge)
    expect(await mine()).toMatchObject({ packets_per_second: null, bits_per_second: null, share_of_traffic: null })
    await drop(rule)
    await lab.pass(life, 5, () => {
      lab.traffic(edge, rule.id, { matching: 50, others: 150 })
      lab.tell(edge)
    })
    const fresh = { packets_per_second: 50, bits_per_second: 40_000, dropped_packets_per_second: 50, share_of_traffic: 0.25 }
    expect(await mine()).toMatchObject(fresh)
    await lab.pass(life, 1, () => lab.tell(edge))
    expect((await mine())?.packets_per_second).toBeCloseTo(100 / 3)
    // It says nothing any more.
    await lab.pass(life, 6)
    expect(await mine()).toMatchObject({ packets_per_second: null, share_of_traffic: 0.25 })
    lab.tell(edge)
    await lab.pass(life, 1, () => lab.tell(edge))
    expect((await mine())?.packets_per_second).toBe(0)
    lab.edges.cut(edge)
    expect(await mine()).toMatchObject({ connected: false, state: 'active', packets_per_second: null, share_of_traffic: 0.25 })
  })

  it('of a list that is not the newest count, but the rule waits for its answer', async () => {
    const rule = await add()
    const [edge] = [lab.edge(0)]
    const old = edge.orders
    await drop(rule)
    const newest = edge.orders
    edge.orders = old
    lab.traffic(edge, rule.id, { matching: 5 })
    lab.tell(edge)
    expect((await get(rule)).agents[0]).toMatchObject({ state: 'waiting', action: { kind: 'count' }, packets: 5 })
    edge.orders = newest
    lab.tell(edge, { state: 'failed', action: { kind: 'count' }, error: 'no memory' })
    expect((await get(rule)).agents[0]).toMatchObject({ state: 'failed', action: { kind: 'count' }, error: 'no memory' })
  })

  it('of rules that nobody knows are counted, and change nothing', async () => {
    const rule = await add({ coloName: 'ord01' })
    const told = {
      state: 'active',
      action: { kind: 'count' },
      error: null,
      packets: 9,
      bytes: 9,
      dropped_packets: 9,
      dropped_bytes: 9,
    } as const
    const rules = [
      { ...told, id: rule.id },
      { ...told, id: 'f'.repeat(32) },
    ]
    lab.edges.tellFirewall(lab.edge(1), { sequence: 0, rules, seen_packets: 1, spared_packets: 0 })
    expect((await get(rule)).total.packets).toBe(0)
    expect(life.firewall.readings().counts.unknown_rules).toBe(2)
  })
})

describe('calm', () => {
  const calm = { packets_per_second: 100, seconds: 10 }
  const tellAll = (rule: FirewallRule, matching: number) => () => {
    for (const edge of lab.edges.edges) {
      lab.traffic(edge, rule.id, { matching })
      lab.tell(edge)
    }
  }

  it('withdraws once it has lasted, over all agents together', async () => {
    const rule = await add({ calm })
    // Nothing has matched: it may be before the attack.
    await lab.pass(life, 30, tellAll(rule, 0))
    expect(await get(rule)).toMatchObject({ state: 'counting', calm_since: null })
    await lab.pass(life, 5, tellAll(rule, 34))
    expect((await get(rule)).calm_since).toBeNull()
    await lab.pass(life, 4, tellAll(rule, 33))
    const { calm_since } = await get(rule)
    expect(Date.parse(calm_since ?? '')).toBeGreaterThan(labStart + 35_000)
    await lab.pass(life, 5, tellAll(rule, 34))
    expect((await get(rule)).calm_since).toBeNull()
    await lab.pass(life, 13, tellAll(rule, 1))
    expect(await get(rule)).toMatchObject({
      state: 'withdrawn',
      withdrawn_why: 'it is calm: fewer than 100 packets a second for 10 s',
      calm_since: expect.any(String),
    })
    expect(lab.edge(0).orders?.rules).toEqual([])
    expect(life.firewall.readings()).toMatchObject({ counting: 0, counts: { withdrawn_by_calm: 1 } })
  })

  it('is not the silence of an agent that is away, or says nothing', async () => {
    const rule = await add({ calm })
    await lab.pass(life, 3, tellAll(rule, 1000))
    lab.edges.cut(lab.edge(2))
    await lab.pass(life, 30, tellAll(rule, 0))
    expect(await get(rule)).toMatchObject({ state: 'counting', calm_since: null })
    lab.edges.connect(lab.edge(2))
    const two = lab.edges.edges.slice(0, 2)
    await lab.pass(life, 30, () => {
      for (const edge of two) lab.tell(edge)
    })
    expect(await get(rule)).toMatchObject({ state: 'counting', calm_since: null })
    await lab.pass(life, 13, tellAll(rule, 0))
    expect((await get(rule)).state).toBe('withdrawn')
  })

  it('does not wait for agents that never had the rule', async () => {
    lab.edges.cut(lab.edge(2))
    const rule = await add({ calm })
    await lab.pass(life, 3, tellAll(rule, 1000))
    await lab.pass(life, 14, tellAll(rule, 0))
    expect((await get(rule)).state).toBe('withdrawn')
  })

  it('begins anew with a server that has started anew', async () => {
    const rule = await add({ calm })
    await lab.pass(life, 3, tellAll(rule, 1000))
    await lab.pass(life, 11, tellAll(rule, 0))
    expect((await get(rule)).calm_since).not.toBeNull()
    await restart()
    expect((await get(rule)).calm_since).toBeNull()
    await lab.pass(life, 5, tellAll(rule, 0))
    expect((await get(rule)).state).toBe('counting')
    await lab.pass(life, 8, tellAll(rule, 0))
    expect((await get(rule)).state).toBe('withdrawn')
  })
})
