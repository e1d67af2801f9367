// The address bar: what is written is read again, and nonsense is ignored.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conditionFilter, dimensionNames, dimensions, parseCondition, withCondition, type FlowCondition } from './filter.ts'
import { parseSearch, readView, writeSearch, writeView, type View } from './search.ts'
import { rangeNames } from './time-range.ts'

const condition: fc.Arbitrary<FlowCondition> = fc
  .tuple(fc.constantFrom(...dimensionNames), fc.integer({ min: 0, max: 255 }), fc.string({ maxLength: 60 }), fc.boolean())
  .map(([dimension, number, text, exclude]) => {
    const isNumber = ['protocol', 'port', 'as', 'interface'].includes(dimensions[dimension])
    const id = number.toString(16).padStart(32, '0')
    return { dimension, value: isNumber ? String(number) : dimensions[dimension] === 'rule' ? id : text, exclude }
  })

const view: fc.Arbitrary<View> = fc.record({
  time: fc.oneof(
    fc.constantFrom(...rangeNames).map((name) => ({ kind: 'preset' as const, name })),
    fc.tuple(fc.integer({ min: 0, max: 2e9 }), fc.integer({ min: 1, max: 1e6 })).map(([from, length]) => ({
      kind: 'fixed' as const,
      from: from * 1000,
      to: (from + length) * 1000,
    })),
  ),
  metric: fc.constantFrom('bits' as const, 'packets' as const),
  // Included ones are written before excluded ones.
  conditions: fc.array(condition, { maxLength: 6 }).map((list) => [...list].sort((a, b) => Number(a.exclude) - Number(b.exclude))),
})

describe('the address bar', () => {
  it('holds the whole view', () => {
    fc.assert(
      fc.property(view, (wanted) => {
        expect(readView(parseSearch(writeSearch({ ...writeView(wanted) })))).toEqual(wanted)
      }),
    )
  })

  it('is empty for the default view and readable otherwise', () => {
    expect(writeSearch({ ...writeView(readView({})) })).toBe('')
    const search = '?range=1h&unit=packets&is=sourceAddress:2001:db8::1&is=protocol:17&not=destinationPort:53'
    expect(writeSearch({ ...writeView(readView(parseSearch(search))) })).toBe(search)
  })

  it('ignores what makes no sense', () => {
    const search = '?range=9y&unit=eggs&from=yesterday&is=nothing:1&is=protocol:300&is=sourcePort:&not=constructor:1&is=:&is=sourceAS:1e9'
    expect(readView(parseSearch(search))).toEqual({ time: { kind: 'preset', name: '5m' }, metric: 'bits', conditions: [] })
    expect(
      readView({ is: 'sourceAddress:1.1.1.1', not: [7], from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }).conditions,
    ).toEqual([])
  })
})

describe('conditions', () => {
  const is = (text: string, exclude = false) => parseCondition(text, exclude) ?? expect.fail(`${text} is no condition`)

  it('become lists of alternatives, numbers as numbers', () => {
    const filter = conditionFilter([is('protocol:6'), is('protocol:17'), is('sourceCountry:JP'), is('destinationPort:53', true)])
    expect(filter).toEqual({ protocol_in: [6, 17], sourceCountry_in: ['JP'], destinationPort_notin: [53] })
  })

  it('about the same value replace each other', () => {
    expect(withCondition([is('protocol:6')], is('protocol:6', true))).toEqual([is('protocol:6', true)])
  })
})
