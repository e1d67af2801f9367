import { describe, expect, it } from 'vitest'
import { ClockOffset } from './clock-offset.ts'

describe('the offset of a clock', () => {
  it('is not known before an answer', () => {
    expect(new ClockOffset().best()).toBeNull()
  })

  it('is told by the answer with the shortest way of the last eight', () => {
    const offset = new ClockOffset()
    // The agent is 250 ms ahead. The second answer took long on one half of its way only.
    offset.add({ asked: 1000, agent: 1260, answered: 1020 })
    offset.add({ asked: 2000, agent: 2651, answered: 2402 })
    offset.add({ asked: 3000, agent: 3252, answered: 3004 })
    expect(offset.best()).toEqual({ offsetMs: 250, errorMs: 2 })
    for (let time = 4000; time < 12_000; time += 1000) offset.add({ asked: time, agent: time + 150, answered: time + 100 })
    expect([offset.best(), offset.answers]).toEqual([{ offsetMs: 100, errorMs: 50 }, 8])
  })

  it('has no negative error when the clock was set back meanwhile', () => {
    const offset = new ClockOffset()
    offset.add({ asked: 5000, agent: 5000, answered: 4000 })
    expect(offset.best()).toEqual({ offsetMs: 0, errorMs: 0 })
  })
})
