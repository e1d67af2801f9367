// The API of the edge firewall is held to a table of hostile and mistaken requests: each is refused with its own reason, no
// rule is written and no agent is told anything.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { TestAgent } from './testing/test-agent.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let agent: TestAgent
/** A rule that counts, which all decisions are about. */
let rule: string
beforeAll(async () => {
  server = await startTestServer()
  agent = await TestAgent.connect(server, 'edge', 'ord02')
  const { body } = await post('rules', good)
  rule = (body.result as { id: string }).id
})
afterAll(async () => {
  agent.close()
  await server.close()
})

const good = { name: 'answers', filter: 'udp and src port 53', lifetime_minutes: 60, why: 'flood' }
const post = (rest: string, body: unknown) => server.call('POST', `${server.account}/drawbridge/firewall/${rest}`, body)

const invalid = 20_051
const filterInvalid = 20_026
const refused = 20_052
const deep = (levels: number) => `${'('.repeat(levels)}udp${')'.repeat(levels)}`
const manyPorts = Array.from({ length: 200 }, (_, index) => `(src port ${index} and dst port ${index + 1} and ttl ${index})`).join(' or ')

/** Of what is asked for, and what the answer says. */
const additions: readonly (readonly [changes: Record<string, unknown>, code: number, reason: string])[] = [
  [{ name: undefined }, invalid, 'name must be text'],
  [{ name: '' }, invalid, 'name must not be empty'],
  [{ name: '  ' }, invalid, 'name must not be empty'],
  [{ name: 'a'.repeat(201) }, invalid, 'name must not be longer'],
  [{ name: 'a\u0000b' }, invalid, 'name must not hold control characters'],
  [{ name: '\u001B]0;owned\u0007' }, invalid, 'name must not hold control characters'],
  [{ name: ['a'] }, invalid, 'name must be text'],
  [{ filter: undefined }, invalid, 'filter must be text'],
  [{ filter: null }, invalid, 'filter must be text'],
  [{ filter: 7 }, invalid, 'filter must be text'],
  [{ filter: { kind: 'all', of: [] } }, invalid, 'filter must be text'],
  [{ filter: '' }, filterInvalid, 'the filter is empty'],
  [{ filter: '   ' }, filterInvalid, 'the filter is empty'],
  [{ filter: 'udp and' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'udp; flush ruleset' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'udp accept' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'src port 53 counter drop' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'src $(id)' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'src port 99999' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'dst 999.1.1.1' }, filterInvalid, 'Invalid filter'],
  [{ filter: 'udp\u0000' }, filterInvalid, 'Invalid filter'],
  [{ filter: deep(100) }, filterInvalid, 'Invalid filter'],
  [{ filter: 'udp or '.repeat(2000) }, filterInvalid, 'Invalid filter'],
  [{ filter: manyPorts.slice(0, 4000) }, filterInvalid, 'Invalid filter'],
  [{ lifetime_minutes: undefined }, invalid, 'lifetime_minutes must be a number of minutes'],
  [{ lifetime_minutes: 0 }, invalid, 'lifetime_minutes must be a number of minutes'],
  [{ lifetime_minutes: -5 }, invalid, 'lifetime_minutes must be a number of minutes'],
  [{ lifetime_minutes: '60' }, invalid, 'lifetime_minutes must be a number of minutes'],
  [{ lifetime_minutes: null }, invalid, 'lifetime_minutes must be a number of minutes'],
  [{ lifetime_minutes: 1e300 }, invalid, 'lifetime_minutes must be a number of minutes'],
  [{ lifetime_minutes: 1441 }, refused, 'a rule stays 24 hours at the most'],
  [{ colo_name: 7 }, invalid, 'colo_name must be text'],
  [{ colo_name: 'ord02;id' }, invalid, 'colo_name must be a colo'],
  [{ colo_name: '../ord02' }, invalid, 'colo_name must be a colo'],
  [{ colo_name: 'ord02,' }, invalid, 'colo_name must be a colo'],
  [{ colo_name: `${'ord02,'.repeat(500)}ord02` }, invalid, 'colo_name must not be longer'],
  [{ colo_name: 'fra01' }, 20_025, 'no agent is connected at fra01'],
  [{ interface: '' }, invalid, 'interface must be the name of an interface'],
  [{ interface: 'eth0"; drop' }, invalid, 'interface must be the name of an interface'],
  [{ interface: 'a/b' }, invalid, 'interface must be the name of an interface'],
  [{ interface: 'sixteen-letters-' }, invalid, 'interface must be the name of an interface'],
  [{ interface: 0 }, invalid, 'interface must be the name of an interface'],
  [{ calm: {} }, invalid, 'calm.packets_per_second must be a whole number'],
  [{ calm: true }, invalid, 'calm must be a JSON object'],
  [{ calm: { packets_per_second: 1 } }, invalid, 'calm.seconds must be a whole number'],
  [{ calm: { packets_per_second: 0, seconds: 60 } }, invalid, 'calm.packets_per_second must be a whole number'],
  [{ calm: { packets_per_second: 1.5, seconds: 60 } }, invalid, 'calm.packets_per_second must be a whole number'],
  [{ calm: { packets_per_second: 1, seconds: 86_401 } }, invalid, 'calm.seconds must be a whole number'],
  [{ calm: { packets_per_second: 1, seconds: 60, force: true } }, invalid, 'there is no field force'],
  [{ signature_id: 'x' }, invalid, 'signature_id must be 32 hex digits'],
  [{ signature_id: "' or 1=1 --" }, invalid, 'signature_id must be 32 hex digits'],
  [{ signature_id: 'a'.repeat(32) }, invalid, `there is no signature ${'a'.repeat(32)}`],
  [{ incident_id: 4711 }, invalid, 'incident_id must be one id'],
  [{ incident_id: 'b'.repeat(32) }, invalid, `there is no incident ${'b'.repeat(32)}`],
  [{ why: undefined }, invalid, 'why must be text'],
  [{ why: ' ' }, invalid, 'why must not be empty'],
  [{ why: 'w'.repeat(501) }, invalid, 'why must not be longer'],
  [{ action: { kind: 'drop' } }, invalid, 'there is no field action'],
  [{ account: 2 }, invalid, 'there is no field account'],
  [{ who: 'root' }, invalid, 'there is no field who'],
  [{ __proto__: null, constructor: { a: 1 } }, invalid, 'there is no field constructor'],
]

/** Address behind the rule, body, and what the answer says. */
const decisions: readonly (readonly [verb: string, body: unknown, code: number, reason: string])[] = [
  ['enforce', {}, invalid, 'action'],
  ['enforce', { action: 'drop', why: 'x' }, invalid, 'action'],
  ['enforce', { action: { kind: 'count' }, why: 'x' }, invalid, 'action must drop or limit'],
  ['enforce', { action: { kind: 'accept' }, why: 'x' }, invalid, 'action'],
  ['enforce', { action: { kind: 'limit' }, why: 'x' }, invalid, 'action.packets_per_second'],
  ['enforce', { action: { kind: 'limit', packets_per_second: 0 }, why: 'x' }, invalid, 'action.packets_per_second'],
  ['enforce', { action: { kind: 'limit', packets_per_second: -1 }, why: 'x' }, invalid, 'action.packets_per_second'],
  ['enforce', { action: { kind: 'limit', packets_per_second: 0.5 }, why: 'x' }, invalid, 'action.packets_per_second'],
  ['enforce', { action: { kind: 'limit', packets_per_second: 1e12 }, why: 'x' }, invalid, 'action.packets_per_second'],
  ['enforce', { action: { kind: 'limit', packets_per_second: '5' }, why: 'x' }, invalid, 'action.packets_per_second'],
  ['enforce', { action: { kind: 'drop', packets_per_second: 5 }, why: 'x' }, invalid, 'action'],
  ['enforce', { action: { kind: 'drop' } }, invalid, 'why must be text'],
  ['enforce', { action: { kind: 'drop' }, why: 'x', force: 'yes' }, invalid, 'force must be true or false'],
  ['enforce', { action: { kind: 'drop' }, why: 'x', forced: true }, invalid, 'there is no field forced'],
  ['enforce', { action: { kind: 'drop' }, why: 'x' }, refused, 'a rule counts for 10 s before it may drop'],
  ['count', {}, invalid, 'why must be text'],
  ['count', { why: 'x', force: true }, invalid, 'there is no field force'],
  ['undo', { why: 7 }, invalid, 'why must be text'],
  ['undo', { why: 'x' }, 20_053, 'there is nothing to undo'],
  ['extend', { why: 'x' }, invalid, 'lifetime_minutes must be a number of minutes'],
  ['extend', { why: 'x', lifetime_minutes: 0 }, invalid, 'lifetime_minutes must be a number of minutes'],
  ['extend', { why: 'x', lifetime_minutes: 525_601 }, invalid, 'lifetime_minutes must be a number of minutes'],
  ['extend', { why: 'x', lifetime_minutes: 1440.01 }, refused, 'a rule stays 24 hours at the most'],
  ['extend', { lifetime_minutes: 60 }, invalid, 'why must be text'],
  ['withdraw', {}, invalid, 'why must be text'],
  ['withdraw', { why: null }, invalid, 'why must be text'],
  ['withdraw', { why: 'x', all: true }, invalid, 'there is no field all'],
]

it('begins with a rule that counts', async () => {
  await eventually(() => agent.orders.at(-1)?.rules.length).toBe(1)
  expect(agent.orders.at(-1)?.rules[0]?.id).toBe(rule)
})

describe('the API refuses', () => {
  it.each(additions.map(([changes, code, reason]) => [JSON.stringify(changes).slice(0, 60), changes, code, reason] as const))(
    'a rule with %s',
    async (_, changes, code, reason) => {
      const { status, body } = await post('rules', { ...good, ...changes })
      expect([status, body.errors[0]?.code]).toEqual([400, code])
      expect(body.errors[0]?.message).toContain(reason)
    },
  )

  it.each(decisions)('to %s by %j', async (verb, body, code, reason) => {
    const { status, body: answer } = await post(`rules/${rule}/${verb}`, body)
    expect([status, answer.errors[0]?.code]).toEqual([400, code])
    expect(answer.errors[0]?.message).toContain(reason)
  })

  it('a filter by its place, for previews too', async () => {
    for (const rest of ['rules', 'preview']) {
      const changes = rest === 'preview' ? { filter: 'udp and sport 99999' } : { ...good, filter: 'udp and sport 99999' }
      const { body } = await post(rest, changes)
      expect(body.errors[0]).toMatchObject({ code: filterInvalid, source: { pointer: '/filter' }, fault: { from: 14, to: 19 } })
    }
    expect((await post('preview', { filter: 'udp', why: 'x' })).body.errors[0]?.message).toContain('there is no field why')
  })

  it.each(['', 'x', '"x"', '[]', 'null', '5', '{', '\u0000'])('the body %j', async (body) => {
    for (const rest of ['rules', 'preview', 'stop', 'resume', `rules/${rule}/enforce`, `rules/${rule}/withdraw`]) {
      const address = `${server.account}/drawbridge/firewall/${rest}`
      const response = await fetch(address, { method: 'POST', headers: { authorization: `Bearer ${server.token}` }, body })
      expect([rest, response.status]).toEqual([rest, 400])
    }
  })

  it.each(['x', '../status', '0'.repeat(31), 'A'.repeat(32), `${'0'.repeat(32)};id`, "' or 1=1 --", '%00'])('the id %j', async (id) => {
    const one = `${server.account}/drawbridge/firewall/rules/${encodeURIComponent(id)}`
    expect((await server.call('GET', one)).status).toBe(404)
    const force = { action: { kind: 'drop' }, why: 'x', force: true }
    const bodies = {
      enforce: force,
      count: { why: 'x' },
      undo: { why: 'x' },
      extend: { why: 'x', lifetime_minutes: 5 },
      withdraw: { why: 'x' },
    }
    for (const [verb, body] of Object.entries(bodies)) {
      const { status } = await server.call('POST', `${one}/${verb}`, body)
      expect([verb, status]).toEqual([verb, 404])
    }
  })

  it.each([
    'state=over',
    'state=current&state=counting',
    'page=0',
    'per_page=101',
    'page=x',
    'signature_id=x',
    'incident_id=1&incident_id=2',
  ])('the question %s', async (query) => {
    const { status, body } = await server.call('GET', `${server.account}/drawbridge/firewall/rules?${query}`)
    expect([status, body.errors[0]?.code]).toEqual([400, 20_002])
  })
})

it('has written no rule, told no agent anything and logged no fault', async () => {
  const rows = await server.context.state.selectFrom('firewall_rule').select(['id', 'state', 'action', 'until']).execute()
  expect(rows).toEqual([{ id: rule, state: 'counting', action: '{"kind":"count"}', until: '2026-01-01T13:00:00.000Z' }])
  const changes = await server.context.state.selectFrom('firewall_change').select('rule').execute()
  const stops = await server.context.state.selectFrom('firewall_stop').select('account').execute()
  expect([changes.length, stops, server.errors]).toEqual([1, [], []])
  const before = agent.orders.length
  // A change that is in order comes after all that were sent before it.
  await post(`rules/${rule}/withdraw`, { why: 'over' })
  await eventually(() => agent.orders.length).toBe(before + 1)
  expect(agent.orders.at(-1)?.rules).toEqual([])
})

it('is tested with tables that are long enough', () => {
  expect(additions.length + decisions.length).toBeGreaterThan(80)
})
