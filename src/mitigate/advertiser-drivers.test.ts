// The advertiser and drivers that fail, delay, are locked or busy, and what it goes on with after a restart.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { personAsks, ruleAsks } from './testing/advertiser-lab.ts'
import { AdvertiserSituation, eve, key, prefix } from './testing/advertiser-situation.ts'

const here = new AdvertiserSituation()
beforeEach(() => here.open())
afterEach(() => here.lab.remove())

describe('a driver', () => {
  it('that fails is tried again, later each time, until it can', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'error', detail: 'no' }, reaches: false })
    expect(await here.life.advertiser.announce(personAsks(prefix))).toMatchObject([{ state: 'failed', detail: 'no' }])
    await here.lab.pass(here.life, 3600, 5)
    // After 5, 15, 35, 75, 155, 315 s, then each 300 s.
    expect(here.driver().calls).toHaveLength(1 + 6 + 10)
    here.driver().answer = () => undefined
    await here.lab.pass(here.life, 300, 5)
    const { id } = await here.only()
    expect(here.path(id)).toEqual(['announcing', 'failed', 'announced'])
  })

  it('that refuses is not asked again, unless somebody asks for it anew', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'refused', detail: 'never' }, reaches: false })
    expect(await here.life.advertiser.announce(personAsks(prefix))).toMatchObject([{ state: 'failed', retry_at: null }])
    await here.lab.pass(here.life, 600, 10)
    expect(here.driver().calls).toHaveLength(1)
    here.driver().answer = () => undefined
    expect(await here.life.advertiser.announce(personAsks(prefix, { who: 'bob@example.net' }))).toMatchObject([{ state: 'announced' }])
  })

  it('that is locked is tried each hour', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'locked', detail: 'by its owner' }, reaches: false })
    expect(await here.life.advertiser.announce(personAsks(prefix))).toMatchObject([{ state: 'locked' }])
    here.driver().answer = () => undefined
    await here.lab.pass(here.life, 3590, 10)
    expect(await here.only()).toMatchObject({ state: 'locked' })
    await here.lab.pass(here.life, 10)
    expect(await here.only()).toMatchObject({ state: 'announced' })
  })

  it('that cannot now is tried when it says, by itself or by us, and after a restart', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'delayed', retryAt: here.lab.now + 900_000, detail: 'cooldown' }, reaches: false })
    await here.life.advertiser.announce(personAsks(prefix))
    here.driver().answer = () => ({ outcome: { kind: 'delayed', retryAt: null, detail: 'no neighbour is up' }, reaches: false })
    await here.lab.pass(here.life, 890, 10)
    expect(here.driver().calls).toHaveLength(1)
    await here.lab.pass(here.life, 10)
    expect(here.driver().calls).toHaveLength(2)
    await here.lab.pass(here.life, 3600, 60)
    expect(here.driver().calls).toHaveLength(2)
    const [call] = here.driver().calls
    if (!call) throw new Error('no call')
    here.driver().settle(call, { kind: 'done', already: false, detail: 'sent' })
    await here.life.advertiser.idle()
    expect(await here.only()).toMatchObject({ state: 'announced', detail: 'sent' })
    here.driver().settle(call, { kind: 'delayed', retryAt: null, detail: 'lost' })
    await here.life.advertiser.idle()
    expect(await here.only()).toMatchObject({ state: 'delayed' })
    await here.restart()
    expect(await here.only()).toMatchObject({ state: 'announced' })
  })

  it('is asked to withdraw until it has, whatever it says', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    const { id } = await here.only()
    const kinds = ['error', 'locked', 'refused'] as const
    let tries = 0
    here.driver().answer = () => ({ outcome: { kind: kinds[tries++ % 3] ?? 'error', detail: 'no' }, reaches: false })
    expect(await here.life.advertiser.release(1, id, eve)).toMatchObject({ state: 'withdrawing', detail: 'no' })
    await here.lab.pass(here.life, 3600, 5)
    expect(tries).toBeGreaterThan(12)
    expect(await here.only()).toMatchObject({ state: 'withdrawing' })
    here.driver().answer = () => undefined
    await here.lab.pass(here.life, 300, 5)
    expect(await here.only()).toMatchObject({ state: 'withdrawn' })
    expect(here.path(id)).toEqual(['announcing', 'announced', 'withdrawing', 'withdrawn'])
  })

  it('that throws is taken for one that failed', async () => {
    here.driver().answer = () => {
      throw new Error('a fault')
    }
    expect(await here.life.advertiser.announce(personAsks(prefix))).toMatchObject([
      { state: 'failed', detail: 'bgp failed: Error: a fault' },
    ])
    expect(here.lab.errors.splice(0)).toHaveLength(1)
  })

  it('that was taken out of the configuration gets its routes back when it is there again', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    here.life.kill()
    const peer = here.lab.peers.get('bgp')
    here.lab.peers.clear()
    here.life = await here.lab.start()
    expect(await here.only()).toMatchObject({ state: 'failed' })
    if (peer) here.lab.peers.set('bgp', peer)
    await here.restart()
    expect(await here.only()).toMatchObject({ state: 'announced' })
    expect(here.lab.peer().log).toEqual([`+${key}`])
  })
})

describe('changes while a driver is busy', () => {
  /** Calls stand still until they are let go. */
  function hold() {
    const waiting: (() => void)[] = []
    here.driver().pause = () => new Promise((resolve) => waiting.push(resolve))
    return () => {
      here.driver().pause = async () => undefined
      for (const go of waiting.splice(0)) go()
    }
  }

  it('a release withdraws right after the announcement', async () => {
    const go = hold()
    const announced = here.life.advertiser.announce(personAsks(prefix))
    const { id } = await untilThere()
    const released = here.life.advertiser.release(1, id, eve)
    go()
    await Promise.all([announced, released])
    expect(await here.only()).toMatchObject({ state: 'withdrawn' })
    expect(here.lab.peer().log).toEqual([`+${key}`, `-${key}`])
    expect(here.path(id)).toEqual(['announcing', 'withdrawing', 'withdrawn'])
  })

  it('a cause announces again right after the withdrawal', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    const { id } = await here.only()
    const go = hold()
    const released = here.life.advertiser.release(1, id, eve)
    await untilThere((state) => state === 'withdrawing')
    const again = here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    await untilThere((state) => state === 'announcing')
    go()
    await Promise.all([released, again])
    expect(await here.only()).toMatchObject({ id, state: 'announced' })
    expect(here.lab.peer().table.get(key)).toBe(id)
  })

  it('none is overlooked, at whatever moment it comes', async () => {
    for (let turns = 0; turns < 150; turns += 10) {
      const [mine] = await here.life.advertiser.announce(personAsks(prefix))
      const released = here.life.advertiser.release(1, mine?.id ?? '', eve)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      const again = here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
      await Promise.all([released, again])
      // Without a look of the timer.
      expect([turns, (await again)[0]?.state, here.lab.peer().table.has(key)]).toEqual([turns, 'announced', true])
      await here.life.advertiser.release(1, (await again)[0]?.id ?? '', eve)
    }
  })

  it('does not keep other drivers waiting', async () => {
    await here.reopen({ drivers: ['bgp', 'cloudflare'] }, [{ cidr: prefix, drivers: ['cloudflare', 'bgp'] }])
    let go = () => undefined as void
    here.driver('cloudflare').pause = () => new Promise((resolve) => (go = resolve))
    const announced = here.life.advertiser.announce(personAsks(prefix))
    await expect.poll(() => here.lab.peer('bgp').table.size).toBe(1)
    expect(here.lab.peer('cloudflare').table.size).toBe(0)
    here.driver('cloudflare').pause = async () => undefined
    go()
    expect((await announced).map(({ driver, state }) => [driver, state])).toEqual([
      ['cloudflare', 'announced'],
      ['bgp', 'announced'],
    ])
  })

  async function untilThere(right: (state: string) => boolean = () => true) {
    await expect
      .poll(async () => (await here.life.advertiser.list(1, { limit: 10, offset: 0 })).advertisements.some(({ state }) => right(state)))
      .toBe(true)
    return await here.only()
  }
})

describe('after a restart', () => {
  it('drivers begin with exactly what has to be there, and go on with what was half done', async () => {
    await here.reopen({}, [{ cidr: prefix, divert_max_length: 26 }])
    const parts = ['203.0.113.0/26', '203.0.113.64/26', '203.0.113.128/26']
    for (const part of parts) await here.life.advertiser.announce(personAsks(part))
    const { advertisements } = await here.life.advertiser.list(1, { limit: 10, offset: 0 })
    const second = advertisements.find(({ route }) => route.prefix === parts[1])?.id ?? ''
    here.driver().answer = () => ({ outcome: { kind: 'error', detail: 'no' }, reaches: false })
    await here.life.advertiser.release(1, second, eve)
    await here.life.advertiser.announce(personAsks('203.0.113.192/26', { until: here.lab.now + 60_000 }))
    here.life.kill()
    here.lab.now += 60_000
    here.life = await here.lab.start()
    expect(
      here
        .driver()
        .begunWith?.map(({ route }) => route.prefix)
        .sort(),
    ).toEqual([parts[2], parts[0]].sort())
    const { advertisements: after } = await here.life.advertiser.list(1, { limit: 10, offset: 0, state: 'current' })
    expect(after.map(({ route, state }) => `${route.prefix} ${state}`).sort()).toEqual(
      [`${parts[0]} announced`, `${parts[2]} announced`].sort(),
    )
    expect([...here.lab.peer().table.keys()].toSorted()).toEqual([`divert ${parts[0]}`, `divert ${parts[2]}`].sort())
  })

  it('in the middle of an orderly stop nothing is withdrawn', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    await here.life.advertiser.stop()
    await expect(here.life.advertiser.announce(personAsks(prefix))).rejects.toThrow('not running')
    here.life = await here.lab.start()
    expect(here.lab.peer().log).toEqual([`+${key}`])
    expect(await here.only()).toMatchObject({ state: 'announced' })
  })

  it('old history is forgotten, a day at a time', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    await here.life.advertiser.release(1, (await here.only()).id, eve)
    await here.lab.pass(here.life, 399 * 86_400, 86_400)
    expect(await here.only()).toMatchObject({ state: 'withdrawn' })
    await here.lab.pass(here.life, 2 * 86_400, 86_400)
    expect((await here.life.advertiser.list(1, { limit: 10, offset: 0 })).total).toBe(0)
  })
})
