// The list of routers: states, orders, search, and what an address may say.
import { describe, expect, it } from 'vitest'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { silentRouter } from '../../app/router/status.ts'
import { byConcern, countStates, listRouters, readRouterSearch, routerState, sortedBy, type RouterSearch } from './router-list.ts'

const seen = '2026-01-01T00:00:00Z'

function router(address: string, change: Partial<RouterStatus> = {}): RouterStatus {
  return { ...silentRouter(address), last_seen: seen, loss: 0, ...change }
}

const well = router('192.0.2.10', { name: 'edge-10', bits_per_second: 9e9, packets_per_second: 1 })
const busy = router('192.0.2.2', { name: 'edge-2', bits_per_second: 5e9, packets_per_second: 7, sampling_rate: 1000, protocols: ['ipfix'] })
const silent = router('192.0.2.3', { name: 'core', silent: true, last_seen: '2025-12-31T00:00:00Z' })
const losing = router('192.0.2.4', { loss: 0.02 })
const doubtful = router('192.0.2.5', { doubtful_interfaces: 2, counter_check: { ratio: 0.001, cause: 'sampling_untold' } })
const twice = router('192.0.2.6', { counter_check: { ratio: 2, cause: 'agree' } })
const never = router('192.0.2.7', { last_seen: null })
const all = [well, busy, twice, never, doubtful, losing, silent]
const order = (search: RouterSearch, metric: 'bits' | 'packets' = 'bits') =>
  listRouters(all, search, metric).map(({ address }) => Number(address.split('.').at(-1)))

describe('the state of a router', () => {
  it('is the gravest of what is wrong', () => {
    expect(all.map(routerState)).toEqual(['well', 'well', 'well', 'never', 'doubtful', 'losing', 'silent'])
    expect(routerState({ ...silent, loss: 0.5, doubtful_interfaces: 1 })).toBe('silent')
    expect(routerState({ ...doubtful, loss: 0.5 })).toBe('losing')
    expect(countStates(all)).toEqual({ silent: 1, losing: 1, doubtful: 1, never: 1, well: 3 })
  })
})

describe('the list of routers', () => {
  it('begins with the worst, among equals with the busiest', () => {
    expect(order({})).toEqual([3, 4, 5, 7, 10, 2, 6])
    expect(all.toSorted(byConcern)[0]).toBe(silent)
  })

  it.each([
    ['name', [4, 5, 6, 7, 3, 2, 10]],
    ['address', [2, 3, 4, 5, 6, 7, 10]],
    ['seen', [7, 3, 4, 5, 6, 2, 10]],
    ['traffic', [10, 2, 4, 5, 6, 7, 3]],
    ['loss', [4, 5, 6, 7, 3, 2, 10]],
    ['ratio', [5, 6, 4, 7, 3, 2, 10]],
    ['sampling', [2, 4, 5, 6, 7, 3, 10]],
  ] as const)('is ordered by %s', (sort, expected) => {
    expect(order({ sort })).toEqual(expected)
  })

  it('is ordered by packets where they are shown, and the other way round', () => {
    expect(order({ sort: 'traffic' }, 'packets').slice(0, 2)).toEqual([2, 10])
    expect(order({ sort: 'address', turned: 'yes' })).toEqual([10, 7, 6, 5, 4, 3, 2])
  })

  it('is searched by name, address and state', () => {
    expect(order({ q: 'EDGE', sort: 'name' })).toEqual([2, 10])
    expect(order({ q: '2.10' })).toEqual([10])
    expect(order({ state: 'doubtful' })).toEqual([5])
    expect(order({ q: 'edge', state: 'silent' })).toEqual([])
  })
})

describe('its address', () => {
  it('keeps what makes sense', () => {
    const search = { q: 'a', state: 'losing', sort: 'loss', turned: 'yes', page: '3' } as const
    expect(readRouterSearch(search)).toEqual(search)
    expect(readRouterSearch({ q: 1, state: 'x', sort: 'state', turned: 'no', page: '0', more: 1 })).toEqual({})
  })

  it('turns the order at a second press, and begins at the first page', () => {
    expect(sortedBy({ q: 'a', page: '4' }, 'loss')).toEqual({ q: 'a', sort: 'loss' })
    expect(sortedBy({ sort: 'loss' }, 'loss')).toEqual({ sort: 'loss', turned: 'yes' })
    expect(sortedBy({ sort: 'loss', turned: 'yes' }, 'loss')).toEqual({ sort: 'loss' })
    expect(sortedBy({}, 'state')).toEqual({ turned: 'yes' })
  })
})
