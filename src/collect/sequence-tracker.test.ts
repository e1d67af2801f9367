// Gaps, late datagrams, restarts and wraps of export sequence numbers.
import { describe, expect, it } from 'vitest'
import { SequenceTracker } from './sequence-tracker.ts'

/** Sums over [sequence, units] in order. */
function observe(steps: readonly (readonly [number, number])[]): { lost: number; reordered: number } {
  const tracker = new SequenceTracker()
  const total = { lost: 0, reordered: 0 }
  for (const [sequence, units] of steps) {
    const { lost, reordered } = tracker.observe(sequence, units)
    total.lost += lost
    total.reordered += reordered
  }
  return total
}

describe('a sequence', () => {
  it.each<[string, [number, number][], { lost: number; reordered: number }]>([
    [
      'without gap',
      [
        [5, 1],
        [6, 1],
        [7, 1],
      ],
      { lost: 0, reordered: 0 },
    ],
    [
      'with a gap, in units',
      [
        [100, 30],
        [160, 30],
      ],
      { lost: 30, reordered: 0 },
    ],
    [
      'over the wrap',
      [
        [2 ** 32 - 1, 1],
        [0, 1],
        [2, 1],
      ],
      { lost: 1, reordered: 0 },
    ],
    [
      'with a late datagram, which moves nothing',
      [
        [1, 1],
        [3, 1],
        [2, 1],
        [4, 1],
      ],
      { lost: 1, reordered: 1 },
    ],
    [
      'of an exporter that restarted',
      [
        [4_000_000, 1],
        [1, 1],
        [2, 1],
      ],
      { lost: 0, reordered: 0 },
    ],
    [
      'that started anew after an uncountable datagram',
      [
        [10, -1],
        [500, 5],
        [505, 5],
      ],
      { lost: 0, reordered: 0 },
    ],
  ])('%s', (_name, steps, expected) => {
    expect(observe(steps)).toEqual(expected)
  })
})
