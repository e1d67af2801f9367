// Tests the rules API of contract §1.2 by the `cloudflare` SDK over a listening server: every call, every error, and that
// no error makes the SDK repeat its request.
import Cloudflare from 'cloudflare'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
/** Requests that the client of the test has sent. */
let requests: number

beforeEach(async () => {
  server = await startTestServer()
  requests = 0
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
})

afterEach(() => server.close())

const countingFetch: typeof fetch = (input, init) => {
  requests++
  return fetch(input, init)
}

// An environment with Cloudflare's variables must not decide which credential is sent.
const none = { apiToken: null, apiKey: null, apiEmail: null, userServiceKey: null }
const client = (options: object = { apiToken: server.token }) =>
  new Cloudflare({ baseURL: `${server.url}/client/v4`, ...none, ...options, fetch: countingFetch })
const rules = () => client().magicNetworkMonitoring.rules
const account = () => ({ account_id: server.context.local.account.id })

const minimal = { automatic_advertisement: null, name: 'minimal', prefixes: ['203.0.113.0/24'], type: 'threshold' as const }
const threshold = {
  automatic_advertisement: true,
  name: 'my_rule_1',
  prefixes: ['203.0.113.0/24'],
  type: 'threshold' as const,
  bandwidth_threshold: 1_000_000_000,
  packet_threshold: 100_000,
  duration: '5m' as const,
}
const zscore = {
  automatic_advertisement: false,
  name: 'anomaly_1',
  prefixes: ['203.0.113.0/24'],
  type: 'zscore' as const,
  zscore_sensitivity: 'high' as const,
  zscore_target: 'bits' as const,
}
const ddos = {
  automatic_advertisement: true,
  name: 'ddos_1',
  prefixes: ['203.0.113.0/24'],
  type: 'advanced_ddos' as const,
  prefix_match: 'subnet' as const,
}

async function listed() {
  const page = await rules().list(account())
  return page.result
}

describe.each([
  ['token', () => ({ apiToken: server.token })],
  ['key and e-mail', () => ({ apiKey: server.key, apiEmail: 'admin@localhost' })],
] as const)('rules.* of the SDK with %s', (_name, options) => {
  it('creates, lists, reads, replaces, edits, toggles and deletes', async () => {
    const { rules } = client(options()).magicNetworkMonitoring
    const list = async () => {
      const { result } = await rules.list(account())
      return result
    }
    expect(await list()).toEqual([])
    const created = await rules.create({ ...account(), ...threshold })
    expect(created).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), ...threshold })
    const id = created?.id ?? ''
    expect(await rules.create({ ...account(), ...zscore })).toMatchObject({ ...zscore, duration: '1m' })
    expect(await rules.create({ ...account(), ...ddos })).toMatchObject({ ...ddos, duration: '1m' })
    expect((await list()).map((rule) => rule?.name)).toEqual(['my_rule_1', 'anomaly_1', 'ddos_1'])
    expect(await rules.get(id, account())).toEqual(created)

    const { packet_threshold: _removed, duration: _default, ...without } = threshold
    const replaced = await rules.update({ ...account(), ...without, duration: '10m' })
    expect(replaced).toEqual({ id, ...without, duration: '10m' })
    const edited = await rules.edit(id, { ...account(), ...without, bandwidth_threshold: 5 })
    expect(edited).toEqual({ id, ...without, duration: '10m', bandwidth_threshold: 5 })

    const advertise = (body: unknown) => rules.advertisements.edit(id, { ...account(), body })
    expect(await advertise({})).toEqual({ automatic_advertisement: true })
    expect(await advertise({ automatic_advertisement: false })).toEqual({ automatic_advertisement: false })
    expect(await advertise({})).toEqual({ automatic_advertisement: false })
    expect(await rules.get(id, account())).toMatchObject({ automatic_advertisement: false })

    expect(await rules.delete(id, account())).toEqual({ ...edited, automatic_advertisement: false })
    expect((await list()).map((rule) => rule?.name)).toEqual(['anomaly_1', 'ddos_1'])
    expect(requests).toBe(14)
  })
})

describe('every error of the SDK', () => {
  const unknown = '0'.repeat(32)
  const notFound = { status: 404, errors: [{ code: 1009 }] }
  const refused = (reason: string) => ({ status: 400, errors: [{ code: 1008, message: `Invalid rule request body: ${reason}` }] })

  it.each([
    ['get', () => rules().get(unknown, account()), notFound],
    ['edit', () => rules().edit(unknown, { ...account(), ...threshold }), notFound],
    ['delete', () => rules().delete(unknown, account()), notFound],
    ['advertisements.edit', () => rules().advertisements.edit(unknown, { ...account(), body: {} }), notFound],
    [
      'advertisements.edit that changes',
      () => rules().advertisements.edit(unknown, { ...account(), body: { automatic_advertisement: true } }),
      notFound,
    ],
    ['update of an unknown name', () => rules().update({ ...account(), ...threshold }), notFound],
    ['get of what is no id', () => rules().get('nope', account()), notFound],
    [
      'create without prefixes',
      () => rules().create({ ...account(), ...minimal, prefixes: [] }),
      refused('prefixes must have at least one prefix'),
    ],
    [
      'update with a bad threshold',
      () => rules().update({ ...account(), ...threshold, packet_threshold: 0 }),
      refused('packet_threshold must be a number of at least 1'),
    ],
    ['create with a wrong token', () => wrongToken().create({ ...account(), ...minimal }), { status: 401, errors: [{ code: 10000 }] }],
    ['list with a wrong token', () => wrongToken().list(account()), { status: 401, errors: [{ code: 10000 }] }],
    ['list of another account', () => rules().list({ account_id: unknown }), { status: 403, errors: [{ code: 10000 }] }],
    ['list of no account', () => rules().list({ account_id: 'nope' }), { status: 404, errors: [{ code: 7003 }] }],
  ])('%s is 4xx with the envelope after one request', async (_name, call, expected) => {
    await expect(call()).rejects.toMatchObject(expected)
    expect(requests).toBe(1)
  })

  it('create of a name that is taken, and edit into one', async () => {
    await rules().create({ ...account(), ...threshold })
    const other = await rules().create({ ...account(), ...minimal })
    requests = 0
    await expect(rules().create({ ...account(), ...threshold })).rejects.toMatchObject(refused('rule name must be unique'))
    const edit = rules().edit(other?.id ?? '', { ...account(), ...minimal, name: threshold.name })
    await expect(edit).rejects.toMatchObject(refused('rule name must be unique'))
    expect(requests).toBe(2)
  })

  it('create before there is a configuration', async () => {
    await server.call('DELETE', `${server.account}/mnm/config`)
    await expect(rules().create({ ...account(), ...minimal })).rejects.toMatchObject(
      refused('rule can not be added without initial account configuration'),
    )
    expect(requests).toBe(1)
  })

  const wrongToken = () => client({ apiToken: 'wrong' }).magicNetworkMonitoring.rules
})

it('lists null on the wire when there are no rules', async () => {
  const { body } = await server.call('GET', `${server.account}/mnm/rules`)
  expect(body).toEqual({ success: true, errors: [], messages: [], result: null })
})

describe('rules and the configuration', () => {
  it('are read together', async () => {
    const created = await rules().create({ ...account(), ...threshold })
    const full = await client().magicNetworkMonitoring.configs.full.get(account())
    expect(full).toEqual({ default_sampling: 1, name: 'a', router_ips: null, warp_devices: null, rules: [created] })
  })

  it('go together', async () => {
    await rules().create({ ...account(), ...threshold })
    await server.call('DELETE', `${server.account}/mnm/config`)
    expect(await listed()).toEqual([])
    expect([server.context.counting.watched, server.context.detector.watched]).toEqual([[], []])
    await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
    expect(await listed()).toEqual([])
  })
})

it('tells collectors and detector of every change', async () => {
  const names = () => [server.context.counting, server.context.detector].map(({ watched }) => watched.map((rule) => rule.name))
  const created = await rules().create({ ...account(), ...threshold })
  expect(names()).toEqual([['my_rule_1'], ['my_rule_1']])
  await rules().edit(created?.id ?? '', { ...account(), ...threshold, name: 'other' })
  expect(names()).toEqual([['other'], ['other']])
  await rules().update({ ...account(), ...threshold, name: 'other', bandwidth_threshold: 7 })
  expect(server.context.detector.watched).toMatchObject([{ account: 1, bandwidth_threshold: 7, extension: { enabled: true } }])
  await rules().advertisements.edit(created?.id ?? '', { ...account(), body: { automatic_advertisement: null } })
  expect(server.context.detector.watched).toMatchObject([{ automatic_advertisement: null }])
  await rules().delete(created?.id ?? '', account())
  expect(names()).toEqual([[], []])
})

it('does nothing that it has refused: neither rule nor audit row nor publishing', async () => {
  await rules().create({ ...account(), ...threshold })
  const { watched } = server.context.detector
  await expect(rules().create({ ...account(), ...threshold })).rejects.toThrow('rule name must be unique')
  expect(server.context.detector.watched).toBe(watched)
  expect(await listed()).toHaveLength(1)
  const actions = await server.context.state.selectFrom('audit').select(['action', 'target']).where('action', 'like', 'rule.%').execute()
  expect(actions).toEqual([{ action: 'rule.create', target: watched[0]?.id }])
})

it('writes into the audit what was before and after', async () => {
  const { id = '' } = (await rules().create({ ...account(), ...threshold })) ?? {}
  await server.call('PATCH', `${server.account}/mnm/rules/${id}`, { packet_threshold: null })
  const row = await server.context.state.selectFrom('audit').selectAll().where('action', '=', 'rule.edit').executeTakeFirstOrThrow()
  const { packet_threshold: _cleared, ...rest } = threshold
  expect(row).toMatchObject({ target: id, via: 'token', user: server.context.local.user.id })
  expect(JSON.parse(row.detail)).toEqual({ before: { id, ...threshold }, rule: { id, ...rest } })
})

describe('status and series', () => {
  it('come from the detector', async () => {
    const { id = '' } = (await rules().create({ ...account(), ...threshold })) ?? {}
    const status = await server.call('GET', `${server.account}/drawbridge/rules/status`)
    expect(status.body.result).toMatchObject([{ id, name: 'my_rule_1', type: 'threshold', state: 'quiet' }])
    const series = await server.call('GET', `${server.account}/drawbridge/rules/${id}/series?seconds=3`)
    expect(series.body.result).toEqual([0, 1, 2].map((time) => ({ time, bits: 0, packets: 0 })))
  })

  it('are refused for unknown rules and senseless spans', async () => {
    const unknown = await server.call('GET', `${server.account}/drawbridge/rules/${'0'.repeat(32)}/series`)
    expect([unknown.status, unknown.body.errors[0]?.code]).toEqual([404, 1009])
    const span = await server.call('GET', `${server.account}/drawbridge/rules/${'0'.repeat(32)}/series?seconds=3601`)
    expect([span.status, span.body.errors[0]?.source]).toEqual([400, { pointer: '/seconds' }])
  })
})
