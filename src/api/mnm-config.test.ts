// Tests the configuration API of contract §1.1 by the `cloudflare` SDK over a listening server, and its errors.
import Cloudflare from 'cloudflare'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})

afterEach(() => server.close())

// An environment with Cloudflare's variables must not decide which credential is sent.
const none = { apiToken: null, apiKey: null, apiEmail: null, userServiceKey: null }

const credentials = [
  ['token', () => ({ ...none, apiToken: server.token })],
  ['key and e-mail', () => ({ ...none, apiKey: server.key, apiEmail: 'admin@localhost' })],
] as const

describe.each(credentials)('configs.* of the SDK with %s', (_name, options) => {
  const client = () => new Cloudflare({ baseURL: `${server.url}/client/v4`, ...options() })

  it('creates, reads, replaces, edits and deletes', async () => {
    const { configs } = client().magicNetworkMonitoring
    const account_id = server.context.local.account.id
    expect(await configs.get({ account_id })).toBeNull()
    expect(await configs.full.get({ account_id })).toBeNull()

    const warp_devices = [{ id: '5360368d-b351-4791-abe1-93550dabd351', name: 'My warp device', router_ip: '203.0.113.1' }]
    const whole = { default_sampling: 1, name: 'my-network', router_ips: ['203.0.113.1'], warp_devices }
    expect(await configs.create({ account_id, ...whole })).toEqual(whole)
    expect(await configs.get({ account_id })).toEqual(whole)
    expect(await configs.full.get({ account_id })).toEqual({ ...whole, rules: [] })

    const edited = await configs.edit({ account_id, default_sampling: 1000 })
    expect(edited).toEqual({ ...whole, default_sampling: 1000 })

    const replaced = await configs.update({ account_id, default_sampling: 5, name: 'other' })
    expect(replaced).toEqual({ default_sampling: 5, name: 'other', router_ips: null, warp_devices: null })
    expect(await configs.delete({ account_id })).toEqual(replaced)
    expect(await configs.get({ account_id })).toBeNull()
  })

  it('fails with 4xx that it does not repeat', async () => {
    const { configs } = client().magicNetworkMonitoring
    const account_id = server.context.local.account.id
    await expect(configs.delete({ account_id })).rejects.toMatchObject({ status: 404, errors: [{ code: 1004, message: 'not found' }] })
    await configs.create({ account_id, default_sampling: 1, name: 'a' })
    const again = configs.create({ account_id, default_sampling: 1, name: 'a' })
    await expect(again).rejects.toMatchObject({ status: 400, errors: [{ code: 1005, message: 'already exists' }] })
  })
})

it('upserts by PUT, because Terraform updates what it has read as null', async () => {
  const body = { default_sampling: 1, name: 'a', router_ips: [] }
  const { status, body: answer } = await server.call('PUT', `${server.account}/mnm/config`, body)
  expect(status).toBe(200)
  expect(answer.result).toEqual({ ...body, warp_devices: null })
})

it('echoes addresses in their own spelling and tells the collectors the canonical ones', async () => {
  const router_ips = ['192.0.2.1/32', '2001:DB8:0:0::1', '2001:db8::2/128', '192.0.2.1']
  const { body } = await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 7, name: 'a', router_ips })
  expect(body.result).toMatchObject({ router_ips })
  expect(server.context.telemetry.registered).toEqual(
    ['192.0.2.1', '2001:db8::1', '2001:db8::2'].map((address) => ({ account: 1, address, samplingOverride: null, accountSampling: 7 })),
  )
  await server.call('DELETE', `${server.account}/mnm/config`)
  expect(server.context.telemetry.registered).toEqual([])
})

it.each([
  ['no body', undefined, '', undefined],
  ['a list', [], 'must be a JSON object', undefined],
  ['no name', { default_sampling: 1 }, 'name must be text', '/name'],
  ['an empty name', { default_sampling: 1, name: '' }, 'name must not be empty', '/name'],
  ['a long name', { default_sampling: 1, name: 'x'.repeat(257) }, 'name must not be longer than 256 characters', '/name'],
  ['no sampling', { name: 'a' }, 'default_sampling must be a whole number', '/default_sampling'],
  ['sampling 0', { default_sampling: 0, name: 'a' }, 'default_sampling must be a whole number', '/default_sampling'],
  ['sampling as text', { default_sampling: '1', name: 'a' }, 'default_sampling must be a whole number', '/default_sampling'],
  [
    'a network',
    { default_sampling: 1, name: 'a', router_ips: ['192.0.2.0/24'] },
    'router_ips[0] must be an IPv4 or IPv6 address',
    '/router_ips/0',
  ],
  [
    'a host name',
    { default_sampling: 1, name: 'a', router_ips: ['router'] },
    'router_ips[0] must be an IPv4 or IPv6 address',
    '/router_ips/0',
  ],
  [
    'a device on no router',
    { default_sampling: 1, name: 'a', warp_devices: [{ id: '5360368db3514791abe193550dabd351', name: 'd', router_ip: '192.0.2.1' }] },
    'warp_devices[0].router_ip 192.0.2.1 is not one of router_ips',
    '/warp_devices/0/router_ip',
  ],
  [
    'a device without an id',
    { default_sampling: 1, name: 'a', warp_devices: [{ id: 'x', name: 'd', router_ip: '192.0.2.1' }] },
    'warp_devices[0].id must be a UUID',
    '/warp_devices/0/id',
  ],
])('refuses %s with 1003', async (_what, body, reason, pointer) => {
  const { status, body: answer } = await server.call('POST', `${server.account}/mnm/config`, body)
  expect(status).toBe(400)
  expect(answer.errors[0]?.code).toBe(1003)
  expect(answer.errors[0]?.message).toContain(`Invalid account settings request body: ${reason}`)
  expect(answer.errors[0]?.source?.pointer).toBe(pointer)
})

it('keeps names that the docs call illegal: only the text is shown', async () => {
  const name = `<b>"user's" & \`co\`</b>`
  const { body } = await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name })
  expect(body.result).toMatchObject({ name })
})

it('clears a list by PATCH with null and leaves what is not named', async () => {
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 3, name: 'a', router_ips: ['192.0.2.1'] })
  const { body } = await server.call('PATCH', `${server.account}/mnm/config`, { router_ips: null })
  expect(body.result).toEqual({ default_sampling: 3, name: 'a', router_ips: null, warp_devices: null })
})

it('does not give one account the router of another', async () => {
  const { state } = server.context
  await state
    .insertInto('account')
    .values({ id: 'f'.repeat(32), name: 'other', created_at: '2026-01-01T00:00:00.000Z' })
    .execute()
  const other = await state.selectFrom('account').select('number').where('name', '=', 'other').executeTakeFirstOrThrow()
  const at = '2026-01-01T00:00:00.000Z'
  const row = {
    account: other.number,
    name: 'o',
    default_sampling: 1,
    router_ips: '["2001:DB8::1"]',
    warp_devices: null,
    created_at: at,
    modified_at: at,
  }
  await state.insertInto('mnm_config').values(row).execute()
  const { status, body } = await server.call('POST', `${server.account}/mnm/config`, {
    default_sampling: 1,
    name: 'a',
    router_ips: ['2001:db8:0::1/128'],
  })
  expect(status).toBe(400)
  expect(body.errors[0]).toMatchObject({ code: 20003, source: { pointer: '/router_ips/0' } })
})

it('writes what was done, by whom and how into the audit', async () => {
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
  const rows = await server.context.state.selectFrom('audit').selectAll().where('action', '=', 'mnm_config.create').execute()
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ via: 'token', target: server.context.local.account.id, user: server.context.local.user.id })
})
