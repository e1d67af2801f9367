// The detector as a whole, in virtual time: when it fires, when it closes, what a restart does.
import { beforeEach, describe, expect, it } from 'vitest'
import { DetectorLab, labStart } from './testing/detector-lab.ts'
import { testRule } from './testing/rules.ts'

const gigabit = 1e9
const limit = testRule({ bandwidth_threshold: gigabit })
const quiet = () => 0.5 * gigabit
const attack = () => 6.4 * gigabit
const time = (text: string | null) => Date.parse(text ?? '') / 1000

let lab: DetectorLab
beforeEach(() => {
  lab = new DetectorLab()
})

describe('a threshold rule', () => {
  it('fires within a second after its duration is reached, and not before', async () => {
    await lab.start([limit])
    lab.run(30, quiet)
    const began = lab.second
    lab.run(59, attack)
    expect(lab.events).toEqual([])
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'breach', since: new Date(began * 1000).toISOString() }])
    expect(lab.detector.isBreaching(lab.detector.statuses(1)[0].id)).toBe(true)
    lab.run(1, attack)
    expect(lab.events).toHaveLength(1)
    const [{ at, event, incident }] = lab.events
    expect(event).toBe('opened')
    expect(at - (began + 60) * 1000).toBeLessThan(1000)
    expect(time(incident.started_at)).toBe(began)
    expect(incident).toMatchObject({ state: 'open', metric: 'bits', limit: gigabit, peak_bits_per_second: 6.4 * gigabit, ended_at: null })
    expect(incident.headline).toBe('my_rule_1: 6.4 Gb/s to 203.0.113.0/24, above 1 Gb/s for 1m')
  })

  it('is told of at most every five seconds, and closes after its calm with the first calm second', async () => {
    await lab.start([limit])
    const began = lab.second
    lab.run(100, attack)
    const calm = lab.second
    lab.run(59, quiet)
    expect(lab.of('closed')).toEqual([])
    lab.run(1, quiet)
    expect(lab.of('closed')).toHaveLength(1)
    const [{ incident }] = lab.of('closed')
    expect([time(incident.started_at), time(incident.ended_at)]).toEqual([began, calm])
    expect(incident.headline).toBe('my_rule_1: 6.4 Gb/s to 203.0.113.0/24, above 1 Gb/s for 1m 40s')
    expect(incident.timeline.map(({ kind }) => kind)).toEqual(['breach', 'peak', 'opened', 'calm', 'closed'])
    const updates = lab.of('updated').map(({ at }) => at)
    expect(updates.length).toBeGreaterThan(10)
    expect(updates.slice(1).every((at, index) => at - updates[index] >= 5000)).toBe(true)
    lab.run(300, quiet)
    expect(lab.of('closed')).toHaveLength(1)
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'quiet', incident: null }])
    expect(lab.detector.isBreaching(lab.detector.statuses(1)[0].id)).toBe(false)
  })

  it('stays open over dips that are shorter than the calm, as one incident', async () => {
    await lab.start([limit])
    lab.run(70, attack)
    lab.run(50, quiet)
    lab.run(70, attack)
    lab.run(60, quiet)
    expect(lab.events.filter(({ event }) => event !== 'updated').map(({ event }) => event)).toEqual(['opened', 'closed'])
  })

  it('closes after calm_seconds where the rule sets them', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5s', extension: { calm_seconds: 20 } })])
    lab.run(5, attack)
    expect(lab.of('opened')).toHaveLength(1)
    lab.run(19, quiet)
    expect(lab.of('closed')).toEqual([])
    lab.run(1, quiet)
    expect(lab.of('closed')).toHaveLength(1)
  })

  it('fires on packets alone as on bits alone, and never on the mean of both', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, packet_threshold: 100_000, duration: '30s' })])
    // Alternating, neither is above for the duration.
    lab.run(60, (second) => (Math.floor(second / 15) % 2 === 0 ? [2 * gigabit, 50_000] : [gigabit / 2, 200_000]))
    expect(lab.events).toEqual([])
    lab.run(30, () => [gigabit / 2, 200_000])
    expect(lab.of('opened')).toMatchObject([{ incident: { metric: 'packets', limit: 100_000 } }])
  })

  it('without thresholds never fires', async () => {
    await lab.start([testRule()])
    lab.run(200, attack)
    expect(lab.events).toEqual([])
  })
})

describe('records that come late', () => {
  // NetFlow with an active timeout of 60 s: every minute a record tells of the minute before.
  const tellMinute = (traffic: number) => {
    const from = lab.second - 60
    for (let second = from; second < from + 60; second++) lab.tell(limit.id, second, traffic)
    lab.close()
  }

  it('complete a run of the past, which fires once', async () => {
    await lab.start([limit])
    lab.run(300, () => 0)
    tellMinute(2 * gigabit)
    const began = lab.second - 60
    lab.run(1, () => 0)
    const told = lab.of('opened')
    expect(told).toHaveLength(1)
    expect(time(told[0].incident.started_at)).toBe(began)
    lab.run(400, () => 0)
    expect(lab.events.filter(({ event }) => event !== 'updated').map(({ event }) => event)).toEqual(['opened', 'closed'])
    // More about the seconds of that incident, and about those before its end, is no new incident.
    for (let second = lab.second - 460; second < lab.second - 400; second++) lab.tell(limit.id, second, 2 * gigabit)
    lab.run(200, () => 0)
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('do not make an incident flap that goes on between them', async () => {
    await lab.start([limit])
    for (let minute = 0; minute < 12; minute++) {
      lab.run(60, () => 0)
      tellMinute(3 * gigabit)
    }
    expect(lab.events.filter(({ event }) => event !== 'updated').map(({ event }) => event)).toEqual(['opened'])
    expect(lab.of('opened')[0].incident.started_at).toBe(new Date((labStart + 2) * 1000).toISOString())
    lab.run(200, () => 0)
    expect(lab.of('closed')).toHaveLength(1)
  })

  it('show the rate of the seconds that are told, not of those that are not yet', async () => {
    await lab.start([limit])
    for (let minute = 0; minute < 5; minute++) {
      lab.run(60, () => 0)
      tellMinute(gigabit / 2)
    }
    lab.run(5, () => 0)
    expect(lab.detector.statuses(1)[0].bits_per_second).toBeCloseTo(gigabit / 2, -6)
  })

  it('beyond ten minutes and from the future are dropped and counted', async () => {
    await lab.start([limit])
    lab.run(60, quiet)
    lab.tell(limit.id, lab.second - 3000, gigabit)
    lab.tell(limit.id, lab.second + 10, gigabit)
    lab.tell('b'.repeat(32), lab.second, gigabit)
    expect(lab.detector.figures()).toMatchObject({ counts_dropped: 3, failures: 0 })
  })
})

describe('threads', () => {
  it('are waited for half a second and no longer', async () => {
    lab = new DetectorLab(2)
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5s' })])
    for (let count = 0; count < 5; count++) {
      lab.clock.time += 1000
      lab.tell(limit.id, lab.second - 1, attack())
    }
    lab.clock.time = Math.floor(lab.clock.time / 1000) * 1000 + 499
    lab.detector.tick()
    expect(lab.events).toEqual([])
    lab.clock.time += 1
    lab.detector.tick()
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('that say nothing at the start are waited for ten seconds', async () => {
    lab = new DetectorLab(2)
    lab.detector.watch([testRule({ bandwidth_threshold: gigabit, duration: '5s' })])
    await lab.detector.start()
    for (let count = 0; count < 9; count++) {
      lab.clock.time += 1000
      lab.tell(limit.id, lab.second - 1, attack())
    }
    expect(lab.events).toEqual([])
    lab.clock.time += 1000
    lab.tell(limit.id, lab.second - 1, attack())
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('add up', async () => {
    lab = new DetectorLab(2)
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5s' })])
    for (let count = 0; count < 6; count++) {
      lab.clock.time += 1000
      for (const thread of [0, 1]) lab.tell(limit.id, lab.second - 1, 0.6 * gigabit, thread)
    }
    expect(lab.of('opened')).toHaveLength(1)
  })
})

describe('a restart', () => {
  it.each([{ killed: true }, { killed: false }])('in the middle of a breach does not restart its clock (%o)', async (how) => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5m' })])
    lab.run(20, quiet)
    const began = lab.second
    lab.run(150, attack)
    await lab.restart(12, how)
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'quiet' }])
    lab.run(1, attack)
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'breach', since: new Date(began * 1000).toISOString() }])
    lab.run(began + 299 - lab.second, attack)
    expect(lab.events).toEqual([])
    lab.run(1, attack)
    expect(lab.of('opened')).toMatchObject([{ incident: { started_at: new Date(began * 1000).toISOString() } }])
  })

  it('after which the traffic is below ends the breach where it was counted last', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '1m' })])
    lab.run(50, attack)
    await lab.restart(5)
    lab.run(10, quiet)
    const again = lab.second
    lab.run(59, attack)
    expect(lab.events).toEqual([])
    lab.run(1, attack)
    expect(time(lab.of('opened')[0].incident.started_at)).toBe(again)
  })

  it('that takes longer than half of the duration waits until half of it was counted', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5m' })])
    lab.run(20, attack)
    await lab.restart(400)
    lab.run(100, attack)
    expect(lab.events).toEqual([])
    lab.run(40, attack)
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('keeps an open incident, which is not told as opened again and closes once', async () => {
    await lab.start([limit])
    lab.run(100, attack)
    const { incident } = lab.of('opened')[0]
    await lab.restart(30, { killed: true })
    lab.run(100, attack)
    const calm = lab.second
    lab.run(60, quiet)
    expect(lab.of('opened')).toHaveLength(1)
    const closed = lab.of('closed')
    expect(closed).toHaveLength(1)
    expect(closed[0].incident).toMatchObject({
      id: incident.id,
      started_at: incident.started_at,
      ended_at: new Date(calm * 1000).toISOString(),
    })
    expect(closed[0].incident.timeline.filter(({ kind }) => kind === 'restart')).toHaveLength(1)
  })

  it('during which the attack ended closes the incident at the last counted second', async () => {
    await lab.start([limit])
    lab.run(100, attack)
    const last = lab.second - 1
    await lab.restart(120)
    lab.run(9, quiet)
    expect(lab.of('closed')).toEqual([])
    lab.run(1, quiet)
    expect(lab.of('closed')).toMatchObject([{ incident: { ended_at: new Date((last + 1) * 1000).toISOString() } }])
  })

  it('with a memory that cannot be read begins anew and says so', async () => {
    await lab.start([limit])
    lab.run(30, attack)
    lab.journal.breaches.set(limit.id, '{"until":"never"}')
    await lab.restart(5, { killed: true })
    lab.run(59, attack)
    expect(lab.events).toEqual([])
    expect(lab.warnings).toEqual(['what was remembered of a rule cannot be read; it begins anew'])
  })

  it('keeps nothing of what is over', async () => {
    await lab.start([limit])
    lab.run(100, attack)
    lab.run(70, quiet)
    expect([...lab.journal.breaches]).toEqual([])
  })
})

describe('a process that stood still', () => {
  it('goes on as after a restart', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5m' })])
    const began = lab.second
    lab.run(100, attack)
    lab.clock.time += 90_000
    lab.run(began + 299 - lab.second, attack)
    expect(lab.events).toEqual([])
    lab.run(1, attack)
    expect(lab.of('opened')).toHaveLength(1)
    expect(lab.warnings).toHaveLength(1)
  })

  it('or a clock that was set back ends what is open', async () => {
    await lab.start([limit])
    lab.run(100, attack)
    lab.clock.time -= 3_600_000
    lab.run(61, attack)
    expect(lab.of('closed')).toHaveLength(1)
    expect(lab.of('closed')[0].incident.timeline.at(-1)?.text).toContain('clock')
    lab.run(10, attack)
    expect(lab.of('opened')).toHaveLength(2)
  })
})

describe('rules that change', () => {
  it('keep their traffic: a lower threshold fires on what is going on', async () => {
    await lab.start([testRule({ bandwidth_threshold: 10 * gigabit })])
    lab.run(200, attack)
    lab.detector.watch([limit])
    lab.run(1, attack)
    expect(lab.of('opened')).toHaveLength(1)
  })

  it('do not fire on what ended long ago', async () => {
    await lab.start([testRule({ bandwidth_threshold: 10 * gigabit })])
    lab.run(200, attack)
    lab.run(100, quiet)
    lab.detector.watch([limit])
    lab.run(100, quiet)
    expect(lab.events).toEqual([])
  })

  it.each([
    ['deleted', []],
    ['switched off', [testRule({ bandwidth_threshold: gigabit, extension: { enabled: false } })]],
    ['watches something else', [testRule({ bandwidth_threshold: gigabit, prefixes: ['198.51.100.0/24'] })]],
  ])('close their incident when they are gone: %s', async (reason, rules) => {
    await lab.start([limit])
    lab.run(100, attack)
    lab.detector.watch(rules)
    const closed = lab.of('closed')
    expect(closed).toHaveLength(1)
    expect(closed[0].incident.timeline.at(-1)?.text).toContain(reason)
    expect([...lab.journal.breaches]).toEqual([])
  })

  it('close incidents of rules that were deleted while the server was down', async () => {
    await lab.start([limit])
    lab.run(100, attack)
    await lab.detector.stop()
    const { journal } = lab
    lab = new DetectorLab()
    for (const [id, text] of journal.incidents) lab.journal.incidents.set(id, text)
    lab.clock.time += 300_000
    await lab.start([])
    expect(lab.of('closed')).toHaveLength(1)
    expect(lab.of('closed')[0].incident.timeline.at(-1)?.text).toContain('deleted')
  })

  it('keep their incident when only a limit or the name changed', async () => {
    await lab.start([limit])
    lab.run(100, attack)
    lab.detector.watch([testRule({ bandwidth_threshold: 2 * gigabit, name: 'renamed' })])
    lab.run(50, attack)
    expect(lab.of('closed')).toEqual([])
    lab.run(60, quiet)
    expect(lab.of('closed')).toHaveLength(1)
  })

  it('that are off have the state off and say nothing', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, extension: { enabled: false } })])
    lab.run(100, attack)
    expect(lab.detector.statuses(1)).toMatchObject([{ state: 'off', bits_per_second: 0 }])
    expect(lab.detector.statuses(2)).toEqual([])
  })
})

describe('minutes', () => {
  it('are told when over for 90 s, again when changed, and not when a part of them was not counted', async () => {
    await lab.start([limit])
    // Counting began two seconds into the first minute.
    lab.run(60 + 58 + 89, () => 8000)
    expect(lab.minutes).toEqual([])
    lab.run(1, () => 8000)
    const minute = {
      account: 1,
      rule: limit.id,
      minute: labStart + 60,
      bytes: 60_000,
      packets: 60,
      peak_bits: 8000,
      peak_packets: 1,
      incident: false,
    }
    expect(lab.minutes).toEqual([minute])
    lab.tell(limit.id, labStart + 70, 80_000)
    lab.run(60, () => 8000)
    expect(lab.minutes.slice(1)).toEqual([
      { ...minute, bytes: 70_000, packets: 70, peak_bits: 88_000, peak_packets: 11 },
      { ...minute, minute: labStart + 120 },
    ])
  })

  it('of an incident are marked, told again where they were not', async () => {
    await lab.start([testRule({ bandwidth_threshold: gigabit, duration: '5m' })])
    lab.run(118, quiet)
    lab.run(301, attack)
    lab.run(1000, quiet)
    const marks = new Map(lab.minutes.map(({ minute, incident }) => [(minute - labStart) / 60, incident]))
    expect([...marks].filter(([, marked]) => marked).map(([minute]) => minute)).toEqual([2, 3, 4, 5, 6, 7])
  })
})

describe('series', () => {
  it('has the last whole seconds, with zeros', async () => {
    await lab.start([limit])
    lab.run(3, () => [8, 1])
    lab.run(1, () => 0)
    expect(lab.detector.series(limit.id, 3)).toEqual([
      { time: lab.second - 3, bits: 8, packets: 1 },
      { time: lab.second - 2, bits: 8, packets: 1 },
      { time: lab.second - 1, bits: 0, packets: 0 },
    ])
    expect(lab.detector.series('b'.repeat(32), 3)).toEqual([])
    expect(lab.detector.series(limit.id, 900)).toHaveLength(900)
  })
})
