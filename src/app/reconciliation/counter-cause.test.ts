// Why flows and counters differ: ratios, sampling error, both directions together, and the factor that is suggested.
import { describe, expect, it } from 'vitest'
import type { InterfaceFlows } from '../../query/interface-flows.ts'
import { counterCauses, roundedFactor, type DirectionFacts } from './counter-cause.ts'

const seconds = 300
const counterBps = 80_000_000

/** Flows of `ratio` times what the counters say, from many packets of a router that tells no factor, unless changed. */
function direction(ratio: number, changes: Partial<InterfaceFlows> & { counterBps?: number | null } = {}): DirectionFacts {
  const { counterBps: counters = counterBps, ...flowChanges } = changes
  const framedBytes = (ratio * counterBps * seconds) / 8
  const flows = { bytes: framedBytes, framedBytes, samples: 1_000_000, assumedShare: 1, meanRate: 1, ...flowChanges }
  return { counterBps: counters, flows: ratio === 0 ? null : flows }
}

const quiet = direction(0, { counterBps: 1000 })
const causes = (input: DirectionFacts, output: DirectionFacts = quiet) => counterCauses({ in: input, out: output }, seconds)
const told = { assumedShare: 0 }

describe('the cause', () => {
  it.each([
    ['agree', 1],
    ['agree', 0.86],
    ['agree', 1.14],
    ['unclear', 0.8],
    ['unclear', 1.3],
    ['flows_missing', 0.69],
    ['flows_missing', 0.3],
    ['counted_twice', 1.99],
    ['counted_twice', 1.72],
    ['unclear', 4],
  ] as const)('is %s at %f', (cause, ratio) => {
    expect(causes(direction(ratio)).in).toBe(cause)
  })

  it('is no_flows, no_counters or nothing to say', () => {
    expect(causes(direction(0)).in).toBe('no_flows')
    expect(causes(direction(1, { counterBps: null })).in).toBe('no_counters')
    expect(causes(quiet).in).toBe('agree')
    expect(causes(direction(1, { counterBps: 1000 })).in).toBe('unclear')
  })

  it('allows for the error of sampling: 196 % ÷ √samples', () => {
    // 400 samples: 9.8 %, so 0.78 × 1.098 = 0.856 agrees; a million samples: 0.2 %.
    expect(causes(direction(0.78, { ...told, samples: 400 })).in).toBe('agree')
    expect(causes(direction(0.78, { ...told, samples: 1_000_000 })).in).toBe('unclear')
    expect(causes(direction(0.66, { ...told, samples: 400 })).in).toBe('unclear')
  })

  it('is sampling_untold where both directions are too small alike', () => {
    expect(causes(direction(1 / 1000), direction(1 / 1006))).toEqual({
      in: 'sampling_untold',
      out: 'sampling_untold',
      suggestedSampling: 1000,
    })
    expect(causes(direction(1 / 64))).toEqual({ in: 'sampling_untold', out: 'agree', suggestedSampling: 64 })
  })

  it('is loss where the directions are not alike, where the factor was told, or where nobody would sample so', () => {
    expect(causes(direction(1 / 100), direction(1))).toEqual({ in: 'flows_missing', out: 'agree', suggestedSampling: null })
    expect(causes(direction(1 / 100, told), direction(1 / 100, told)).in).toBe('flows_missing')
    expect(causes(direction(1 / 4), direction(1 / 4)).in).toBe('flows_missing')
    expect(causes(direction(1 / 1_000_000), direction(1 / 1_000_000)).in).toBe('flows_missing')
  })

  it('suggests a factor in place of one that was assumed', () => {
    // An account default of 100 where 1 in 1000 is true shows a tenth.
    const assumed = { meanRate: 100 }
    expect(causes(direction(0.1, assumed), direction(0.1, assumed)).suggestedSampling).toBe(1000)
  })
})

describe('a suggested factor', () => {
  it.each([
    [8.3, 8],
    [97, 100],
    [103, 100],
    [505, 500],
    [507, 512],
    [498, 500],
    [1010, 1000],
    [1040, 1024],
    [2070, 2048],
    [4000, 4096],
    [9700, 10_000],
    [330, 330],
    [3333, 3300],
  ])('is for %d the usual %d', (estimate, factor) => {
    expect(roundedFactor(estimate)).toBe(factor)
  })
})
