// The one figure of a router: a sum of all directions, and the cause of the greatest doubt.
import { describe, expect, it } from 'vitest'
import type { CounterCause, CounterComparison, InterfaceStatus } from '../../contract/exporter-health.ts'
import { checkOf } from './counter-check.ts'

function direction(counter_bps: number | null, flow_bps: number, cause: CounterCause): CounterComparison {
  return { counter_bps, flow_bps, ratio: counter_bps === null ? null : flow_bps / counter_bps, cause }
}

function port(input: CounterComparison, out: CounterComparison): InterfaceStatus {
  return { if_index: 1, name: '', description: '', speed: null, in: input, out, suggested_sampling: null, updated: null }
}

const none = direction(null, 5e6, 'no_counters')

describe('flows of a router against its counters', () => {
  it('are unknown where no interface has counters', () => {
    expect(checkOf([])).toBeNull()
    expect(checkOf([port(none, none)])).toBeNull()
  })

  it('are the sums of the directions that have counters', () => {
    const check = checkOf([port(direction(8e6, 7e6, 'agree'), none), port(direction(2e6, 2e6, 'agree'), none)])
    expect(check).toEqual({ ratio: 0.9, cause: 'agree' })
  })

  it('have the cause of the direction in doubt with the most traffic', () => {
    const twice = direction(1e6, 2e6, 'counted_twice')
    const missing = direction(9e6, 1e6, 'flows_missing')
    expect(checkOf([port(twice, missing)])?.cause).toBe('flows_missing')
    expect(checkOf([port(twice, direction(50e6, 50e6, 'agree'))])?.cause).toBe('counted_twice')
  })

  it('have no ratio where nothing moves', () => {
    expect(checkOf([port(direction(10, 90_000, 'agree'), direction(20, 0, 'agree'))])).toEqual({ ratio: null, cause: 'agree' })
  })
})
