// Tests the Cloudflare driver by Cloudflare's own SDK against a server that behaves as documented (contract §5.4).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import type { Direction, DriverOutcome, DriverRoute } from '../driver.ts'
import type { CloudflareConfig } from './cloudflare-api.ts'
import { CloudflareDriver, type CloudflareDriverDependencies } from './cloudflare-driver.ts'
import { failWith, servedAccount, servedToken, startCloudflareServer, type CloudflareServer } from './testing/cloudflare-server.ts'

const minute = 60_000
const cooldownMinutes = 15

let now = 0
let server: CloudflareServer
let driver: CloudflareDriver
let settled: [id: string, direction: Direction, outcome: DriverOutcome][] = []
let warnings: object[] = []

const idle = { every: () => () => undefined }
const noLog = { warn: (fields: object) => void warnings.push(fields), error: () => undefined, info: () => undefined }

/** @param timers by default none: the tests have it look themselves */
function newDriver(settings: Partial<CloudflareConfig> = {}, timers: Pick<CloudflareDriverDependencies, 'every'> = idle): CloudflareDriver {
  const config = {
    account_id: servedAccount,
    api_token: servedToken,
    base_url: server.url,
    poll_seconds: 15,
    cooldown_seconds: 900,
    ...settings,
  }
  return new CloudflareDriver(config, {
    clock: { now: () => now },
    log: noLog,
    settled: (...told) => void settled.push(told),
    ...timers,
  })
}

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  settled = []
  warnings = []
  server = await startCloudflareServer(() => now)
  driver = newDriver()
})

afterEach(async () => {
  await driver.stop()
  await server.close()
})

function route(prefix: string, more: Partial<DriverRoute> = {}): DriverRoute {
  return { id: id, account: 1, route: { purpose: 'divert', prefix, flowspec: null }, originAs: 64_500, ...more }
}

const id = 'a'.repeat(32)
const net = '203.0.113.0/24'
const changes = () => server.calls.filter(({ method }) => method !== 'GET')

describe('announce', () => {
  it('advertises the BGP prefix that is the prefix', async () => {
    const parent = server.register('203.0.112.0/23', ['203.0.112.0/23', net, '203.0.112.0/24'])
    expect(await driver.announce(route(net))).toEqual({ kind: 'done', already: false, detail: `Cloudflare advertises ${net}` })
    expect(changes()).toEqual([
      {
        method: 'PATCH',
        path: `/prefixes/${parent.id}/bgp/prefixes/${server.bgpPrefix(net).id}`,
        body: '{"on_demand":{"advertised":true}}',
        authorization: `Bearer ${servedToken}`,
      },
    ])
    expect(parent.bgp.map(({ cidr }) => server.bgpPrefix(cidr).advertised)).toEqual([false, true, false])
    expect(driver.status()).toMatchObject({ ready: true, detail: 'the last call succeeded' })
    expect(driver.counts).toEqual({ calls: 3, failures: 0 })
  })

  it('changes nothing that is advertised already', async () => {
    server.register(net, [net], { advertised: true })
    expect(await driver.announce(route(net))).toMatchObject({ kind: 'done', already: true })
    expect(changes()).toEqual([])
  })

  it('creates the BGP prefix under the longest registered prefix', async () => {
    server.register('203.0.0.0/16', [])
    const parent = server.register('203.0.112.0/23', ['203.0.112.0/23'])
    expect(await driver.announce(route(net))).toMatchObject({ kind: 'done', already: false })
    expect(changes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /prefixes/${parent.id}/bgp/prefixes`,
      `PATCH /prefixes/${parent.id}/bgp/prefixes/${server.bgpPrefix(net).id}`,
    ])
    expect(server.bgpPrefix(net).advertised).toBe(true)
  })

  it('knows an IPv6 prefix in whatever form it is written', async () => {
    server.register('2001:DB8::/32', ['2001:0db8:0001:0:0:0:0:0/48'])
    expect(await driver.announce(route('2001:db8:1::/48'))).toMatchObject({ kind: 'done' })
    expect(server.bgpPrefix('2001:0db8:0001:0:0:0:0:0/48').advertised).toBe(true)
  })

  it('is done only when it is confirmed', async () => {
    server.register(net, [net])
    server.changeMs = 5 * minute
    await driver.start([])
    const outcome = await driver.announce(route(net))
    expect(outcome).toMatchObject({ kind: 'delayed', retryAt: null, detail: expect.stringContaining('accepted') as string })
    now += 4 * minute
    await driver.look()
    now += minute
    await driver.look()
    expect(settled).toEqual([[id, 'announce', { kind: 'done', already: false, detail: `Cloudflare advertises ${net}` }]])
    expect(changes()).toHaveLength(1)
  })

  it('says so when a confirmation does not come', async () => {
    server.register(net, [net])
    server.changeMs = 60 * minute
    await driver.start([])
    await driver.announce(route(net))
    now += 30 * minute
    await driver.look()
    expect(settled).toMatchObject([[id, 'announce', { kind: 'error', detail: 'Cloudflare has not confirmed it within 30 minutes' }]])
  })

  it('waits for a confirmation through failures of the API', async () => {
    server.register(net, [net])
    server.changeMs = minute
    await driver.start([])
    await driver.announce(route(net))
    now += minute
    server.interruptions.push(failWith(502, 0, 'Bad gateway'))
    await driver.look()
    expect(warnings).toHaveLength(1)
    await driver.look()
    expect(settled).toMatchObject([[id, 'announce', { kind: 'done' }]])
  })
})

describe('what Cloudflare does not allow', () => {
  const parent = '203.0.112.0/23'
  const cases: [name: string, prefix: string, state: object, outcome: object][] = [
    ['locked', net, { locked: true }, { kind: 'locked', detail: `Cloudflare has locked ${net}; its support can unlock it` }],
    [
      'not on demand',
      net,
      { enabled: false },
      { kind: 'refused', detail: `on-demand advertisement is not enabled for ${net} at Cloudflare` },
    ],
    [
      'controlled by BGP',
      net,
      { signalled: true },
      { kind: 'refused', detail: `${net} is controlled by BGP at Cloudflare, not by the API` },
    ],
    ['somebody else’s', '198.51.100.0/24', {}, { kind: 'refused', detail: 'no prefix of the Cloudflare account covers 198.51.100.0/24' }],
    ['too long', '203.0.113.0/25', {}, { kind: 'refused', detail: 'Cloudflare advertises prefixes up to /24, not 203.0.113.0/25' }],
    ['shorter than registered', '203.0.0.0/16', {}, { kind: 'refused', detail: 'no prefix of the Cloudflare account covers 203.0.0.0/16' }],
  ]
  it.each(cases)('%s', async (_, prefix, state, outcome) => {
    server.register(parent, [net], state)
    expect(await driver.announce(route(prefix))).toEqual(outcome)
    expect(changes()).toEqual([])
    expect(driver.status().ready).toBe(true)
  })

  it('not approved yet', async () => {
    server.register(net, []).approved = 'P'
    expect(await driver.announce(route(net))).toMatchObject({ kind: 'locked', detail: `Cloudflare has not approved ${net} yet` })
    expect(changes()).toEqual([])
  })

  it('other purposes', async () => {
    const blackhole = route(net, { route: { purpose: 'blackhole', prefix: net, flowspec: null } })
    expect(await driver.announce(blackhole)).toMatchObject({ kind: 'refused' })
    expect(server.calls).toEqual([])
  })
})

describe('withdraw', () => {
  it('withdraws, after the cooldown', async () => {
    server.register(net, [net])
    await driver.announce(route(net))
    now += minute
    expect(await driver.withdraw(route(net))).toMatchObject({ kind: 'delayed', retryAt: now + cooldownMinutes * minute })
    now += cooldownMinutes * minute
    expect(await driver.withdraw(route(net))).toEqual({ kind: 'done', already: false, detail: `Cloudflare has withdrawn ${net}` })
    expect(server.bgpPrefix(net).advertised).toBe(false)
  })

  it('is done only when it is confirmed', async () => {
    server.register(net, [net], { advertised: true })
    server.changeMs = cooldownMinutes * minute
    await driver.start([])
    expect(await driver.withdraw(route(net))).toMatchObject({ kind: 'delayed', retryAt: null })
    now += cooldownMinutes * minute
    await driver.look()
    expect(settled).toEqual([[id, 'withdraw', { kind: 'done', already: false, detail: `Cloudflare has withdrawn ${net}` }]])
  })

  it('takes back what is still under way', async () => {
    server.register(net, [net])
    server.changeMs = 5 * minute
    await driver.announce(route(net))
    expect(await driver.withdraw(route(net))).toMatchObject({ kind: 'delayed', retryAt: now + cooldownMinutes * minute })
    now += cooldownMinutes * minute
    expect(server.bgpPrefix(net).advertised).toBe(true)
    await driver.withdraw(route(net))
    now += 5 * minute
    expect(server.bgpPrefix(net).advertised).toBe(false)
  })

  it('announces again what is still being withdrawn', async () => {
    server.register(net, [net], { advertised: true })
    server.changeMs = cooldownMinutes * minute
    await driver.withdraw(route(net))
    now += minute
    expect(await driver.announce(route(net))).toMatchObject({ kind: 'delayed', retryAt: now + cooldownMinutes * minute })
  })

  const nothing: [name: string, cidrs: string[], state: object][] = [
    ['without a BGP prefix', [], {}],
    ['of a prefix that is locked', [net], { locked: true }],
    ['of a prefix that is not advertised', [net], {}],
  ]
  it.each(nothing)('has nothing to do %s', async (_, cidrs, state) => {
    server.register(net, cidrs, state)
    expect(await driver.withdraw(route(net))).toMatchObject({ kind: 'done', already: true })
  })

  it('is told that a prefix is locked', async () => {
    server.register(net, [net], { advertised: true, locked: true })
    expect(await driver.withdraw(route(net))).toMatchObject({ kind: 'locked' })
  })
})

describe('failures of the API', () => {
  const cases: [name: string, status: number, code: number, headers: Record<string, string>, outcome: (text: string) => object][] = [
    ['429 with code 1002', 429, 1002, {}, () => ({ kind: 'delayed', retryAt: now + cooldownMinutes * minute })],
    ['code 1002 alone', 400, 1002, {}, () => ({ kind: 'delayed', retryAt: now + cooldownMinutes * minute })],
    ['429 that says for how long', 429, 10_429, { 'retry-after': '20' }, () => ({ kind: 'delayed', retryAt: now + 20_000 })],
    [
      '403',
      403,
      10_000,
      {},
      (text) => ({
        kind: 'error',
        detail: `Cloudflare refuses the API token, which needs the permission "IP Prefixes: BGP On Demand Write": ${text}`,
      }),
    ],
    ['404', 404, 1001, {}, (text) => ({ kind: 'error', detail: `Cloudflare answers HTTP 404: ${text}` })],
    ['400', 400, 1010, {}, (text) => ({ kind: 'refused', detail: `Cloudflare answers HTTP 400: ${text}` })],
    ['500', 500, 1000, {}, (text) => ({ kind: 'error', detail: `Cloudflare answers HTTP 500: ${text}` })],
  ]
  it.each(cases)('%s', async (_, status, code, headers, outcome) => {
    server.register(net, [net])
    server.interruptions.push(undefined, undefined, failWith(status, code, 'What it says', headers))
    expect(await driver.announce(route(net))).toMatchObject(outcome(`What it says (${code})`))
    // The SDK does not repeat it: the advertiser keeps the time.
    expect(changes()).toHaveLength(1)
    expect(await driver.announce(route(net))).toMatchObject({ kind: 'done', already: false })
    expect(driver.counts).toEqual({ calls: 6, failures: 1 })
  })

  it('a token that is not good', async () => {
    server.register(net, [net])
    driver = newDriver({ api_token: 'another' })
    const detail =
      'Cloudflare refuses the API token, which needs the permission "IP Prefixes: BGP On Demand Write": Authentication error (10000)'
    expect(await driver.announce(route(net))).toEqual({ kind: 'error', detail })
    expect(driver.status()).toMatchObject({ configured: true, ready: false, detail })
  })

  it('nobody who listens', async () => {
    const { url } = server
    await server.close()
    driver = newDriver({ base_url: url })
    expect(await driver.announce(route(net))).toMatchObject({
      kind: 'error',
      detail: expect.stringMatching(/^Cloudflare does not answer: .*ECONNREFUSED/) as string,
    })
  })

  it('an answer of somebody in between', async () => {
    server.register(net, [net])
    server.interruptions.push((_call, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sign in</p>'))
    expect(await driver.announce(route(net))).toEqual({ kind: 'error', detail: 'Cloudflare does not answer: the answer is no JSON' })
  })

  it('a redirect, which is not followed', async () => {
    server.register(net, [net])
    server.interruptions.push((_call, response) => void response.writeHead(302, { location: `${server.url}/elsewhere` }).end())
    expect(await driver.announce(route(net))).toMatchObject({ kind: 'error', detail: expect.stringContaining('HTTP 302') as string })
    expect(server.calls).toHaveLength(1)
  })

  it('a stop while an answer is waited for', async () => {
    server.register(net, [net])
    server.interruptions.push(() => undefined)
    const outcome = driver.announce(route(net))
    await until('the call', () => server.calls[0])
    await driver.stop()
    expect(await outcome).toMatchObject({ kind: 'delayed', retryAt: now })
  })
})

describe('watching', () => {
  it('leaves alone what is announced, and what is not ours', async () => {
    server.register(net, [net], { advertised: true })
    server.register('198.51.100.0/24', ['198.51.100.0/24'], { advertised: true })
    await driver.start([route(net, { announced: true })])
    await driver.look()
    expect(server.calls).toHaveLength(2)
    expect(settled).toEqual([])
    expect(changes()).toEqual([])
  })

  it('reports at the start what is not announced any more, to be asked for again', async () => {
    server.register(net, [net])
    await driver.start([route(net, { announced: true }), route(net, { id: 'b'.repeat(32), announced: false })])
    await driver.look()
    expect(settled).toEqual([
      [id, 'announce', { kind: 'delayed', retryAt: now, detail: `Cloudflare does not advertise ${net} any more; it is asked again` }],
    ])
    expect(changes()).toEqual([])
  })

  it('notices within five minutes that somebody has withdrawn it', async () => {
    server.register(net, [net])
    await driver.start([])
    await driver.announce(route(net))
    server.bgpPrefix(net).advertised = false
    const before = server.calls.length
    await driver.look()
    expect(server.calls).toHaveLength(before)
    now += 5 * minute
    await driver.look()
    expect(settled).toMatchObject([[id, 'announce', { kind: 'delayed', retryAt: now }]])
  })
})

describe('a driver with timers of its own', () => {
  it('looks by itself', async () => {
    server.register(net, [net])
    server.changeMs = minute
    driver = newDriver({ poll_seconds: 0.02 }, {})
    await driver.start([])
    await driver.announce(route(net))
    now += minute
    await until('the confirmation', () => settled[0])
    expect(settled).toMatchObject([[id, 'announce', { kind: 'done' }]])
  })

  it('waits when it has called too often', async () => {
    server.register(net, [net], { advertised: true })
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => driver.announce(route(net))))
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(16).fill('done'))
    expect(server.calls).toHaveLength(32)
  })
})

describe('preview', () => {
  it('shows the call', () => {
    expect(driver.preview(route(net))).toEqual([
      {
        driver: 'cloudflare',
        to: server.url,
        ready: true,
        lines: [
          `PATCH …/addressing/prefixes/{prefix}/bgp/prefixes/{BGP prefix ${net}}`,
          `account: ${servedAccount}`,
          'on_demand.advertised: true',
        ],
        hex: '',
      },
    ])
  })
})
