// Tests alerting (contract §5.1, §5.2, §7) by the `cloudflare` SDK over a listening server, and its errors: each a 4xx in
// an envelope that the SDK does not repeat.
import Cloudflare from 'cloudflare'
import type { PolicyCreateParams } from 'cloudflare/resources/alerting/policies'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createToken } from '../app/token/create.ts'
import type { AlertEvent } from '../contract/alert.ts'
import { enqueueAlert } from '../notify/enqueue-alert.ts'
import { startHttpReceiver, type HttpReceiver } from '../notify/testing/http-receiver.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const none = { apiToken: null, apiKey: null, apiEmail: null, userServiceKey: null }
const hexId = expect.stringMatching(/^[0-9a-f]{32}$/)

let receiver: HttpReceiver
let server: TestServer
let client: Cloudflare
let account_id: string
/** Requests that the SDK has sent. */
let sent = 0

beforeEach(async () => {
  receiver = await startHttpReceiver()
  const alerts = { allow_private_targets: ['127.0.0.0/8'], ports: ['443', String(receiver.port)] }
  server = await startTestServer({ settings: { alerts } })
  account_id = server.context.local.account.id
  sent = 0
  const counting: typeof fetch = (input, init) => {
    sent++
    return fetch(input, init)
  }
  client = new Cloudflare({ ...none, baseURL: `${server.url}/client/v4`, apiToken: server.token, fetch: counting })
})

afterEach(async () => {
  await server.close()
  await receiver.close()
})

const webhook = () => ({ account_id, name: 'Our hook', url: `${receiver.origin}/hook` })
const policy = (mechanisms: PolicyCreateParams['mechanisms']) =>
  ({ account_id, name: 'Volumetric', alert_type: 'fbm_volumetric_attack', enabled: true, mechanisms }) as const
const mail = { email: [{ id: 'noc@example.com' }] }

describe('policies of the SDK', () => {
  it('are created, listed, read, replaced and deleted', async () => {
    const { policies } = client.alerting
    expect((await policies.list({ account_id })).result).toEqual([])
    const created = await policies.create({ ...policy(mail), description: 'for the night', alert_interval: '30m', filters: {} })
    expect(created).toEqual({ id: hexId })
    const id = created.id ?? ''
    const first = await policies.get(id, { account_id })
    const time = '2026-01-01T12:00:00.000Z'
    expect(first).toEqual({
      id,
      name: 'Volumetric',
      description: 'for the night',
      enabled: true,
      alert_type: 'fbm_volumetric_attack',
      alert_interval: '30m',
      mechanisms: mail,
      filters: {},
      created: time,
      modified: time,
    })
    server.context.clock.time += 60_000
    expect(await policies.update(id, { account_id, name: 'Renamed', enabled: false, description: 'for the night' })).toEqual({ id })
    expect((await policies.list({ account_id })).result).toEqual([
      { ...first, name: 'Renamed', enabled: false, alert_interval: null, filters: null, modified: '2026-01-01T12:01:00.000Z' },
    ])
    expect(await policies.delete(id, { account_id })).toMatchObject({ success: true, errors: [], messages: [] })
    expect((await policies.list({ account_id })).result).toEqual([])
  })

  it('come back twice alike and without what was not supplied, for Terraform', async () => {
    const mechanisms = { email: [{ id: 'b@example.com' }, { id: 'A@Example.com' }], webhooks: [], pagerduty: null as never }
    const { id = '' } = await client.alerting.policies.create(policy(mechanisms))
    const first = await client.alerting.policies.get(id, { account_id })
    expect(first).toMatchObject({ mechanisms, description: null, alert_interval: null, filters: null })
    expect(await client.alerting.policies.get(id, { account_id })).toEqual(first)
  })

  it('say beside the result what keeps them from working', async () => {
    const mechanisms = { ...mail, syslog: [{ id: 'default' }] }
    const { status, body } = await server.call('POST', `${server.account}/alerting/v3/policies`, {
      ...policy(mechanisms),
      account_id: undefined,
    })
    expect(status).toBe(200)
    expect(body.messages).toEqual([
      { code: 20100, message: 'no mail is sent until alerts.smtp.host is set in the configuration' },
      { code: 20100, message: 'nothing goes to syslog until alerts.syslog is set in the configuration' },
    ])
  })
})

describe('webhooks of the SDK', () => {
  it('are created after a test message, listed, read, replaced and deleted, without their secret', async () => {
    const { webhooks } = client.alerting.destinations
    expect((await webhooks.list({ account_id })).result).toEqual([])
    const { id = '' } = await webhooks.create({ ...webhook(), secret: 's3cret-of-hook' })
    expect(id).toEqual(hexId)
    expect(receiver.requests).toMatchObject([
      { method: 'POST', url: '/hook', headers: { 'cf-webhook-auth': 's3cret-of-hook', 'content-type': 'application/json' } },
    ])
    expect(receiver.requests[0]?.body).toEqual({ text: expect.stringMatching(/^Hello World! This is a test message/) })
    const time = '2026-01-01T12:00:00.000Z'
    const view = {
      id,
      name: 'Our hook',
      url: `${receiver.origin}/hook`,
      type: 'generic',
      created_at: time,
      last_success: time,
      last_failure: null,
    }
    expect(await webhooks.get(id, { account_id })).toEqual(view)
    expect(await webhooks.update(id, { ...webhook(), name: 'Renamed' })).toEqual({ id })
    expect((await webhooks.list({ account_id })).result).toEqual([{ ...view, name: 'Renamed' }])
    expect(await webhooks.delete(id, { account_id })).toMatchObject({ success: true, errors: [], messages: [] })
    expect((await webhooks.list({ account_id })).result).toEqual([])
  })

  it('keep a secret encrypted and out of the audit', async () => {
    const { id = '' } = await client.alerting.destinations.webhooks.create({ ...webhook(), secret: 's3cret-of-hook' })
    const { state, secrets } = server.context
    const row = await state.selectFrom('alert_webhook').selectAll().executeTakeFirstOrThrow()
    expect(row.secret).not.toContain('s3cret')
    expect(secrets.open(row.secret ?? '', `webhook/${id}`)).toBe('s3cret-of-hook')
    const audit = JSON.stringify(await state.selectFrom('audit').selectAll().execute())
    expect(audit).toContain('alert_webhook.create')
    expect(audit).not.toMatch(/s3cret|\/hook/)
  })

  it('keep the secret when it is left out, drop it for null, and want it again for another server', async () => {
    const other = await startHttpReceiver()
    const { id = '' } = await client.alerting.destinations.webhooks.create({ ...webhook(), secret: 'one' })
    const path = `${server.account}/alerting/v3/destinations/webhooks/${id}`
    const body = { name: 'x', url: `${receiver.origin}/moved` }
    expect((await server.call('PUT', path, body)).status).toBe(200)
    expect(receiver.requests.at(-1)).toMatchObject({ url: '/moved', headers: { 'cf-webhook-auth': 'one' } })
    const refused = await server.call('PUT', path, { name: 'x', url: 'https://attacker.example/hook' })
    expect([refused.status, refused.body.errors[0]]).toEqual([
      400,
      {
        code: 20002,
        message: 'Invalid request: secret must be given again when url names another server',
        source: { pointer: '/secret' },
      },
    ])
    expect((await server.call('PUT', path, { ...body, secret: null })).status).toBe(200)
    expect(receiver.requests.at(-1)?.headers).not.toHaveProperty('cf-webhook-auth')
    await other.close()
  })

  it.each([
    ['an answer of 500', 500, 'HTTP 500'],
    ['a redirect', 302, 'HTTP 302: redirects are not followed'],
  ])('are not created after %s', async (_what, status, reason) => {
    receiver.answer = (_request, response) => void response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end()
    const creating = client.alerting.destinations.webhooks.create(webhook())
    await expect(creating).rejects.toMatchObject({ status: 400, errors: [{ code: 0, message: `Webhook test failed: ${reason}` }] })
    expect([sent, receiver.requests.length]).toEqual([1, 1])
    expect((await client.alerting.destinations.webhooks.list({ account_id })).result).toEqual([])
  })

  it.each([
    ['https://10.0.0.1/x', 'url 10.0.0.1 is not a public address; to allow it, set alerts.allow_private_targets'],
    ['https://[::ffff:10.0.0.1]/x', 'url ::ffff:a00:1 is not a public address; to allow it, set alerts.allow_private_targets'],
    ['https://169.254.169.254/latest/meta-data', 'url 169.254.169.254 is not a public address'],
    ['https://2852039166/latest/meta-data', 'url 169.254.169.254 is not a public address'],
    ['http://127.0.0.1:25/x', 'url port 25 is not among 443, '],
    ['ftp://example.com/x', 'url must begin with https:// or http://'],
    ['https://user:pass@example.com/x', 'url must not hold a user name or password; use secret'],
    ['nowhere', 'url is not an address like https://example.com/hook'],
  ])('are not created at %s', async (url, reason) => {
    const { status, body } = await server.call('POST', `${server.account}/alerting/v3/destinations/webhooks`, { name: 'x', url })
    expect([status, body.errors[0]?.code, body.errors[0]?.source?.pointer]).toEqual([400, 20002, '/url'])
    expect(body.errors[0]?.message).toContain(reason)
  })

  it('have the type that their address tells, unless another is asked for', async () => {
    const { status } = await server.call('POST', `${server.account}/alerting/v3/destinations/webhooks`, {
      ...webhook(),
      account_id: undefined,
      type: 'slack',
    })
    expect(status).toBe(200)
    expect((await client.alerting.destinations.webhooks.list({ account_id })).result).toMatchObject([{ type: 'slack' }])
  })
})

describe('PagerDuty of the SDK', () => {
  const key = 'R0123456789ABCDEF0123456789abcde'

  it('connects by a token once its integration key was given', async () => {
    const { pagerduty } = client.alerting.destinations
    const { id: token = '' } = await pagerduty.create({ account_id })
    const early = pagerduty.link(token, { account_id })
    await expect(early).rejects.toMatchObject({
      status: 400,
      errors: [{ code: 20002, message: expect.stringContaining('waits for its key') }],
    })
    const path = `${server.account}/alerting/v3/destinations/pagerduty`
    const { body } = await server.call('POST', path, { name: 'NOC', integration_key: key, token })
    expect(body.result).toEqual({ id: hexId, name: 'NOC' })
    expect(await pagerduty.link(token, { account_id })).toEqual({ id: (body.result as { id: string }).id })
    expect((await pagerduty.get({ account_id })).result).toEqual([body.result])
    const row = await server.context.state.selectFrom('alert_pagerduty').selectAll().executeTakeFirstOrThrow()
    expect(row.routing_key).not.toContain(key)
    expect(await pagerduty.delete({ account_id })).toMatchObject({ success: true })
    expect((await pagerduty.get({ account_id })).result).toEqual([])
  })

  it('refuses what is no integration key and does not repeat it', async () => {
    const { status, body } = await server.call('POST', `${server.account}/alerting/v3/destinations/pagerduty`, { integration_key: 'short' })
    expect([status, body.errors[0]?.source?.pointer]).toEqual([400, '/integration_key'])
    expect(JSON.stringify(body)).not.toContain('short')
  })
})

it('tells what can be alerted about and by which means', async () => {
  const available = await client.alerting.availableAlerts.list({ account_id })
  expect(Object.fromEntries(Object.entries(available).map(([group, rows]) => [group, rows.map(({ type }) => type)]))).toEqual({
    'Magic Transit': ['fbm_volumetric_attack', 'fbm_dosd_attack', 'fbm_auto_advertisement'],
    Drawbridge: ['drawbridge_router_silent'],
  })
  expect(available['Magic Transit']?.[0]).toEqual({
    type: 'fbm_volumetric_attack',
    display_name: 'Magic Network Monitoring: Volumetric Attack',
    description: expect.any(String),
    filter_options: null,
  })
  expect(await client.alerting.destinations.eligible.get({ account_id })).toEqual({
    email: [{ eligible: true, ready: false, type: 'email' }],
    pagerduty: [{ eligible: true, ready: true, type: 'pagerduty' }],
    webhooks: [{ eligible: true, ready: true, type: 'webhook' }],
    syslog: [{ eligible: true, ready: false, type: 'syslog' }],
  })
})

describe('silences of the SDK', () => {
  it('are created, changed and deleted as lists', async () => {
    const { silences, policies } = client.alerting
    const { id: policy_id = '' } = await policies.create(policy(mail))
    const times = { start_time: '2026-01-01T13:00:00+01:00', end_time: '2026-01-01T14:00:00Z' }
    expect(await silences.create({ account_id, body: [{ policy_id, ...times }] })).toMatchObject({ success: true })
    const [silence] = (await silences.list({ account_id })).result
    const created = '2026-01-01T12:00:00.000Z'
    expect(silence).toEqual({
      id: hexId,
      policy_id,
      start_time: '2026-01-01T12:00:00.000Z',
      end_time: '2026-01-01T14:00:00.000Z',
      created_at: created,
      updated_at: created,
    })
    const id = silence?.id ?? ''
    server.context.clock.time += 1000
    const changed = await silences.update({ account_id, body: [{ id, end_time: '2026-01-01T15:00:00Z' }] })
    const expected = { ...silence, end_time: '2026-01-01T15:00:00.000Z', updated_at: '2026-01-01T12:00:01.000Z' }
    expect(changed.result).toEqual([expected])
    expect(await silences.get(id, { account_id })).toEqual(expected)
    expect(await silences.delete(id, { account_id })).toMatchObject({ success: true })
    expect((await silences.list({ account_id })).result).toEqual([])
  })

  it('are all made or none', async () => {
    const { id: policy_id = '' } = await client.alerting.policies.create(policy(mail))
    const good = { policy_id, start_time: '2026-01-01T12:00:00Z', end_time: '2026-01-01T14:00:00Z' }
    const creating = client.alerting.silences.create({ account_id, body: [good, { ...good, end_time: good.start_time }] })
    await expect(creating).rejects.toMatchObject({ status: 400, errors: [{ code: 20002, source: { pointer: '/1/end_time' } }] })
    expect((await client.alerting.silences.list({ account_id })).result).toEqual([])
  })

  it('go with their policy', async () => {
    const { id: policy_id = '' } = await client.alerting.policies.create(policy(mail))
    await client.alerting.silences.create({
      account_id,
      body: [{ policy_id, start_time: '2026-01-01T12:00:00Z', end_time: '2026-01-01T14:00:00Z' }],
    })
    await client.alerting.policies.delete(policy_id, { account_id })
    expect((await client.alerting.silences.list({ account_id })).result).toEqual([])
  })
})

describe('history of the SDK', () => {
  const event = (index: number): AlertEvent => ({
    account: 1,
    type: 'fbm_volumetric_attack',
    phase: 'ALERT_STATE_EVENT_START',
    correlation_id: index.toString(16).padStart(32, '0'),
    at: server.context.clock.time + index * 1000,
    name: 'Alert',
    text: `number ${index}`,
    data: {},
    link: '',
  })

  async function makeHistory(count: number): Promise<void> {
    await client.alerting.policies.create({ ...policy(mail), description: 'why' })
    for (let index = 0; index < count; index++) expect(await enqueueAlert(server.context.state, event(index))).toBe(1)
  }

  it('is paged to its end and no further, each entry once', async () => {
    await makeHistory(60)
    sent = 0
    const found: string[] = []
    for await (const { alert_body } of client.alerting.history.list({ account_id, per_page: 25 })) found.push(alert_body ?? '')
    expect(found).toEqual(Array.from({ length: 60 }, (_, index) => `number ${59 - index}`))
    // Three pages and the empty one that ends it.
    expect(sent).toBe(4)
  })

  it('ends at once when there is none', async () => {
    const found = []
    for await (const entry of client.alerting.history.list({ account_id })) found.push(entry)
    expect([found, sent]).toEqual([[], 1])
  })

  it('is limited to times, and has the fields of the original and ours', async () => {
    await makeHistory(5)
    const page = await client.alerting.history.list({ account_id, since: '2026-01-01T12:00:01Z', before: '2026-01-01T12:00:03Z' })
    expect(page.result).toEqual([
      {
        id: hexId,
        name: 'Volumetric',
        description: 'why',
        alert_body: 'number 2',
        alert_type: 'fbm_volumetric_attack',
        mechanism: 'noc@example.com',
        mechanism_type: 'email',
        policy_id: hexId,
        sent: '2026-01-01T12:00:02.000Z',
        drawbridge: {
          state: 'pending',
          channel: 'email',
          alert_event: 'ALERT_STATE_EVENT_START',
          alert_correlation_id: event(2).correlation_id,
          created_at: '2026-01-01T12:00:02.000Z',
          attempts: 0,
          error: null,
          next_attempt_at: '2026-01-01T12:00:02.000Z',
          link: '',
        },
      },
    ])
    expect(page.result_info).toMatchObject({ page: 1, per_page: 25, count: 1, total_count: 1, total_pages: 1 })
  })

  it.each([['page=0'], ['page=x'], ['per_page=-1'], ['since=yesterday']])('refuses ?%s', async (query) => {
    const { status, body } = await server.call('GET', `${server.account}/alerting/v3/history?${query}`)
    expect([status, body.errors[0]?.code]).toEqual([400, 20002])
  })
})

describe('faults', () => {
  const unknown = 'f'.repeat(32)

  it.each<[string, () => Promise<unknown>, number, number, string]>([
    ['no mechanism', () => client.alerting.policies.create(policy({})), 400, 17102, 'mechanism required: at least one'],
    [
      'empty mechanisms',
      () => client.alerting.policies.create(policy({ email: [], webhooks: [] })),
      400,
      17102,
      'mechanism required: at least one',
    ],
    [
      'no mail address',
      () => client.alerting.policies.create(policy({ email: [{ id: 'a@b\r\nBcc: c@d' }] })),
      400,
      17102,
      'is not a mail address',
    ],
    [
      'two mail addresses',
      () => client.alerting.policies.create(policy({ email: [{ id: 'a@b,c@d' }] })),
      400,
      17102,
      'is not a mail address',
    ],
    [
      'filters',
      () => client.alerting.policies.create({ ...policy(mail), filters: { target_ip: ['192.0.2.1'] } }),
      400,
      17103,
      'filters required: alerts of type fbm_volumetric_attack have no filter target_ip',
    ],
    [
      'an alert type of others',
      () => client.alerting.policies.create({ ...policy(mail), alert_type: 'dos_attack_l7' }),
      400,
      17004,
      'invalid alert type: dos_attack_l7',
    ],
    [
      'an interval',
      () => client.alerting.policies.create({ ...policy(mail), alert_interval: 'often' }),
      400,
      20002,
      'alert_interval must be a duration',
    ],
    [
      'an unknown webhook',
      () => client.alerting.policies.create(policy({ webhooks: [{ id: unknown }] })),
      400,
      0,
      `invalid Webhook ID: ${unknown}`,
    ],
    [
      'an unknown service',
      () => client.alerting.policies.create(policy({ pagerduty: [{ id: unknown }] })),
      400,
      0,
      `invalid PagerDuty ID: ${unknown}`,
    ],
    ['get of an unknown policy', () => client.alerting.policies.get(unknown, { account_id }), 404, 0, 'Policy not found'],
    ['update of an unknown policy', () => client.alerting.policies.update(unknown, { account_id }), 404, 0, 'Policy not found'],
    ['delete of an unknown policy', () => client.alerting.policies.delete(unknown, { account_id }), 404, 0, 'Policy not found'],
    ['get of an unknown webhook', () => client.alerting.destinations.webhooks.get(unknown, { account_id }), 404, 0, 'Webhook not found'],
    ['update of an unknown webhook', () => client.alerting.destinations.webhooks.update(unknown, webhook()), 404, 0, 'Webhook not found'],
    [
      'delete of an unknown webhook',
      () => client.alerting.destinations.webhooks.delete(unknown, { account_id }),
      404,
      0,
      'Webhook not found',
    ],
    ['link of an unknown token', () => client.alerting.destinations.pagerduty.link(unknown, { account_id }), 404, 0, 'Token not found'],
    ['get of an unknown silence', () => client.alerting.silences.get(unknown, { account_id }), 404, 0, 'Silence not found'],
    ['delete of an unknown silence', () => client.alerting.silences.delete(unknown, { account_id }), 404, 0, 'Silence not found'],
    [
      'change of an unknown silence',
      () => client.alerting.silences.update({ account_id, body: [{ id: unknown }] }),
      404,
      0,
      'Silence not found',
    ],
    [
      'silence of an unknown policy',
      () =>
        client.alerting.silences.create({
          account_id,
          body: [{ policy_id: unknown, start_time: '2026-01-01T00:00:00Z', end_time: '2026-01-02T00:00:00Z' }],
        }),
      404,
      0,
      'Policy not found',
    ],
    [
      'silences that are no list',
      () => client.alerting.silences.create({ account_id, body: {} as never }),
      400,
      20002,
      'must be a JSON list',
    ],
  ])('%s', async (_what, call, status, code, message) => {
    await expect(call()).rejects.toMatchObject({ status, errors: [{ code, message: expect.stringContaining(message) }] })
    expect(sent).toBe(1)
  })

  it('of credentials that may only read, or nothing of it', async () => {
    const { context } = server
    const as = async (scope: string) => {
      const { secret } = await createToken(context, context.local, { name: scope, scopes: [scope] })
      return new Cloudflare({ ...none, baseURL: `${server.url}/client/v4`, apiToken: secret }).alerting
    }
    const reader = await as('notifications:read')
    expect((await reader.policies.list({ account_id })).result).toEqual([])
    await expect(reader.policies.create(policy(mail))).rejects.toMatchObject({ status: 403 })
    await expect(reader.destinations.pagerduty.create({ account_id })).rejects.toMatchObject({ status: 403 })
    const other = await as('mnm:write')
    await expect(other.policies.list({ account_id })).rejects.toMatchObject({ status: 403, errors: [{ code: 10000 }] })
    const writer = await as('notifications:write')
    expect(await writer.policies.create(policy(mail))).toEqual({ id: hexId })
  })
})

it('keeps an account to its limits', async () => {
  const { state, local } = server.context
  const row = { account: 1, name: 'n', created_at: '2026-01-01T00:00:00.000Z' }
  const policies = Array.from({ length: 200 }, (_, index) => ({
    ...row,
    id: `p${index}`,
    description: null,
    alert_type: 'fbm_dosd_attack',
    enabled: 1,
    alert_interval: null,
    mechanisms: '{}',
    filters: null,
    modified_at: row.created_at,
  }))
  await state.insertInto('alert_policy').values(policies).execute()
  const webhooks = Array.from({ length: 100 }, (_, index) => ({
    ...row,
    id: `w${index}`,
    url: 'https://x',
    type: 'generic',
    secret: null,
    last_success: null,
    last_failure: null,
  }))
  await state.insertInto('alert_webhook').values(webhooks).execute()
  expect(local.account.number).toBe(1)
  await expect(client.alerting.policies.create(policy(mail))).rejects.toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('200 alert policies') }],
  })
  await expect(client.alerting.destinations.webhooks.create(webhook())).rejects.toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('100 webhooks') }],
  })
  // No message was sent for a webhook that has no room.
  expect(receiver.requests).toEqual([])
})
