import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, nearestName } from './nearest-name.ts'

describe('editDistance', () => {
  it('counts insertions, deletions and replacements', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
  })

  it('is a metric', () => {
    const text = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
      }),
    )
  })
})

describe('nearestName', () => {
  it('finds the nearest and says nothing where none is near', () => {
    expect(nearestName('Colect', ['store', 'collect'])).toBe('collect')
    expect(nearestName('weather', ['store', 'http'])).toBeUndefined()
    expect(nearestName('x'.repeat(1000), ['x'])).toBeUndefined()
  })
})
