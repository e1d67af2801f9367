// Automatic withdrawal: hold time, edge counters, probes, and hold times that grow; with time that the test sets.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CauseRequest } from '../contract/advertisement.ts'
import { AdvertiserLab, personAsks, ruleAsks, type Life } from './testing/advertiser-lab.ts'
import { holdSeconds } from './withdrawal.ts'

let lab: AdvertiserLab
let life: Life

const prefix = '203.0.113.0/24'

beforeEach(async () => {
  lab = new AdvertiserLab()
  await lab.prepare()
  life = await lab.start()
})
afterEach(() => lab.remove())

const asks = (incident: string, cause: Partial<CauseRequest>) =>
  life.advertiser.announce(ruleAsks(prefix, incident, { cause: { hold_seconds: 60, ...cause } }))
const calm = (incident: string) => life.advertiser.noteIncident(incident, 'calm', lab.now)
const isThere = () => lab.peer().table.size === 1

async function newest() {
  const { advertisements } = await life.advertiser.list(1, { limit: 1, offset: 0 })
  const [one] = advertisements
  if (!one) throw new Error('there is none')
  return one
}

async function restart() {
  life.kill()
  life = await lab.start()
}

describe('by time', () => {
  it('goes after the hold time of calm, not before, and not while the incident is open', async () => {
    await asks('incident', { signal: 'time' })
    await lab.pass(life, 600, 10)
    await calm('incident')
    await lab.pass(life, 59)
    expect(isThere()).toBe(true)
    await lab.pass(life, 1)
    expect(isThere()).toBe(false)
    expect((await newest()).causes[0]?.released_why).toBe('flood: calm for 1 minute')
  })

  it('begins anew when the rule is beyond its limit again', async () => {
    await asks('incident', { signal: 'time' })
    await calm('incident')
    await lab.pass(life, 50)
    await life.advertiser.noteIncident('incident', 'breach', lab.now)
    await lab.pass(life, 60)
    await calm('incident')
    await lab.pass(life, 59)
    expect(isThere()).toBe(true)
    await lab.pass(life, 1)
    expect(isThere()).toBe(false)
  })

  it('waits for a second in which the rule is below its limit', async () => {
    await asks('incident', { signal: 'time' })
    await calm('incident')
    lab.breaching.add('rule')
    await lab.pass(life, 70)
    expect(isThere()).toBe(true)
    lab.breaching.clear()
    await lab.pass(life, 1)
    expect(isThere()).toBe(false)
  })

  it('counts over a restart', async () => {
    await asks('incident', { signal: 'time' })
    await calm('incident')
    await lab.pass(life, 50)
    await restart()
    await lab.pass(life, 9)
    expect(isThere()).toBe(true)
    await lab.pass(life, 1)
    expect(isThere()).toBe(false)
  })

  it('waits for all causes: another incident, a person', async () => {
    await asks('incident', { signal: 'time' })
    await asks('other', { signal: 'time' })
    await life.advertiser.announce(personAsks(prefix, { until: lab.now + 600_000 }))
    await calm('incident')
    await lab.pass(life, 300, 10)
    await calm('other')
    await lab.pass(life, 290, 10)
    expect(isThere()).toBe(true)
    await lab.pass(life, 10)
    expect(isThere()).toBe(false)
    expect((await newest()).causes.map(({ released_why }) => released_why?.split(': ')[1])).toEqual([
      'calm for 1 minute',
      'calm for 1 minute',
      expect.stringContaining('until 2026-'),
    ])
  })

  it('never happens without a hold time, but for the longest time', async () => {
    await asks('incident', { signal: 'time', hold_seconds: null })
    await calm('incident')
    await lab.pass(life, 86_390, 86_390)
    expect(isThere()).toBe(true)
    await lab.pass(life, 10)
    expect(isThere()).toBe(false)
  })

  it('is not followed by a probe', async () => {
    await asks('incident', { signal: 'time' })
    await calm('incident')
    await lab.pass(life, 60)
    lab.breaching.add('rule')
    await lab.pass(life, 60)
    expect(isThere()).toBe(false)
  })
})

describe('by edge counters', () => {
  const report = (dropped_packets: number, about = prefix) =>
    life.advertiser.noteEdgeCounters(1, { prefix: about, dropped_packets, dropped_bytes: dropped_packets * 100, seconds: 10 })

  it('goes when incident and edges have both been calm for the hold time', async () => {
    await asks('incident', { signal: 'edge' })
    await calm('incident')
    await report(5000)
    await lab.pass(life, 60)
    await report(0)
    await lab.pass(life, 59)
    expect(isThere()).toBe(true)
    await lab.pass(life, 1)
    expect(isThere()).toBe(false)
  })

  it('stays while one edge still drops, while none reports, and while the incident is open', async () => {
    await asks('incident', { signal: 'edge' })
    await report(0)
    await lab.pass(life, 100)
    expect(isThere()).toBe(true)
    await calm('incident')
    for (let minute = 0; minute < 5; minute++) {
      await report(0)
      await report(1, '203.0.113.7/32')
      await lab.pass(life, 60, 10)
    }
    expect(isThere()).toBe(true)
    await report(0, '203.0.113.7/32')
    await lab.pass(life, 121)
    expect(isThere()).toBe(false)
  })

  it('does not take silence for calm', async () => {
    await asks('incident', { signal: 'edge', hold_seconds: 300 })
    await calm('incident')
    await report(0)
    await lab.pass(life, 600, 10)
    expect(isThere()).toBe(true)
    await report(0)
    await lab.pass(life, 290, 10)
    expect(isThere()).toBe(true)
  })

  it('does not hear other accounts, nor reports about no prefix', async () => {
    await asks('incident', { signal: 'edge' })
    await calm('incident')
    await life.advertiser.noteEdgeCounters(2, { prefix, dropped_packets: 0, dropped_bytes: 0, seconds: 10 })
    await lab.pass(life, 90)
    expect(isThere()).toBe(true)
    await expect(report(0, 'nowhere')).rejects.toMatchObject({ refusal: 'malformed' })
  })
})

describe('by probe', () => {
  /** Withdrawn after a calm minute. */
  async function probed() {
    await asks('incident', { signal: 'probe' })
    await calm('incident')
    await lab.pass(life, 60)
    expect(isThere()).toBe(false)
  }

  it('announces again in the first second beyond the limit, and holds twice as long', async () => {
    await probed()
    await lab.pass(life, 30)
    lab.breaching.add('rule')
    await lab.pass(life, 1)
    expect(isThere()).toBe(true)
    lab.breaching.clear()
    const { causes } = await newest()
    expect(causes).toMatchObject([{ hold_seconds: 120, incident_id: 'incident', rule_id: 'rule', signal: 'probe', released_at: null }])
    await lab.pass(life, 119)
    expect(isThere()).toBe(true)
    await lab.pass(life, 1)
    expect(isThere()).toBe(false)
  })

  it('watches for the configured time only', async () => {
    await probed()
    await lab.pass(life, 61)
    lab.breaching.add('rule')
    await lab.pass(life, 10)
    expect(isThere()).toBe(false)
  })

  it('goes on watching after a restart', async () => {
    await probed()
    await restart()
    lab.breaching.add('rule')
    await lab.pass(life, 1)
    expect(isThere()).toBe(true)
  })

  it('watches while a slow withdrawal is under way', async () => {
    await asks('incident', { signal: 'probe' })
    await calm('incident')
    const [driver] = life.drivers.values()
    if (driver)
      driver.answer = ({ direction }) =>
        direction === 'withdraw' ? { outcome: { kind: 'delayed', retryAt: null, detail: 'soon' }, reaches: false } : undefined
    await lab.pass(life, 200)
    expect(await newest()).toMatchObject({ state: 'withdrawing' })
    lab.breaching.add('rule')
    await lab.pass(life, 1)
    expect(await newest()).toMatchObject({ state: 'announced' })
    expect(lab.peer().log).toHaveLength(1)
  })

  it('does not announce again what a person wanted gone, nor while all is stopped', async () => {
    await asks('incident', { signal: 'probe' })
    await asks('other', { signal: 'probe' })
    await calm('incident')
    await lab.pass(life, 60)
    await life.advertiser.release(1, (await newest()).id, { who: 'eve@example.net', why: 'enough' })
    lab.breaching.add('rule')
    await lab.pass(life, 10)
    expect(isThere()).toBe(false)
    lab.breaching.clear()
    await asks('third', { signal: 'probe' })
    await calm('third')
    await lab.pass(life, 60)
    await life.advertiser.stopAll({ who: 'eve@example.net', why: 'maintenance' }, false)
    lab.breaching.add('rule')
    await lab.pass(life, 10)
    expect(isThere()).toBe(false)
  })

  it('is damped by the guard in the end', async () => {
    await asks('incident', { signal: 'probe', hold_seconds: 1 })
    await calm('incident')
    for (let hold = 1; hold <= 512; hold *= 2) {
      expect(isThere()).toBe(true)
      await lab.pass(life, hold, Math.max(1, hold / 8))
      expect(isThere()).toBe(false)
      lab.breaching.add('rule')
      await lab.pass(life, 1)
      lab.breaching.clear()
    }
    // It has been announced ten times within the hour.
    expect(isThere()).toBe(false)
    expect(lab.peer().log.filter((line) => line.startsWith('+'))).toHaveLength(10)
  })
})

describe('the hold time', () => {
  it('doubles each time the attack comes back soon, also over restarts, and falls back after a long calm', async () => {
    const holds: (number | null | undefined)[] = []
    for (const incident of ['one', 'two', 'three', 'four']) {
      await asks(incident, { signal: 'time' })
      const { causes } = await newest()
      const hold = causes.at(-1)?.hold_seconds
      holds.push(hold)
      await calm(incident)
      await restart()
      await lab.pass(life, hold ?? 0, 20)
      expect(isThere()).toBe(false)
      // Before the fourth it is calm for more than four times the last one.
      await lab.pass(life, incident === 'three' ? 4 * 240 + 20 : 20, 20)
    }
    expect(holds).toEqual([60, 120, 240, 60])
  })

  it('has an upper bound, which does not cut what the rule asks for', () => {
    const at = (asked: number, last: number) => holdSeconds(asked, { releasedAt: 0, holdSeconds: last }, { now: last * 4000, most: 1000 })
    expect([at(60, 60), at(60, 600), at(900, 60), at(2000, 60), holdSeconds(60, undefined, { now: 0, most: 1000 })]).toEqual([
      120, 1000, 900, 2000, 60,
    ])
    expect(holdSeconds(60, { releasedAt: 0, holdSeconds: 60 }, { now: 240_001, most: 1000 })).toBe(60)
  })
})
