// The ring of live seconds.
import { describe, expect, it } from 'vitest'
import { LiveSeconds } from './live-seconds.ts'

const second = (time: number, bits: number) => ({ time, bits, packets: bits / 10, flows: 1 })

describe('live seconds', () => {
  it('are read without gaps, sums of several threads added up', () => {
    const live = new LiveSeconds()
    live.add(second(100, 10))
    live.add(second(100, 30))
    live.add(second(102, 50))
    expect(live.read(102, 4)).toEqual([
      { time: 99, bits: 0, packets: 0, flows: 0 },
      { time: 100, bits: 40, packets: 4, flows: 2 },
      { time: 101, bits: 0, packets: 0, flows: 0 },
      { time: 102, bits: 50, packets: 5, flows: 1 },
    ])
  })

  it('leave the ring after an hour, and cannot come back into it late', () => {
    const live = new LiveSeconds()
    live.add(second(100, 10))
    live.add(second(3700, 70))
    live.add(second(100, 10))
    expect(live.read(3700, 1)).toEqual([{ time: 3700, bits: 70, packets: 7, flows: 1 }])
    expect(live.read(100, 1)).toEqual([{ time: 100, bits: 0, packets: 0, flows: 0 }])
  })
})
