// Waiting data sets: order, limits, what is counted when they end, and that nothing about them grows with their number.
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createExportHeader } from './export-header.ts'
import { PendingSets, type PendingEnd, type PendingSet } from './pending-sets.ts'

const header = createExportHeader()
let ended: { set: PendingSet; end: PendingEnd }[]
let sets: PendingSets

beforeEach(() => {
  ended = []
  sets = create(1_000_000)
})

function create(maxBytes: number): PendingSets {
  return new PendingSets({ maxBytes, lifetimeMs: 1000 }, (set, end) => ended.push({ set, end }))
}

function add(key: string, value: number, now = 0): void {
  sets.add(key, header, Uint8Array.of(value), now)
}

function values(found: Iterable<PendingSet>): number[] {
  return [...found].map((set) => set.bytes[0] ?? -1)
}

describe('waiting sets', () => {
  it('come back by key, oldest first, once', () => {
    add('a', 1)
    add('b', 2)
    add('a', 3)
    expect(sets.has('a')).toBe(true)
    expect(values(sets.take('a'))).toEqual([1, 3])
    expect(sets.has('a')).toBe(false)
    expect(values(sets.take('a'))).toEqual([])
    expect(values(sets.sets())).toEqual([2])
    expect(sets.counters).toEqual({ pended: 3, decoded: 2, expired: 0, evicted: 0 })
  })

  it('are copies of the bytes and of the header', () => {
    const bytes = Uint8Array.of(7)
    const own = { ...header, domain: 5 }
    sets.add('a', own, bytes, 0)
    bytes[0] = 8
    own.domain = 6
    const [set] = sets.take('a')
    expect(set?.bytes).toEqual(Uint8Array.of(7))
    expect(set?.header.domain).toBe(5)
  })

  it('expire by their own age', () => {
    add('a', 1, 0)
    add('b', 2, 500)
    sets.expire(999)
    expect(sets.waiting).toBe(2)
    sets.expire(1000)
    expect(values(sets.sets())).toEqual([2])
    expect(sets.has('a')).toBe(false)
    expect(ended.map(({ set, end }) => [set.key, end])).toEqual([['a', 'expired']])
  })

  it('give way to newer ones when there is no room, the oldest first', () => {
    sets = create(3 * 701)
    for (let i = 0; i < 5; i++) add(`k${i % 2}`, i)
    expect(values(sets.sets())).toEqual([2, 3, 4])
    expect(values(sets.take('k0'))).toEqual([2, 4])
    expect(sets.counters).toEqual({ pended: 5, decoded: 2, expired: 0, evicted: 2 })
  })

  it('that are larger than all the room are counted and not kept', () => {
    sets = create(1000)
    sets.add('a', header, new Uint8Array(500), 0)
    expect(sets.waiting).toBe(0)
    expect(ended).toMatchObject([{ end: 'evicted' }])
  })

  it('of chosen keys can be dropped', () => {
    for (const key of ['a/1', 'b/1', 'a/2']) add(key, 1)
    sets.evict((key) => key.startsWith('a/'))
    expect([...sets.sets()].map((set) => set.key)).toEqual(['b/1'])
    expect(sets.counters.evicted).toBe(2)
  })

  it('can be very many of one template', () => {
    sets = create(300_000 * 800)
    for (let i = 0; i < 300_000; i++) add('a', 1)
    expect(sets.take('a')).toHaveLength(300_000)
    expect(sets.bytes).toBe(0)
  })

  it('agree with a plain list whatever is done', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('take' as const), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('expire' as const), key: fc.constant('') }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        sets = create(6 * 701)
        const taken: number[] = []
        const expected: number[] = []
        let model: { key: string; value: number; since: number }[] = []
        for (const [now, { kind, key }] of steps.entries()) {
          if (kind === 'add') {
            add(key, now, now * 100)
            model = [...model, { key, value: now, since: now * 100 }].slice(-6)
          } else if (kind === 'take') {
            taken.push(...values(sets.take(key)))
            expected.push(...model.filter((set) => set.key === key).map((set) => set.value))
            model = model.filter((set) => set.key !== key)
          } else {
            sets.expire(now * 100)
            model = model.filter((set) => now * 100 - set.since < 1000)
          }
          expect(values(sets.sets())).toEqual(model.map((set) => set.value))
          expect(sets.waiting).toBe(model.length)
        }
        expect(taken).toEqual(expected)
        const { pended, decoded, expired, evicted } = sets.counters
        expect(pended).toBe(sets.waiting + decoded + expired + evicted)
        expect(sets.bytes).toBe(sets.waiting * 701)
      }),
    )
  })
})
