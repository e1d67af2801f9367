// Tests the life of firewall rules on the server: what agents are told and when, deadlines, stop, restarts.
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApiError } from '../../contract/api-errors.ts'
import type { FirewallRule } from '../../contract/firewall.ts'
import { eve, FirewallLab, ruleRequest, type Life } from './testing/firewall-lab.ts'

let lab: FirewallLab
let life: Life
beforeEach(async () => {
  await begin()
})
afterEach(() => lab.remove())

async function begin(...config: ConstructorParameters<typeof FirewallLab>): Promise<void> {
  lab = await new FirewallLab(...config).prepare()
  life = await lab.startAll()
}

const minute = 60_000
const hands = { ...eve, force: false }
const add = (changes: Parameters<typeof ruleRequest>[0] = {}) => life.firewall.add(ruleRequest(changes))
const get = ({ id }: FirewallRule) => life.firewall.get(1, id)
const drop = ({ id }: FirewallRule, force = true) => life.firewall.act(1, id, { kind: 'drop' }, { ...eve, force })
const count = ({ id }: FirewallRule) => life.firewall.act(1, id, { kind: 'count' }, hands)
const limit = ({ id }: FirewallRule, packets_per_second: number) =>
  life.firewall.act(1, id, { kind: 'limit', packets_per_second }, { ...eve, force: true })
/** `id action` of each rule that an agent has, as far as it has heard. */
const held = (index: number) => lab.edge(index).orders?.rules.map(({ id, action }) => `${id} ${action.kind}`)
const actions = ({ changes }: FirewallRule) => changes.map(({ action }) => action.kind)

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return `${error.error}: ${error.message}`
  }
}

/** A new life; agents come again. */
async function restart(): Promise<void> {
  await life.stop()
  life = await lab.startAll()
}

describe('a rule', () => {
  it('begins by counting, on disk before an agent hears of it', async () => {
    life.killAfter(Number.MAX_SAFE_INTEGER)
    const rule = await add({ name: 'flood', calm: { packets_per_second: 10, seconds: 60 } })
    expect(rule).toMatchObject({
      name: 'flood',
      filter: 'udp and src port 53',
      state: 'counting',
      action: { kind: 'count' },
      until: '2026-01-01T01:00:00.000Z',
      enforceable_at: '2026-01-01T00:00:10.000Z',
      calm: { packets_per_second: 10, seconds: 60 },
      calm_since: null,
      total: { packets: 0, bytes: 0, dropped_packets: 0, dropped_bytes: 0 },
      changes: [{ at: '2026-01-01T00:00:00.000Z', from: null, to: 'counting', action: { kind: 'count' }, ...eve }],
    })
    expect(rule.agents.map(({ name, state, connected }) => [name, state, connected])).toEqual([
      ['edge1', 'waiting', true],
      ['edge2', 'waiting', true],
      ['edge3', 'waiting', true],
    ])
    for (const { orders } of lab.edges.edges) {
      expect(orders).toMatchObject({
        protect: { prefixes: [], local_ports: [22] },
        rules: [{ id: rule.id, action: { kind: 'count' }, interface: null, remaining_ms: 3_600_000 }],
      })
    }
    lab.tell(lab.edge(0))
    expect((await get(rule)).agents[0]).toMatchObject({ state: 'active', action: { kind: 'count' }, told_at: '2026-01-01T00:00:00.000Z' })
  })

  it('is told to nobody when it cannot be written', async () => {
    for (let statements = 1; !(await diedWhileAdding(statements)); statements++) expect(statements).toBeLessThan(30)
  })

  /** @returns whether the rule was added: nothing has died */
  async function diedWhileAdding(statements: number): Promise<boolean> {
    life.killAfter(statements)
    const isAdded = await add().then(
      () => true,
      () => false,
    )
    const told = lab.edges.edges.filter(({ orders }) => orders !== null && orders.rules.length > 0)
    const rows = await lab.db.selectFrom('firewall_rule').select('id').execute()
    // It died after the rule was committed at the earliest: who is told has it from the disk.
    expect(rows.length === 0 ? told : []).toEqual([])
    if (isAdded) return true
    life = await lab.startAll()
    for (const edge of lab.edges.edges) expect(edge.orders?.rules.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
    return rows.length > 0
  }

  it('goes to the agents of its places, and to those that come later', async () => {
    lab.edges.cut(lab.edge(2))
    const all = await add()
    const some = await add({ coloName: 'ord01,ord03' })
    expect(held(0)).toEqual([`${all.id} count`, `${some.id} count`])
    expect(held(1)).toEqual([`${all.id} count`])
    expect(held(2)).toEqual([])
    expect(some.agents.map(({ name, connected }) => [name, connected])).toEqual([
      ['edge1', true],
      ['edge3', false],
    ])
    lab.now += minute
    lab.edges.connect(lab.edge(2))
    expect(lab.edge(2).orders?.rules.map(({ id, remaining_ms }) => [id, remaining_ms])).toEqual([
      [all.id, 59 * minute],
      [some.id, 59 * minute],
    ])
    expect(await refusal(add({ coloName: 'FRA' }))).toMatch(/^capture_no_agent: no agent is connected at FRA; connected: edge1 \(ord01\)/)
  })

  it('is sent again only when something is different, with a sequence that rises', async () => {
    const rule = await add()
    const sequences = [lab.edge(0).orders?.sequence ?? 0]
    const next = () => sequences.push(lab.edge(0).orders?.sequence ?? 0)
    await lab.pass(life, 2)
    next()
    await drop(rule)
    next()
    await drop(rule)
    next()
    await life.firewall.extend(1, rule.id, minute, eve)
    next()
    lab.edges.cut(lab.edge(0))
    lab.edges.connect(lab.edge(0))
    next()
    lab.now += 1000
    await restart()
    next()
    expect([sequences[1], sequences[3]]).toEqual([sequences[0], sequences[2]])
    expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
    expect(new Set(sequences).size).toBe(5)
  })

  it('counts for a while before it may drop, unless it is forced', async () => {
    const rule = await add()
    await lab.pass(life, 7)
    expect(await refusal(drop(rule, false))).toBe(
      'firewall_refused: refused: a rule counts for 10 s before it may drop (firewall.count_seconds); wait 3 s, or force it',
    )
    expect(held(0)).toEqual([`${rule.id} count`])
    await lab.pass(life, 3)
    expect(await drop(rule, false)).toMatchObject({ state: 'enforcing', action: { kind: 'drop' }, state_since: '2026-01-01T00:00:10.000Z' })
    expect(held(0)).toEqual([`${rule.id} drop`])
    const forced = await add()
    await drop(forced)
    expect(held(1)).toEqual([`${rule.id} drop`, `${forced.id} drop`])
  })

  it('that holds nearly everything counts, and drops only by force', async () => {
    const rule = await add({ filter: 'udp' })
    await lab.pass(life, 60)
    expect(await refusal(drop(rule, false))).toMatch(
      /^firewall_refused: refused: nearly every packet of a protocol .* name at least a port/,
    )
    expect(await refusal(life.firewall.act(1, rule.id, { kind: 'limit', packets_per_second: 1 }, hands))).toMatch(/^firewall_refused/)
    expect(await drop(rule)).toMatchObject({ action: { kind: 'drop' } })
  })

  it('goes from action to action and back', async () => {
    const rule = await add()
    expect(await refusal(life.firewall.undo(1, rule.id, eve))).toMatch(/^firewall_state: .* is counting: .* nothing to undo$/)
    await drop(rule)
    expect((await limit(rule, 100)).action).toEqual({ kind: 'limit', packets_per_second: 100 })
    expect(actions(await limit(rule, 100))).toEqual(['count', 'drop', 'limit'])
    expect((await limit(rule, 200)).action).toEqual({ kind: 'limit', packets_per_second: 200 })
    expect((await life.firewall.undo(1, rule.id, eve)).action).toEqual({ kind: 'limit', packets_per_second: 100 })
    // What was undone is undone.
    expect((await life.firewall.undo(1, rule.id, eve)).action).toEqual({ kind: 'limit', packets_per_second: 200 })
    expect(await count(rule)).toMatchObject({ state: 'counting' })
    await life.firewall.extend(1, rule.id, minute, eve)
    expect(await life.firewall.undo(1, rule.id, { who: 'bob@example.net', why: 'too early' })).toMatchObject({
      state: 'enforcing',
      action: { kind: 'limit', packets_per_second: 200 },
    })
    expect(actions(await get(rule))).toEqual(['count', 'drop', 'limit', 'limit', 'limit', 'limit', 'count', 'count', 'limit'])
    expect((await get(rule)).changes.at(-1)).toEqual({
      at: '2026-01-01T00:00:00.000Z',
      from: 'counting',
      to: 'enforcing',
      action: { kind: 'limit', packets_per_second: 200 },
      who: 'bob@example.net',
      why: 'too early',
    })
  })

  it('is withdrawn by hand, and stays so', async () => {
    const rule = await add()
    await drop(rule)
    expect(await life.firewall.withdraw(1, rule.id, { who: 'bob@example.net', why: 'over' })).toMatchObject({
      state: 'withdrawn',
      action: { kind: 'drop' },
      withdrawn_at: '2026-01-01T00:00:00.000Z',
      withdrawn_why: 'over',
    })
    expect(lab.edges.edges.map(({ orders }) => orders?.rules)).toEqual([[], [], []])
    const withdrawn = `firewall_state: firewall rule ${rule.id} is withdrawn: what is withdrawn stays so; make a new rule`
    for (const work of [
      drop(rule),
      count(rule),
      life.firewall.undo(1, rule.id, eve),
      life.firewall.extend(1, rule.id, minute, eve),
      life.firewall.withdraw(1, rule.id, eve),
    ]) {
      expect(await refusal(work)).toBe(withdrawn)
    }
  })

  it('ends when its time is over, also when that was while the server was away', async () => {
    const [rule, other] = [await add({ lifetimeMs: minute }), await add({ lifetimeMs: 2 * minute })]
    await lab.pass(life, 59)
    expect((await get(rule)).state).toBe('counting')
    await lab.pass(life, 1)
    const end = { from: 'counting', to: 'withdrawn', who: 'drawbridge', why: 'its time is over' }
    expect(await get(rule)).toMatchObject({ state: 'withdrawn', withdrawn_at: '2026-01-01T00:01:00.000Z', withdrawn_why: end.why })
    expect((await get(rule)).changes.at(-1)).toMatchObject(end)
    expect(held(0)).toEqual([`${other.id} count`])
    await life.stop()
    lab.now += 2 * minute
    life = await lab.startAll()
    expect(await get(other)).toMatchObject({ state: 'withdrawn', withdrawn_why: 'its time was over while the server was stopped' })
    expect(held(0)).toEqual([])
  })

  it('stays for as long as it is extended, up to the most', async () => {
    const rule = await add({ lifetimeMs: minute })
    await lab.pass(life, 30)
    expect((await life.firewall.extend(1, rule.id, minute, eve)).until).toBe('2026-01-01T00:01:30.000Z')
    expect(lab.edge(0).orders?.rules[0]?.remaining_ms).toBe(minute)
    await lab.pass(life, 59)
    expect((await get(rule)).state).toBe('counting')
    const tooLong = 'firewall_refused: refused: a rule stays 24 hours at the most (firewall.max_lifetime_hours); it can be extended later'
    expect(await refusal(life.firewall.extend(1, rule.id, 24 * 60 * minute + 1, eve))).toBe(tooLong)
    expect(await refusal(add({ lifetimeMs: 24 * 60 * minute + 1 }))).toBe(tooLong)
  })

  it('of another account is not there', async () => {
    const rule = await add()
    expect(await refusal(life.firewall.get(2, rule.id))).toBe(`firewall_rule_not_found: there is no firewall rule ${rule.id}`)
    expect(await refusal(life.firewall.withdraw(2, rule.id, eve))).toMatch(/^firewall_rule_not_found/)
    await life.firewall.stopAll(2, eve)
    expect((await get(rule)).state).toBe('counting')
    expect([(await life.firewall.status(1)).rules, (await life.firewall.status(2)).rules]).toEqual([1, 0])
  })
})

describe('the firewall', () => {
  it('stops: everything is withdrawn, nothing can be made until somebody resumes', async () => {
    const [one, two] = [await add(), await add()]
    await drop(one)
    await life.firewall.stopAll(1, { who: 'bob@example.net', why: 'it drops customers' })
    expect(lab.edges.edges.map(({ orders }) => orders?.rules)).toEqual([[], [], []])
    for (const rule of [one, two]) {
      expect(await get(rule)).toMatchObject({ state: 'withdrawn', withdrawn_why: 'the firewall was stopped: it drops customers' })
    }
    const stop = { who: 'bob@example.net', why: 'it drops customers', at: '2026-01-01T00:00:00.000Z' }
    expect(await life.firewall.status(1)).toMatchObject({ stopped: true, stop, rules: 0 })
    const refused =
      'firewall_refused: refused: the firewall is stopped by bob@example.net since 2026-01-01T00:00:00.000Z: it drops customers; resume it first'
    expect(await refusal(add())).toBe(refused)
    await restart()
    expect(await refusal(add())).toBe(refused)
    await life.firewall.resume(1, eve)
    expect(await life.firewall.status(1)).toMatchObject({
      stopped: false,
      stop: null,
      max_rules: 50,
      max_lifetime_hours: 24,
      count_seconds: 10,
    })
    expect((await add()).state).toBe('counting')
  })

  it('takes no more rules than it is allowed to, and no more than fit into a message', async () => {
    await lab.remove()
    await begin({ max_rules: 2 })
    const first = await add()
    await add()
    expect(await refusal(add())).toBe(
      'firewall_refused: refused: 2 rules are there, which is the most (firewall.max_rules); withdraw one first',
    )
    await life.firewall.withdraw(1, first.id, eve)
    const long = {
      filterText: 'long',
      filter: { kind: 'address', side: 'source', prefixes: Array.from({ length: 50_000 }, () => '203.0.113.0/24') },
    } as const
    expect(await refusal(life.firewall.add({ ...ruleRequest(), ...long }))).toMatch(/^firewall_refused: .* too long for an agent/)
  })

  it('lists what is asked for, the newest first', async () => {
    const [one, two, three] = [
      await add({ name: '1' }),
      await add({ name: '2', incidentId: 'c'.repeat(32) }),
      await add({ name: '3', signatureId: 'd'.repeat(32) }),
    ]
    await drop(two)
    lab.traffic(lab.edge(0), three.id, { matching: 7 })
    lab.tell(lab.edge(0))
    await life.firewall.withdraw(1, three.id, eve)
    const names = async (filter: object) => {
      const { total, rules } = await life.firewall.list(1, { limit: 10, offset: 0, ...filter })
      return `${total}: ${rules.map(({ name }) => name).join(' ')}`
    }
    expect(await names({})).toBe('3: 3 2 1')
    expect(await names({ limit: 1, offset: 1 })).toBe('3: 2')
    expect(await names({ state: 'current' })).toBe('2: 2 1')
    expect(await names({ state: 'counting' })).toBe('1: 1')
    expect(await names({ state: 'enforcing' })).toBe('1: 2')
    expect(await names({ state: 'withdrawn' })).toBe('1: 3')
    expect(await names({ incidentId: 'c'.repeat(32) })).toBe('1: 2')
    expect(await names({ signatureId: 'd'.repeat(32) })).toBe('1: 3')
    const { rules } = await life.firewall.list(1, { limit: 10, offset: 0 })
    expect(rules.map(({ id, changes }) => [id, changes])).toEqual([
      [three.id, []],
      [two.id, []],
      [one.id, []],
    ])
    expect(rules[0]?.total.packets).toBe(7)
  })

  it('says what a rule would do, and does nothing', async () => {
    await lab.remove()
    await begin({ protected_prefixes: ['192.0.2.0/24'] })
    lab.edges.cut(lab.edge(1))
    const request = ruleRequest({ filter: 'src port 53 and udp and dst 203.0.113.0/24', interface: 'eth0' })
    expect(await life.firewall.preview(1, request)).toEqual({
      filter: 'src port 53 and udp and dst 203.0.113.0/24',
      nftables: [expect.stringMatching(/^iifname "eth0" .*ip daddr 203\.0\.113\.0\/24 .*th sport 53 counter$/)],
      spares: [
        "BFD of the agents' hosts is spared",
        "Name service of the agents' hosts is spared",
        'Protected networks are spared, as source and as destination: 192.0.2.0/24',
      ],
      warnings: ['edge2 is not connected: it gets the rule when it comes'],
      agents: lab.edges.agents(1).map(({ id, name, colo, connected }) => ({ id, name, colo, connected })),
    })
    await life.firewall.stopAll(1, eve)
    expect(await life.firewall.preview(1, ruleRequest({ filter: 'udp', coloName: 'FRA' }))).toMatchObject({
      warnings: [
        'the firewall is stopped: no rule can be made until somebody resumes',
        'nearly every packet of a protocol or an IP version matches: it can count, and drops only when it is forced to',
        'no agent is enrolled there; run drawbridge agent enroll on an edge host',
      ],
    })
    expect((await life.firewall.preview(1, ruleRequest({ filter: 'udp and tcp', coloName: 'ord02' }))).warnings).toEqual([
      'the firewall is stopped: no rule can be made until somebody resumes',
      'no packet can match: its conditions exclude each other',
      'no agent is connected there; on their hosts run systemctl start drawbridge-agent',
    ])
    expect((await life.firewall.list(1, { limit: 1, offset: 0 })).total).toBe(0)
  })

  it('tries again what could not be written', async () => {
    const rule = await add({ lifetimeMs: minute })
    await sql`create trigger broken before update on firewall_rule begin select raise(abort, 'no space'); end`.execute(lab.db)
    await lab.pass(life, 62)
    expect(lab.errors.splice(0)).toHaveLength(1)
    expect(life.firewall.readings().counts.save_errors).toBe(3)
    expect((await get(rule)).state).toBe('counting')
    await expect(life.firewall.withdraw(1, rule.id, eve)).rejects.toMatchObject({ message: 'no space' })
    await sql`drop trigger broken`.execute(lab.db)
    await lab.pass(life, 1)
    expect(await get(rule)).toMatchObject({ state: 'withdrawn', withdrawn_why: 'its time is over' })
    // The others of the kind are one line at the end.
    await life.stop()
    expect(lab.errors.splice(0)).toHaveLength(1)
  })
})
