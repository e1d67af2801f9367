// The period before: its place, its line, and the change in words' figures.
import { describe, expect, it } from 'vitest'
import type { Point } from './series.ts'
import { changeOf, movedOn, windowBefore } from './previous-period.ts'

const flat = (value: number, from = 0, to = 10): Point[] => Array.from({ length: to - from }, (_, index) => [from + index, value])

describe('the period before', () => {
  it('has the same length and ends where the window begins', () => {
    const bucket = { seconds: 60, dimension: 'datetimeMinute' }
    expect(windowBefore({ start: 5000, end: 8000, bucket, now: 7000 })).toEqual({ start: 2000, end: 5000, bucket, now: 7000 })
    expect(movedOn([[2000, 7]], 3000)).toEqual([[5000, 7]])
  })

  it('is told as a share, as a factor, or as the same', () => {
    expect(changeOf(flat(103), flat(100))).toEqual({ kind: 'same' })
    expect(changeOf(flat(150), flat(100))).toEqual({ kind: 'more', share: 0.5 })
    expect(changeOf(flat(25), flat(100))).toEqual({ kind: 'less', share: 0.75 })
    expect(changeOf(flat(800), flat(100))).toEqual({ kind: 'times', times: 8 })
  })

  it('is compared only as far as both are known', () => {
    const spikeLater: Point[] = [...flat(100, 0, 5), ...flat(9000, 5, 10)]
    expect(changeOf(flat(100, 0, 5), spikeLater)).toEqual({ kind: 'same' })
  })

  it('is nothing to compare with where nothing is known, or nothing was there', () => {
    expect(changeOf(flat(100), [])).toBeUndefined()
    expect(changeOf([], flat(100))).toBeUndefined()
    expect(changeOf(flat(100), flat(0))).toBeUndefined()
    expect(changeOf(flat(1, 0, 3), flat(1, 5, 9))).toBeUndefined()
  })
})
