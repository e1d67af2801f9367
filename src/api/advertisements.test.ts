// Tests the routes of owned prefixes and advertisements by the SDK's generic calls and by fetch: the real advertiser over
// real state, with a fake peer.
import Cloudflare from 'cloudflare'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createToken } from '../app/token/create.ts'
import type { Advertisement, AdvertisementHistory, AdvertisementPreview, AdvertisingStatus } from '../contract/advertisement.ts'
import type { OwnedPrefix } from '../contract/owned-prefix.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const prefix = '203.0.113.0/24'
const why = 'flood, ticket 4711'
let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

const call = (method: string, path: string, body?: unknown) => server.call(method, `${server.account}/drawbridge${path}`, body)
/** The result of a request that has to succeed. */
async function result<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await call(method, path, body)
  expect(answer.body.errors).toEqual([])
  return answer.body.result as T
}
/** `400 20014 message` of one that has to fail, without the pointer. */
async function failure(method: string, path: string, body?: unknown): Promise<string> {
  const answer = await call(method, path, body)
  const [error] = answer.body.errors
  return `${answer.status} ${error?.code} ${error?.message}`
}
const register = (more: object = {}) => result<OwnedPrefix>('POST', '/prefixes', { cidr: prefix, origin_as: 64_500, ...more })
const announce = (more: object = {}) => result<Advertisement[]>('POST', '/advertisements', { prefix, why, ...more })
const routes = () => [...server.context.peer.table.keys()]
const audits = async () => {
  const rows = await server.context.state.selectFrom('audit').select(['action', 'target']).orderBy('id').execute()
  return rows.filter(({ action }) => /^(prefix|advertisement)\./.test(action)).map(({ action, target }) => `${action} ${target}`)
}

describe('owned prefixes', () => {
  it('are registered with defaults, listed, changed and removed', async () => {
    const answer = await call('POST', '/prefixes', { cidr: prefix, origin_as: 64_500 })
    expect(answer.body).toMatchObject({
      success: true,
      messages: [
        { code: 20101, message: expect.stringContaining('documentation') },
        { code: 20101, message: expect.stringContaining('AS64500') },
      ],
      result: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        account: 1,
        cidr: prefix,
        origin_as: 64_500,
        description: '',
        drivers: ['bgp'],
        divert_max_length: 24,
        blackhole_min_length: 32,
        flowspec: false,
        automatic: true,
        approval: false,
        locked: false,
        lock_reason: '',
        created_at: '2026-01-01T12:00:00.000Z',
      },
    })
    const owned = answer.body.result as OwnedPrefix
    expect(await result('GET', '/prefixes')).toEqual([owned])
    server.context.clock.time += 1000
    const changes = {
      description: 'edge',
      drivers: ['bgp', 'cloudflare'],
      divert_max_length: 25,
      blackhole_min_length: null,
      approval: true,
    }
    const changed = await result('PATCH', `/prefixes/${owned.id}`, changes)
    expect(changed).toEqual({ ...owned, ...changes, modified_at: '2026-01-01T12:00:01.000Z' })
    expect(await result('DELETE', `/prefixes/${owned.id}`)).toEqual(changed)
    expect(await result('GET', '/prefixes')).toEqual([])
    expect(await audits()).toEqual([`prefix.register ${prefix}`, `prefix.edit ${prefix}`, `prefix.remove ${prefix}`])
  })

  it('are locked with a reason that unlocking forgets, and stay while something is announced', async () => {
    const { id } = await register()
    await announce()
    expect(await failure('PATCH', `/prefixes/${id}`, { locked: true })).toBe(
      '400 20011 Invalid prefix: lock_reason must say why it is locked',
    )
    expect(await result('PATCH', `/prefixes/${id}`, { locked: true, lock_reason: 'moving' })).toMatchObject({ locked: true })
    expect(await failure('POST', '/advertisements', { prefix, why })).toContain(
      '20014 203.0.113.0/24 cannot be announced: the registered prefix is locked',
    )
    expect(routes()).toHaveLength(1)
    expect(await failure('DELETE', `/prefixes/${id}`)).toBe('400 20012 prefix 203.0.113.0/24 is announced; withdraw it first')
    expect(await result('PATCH', `/prefixes/${id}`, { locked: false })).toMatchObject({ locked: false, lock_reason: '' })
  })

  it.each([
    ['what is no prefix', { cidr: 'x', origin_as: 1 }, '20011 Invalid prefix: this is no prefix in CIDR form: "x"'],
    ['a default route', { cidr: '0.0.0.0/0', origin_as: 1 }, '20011 Invalid prefix: a default route is never announced'],
    ['no origin', { cidr: prefix }, '20011 Invalid prefix: origin_as must be a whole number'],
    ['a reserved origin', { cidr: prefix, origin_as: 23_456 }, 'origin_as 23456 is reserved'],
    ['a driver that does not exist', { cidr: prefix, origin_as: 1, drivers: ['exabgp'] }, 'must be a list of bgp, cloudflare, webhook'],
    ['a driver twice', { cidr: prefix, origin_as: 1, drivers: ['bgp', 'bgp'] }, 'drivers must name each driver once'],
    ['a length beyond the prefix', { cidr: prefix, origin_as: 1, divert_max_length: 23 }, 'divert_max_length is to be from 24 to 32'],
    ['a mistyped field', { cidr: prefix, origin_as: 1, lock: true }, '20011 Invalid prefix: there is no field lock'],
    ['a list', [], '20011 Invalid prefix: must be a JSON object'],
  ])('cannot have %s', async (_, body, message) => {
    expect(await failure('POST', '/prefixes', body)).toContain(message)
    expect(await result('GET', '/prefixes')).toEqual([])
  })

  it('are there once', async () => {
    await register()
    expect(await failure('POST', '/prefixes', { cidr: prefix, origin_as: 1 })).toContain('is registered already')
    expect(await failure('PATCH', `/prefixes/${'0'.repeat(32)}`, {})).toBe(`404 20010 there is no registered prefix ${'0'.repeat(32)}`)
  })
})

describe('advertisements', () => {
  it('are previewed, announced, listed, read and withdrawn', async () => {
    await register()
    const preview = await result<AdvertisementPreview>('POST', '/advertisements/preview', { prefix, why })
    expect(preview).toMatchObject({ route: { prefix, purpose: 'divert' }, messages: [{ driver: 'bgp', lines: [`announce ${prefix}`] }] })
    expect([routes(), (await result<Advertisement[]>('GET', '/advertisements')).length]).toEqual([[], 0])

    const [announced] = await announce({ minutes: 90 })
    expect(announced).toMatchObject({
      route: { prefix, purpose: 'divert', flowspec: null },
      driver: 'bgp',
      state: 'announced',
      until: '2026-01-01T13:30:00.000Z',
      causes: [{ kind: 'person', who: 'admin@localhost', why, rule_id: null, hold_seconds: null }],
    })
    expect(routes()).toHaveLength(1)
    const id = announced?.id ?? ''
    expect(await result('GET', '/advertisements?state=current')).toMatchObject([{ id }])
    const history = await result<AdvertisementHistory>('GET', `/advertisements/${id}`)
    expect(history.changes).toMatchObject([
      { from: null, to: 'announcing', who: 'admin@localhost', why },
      { from: 'announcing', to: 'announced' },
    ])

    server.context.clock.time += 1000
    expect(await result('POST', `/advertisements/${id}/withdraw`, { why: 'over' })).toMatchObject({ id, state: 'withdrawn' })
    expect([routes(), await result('GET', '/advertisements?state=current')]).toEqual([[], []])
    expect(await result('GET', `/advertisements?prefix=${encodeURIComponent(prefix)}`)).toMatchObject([{ id, state: 'withdrawn' }])
    expect(await audits()).toEqual([`prefix.register ${prefix}`, `advertisement.announce ${prefix}`, `advertisement.withdraw ${id}`])
  })

  it('come in pages', async () => {
    await register({ divert_max_length: 26 })
    for (const cidr of ['203.0.113.0/26', '203.0.113.64/26', '203.0.113.128/26']) {
      server.context.clock.time += 1000
      await announce({ prefix: cidr })
    }
    const page = await fetch(`${server.account}/drawbridge/advertisements?page=2&per_page=2`, {
      headers: { authorization: `Bearer ${server.token}` },
    })
    expect(await page.json()).toMatchObject({
      result: [{ route: { prefix: '203.0.113.0/26' } }],
      result_info: { page: 2, per_page: 2, count: 1, total_count: 3, total_pages: 2 },
    })
    expect(await failure('GET', '/advertisements?state=gone')).toContain('20002 Invalid request: state must be one of current, pending')
  })

  it('of a dry run are recorded, and nothing is sent', async () => {
    await register()
    expect(await announce({ dry_run: true })).toMatchObject([{ state: 'announced', dry_run: true }])
    expect(routes()).toEqual([])
  })

  it('blackhole a host, and filter', async () => {
    await register({ flowspec: true })
    const flowspec = { match: { destination: prefix, protocol: [17], source_port: [[53, 53]] }, action: { kind: 'discard' } }
    expect(await announce({ prefix: '203.0.113.7/32', purpose: 'blackhole' })).toMatchObject([{ route: { purpose: 'blackhole' } }])
    expect(await announce({ purpose: 'flowspec', flowspec })).toMatchObject([{ route: { flowspec } }])
    expect(await result<AdvertisingStatus>('GET', '/advertisements/status')).toMatchObject({ announcements: 1, flowspec_rules: 1 })
  })

  it.each([
    ['no why', { prefix }, '20002 Invalid request: why must be text'],
    ['an empty why', { prefix, why: ' ' }, '20002 Invalid request: why must not be empty'],
    ['a long why', { prefix, why: 'x'.repeat(501) }, '20002 Invalid request: why must not be longer than 500'],
    ['a mistyped field', { prefix, why, minuts: 5 }, '20002 Invalid request: there is no field minuts'],
    ['two ends', { prefix, why, minutes: 5, until: '2026-01-01T13:00:00Z' }, '20002 Invalid request: until and minutes exclude each other'],
    ['no minutes at all', { prefix, why, minutes: 0 }, '20002 Invalid request: minutes must be'],
    ['a local time', { prefix, why, until: '2026-01-01T13:00:00' }, '20002 Invalid request: until must be a time like'],
    ['no prefix', { why }, '20002 Invalid request: prefix must be text'],
    ['nothing', undefined, '20002 Invalid request: must be a JSON object'],
  ])('are not made with %s', async (_, body, message) => {
    await register()
    for (const path of ['/advertisements', '/advertisements/preview']) expect(await failure('POST', path, body)).toContain(message)
    expect(routes()).toEqual([])
  })

  it('are not decided that are not there, or not so', async () => {
    await register()
    const [{ id } = { id: '' }] = await announce()
    expect(await failure('POST', `/advertisements/${id}/approve`, { why })).toContain(`400 20015 advertisement ${id} is announced`)
    expect(await failure('POST', `/advertisements/${id}/withdraw`, {})).toContain('20002 Invalid request: why must be text')
    expect(await failure('POST', `/advertisements/${id}/withdraw`, { why, cause: '0'.repeat(32) })).toContain('20015')
    for (const path of ['withdraw', 'approve', 'reject'])
      expect(await failure('POST', `/advertisements/${'0'.repeat(32)}/${path}`, { why })).toContain('404 20013')
    expect(await failure('GET', '/advertisements/nope')).toBe('404 20013 there is no advertisement nope')
  })

  it('are all stopped, and go on', async () => {
    await register()
    await announce()
    const stopped = await result<AdvertisingStatus>('POST', '/advertisements/stop', { why: 'a peer asked us to' })
    expect(stopped).toMatchObject({ stopped: true, stop: { who: 'admin@localhost', why: 'a peer asked us to' }, announcements: 1 })
    expect(await failure('POST', '/advertisements', { prefix: '203.0.113.7/32', purpose: 'blackhole', why })).toContain('[stopped]')
    await result('POST', '/advertisements/stop', { why: 'everything', withdraw: true })
    expect(routes()).toEqual([])
    expect(await result('POST', '/advertisements/resume', { why: 'settled' })).toMatchObject({ stopped: false, stop: null })
    expect(await announce()).toMatchObject([{ state: 'announced' }])
    expect((await audits()).filter((line) => line.endsWith(' all'))).toEqual([
      'advertisement.stop all',
      'advertisement.stop all',
      'advertisement.resume all',
    ])
  })

  it('take counters of edges', async () => {
    const counters = { prefix, dropped_packets: 5, dropped_bytes: 500, seconds: 60 }
    expect(await result('POST', '/advertisements/edge-counters', counters)).toBeNull()
    expect(await failure('POST', '/advertisements/edge-counters', { ...counters, prefix: 'x' })).toContain('20002 Invalid request: prefix')
    expect(await failure('POST', '/advertisements/edge-counters', { ...counters, seconds: 0 })).toContain('20002 Invalid request: seconds')
  })
})

describe('what waits for approval', () => {
  const pending = async () => {
    const cause = {
      kind: 'rule',
      who: 'r',
      why: 'x',
      rule_id: 'r',
      incident_id: 'i',
      until: null,
      hold_seconds: 900,
      signal: 'time',
    } as const
    const asked = { account: 1, purpose: 'divert', prefix, flowspec: null, driver: null, dryRun: false, approval: true, cause } as const
    const [one] = await server.context.advertising.announce(asked)
    return one?.id ?? ''
  }

  it('is announced when somebody approves, and not when it is rejected', async () => {
    await register()
    const first = await pending()
    expect(await result('POST', `/advertisements/${first}/reject`, { why: 'no attack' })).toMatchObject({ state: 'withdrawn' })
    expect(routes()).toEqual([])
    expect(await result('POST', `/advertisements/${await pending()}/approve`, { why: 'go' })).toMatchObject({ state: 'announced' })
    expect(routes()).toHaveLength(1)
  })

  it('is refused when it is locked meanwhile', async () => {
    const { id: owned } = await register()
    const id = await pending()
    await result('PATCH', `/prefixes/${owned}`, { locked: true, lock_reason: 'moving' })
    expect(await failure('POST', `/advertisements/${id}/approve`, { why: 'go' })).toMatch(/^400 20014 .*\[locked\]$/)
    expect(routes()).toEqual([])
  })
})

it('works with the SDK’s own way to call what it does not know', async () => {
  const client = new Cloudflare({
    baseURL: `${server.url}/client/v4`,
    apiToken: server.token,
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
  })
  const base = `/accounts/${server.context.local.account.id}/drawbridge` as const
  await client.post(`${base}/prefixes`, { body: { cidr: prefix, origin_as: 64_500 } })
  expect(await client.post(`${base}/advertisements`, { body: { prefix, why } })).toMatchObject({ result: [{ state: 'announced' }] })
  await expect(client.post(`${base}/advertisements`, { body: { prefix: '0.0.0.0/0', why } })).rejects.toMatchObject({
    status: 400,
    errors: [{ code: 20014, message: expect.stringContaining('[default_route]') }],
  })
})

it('asks for the scopes of its routes', async () => {
  const { secret } = await createToken(server.context, server.context.local, {
    name: 'reader',
    scopes: ['advertisements:read', 'mnm:admin'],
  })
  const asReader = async (method: string, path: string, body?: unknown) => {
    const init = { method, headers: { authorization: `Bearer ${secret}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return (await fetch(`${server.account}/drawbridge${path}`, init)).status
  }
  const { id } = await register()
  const readable = ['/prefixes', '/advertisements', '/advertisements/status']
  for (const path of readable) expect([path, await asReader('GET', path)]).toEqual([path, 200])
  expect(await asReader('POST', '/advertisements/preview', { prefix, why })).toBe(200)
  const decisions = ['stop', 'resume', 'edge-counters', `${id}/withdraw`, `${id}/approve`, `${id}/reject`]
  const forbidden: readonly (readonly [method: string, path: string, body?: object])[] = [
    ['POST', '/prefixes', { cidr: '198.51.100.0/24', origin_as: 1 }],
    ['PATCH', `/prefixes/${id}`, { locked: false }],
    ['DELETE', `/prefixes/${id}`],
    ['POST', '/advertisements', { prefix, why }],
    ...decisions.map((path) => ['POST', `/advertisements/${path}`, { why }] as const),
  ]
  for (const [method, path, body] of forbidden) expect([path, await asReader(method, path, body)]).toEqual([path, 403])
})
