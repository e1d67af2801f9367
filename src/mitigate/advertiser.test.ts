// The advertiser over real SQLite with a fake peer: who asks, approval, registered prefixes that change, the global stop.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { personAsks, ruleAsks } from './testing/advertiser-lab.ts'
import { AdvertiserSituation, eve, key, prefix } from './testing/advertiser-situation.ts'

const here = new AdvertiserSituation()
beforeEach(() => here.open())
afterEach(() => here.lab.remove())

describe('an announcement', () => {
  it('is written before the driver is told, and holds until its last cause is gone', async () => {
    const driver = here.life.drivers.get('bgp')
    if (!driver) throw new Error('no driver')
    const statesWhenTold: string[] = []
    driver.answer = () => {
      statesWhenTold.push(...here.life.events.map(({ change }) => change.to))
      return undefined
    }
    const [mine] = await here.life.advertiser.announce(personAsks(prefix))
    expect(mine).toMatchObject({ state: 'announced', route: { prefix, purpose: 'divert' }, detail: 'sent to peer' })
    expect(statesWhenTold).toEqual(['announcing'])
    await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    expect(driver.calls).toHaveLength(1)
    const { id, causes } = await here.only()
    expect(causes.map(({ kind }) => kind)).toEqual(['person', 'rule'])
    const half = await here.life.advertiser.release(1, id, eve, causes[0]?.id)
    expect(half.state).toBe('announced')
    expect([...here.lab.peer().table.keys()]).toEqual([key])
    const gone = await here.life.advertiser.release(1, id, eve, causes[1]?.id)
    expect(gone.state).toBe('withdrawn')
    expect(here.lab.peer().table.size).toBe(0)
    expect(here.path(id)).toEqual(['announcing', 'announced', 'withdrawing', 'withdrawn'])
    const { changes } = await here.life.advertiser.get(1, id)
    expect(changes.every(({ who, why }) => who !== '' && why !== '')).toBe(true)
  })
})

describe('who asks', () => {
  it('renews the own cause by asking again', async () => {
    await here.life.advertiser.announce(personAsks(prefix, { until: here.lab.now + 60_000 }))
    await here.life.advertiser.announce(personAsks(prefix, { until: here.lab.now + 120_000 }))
    const { causes, until } = await here.only()
    expect(causes).toHaveLength(1)
    expect(until).toBe(new Date(here.lab.now + 120_000).toISOString())
  })

  it('is refused with nothing written or told', async () => {
    await expect(here.life.advertiser.announce(personAsks('198.51.100.0/24'))).rejects.toMatchObject({ refusal: 'not_owned' })
    expect((await here.life.advertiser.list(1, { limit: 10, offset: 0 })).total).toBe(0)
    expect(here.driver().calls).toEqual([])
  })

  it('sees in a preview what would be sent, and nothing is written', async () => {
    const shown = await here.life.advertiser.preview(personAsks(prefix))
    expect(shown.messages.map(({ lines }) => lines)).toEqual([[`announce ${prefix}`]])
    expect((await here.life.advertiser.list(1, { limit: 10, offset: 0 })).total).toBe(0)
    await here.life.advertiser.announce(personAsks(prefix))
    expect((await here.life.advertiser.preview(personAsks(prefix))).warnings.join()).toContain('announced with bgp already')
  })

  it('does not reach the advertisements of others', async () => {
    const [mine] = await here.life.advertiser.announce(personAsks(prefix))
    await expect(here.life.advertiser.get(2, mine?.id ?? '')).rejects.toMatchObject({ error: 'advertisement_not_found' })
    await expect(here.life.advertiser.release(2, mine?.id ?? '', eve)).rejects.toMatchObject({ error: 'advertisement_not_found' })
  })

  it('finds them by state, prefix and incident', async () => {
    await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    const found = async (filter: object) => (await here.life.advertiser.list(1, { limit: 10, offset: 0, ...filter })).total
    expect(await found({ state: 'current', prefix, incidentId: 'incident' })).toBe(1)
    expect(await Promise.all([found({ state: 'withdrawn' }), found({ prefix: '203.0.113.0/25' }), found({ incidentId: 'other' })])).toEqual(
      [0, 0, 0],
    )
  })

  it('cannot withdraw twice, nor release what does not hold', async () => {
    const [mine] = await here.life.advertiser.announce(personAsks(prefix))
    const id = mine?.id ?? ''
    await expect(here.life.advertiser.release(1, id, eve, 'f'.repeat(32))).rejects.toMatchObject({ error: 'advertisement_state' })
    await here.life.advertiser.release(1, id, eve)
    await expect(here.life.advertiser.release(1, id, eve)).rejects.toMatchObject({ error: 'advertisement_state' })
    const { causes } = await here.only()
    expect(causes[0]).toMatchObject({ released_why: 'eve@example.net: enough' })
  })

  it('is refused when very many hold it already', async () => {
    for (let count = 0; count < 100; count++) await here.life.advertiser.announce(ruleAsks(prefix, `incident ${count}`))
    await expect(here.life.advertiser.announce(ruleAsks(prefix, 'one more'))).rejects.toMatchObject({ refusal: 'cap' })
    expect((await here.only()).causes).toHaveLength(100)
  })
})

describe('a dry run', () => {
  it('lives like any other, and no driver is told; the real one stands beside it', async () => {
    const [dry] = await here.life.advertiser.announce(personAsks(prefix, { dryRun: true }))
    expect(dry).toMatchObject({ state: 'announced', dry_run: true, detail: 'dry run: nothing was sent' })
    const [real] = await here.life.advertiser.announce(personAsks(prefix))
    expect(real?.id).not.toBe(dry?.id)
    expect(here.driver().calls.map(({ route }) => route.id)).toEqual([real?.id])
    await here.restart()
    expect(here.driver().begunWith?.map(({ id }) => id)).toEqual([real?.id])
    expect(await here.life.advertiser.release(1, dry?.id ?? '', eve)).toMatchObject({ state: 'withdrawn' })
    expect([...here.lab.peer().table.keys()]).toEqual([key])
  })
})

describe('approval', () => {
  beforeEach(async () => {
    await here.reopen({}, [{ cidr: prefix, approval: true }])
  })

  it('is waited for, over a restart, and then announced', async () => {
    const [asked] = await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    expect(asked?.state).toBe('pending')
    await here.restart()
    expect(here.driver().begunWith).toEqual([])
    expect(here.lab.peer().log).toEqual([])
    expect(await here.life.advertiser.approve(1, asked?.id ?? '', eve)).toMatchObject({ state: 'announced' })
    await expect(here.life.advertiser.approve(1, asked?.id ?? '', eve)).rejects.toMatchObject({ error: 'advertisement_state' })
  })

  it('can be refused, and ends with the cause', async () => {
    const [asked] = await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    expect(await here.life.advertiser.reject(1, asked?.id ?? '', eve)).toMatchObject({ state: 'withdrawn' })
    await here.life.advertiser.announce(ruleAsks(prefix, 'next', { cause: { until: here.lab.now + 5000 } }))
    await here.lab.pass(here.life, 5)
    expect(here.life.events.map(({ change }) => change.to)).toEqual(['pending', 'withdrawn', 'pending', 'withdrawn'])
    expect(here.lab.peer().log).toEqual([])
  })

  it('is not needed when a person asks for the same', async () => {
    await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    expect(await here.life.advertiser.announce(personAsks(prefix))).toMatchObject([{ state: 'announced' }])
  })

  it('is asked for anew when a rule asks while it is being withdrawn', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    const { id } = await here.only()
    here.driver().answer = () => ({ outcome: { kind: 'delayed', retryAt: null, detail: 'later' }, reaches: false })
    expect(await here.life.advertiser.release(1, id, eve)).toMatchObject({ state: 'withdrawing' })
    expect(await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))).toMatchObject([{ id, state: 'withdrawing' }])
    const [call] = here.driver().calls.slice(-1)
    if (!call) throw new Error('no call')
    here.driver().settle(call, { kind: 'done', already: false, detail: 'gone' })
    await here.life.advertiser.idle()
    expect(await here.only()).toMatchObject({ id, state: 'pending' })
    expect(here.lab.peer().table.size).toBe(0)
  })

  it('is refused by the guard when the prefix was locked meanwhile', async () => {
    const [asked] = await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    await here.setOwned({ locked: 1 })
    await expect(here.life.advertiser.approve(1, asked?.id ?? '', eve)).rejects.toMatchObject({ refusal: 'locked' })
    expect(await here.only()).toMatchObject({ state: 'pending' })
  })
})

describe('registered prefixes that change', () => {
  it('leave what is announced where it is when they are locked', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    await here.setOwned({ locked: 1 })
    expect(await here.only()).toMatchObject({ state: 'announced' })
    await here.restart()
    expect(await here.only()).toMatchObject({ state: 'announced' })
    expect(here.lab.peer().log).toEqual([`+${key}`])
  })

  it('hold back what was not announced yet until they are unlocked', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'error', detail: 'no' }, reaches: false })
    await here.life.advertiser.announce(personAsks(prefix))
    await here.setOwned({ locked: 1 })
    await here.lab.pass(here.life, 10)
    expect(await here.only()).toMatchObject({ state: 'locked' })
    here.driver().answer = () => undefined
    await here.lab.pass(here.life, 10)
    expect(here.lab.peer().log).toEqual([])
    await here.setOwned({ locked: 0 })
    expect(await here.only()).toMatchObject({ state: 'announced' })
  })

  it('withdraw what they do not allow any more', async () => {
    await here.reopen({}, [{ cidr: prefix, divert_max_length: 25 }])
    await here.life.advertiser.announce(personAsks('203.0.113.0/25'))
    await here.setOwned({ divert_max_length: 24 })
    expect(await here.only()).toMatchObject({ state: 'withdrawn' })
    expect((await here.only()).causes[0]?.released_why).toContain('/25')
    expect(here.lab.peer().table.size).toBe(0)
  })
})

describe('the global stop', () => {
  it('lets nothing new out, over a restart, and leaves what is there', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    await here.life.advertiser.stopAll(eve, false)
    await expect(here.life.advertiser.announce(personAsks(prefix, { who: 'bob@example.net' }))).rejects.toMatchObject({
      refusal: 'stopped',
    })
    await here.restart()
    await expect(here.life.advertiser.announce(ruleAsks(prefix, 'incident'))).rejects.toMatchObject({ refusal: 'stopped' })
    expect(await here.life.advertiser.status(1)).toMatchObject({ stopped: true, stop: { who: eve.who, why: eve.why }, announcements: 1 })
    expect(here.lab.peer().log).toEqual([`+${key}`])
    await here.life.advertiser.resume(eve)
    expect(await here.life.advertiser.status(1)).toMatchObject({ stopped: false, stop: null })
    await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
  })

  it('withdraws everything when that is asked for', async () => {
    await here.life.advertiser.announce(personAsks(prefix))
    await here.life.advertiser.announce(ruleAsks(prefix, 'incident'))
    await here.life.advertiser.stopAll(eve, true)
    expect(await here.only()).toMatchObject({ state: 'withdrawn' })
    expect(here.lab.peer().table.size).toBe(0)
  })

  it('holds back further tries until it is over', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'error', detail: 'no' }, reaches: false })
    await here.life.advertiser.announce(personAsks(prefix))
    await here.life.advertiser.stopAll(eve, false)
    here.driver().answer = () => undefined
    await here.lab.pass(here.life, 30)
    expect(await here.only()).toMatchObject({ state: 'delayed', detail: expect.stringContaining('stopped') })
    await here.restart()
    expect(here.lab.peer().log).toEqual([])
    await here.life.advertiser.resume(eve)
    await here.life.advertiser.idle()
    expect(await here.only()).toMatchObject({ state: 'announced' })
  })

  it('takes back what a driver has not finished', async () => {
    here.driver().answer = () => ({ outcome: { kind: 'delayed', retryAt: null, detail: 'no neighbour is up' }, reaches: false })
    const [mine] = await here.life.advertiser.announce(personAsks(prefix))
    expect(mine).toMatchObject({ state: 'delayed', detail: 'no neighbour is up' })
    here.driver().answer = () => undefined
    await here.life.advertiser.stopAll(eve, false)
    expect(here.driver().calls.map(({ direction }) => direction)).toEqual(['announce', 'withdraw'])
    expect(await here.only()).toMatchObject({ state: 'delayed', detail: expect.stringContaining('stopped') })
    await here.lab.pass(here.life, 600, 60)
    expect(here.driver().calls).toHaveLength(2)
    await here.life.advertiser.resume(eve)
    await here.life.advertiser.idle()
    expect(await here.only()).toMatchObject({ state: 'announced' })
  })
})
