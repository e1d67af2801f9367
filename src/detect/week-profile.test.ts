// Hours of the week: when they are believed, and that one bad week does not change them.
import { describe, expect, it } from 'vitest'
import { WeekProfile } from './week-profile.ts'

const week = 7 * 86_400
const hour = 3600

function learn(profile: WeekProfile, weeks: readonly number[]): void {
  for (const [index, rate] of weeks.entries())
    for (let minute = 0; minute < 61; minute++)
      profile.add(index * week + minute * 60, minute === 60 ? 0 : rate * (1 + 0.01 * (minute % 3)))
}

describe('an hour of the week', () => {
  it('is believed once it was seen in two weeks', () => {
    const profile = new WeekProfile()
    learn(profile, [100])
    expect(profile.at(week)).toBeNull()
    learn(profile, [100, 100])
    expect(profile.at(5 * week + 10)?.mean).toBeCloseTo(101, 0)
    expect(profile.at(5 * week + hour)).toBeNull()
  })

  it('is not learnt from a few minutes', () => {
    const profile = new WeekProfile()
    for (let index = 0; index < 5; index++) for (let minute = 0; minute < 29; minute++) profile.add(index * week + minute * 60, 5)
    expect(profile.at(5 * week)).toBeNull()
  })

  it('moves little with one attack that nobody noticed', () => {
    const profile = new WeekProfile()
    learn(profile, [100, 100, 100, 100, 100_000])
    const known = profile.at(9 * week)
    expect(known?.mean).toBeLessThan(110)
    expect((known?.mean ?? 0) + 5 * (known?.deviation ?? 0)).toBeLessThan(250)
  })

  it('follows what stays', () => {
    const profile = new WeekProfile()
    learn(profile, [100, 100, ...Array.from({ length: 26 }, () => 200)])
    expect(profile.at(40 * week)?.mean).toBeGreaterThan(190)
  })
})
