// Tests what a rule may say and in which spellings: the documentation's bodies to the letter, old forms, our extension,
// and a clear refusal with a pointer for all else.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createToken } from '../app/token/create.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let path: string

beforeEach(async () => {
  server = await startTestServer()
  path = `${server.account}/mnm/rules`
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
})

afterEach(() => server.close())

const minimal = { name: 'minimal', prefixes: ['203.0.113.0/24'], type: 'threshold' }
const post = (body: unknown) => server.call('POST', path, body)
const created = async (fields: object) => {
  const { status, body } = await post({ ...minimal, ...fields })
  expect([status, body.errors]).toEqual([200, []])
  // Every rule has these.
  return body.result as { id: string; duration: string; prefixes: string[]; drawbridge?: object }
}

describe('bodies of the documentation', () => {
  const send = async (body: string, headers: Record<string, string>) => {
    // Bytes, because fetch gives text a content type of its own.
    const response = await fetch(path, { method: 'POST', headers, body: new TextEncoder().encode(body) })
    // Every answer is an envelope.
    return { status: response.status, result: ((await response.json()) as { result: unknown }).result }
  }
  const bearer = () => ({ authorization: `Bearer ${server.token}` })

  it('with Go’s durations, without a content type', async () => {
    const body = `{"automatic_advertisement":true,"name":"my_rule_1","prefixes":["203.0.113.1/32","160.168.0.1/24"],"bandwidth_threshold":50000000,"duration":"1m0s"}`
    const { status, result } = await send(body, bearer())
    expect([status, result]).toEqual([
      200,
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        automatic_advertisement: true,
        name: 'my_rule_1',
        prefixes: ['203.0.113.1/32', '160.168.0.1/24'],
        type: 'threshold',
        bandwidth_threshold: 50_000_000,
        duration: '1m',
      },
    ])
  })

  it('in a list of rules, by key and e-mail, as a form', async () => {
    const body = `{"rules":[{"name":"too_many_packets","prefixes":["192.168.0.0/24","172.118.0.0/24"],"packet_threshold":10000,"automatic_advertisement":true,"duration":"1m0s"}]}`
    const headers = { 'x-auth-email': 'admin@localhost', 'x-auth-key': server.key, 'content-type': 'application/x-www-form-urlencoded' }
    const { status, result } = await send(body, headers)
    expect([status, result]).toMatchObject([200, { name: 'too_many_packets', packet_threshold: 10_000, duration: '1m', type: 'threshold' }])
  })

  it('with the old name of the bandwidth threshold', async () => {
    expect(await created({ bandwidth: 1000, packet_threshold: 10_000 })).toMatchObject({ bandwidth_threshold: 1000 })
    expect(await created({ name: 'both', bandwidth: 1000, bandwidth_threshold: 7 })).toMatchObject({ bandwidth_threshold: 7 })
  })

  it('of all fields for one type, as in Terraform’s example', async () => {
    const all = { bandwidth_threshold: 1000, packet_threshold: 10_000, duration: '1m', prefix_match: 'exact' }
    const body = { ...minimal, ...all, automatic_advertisement: true, type: 'zscore', zscore_sensitivity: 'high', zscore_target: 'bits' }
    const answer = await post(body)
    const messages = [
      { code: 20100, message: expect.stringContaining('rule minimal cannot advertise: the prefix is not inside a registered one') },
    ]
    expect(answer.body).toMatchObject({ success: true, messages, result: body })
  })
})

it.each([
  ['1m', '1m'],
  ['1M', '1m'],
  ['60s', '1m'],
  ['1m0s', '1m'],
  ['0h1m0s', '1m'],
  [60, '1m'],
  ['1h', '60m'],
  ['1h0m0s', '60m'],
  ['3600s', '60m'],
  [3600, '60m'],
  ['45m0s', '45m'],
  ['5s', '5s'],
  [10, '10s'],
  ['30s', '30s'],
  [null, '1m'],
])('takes the duration %j as %s', async (duration, expected) => {
  expect((await created({ duration })).duration).toBe(expected)
})

it('takes enumerations in any case', async () => {
  const sent = { type: 'ZScore', zscore_sensitivity: 'HIGH', zscore_target: 'Bits', prefix_match: 'Subnet' }
  expect(await created(sent)).toMatchObject({ type: 'zscore', zscore_sensitivity: 'high', zscore_target: 'bits', prefix_match: 'subnet' })
})

it('keeps order, spelling and host bits of prefixes', async () => {
  const prefixes = ['203.0.113.1/24', '198.51.100.7', '2001:DB8:0:0::1/32', '2001:db8::1', '::ffff:192.0.2.0/120', '203.0.113.0/24']
  const { id } = await created({ prefixes })
  expect((await server.call('GET', `${path}/${id}`)).body.result).toMatchObject({ prefixes })
})

describe('refuses with 1008', () => {
  it.each([
    ['no body', undefined, '', undefined],
    ['a list', [minimal], 'must be a JSON object', undefined],
    ['no name', { prefixes: ['192.0.2.0/24'] }, 'name must be text', '/name'],
    ['a name with spaces', { ...minimal, name: 'Too many packets' }, 'name must be 1 to 256 characters of A–Z', '/name'],
    ['an empty name', { ...minimal, name: '' }, 'name must be 1 to 256', '/name'],
    ['a long name', { ...minimal, name: 'x'.repeat(257) }, 'name must be 1 to 256', '/name'],
    ['a type of its own', { ...minimal, type: 'magic' }, 'type must be one of threshold, zscore, advanced_ddos', '/type'],
    ['no prefixes', { name: 'a' }, 'prefixes must be a list of prefixes', '/prefixes'],
    ['an empty list', { ...minimal, prefixes: [] }, 'prefixes must have at least one', '/prefixes'],
    ['a host name', { ...minimal, prefixes: ['192.0.2.1', 'router'] }, 'prefixes[1] "router" is not a prefix', '/prefixes/1'],
    ['a long prefix', { ...minimal, prefixes: ['192.0.2.0/33'] }, 'prefixes[0] "192.0.2.0/33" is not a prefix', '/prefixes/0'],
    ['a zone', { ...minimal, prefixes: ['fe80::1%eth0'] }, 'is not a prefix', '/prefixes/0'],
    ['a space', { ...minimal, prefixes: [' 192.0.2.0/24'] }, 'is not a prefix', '/prefixes/0'],
    ['the IPv4 default route', { ...minimal, prefixes: ['0.0.0.0/0'] }, '0.0.0.0/0 is a default route', '/prefixes/0'],
    ['it with host bits', { ...minimal, prefixes: ['192.0.2.1/0'] }, 'is a default route', '/prefixes/0'],
    ['it mapped', { ...minimal, prefixes: ['::ffff:0.0.0.0/96'] }, 'is a default route', '/prefixes/0'],
    ['the IPv6 default route', { ...minimal, prefixes: ['::/0'] }, '::/0 is a default route', '/prefixes/0'],
    ['a prefix twice', { ...minimal, prefixes: ['192.0.2.0/24', '192.0.2.0/24'] }, '192.0.2.0/24 is in the list twice', '/prefixes/1'],
    ['5001 prefixes', { ...minimal, prefixes: manyPrefixes(5001) }, 'must not have more than 5000 prefixes', '/prefixes'],
    ['threshold 0', { ...minimal, bandwidth_threshold: 0 }, 'bandwidth_threshold must be a number of at least 1', '/bandwidth_threshold'],
    ['a threshold as text', { ...minimal, packet_threshold: '5' }, 'packet_threshold must be a number', '/packet_threshold'],
    ['2 minutes', { ...minimal, duration: '2m' }, 'duration must be equal to one of 5s, 10s, 30s, 1m', '/duration'],
    ['a negative duration', { ...minimal, duration: -60 }, 'duration must be equal to one of', '/duration'],
    ['an empty duration', { ...minimal, duration: '' }, 'duration must be equal to one of', '/duration'],
    ['two rules in one', { rules: [minimal, minimal] }, 'rules must have one rule; several go to /mnm/rules/bulk', '/rules'],
    ['a bad rule in a wrapper', { rules: [{ ...minimal, type: 1 }] }, 'rules[0].type must be one of', '/rules/0/type'],
    ['an unknown setting', { ...minimal, drawbridge: { enable: true } }, 'drawbridge.enable is not known', '/drawbridge/enable'],
    ['settings that are none', { ...minimal, drawbridge: true }, 'drawbridge must be a JSON object', '/drawbridge'],
    ['half a second', { ...minimal, drawbridge: { calm_seconds: 0.5 } }, 'must be a whole number', '/drawbridge/calm_seconds'],
    ['a floor of 0', { ...minimal, drawbridge: { floor_bits: 0 } }, 'must be a number of at least 1', '/drawbridge/floor_bits'],
    ['a switch as text', { ...minimal, drawbridge: { enabled: 'no' } }, 'must be true or false', '/drawbridge/enabled'],
    [
      'a purpose',
      { ...minimal, drawbridge: { advertise_purpose: 'flowspec' } },
      'must be one of divert, blackhole',
      '/drawbridge/advertise_purpose',
    ],
    ['no hold time', { ...minimal, drawbridge: { withdraw_hold_seconds: 0 } }, 'or null for never', '/drawbridge/withdraw_hold_seconds'],
    [
      'a signal',
      { ...minimal, drawbridge: { withdraw_signal: 'smoke' } },
      'must be one of time, edge, probe',
      '/drawbridge/withdraw_signal',
    ],
    ['no time', { ...minimal, drawbridge: { capture_seconds: 301 } }, 'a whole number from 1 to 300', '/drawbridge/capture_seconds'],
    ['no packets', { ...minimal, drawbridge: { capture_packets: 0 } }, 'a whole number from 1 to 10000', '/drawbridge/capture_packets'],
    ['a sensitivity', { ...minimal, drawbridge: { ddos_sensitivity: 1 } }, 'must be one of low', '/drawbridge/ddos_sensitivity'],
  ])('%s', async (_what, body, reason, pointer) => {
    const answer = await post(body)
    expect([answer.status, answer.body.errors[0]?.code]).toEqual([400, 1008])
    expect(answer.body.errors[0]?.message).toContain(`Invalid rule request body: `)
    expect(answer.body.errors[0]?.message).toContain(reason)
    expect(answer.body.errors[0]?.source?.pointer).toBe(pointer)
    expect((await server.call('GET', path)).body.result).toBeNull()
  })
})

describe('PATCH', () => {
  const patch = (id: string, body: unknown) => server.call('PATCH', `${path}/${id}`, body)

  it('merges: what is not sent stays, null clears', async () => {
    const { id } = await created({ bandwidth_threshold: 5, packet_threshold: 6, duration: '10m', prefix_match: 'exact' })
    const { body } = await patch(id, { packet_threshold: null, prefix_match: null, duration: null, bandwidth: 8 })
    expect(body.result).toEqual({ id, ...minimal, automatic_advertisement: null, bandwidth_threshold: 8, duration: '1m' })
    expect((await patch(id, {})).body.result).toEqual(body.result)
  })

  it.each([
    ['the name', { name: null }, '/name'],
    ['the prefixes', { prefixes: null }, '/prefixes'],
    ['the type', { type: null }, '/type'],
  ])('does not clear %s', async (_what, body, pointer) => {
    const { id } = await created({})
    const answer = await patch(id, body)
    expect([answer.status, answer.body.errors[0]]).toMatchObject([400, { code: 1008, source: { pointer } }])
  })
})

describe('the extension object', () => {
  it('is told only where it differs from the defaults', async () => {
    expect(await created({ drawbridge: { enabled: true, seasonal: false, calm_seconds: null } })).not.toHaveProperty('drawbridge')
    const drawbridge = { enabled: false, calm_seconds: 120, floor_bits: 1e6, floor_packets: 1000, seasonal: true, ddos_sensitivity: 'high' }
    expect((await created({ name: 'all', drawbridge })).drawbridge).toEqual(drawbridge)
    const advertising = { advertise_purpose: 'blackhole', advertise_dry_run: true, advertise_approval: true, withdraw_signal: 'edge' }
    const ours = { ...advertising, withdraw_hold_seconds: 60 }
    expect((await created({ name: 'advertising', drawbridge: ours })).drawbridge).toEqual(ours)
    const capturing = { capture: true, capture_seconds: 30, capture_packets: 500 }
    expect((await created({ name: 'capturing', drawbridge: capturing })).drawbridge).toEqual(capturing)
    expect(await created({ name: 'usual', drawbridge: { capture_seconds: 60, capture_packets: 10_000 } })).not.toHaveProperty('drawbridge')
  })

  it('is merged by PATCH key by key, and goes back to the defaults by null', async () => {
    const { id } = await created({ drawbridge: { enabled: false, calm_seconds: 120, seasonal: true } })
    const change = async (drawbridge: unknown) => (await server.call('PATCH', `${path}/${id}`, { drawbridge })).body.result
    expect(await change({ enabled: true, floor_bits: 9 })).toMatchObject({
      drawbridge: { calm_seconds: 120, seasonal: true, floor_bits: 9 },
    })
    expect(await change({ calm_seconds: null, seasonal: null })).toMatchObject({ drawbridge: { floor_bits: 9 } })
    expect(await change(null)).not.toHaveProperty('drawbridge')
  })

  it('takes null for never withdrawing by itself', async () => {
    const { id } = await created({ drawbridge: { withdraw_hold_seconds: null } })
    const { body } = await server.call('PATCH', `${path}/${id}`, { drawbridge: { seasonal: true } })
    expect(body.result).toMatchObject({ drawbridge: { withdraw_hold_seconds: null, seasonal: true } })
    expect((await server.call('GET', `${path}/${id}`)).body.result).toEqual(body.result)
  })
})

it('warns of a rule that cannot advertise', async () => {
  const automatic = { ...minimal, automatic_advertisement: true, packet_threshold: 1 }
  const { body } = await post({ ...automatic, drawbridge: { advertise_purpose: 'blackhole' } })
  expect(body.messages).toMatchObject([
    { code: 20100, message: expect.stringContaining('minimal advertises nothing: only an advanced_ddos rule') },
  ])
  const [cidr = ''] = minimal.prefixes
  await server.call('POST', `${server.account}/drawbridge/prefixes`, { cidr, origin_as: 64_500 })
  expect((await post({ ...automatic, name: 'registered' })).body.messages).toEqual([])
})

it('warns of a rule that can never fire, and takes it', async () => {
  const { body } = await post(minimal)
  const message = 'rule minimal can never fire: it has neither bandwidth_threshold nor packet_threshold'
  expect(body).toMatchObject({ success: true, errors: [], messages: [{ code: 20100, message }], result: minimal })
  expect((await post({ ...minimal, name: 'other', packet_threshold: 1 })).body.messages).toEqual([])
})

it('takes names with spaces where that is configured', async () => {
  await server.close()
  server = await startTestServer({ settings: { rules: { lenient_names: true } } })
  path = `${server.account}/mnm/rules`
  await server.call('POST', `${server.account}/mnm/config`, { default_sampling: 1, name: 'a' })
  expect(await created({ name: 'Too many packets' })).toMatchObject({ name: 'Too many packets' })
  expect((await post({ ...minimal, name: 'a\nb' })).status).toBe(400)
})

describe('scopes', () => {
  it.each([
    [['mnm:read'], [200, 403, 403, 403, 403, 403]],
    [['mnm:write'], [200, 403, 403, 200, 200, 200]],
    [['mnm:admin'], [200, 200, 200, 200, 200, 200]],
    [['analytics:read'], [403, 403, 403, 403, 403, 403]],
  ])('%j may list, create, create many, replace, edit, delete: %j', async (scopes, expected) => {
    const { id } = await created({})
    const { secret } = await createToken(server.context, server.context.local, { name: 'some', scopes })
    const send = async (method: string, below: string, body?: unknown) => {
      const init = { method, headers: { authorization: `Bearer ${secret}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await fetch(path + below, init)
      return response.status
    }
    const statuses = [
      await send('GET', ''),
      await send('POST', '', { ...minimal, name: 'b' }),
      await send('POST', '/bulk', [{ ...minimal, name: 'c' }]),
      await send('PUT', '', minimal),
      await send('PATCH', `/${id}`, {}),
      await send('DELETE', `/${id}`),
    ]
    expect(statuses).toEqual(expected)
  })
})

function manyPrefixes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`)
}
