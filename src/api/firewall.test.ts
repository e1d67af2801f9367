// The edge firewall over a listening server, with a real hub and an agent that speaks the protocol.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '../app/token/create.ts'
import type { FirewallPreview, FirewallRule, FirewallStatus } from '../contract/firewall.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import { eventually } from './testing/eventually.ts'
import { TestAgent } from './testing/test-agent.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let agent: TestAgent
let flow = { flow_count: 10, packet_sum: 600_000, bit_sum: 3_000_000_000 }
let isStoreThere = true
beforeAll(async () => {
  const query = async () => {
    if (!isStoreThere) throw new StoreUnavailableError('it is not started')
    return { rows: [flow] } as never
  }
  server = await startTestServer({ flows: { ready: true, query } })
  agent = await TestAgent.connect(server, 'edge-1', 'ord02')
})
afterAll(async () => {
  agent.close()
  await server.close()
})

const path = (rest: string) => `${server.account}/drawbridge/firewall/${rest}`
/** The result of a request that has to succeed. */
async function result<T>(method: string, rest: string, body?: unknown): Promise<T> {
  const answer = await server.call(method, path(rest), body)
  expect(answer.body.errors).toEqual([])
  return answer.body.result as T
}
async function failure(method: string, rest: string, body?: unknown): Promise<string> {
  const { status, body: answer } = await server.call(method, path(rest), body)
  return `${status} ${answer.errors[0]?.code} ${answer.errors[0]?.message}`
}
const asked = { name: 'answers', filter: 'udp and src port 53 and dst 203.0.113.0/24', lifetime_minutes: 60, why: 'ticket 4711' }
const add = (more: object = {}) => result<FirewallRule>('POST', 'rules', { ...asked, ...more })
const post = (rule: FirewallRule, verb: string, body: object = {}) =>
  result<FirewallRule>('POST', `rules/${rule.id}/${verb}`, { why: 'because', ...body })

describe('a rule', () => {
  it('is made, enforced, undone, extended and withdrawn; the agent is told each time, and the audit', async () => {
    const rule = await add({ colo_name: 'ORD', interface: 'eth0', calm: { packets_per_second: 10, seconds: 60 } })
    expect(rule).toMatchObject({
      name: 'answers',
      filter: asked.filter,
      state: 'counting',
      action: { kind: 'count' },
      colo_name: 'ORD',
      interface: 'eth0',
      until: '2026-01-01T13:00:00.000Z',
      calm: { packets_per_second: 10, seconds: 60 },
      who: 'admin@localhost',
      why: 'ticket 4711',
      agents: [{ agent: agent.id, name: 'edge-1', colo: 'ord02', connected: true, state: 'waiting' }],
    })
    const told = (orders: object) => eventually(() => agent.orders.at(-1)).toMatchObject(orders)
    await told({
      protect: { prefixes: [], local_ports: [22] },
      rules: [{ id: rule.id, action: { kind: 'count' }, interface: 'eth0', remaining_ms: 3_600_000 }],
    })
    agent.filters({ packets: 7, bytes: 700 })
    await eventually(async () => (await result<FirewallRule>('GET', `rules/${rule.id}`)).agents[0]).toMatchObject({
      state: 'active',
      packets: 7,
    })
    expect(await failure('POST', `rules/${rule.id}/enforce`, { action: { kind: 'drop' }, why: 'now' })).toMatch(
      /^400 20052 refused: a rule counts for 10 s before it may drop/,
    )
    const limit = { kind: 'limit', packets_per_second: 100 }
    expect(await post(rule, 'enforce', { action: limit, force: true })).toMatchObject({ state: 'enforcing', action: limit })
    await told({ rules: [{ action: limit }] })
    expect(await post(rule, 'count')).toMatchObject({ state: 'counting' })
    expect(await post(rule, 'undo')).toMatchObject({ state: 'enforcing', action: limit })
    expect(await post(rule, 'extend', { lifetime_minutes: 90 })).toMatchObject({ until: '2026-01-01T13:30:00.000Z' })
    expect(await post(rule, 'withdraw')).toMatchObject({ state: 'withdrawn', withdrawn_why: 'because', total: { packets: 7, bytes: 700 } })
    await told({ rules: [] })
    const rows = await server.context.state
      .selectFrom('audit')
      .select(['action', 'detail'])
      .where('target', '=', rule.id)
      .orderBy('id')
      .execute()
    expect(rows.map(({ action }) => action)).toEqual(
      ['add', 'enforce', 'count', 'undo', 'extend', 'withdraw'].map((verb) => `firewall.${verb}`),
    )
    expect(JSON.parse(rows[1]?.detail ?? '')).toEqual({ name: 'answers', action: limit, force: true, why: 'because' })
  })

  it('is found in lists, page by page', async () => {
    const { signature, incident } = await someCauses()
    const rules = [await add(), await add({ signature_id: signature }), await add({ incident_id: incident })]
    const [first, second, third] = rules
    const ids = async (query: string) => (await result<FirewallRule[]>('GET', `rules?${query}`)).map(({ id }) => id)
    expect(await ids('state=current')).toEqual([third?.id, second?.id, first?.id])
    expect(await ids(`signature_id=${signature}`)).toEqual([second?.id])
    expect(await ids(`incident_id=${incident}&state=counting`)).toEqual([third?.id])
    expect(await ids('state=enforcing')).toEqual([])
    const { body } = await server.call('GET', path('rules?state=current&per_page=2&page=2'))
    expect(body).toMatchObject({ result_info: { page: 2, per_page: 2, count: 1, total_count: 3, total_pages: 2 } })
    for (const rule of rules) await post(rule, 'withdraw')
  })

  async function someCauses(): Promise<{ signature: string; incident: string }> {
    const { state } = server.context
    const [signature, incident] = ['5'.repeat(32), '6'.repeat(32)]
    const common = { account: 1, name: 's', state: 'done', source: '{}', ask: '{}', who: 'a', created_at: '' }
    await state
      .insertInto('signature')
      .values({ ...common, id: signature })
      .execute()
    const times = { started_at: '', opened_at: '', ended_at: null, start_told: 1, end_told: 0 }
    await state
      .insertInto('incident')
      .values({ id: incident, account: 1, rule_id: 'r', state: 'open', ...times, summary: '{}', body: '{}' })
      .execute()
    return { signature, incident }
  }
})

describe('a preview', () => {
  const preview = (body: object) => result<FirewallPreview>('POST', 'preview', body)

  it('says what flows tell, what is spared, and who would get it', async () => {
    expect(await preview({ filter: 'src port 53 && udp && tcp.window 5 or ttl 7', colo_name: 'ord02' })).toMatchObject({
      filter: '(src port 53 and udp and tcp.window 5) or ttl 7',
      packets_per_second: 2000,
      bits_per_second: 10_000_000,
      not_estimated: ['tcp.window 5', 'ttl 7 (of flows that do not tell it)'],
      spares: expect.arrayContaining(["TCP port 22 (SSH) of the agents' hosts is spared"]),
      agents: [{ id: agent.id, name: 'edge-1', colo: 'ord02', connected: true }],
    })
  })

  it('is worth having without flows, and without a store', async () => {
    const rates = { packets_per_second: null, bits_per_second: null, not_estimated: [] }
    flow = { ...flow, flow_count: 0 }
    expect(await preview({ filter: asked.filter })).toMatchObject(rates)
    isStoreThere = false
    expect(await preview({ filter: asked.filter })).toMatchObject({ ...rates, nftables: [expect.stringContaining('th sport 53')] })
  })
})

it('stops as a whole, and is resumed', async () => {
  const rule = await add()
  expect(await result<FirewallStatus>('POST', 'stop', { why: 'it drops customers' })).toMatchObject({
    stopped: true,
    stop: { who: 'admin@localhost', why: 'it drops customers' },
    rules: 0,
  })
  expect(await result('GET', `rules/${rule.id}`)).toMatchObject({ state: 'withdrawn' })
  await eventually(() => agent.orders.at(-1)?.rules).toEqual([])
  expect(await failure('POST', 'rules', asked)).toMatch(/^400 20052 refused: the firewall is stopped by admin@localhost/)
  expect(await result('POST', 'resume', { why: 'settled' })).toMatchObject({ stopped: false, stop: null })
  expect(await result<FirewallStatus>('GET', 'status')).toEqual({
    stopped: false,
    stop: null,
    rules: 0,
    max_rules: 50,
    max_lifetime_hours: 24,
    count_seconds: 10,
    protection: { prefixes: [], local_ports: [22] },
  })
})

it('reads with one scope and writes with another, and knows no other account', async () => {
  const rule = await add()
  const { context } = server
  const reader = await createToken(context, context.local, { name: 'reader', scopes: ['firewall:read'] })
  const other = await createToken(context, context.local, { name: 'other', scopes: ['captures:write', 'mnm:admin'] })
  const status = async (secret: string, method: string, rest: string, body?: object) => {
    const init = { method, headers: { authorization: `Bearer ${secret}` }, ...(body && { body: JSON.stringify(body) }) }
    return (await fetch(path(rest), init)).status
  }
  const reads = [
    ['GET', 'rules'],
    ['GET', `rules/${rule.id}`],
    ['GET', 'status'],
    ['POST', 'preview', { filter: 'udp' }],
  ] as const
  const verbs = ['enforce', 'count', 'undo', 'extend', 'withdraw'].map((verb) => `rules/${rule.id}/${verb}`)
  for (const [method, rest, body] of reads) {
    expect([rest, await status(reader.secret, method, rest, body), await status(other.secret, method, rest, body)]).toEqual([
      rest,
      200,
      403,
    ])
  }
  for (const rest of ['rules', 'stop', 'resume', ...verbs]) {
    expect([rest, await status(reader.secret, 'POST', rest, { why: 'x' })]).toEqual([rest, 403])
  }
  expect((await result<FirewallRule>('GET', `rules/${rule.id}`)).changes).toHaveLength(1)
})
