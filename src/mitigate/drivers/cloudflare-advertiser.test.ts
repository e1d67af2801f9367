// Tests advertising through Cloudflare as a whole: advertiser, state on disk, driver, SDK and server, over cooldowns, changes
// that take minutes, and a restart.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configSchema } from '../../contract/config.ts'
import { Advertiser } from '../advertiser.ts'
import { AdvertiserLab, personAsks } from '../testing/advertiser-lab.ts'
import { CloudflareDriver } from './cloudflare-driver.ts'
import { servedAccount, servedToken, startCloudflareServer, type CloudflareServer } from './testing/cloudflare-server.ts'

const net = '203.0.113.0/24'
const minute = 60
const eve = { who: 'eve@example.net', why: 'it is calm' }

interface Life {
  readonly advertiser: Advertiser
  readonly driver: CloudflareDriver
  readonly tick: () => void
}

let lab: AdvertiserLab
let server: CloudflareServer
let life: Life

/** One life of the process. */
async function begin(): Promise<Life> {
  const cloudflare = { account_id: servedAccount, api_token: servedToken, base_url: server.url }
  const { advertise } = configSchema.parse({ advertise: { cloudflare } })
  const clock = { now: () => lab.now }
  const log = { info: () => undefined, warn: () => undefined, error: (fields: unknown) => void lab.errors.push(fields) }
  let tick = (): void => undefined
  const driver = new CloudflareDriver(advertise.cloudflare, {
    clock,
    log,
    settled: (...told) => advertiser.settled(...told),
    every: () => () => undefined,
  })
  const advertiser = new Advertiser(
    { advertise, retentionDays: () => 400 },
    {
      state: lab.db,
      clock,
      log,
      drivers: [driver],
      isBreaching: () => false,
      newId: () => lab.newId(),
      every: (_milliseconds, task) => {
        tick = task
        return () => undefined
      },
    },
  )
  await advertiser.start()
  return { advertiser, driver, tick: () => tick() }
}

/** Lets time pass; then everybody looks at what has changed. */
async function pass(seconds: number): Promise<void> {
  lab.now += seconds * 1000
  await life.driver.look()
  await life.advertiser.idle()
  life.tick()
  await life.advertiser.idle()
}

/** What there is, as long as nothing has gone wrong on the way. */
async function shown() {
  expect(lab.errors).toEqual([])
  const { advertisements } = await life.advertiser.list(1, { limit: 10, offset: 0 })
  return advertisements.map(({ state, detail, retry_at }) => ({ state, detail, retry_at }))
}

beforeEach(async () => {
  lab = new AdvertiserLab({ drivers: ['cloudflare'] })
  await lab.prepare([{ cidr: net, drivers: ['cloudflare'] }])
  server = await startCloudflareServer(() => lab.now)
  life = await begin()
})

afterEach(async () => {
  await life.advertiser.stop()
  await server.close()
  await lab.remove()
})

const advertised = { state: 'announced', detail: `Cloudflare advertises ${net}`, retry_at: null }

describe('an advertisement by Cloudflare', () => {
  it('is announced and withdrawn as its changes are confirmed', async () => {
    server.register(net, [net])
    server.changeMs = 5 * minute * 1000
    const [{ id } = { id: '' }] = await life.advertiser.announce(personAsks(net))
    expect(await shown()).toMatchObject([{ state: 'delayed', retry_at: null }])
    await pass(4 * minute)
    expect(await shown()).toMatchObject([{ state: 'delayed' }])
    await pass(minute)
    expect(await shown()).toEqual([advertised])
    await pass(10 * minute)
    await life.advertiser.release(1, id, eve)
    expect(await shown()).toMatchObject([{ state: 'withdrawing' }])
    await pass(5 * minute)
    expect(await shown()).toMatchObject([{ state: 'withdrawn' }])
    expect(server.bgpPrefix(net)).toMatchObject({ advertised: false, coming: undefined })
  })

  it('is delayed by the cooldown, and announced after it', async () => {
    server.register(net, [net], { changedAt: lab.now - 5 * minute * 1000 })
    await life.advertiser.announce(personAsks(net))
    expect(await shown()).toMatchObject([
      {
        state: 'delayed',
        retry_at: new Date(lab.now + 15 * minute * 1000).toISOString(),
        detail: expect.stringContaining('1002') as string,
      },
    ])
    await pass(14 * minute)
    expect(server.bgpPrefix(net).advertised).toBe(false)
    await pass(minute)
    expect(await shown()).toEqual([advertised])
  })

  it('is locked until Cloudflare unlocks it', async () => {
    server.register(net, [net], { locked: true })
    await life.advertiser.announce(personAsks(net))
    expect(await shown()).toMatchObject([{ state: 'locked' }])
    server.bgpPrefix(net).locked = false
    await pass(60 * minute)
    expect(await shown()).toEqual([advertised])
  })

  it('that was there already is announced at once', async () => {
    server.register(net, [net], { advertised: true })
    await life.advertiser.announce(personAsks(net))
    expect(await shown()).toMatchObject([{ state: 'announced', detail: `Cloudflare advertises ${net} already` }])
  })

  it('goes on after a restart in the middle of a change', async () => {
    server.register(net, [net])
    server.changeMs = 5 * minute * 1000
    await life.advertiser.announce(personAsks(net))
    await life.advertiser.stop()
    lab.now += 5 * minute * 1000
    life = await begin()
    await life.advertiser.idle()
    expect(await shown()).toMatchObject([{ state: 'announced' }])
    expect(server.calls.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
  })

  it('keeps to the end of the cooldown over a restart', async () => {
    server.register(net, [net], { changedAt: lab.now })
    await life.advertiser.announce(personAsks(net))
    await life.advertiser.stop()
    lab.now += 10 * minute * 1000
    life = await begin()
    await pass(0)
    expect(server.calls.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
    await pass(5 * minute)
    expect(await shown()).toEqual([advertised])
  })

  it('is announced again when it was withdrawn at Cloudflare while nobody looked', async () => {
    server.register(net, [net])
    await life.advertiser.announce(personAsks(net))
    await life.advertiser.stop()
    server.bgpPrefix(net).advertised = false
    server.bgpPrefix(net).changedAt = lab.now
    lab.now += 20 * minute * 1000
    life = await begin()
    await pass(1)
    expect(await shown()).toEqual([advertised])
    expect(server.bgpPrefix(net).advertised).toBe(true)
  })
})
