import { describe, expect, it } from 'vitest'
import { Replay, SteppedSeconds } from './backtest.ts'
import { createEvaluator } from './evaluators.ts'
import { testRule } from './testing/rules.ts'

const start = 1_767_225_600

/** Rates of `length` seconds: 100 but where a burst says otherwise, seconds from the start. */
function rates(length: number, bursts: readonly (readonly [from: number, to: number, rate: number])[]): Float64Array {
  return Float64Array.from({ length }, (_, second) => bursts.find(([from, to]) => second >= from && second < to)?.[2] ?? 100)
}

interface Options {
  readonly step?: number
  readonly duration?: '5s' | '10s' | '1m' | '5m'
  readonly calm?: number
}

function replay(bits: Float64Array, { step = 1, duration = '10s', calm }: Options = {}): Replay {
  const rule = testRule({ bandwidth_threshold: 1000, duration, ...(calm === undefined ? {} : { extension: { calm_seconds: calm } }) })
  const seconds = new SteppedSeconds(start, step, { bits, packets: new Float64Array(bits.length) })
  const run = new Replay({ rule, evaluator: createEvaluator(rule), seconds, from: start, to: start + bits.length * step, step })
  // In small turns, as the server runs it.
  while (run.run(7));
  return run
}

const times = ({ firings }: Replay) =>
  firings.map(({ startedAt, firedAt, endedAt }) => [startedAt - start, firedAt - start, endedAt === null ? null : endedAt - start])

describe('a replay by the second', () => {
  it('fires in the second in which the duration is full, and ends with the first calm one', () => {
    expect(times(replay(rates(400, [[100, 160, 5000]])))).toEqual([[100, 109, 160]])
  })

  it('fires again only after the calm', () => {
    const bursts = [
      [100, 130, 5000],
      [180, 210, 5000],
    ] as const
    expect(times(replay(rates(500, bursts)))).toEqual([[100, 109, 210]])
    expect(times(replay(rates(500, bursts), { calm: 30 }))).toEqual([
      [100, 109, 130],
      [180, 189, 210],
    ])
  })

  it('tells of a firing that has not ended, and of none without reason', () => {
    expect(times(replay(rates(300, [[250, 300, 5000]])))).toEqual([[250, 259, null]])
    expect(times(replay(rates(300, [])))).toEqual([])
  })

  it('knows the longest time that did not suffice', () => {
    const bursts = [
      [50, 53, 1001],
      [100, 104, 1500],
      [200, 202, 5000],
    ] as const
    const run = replay(rates(300, bursts))
    expect([run.firings.length, run.nearestMiss]).toEqual([0, 4])
    expect(replay(rates(300, [[100, 160, 5000]])).nearestMiss).toBe(0)
  })
})

describe('a replay by the minute', () => {
  it('takes a minute as even', () => {
    const minutes = rates(60, [[20, 26, 90_000]])
    expect(times(replay(minutes, { step: 60, duration: '5m' }))).toEqual([[1200, 1499, 1560]])
    expect(times(replay(minutes, { step: 60, duration: '5s' }))).toEqual([[1200, 1259, 1560]])
    expect(replay(rates(60, [[20, 24, 90_000]]), { step: 60, duration: '5m' })).toMatchObject({ firings: [], nearestMiss: 240 })
  })
})

describe('seconds of steps', () => {
  it('are even parts, and 0 outside', () => {
    const seconds = new SteppedSeconds(start, 60, { bits: Float64Array.of(600, 60), packets: Float64Array.of(6, 0) })
    expect([-1, 0, 59, 60, 119, 120].map((second) => seconds.bits(start + second))).toEqual([0, 10, 10, 1, 1, 0])
    expect(seconds.packets(start + 59)).toBe(0.1)
  })
})
