import { describe, expect, it } from 'vitest'
import { namesOf } from '../../query/dimension-names.ts'
import { flowDimensions } from '../../query/flow-dimensions.ts'
import { readQuestion } from './question.ts'

const id = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'
const scope = { now: Date.UTC(2026, 0, 1, 12) / 1000, rules: new Map([[id, 'my web servers']]) }
const read = (body: unknown) => readQuestion(body, scope)

describe('a question', () => {
  it('has its defaults', () => {
    expect(read({})).toEqual({
      asked: {
        filter: '',
        by: [],
        limit: 10,
        order: 'bits',
        series: false,
        previous: false,
        reverse: false,
        distinct: false,
        tier: 'auto',
      },
      filter: { all: [] },
      by: [],
      from: scope.now - 3600,
      to: scope.now + 1,
    })
  })

  it('finds each dimension by all of its names, in any case', () => {
    for (const dimension of flowDimensions) {
      for (const name of namesOf(dimension)) {
        expect(read({ by: [name] }).by).toEqual([dimension])
        expect(read({ by: [name.toUpperCase()] }).by).toEqual([dimension])
      }
    }
  })

  it('knows the rules of its account by name', () => {
    expect(read({ filter: 'rule "my web servers"' }).filter).toEqual(read({ filter: `rule ${id}` }).filter)
    expect(() => read({ filter: 'rule "my web server"' })).toThrow(
      expect.objectContaining({
        pointer: '/filter',
        message: expect.stringMatching(/^Invalid filter: .* \(characters 6 to 20\)$/),
        fault: expect.objectContaining({ from: 5, to: 20 }),
      }),
    )
  })

  it('tells a place that is one character', () => {
    expect(() => read({ filter: 'proto udp ?' })).toThrow(/\(at character 11\)$/)
    expect(() => read({ filter: 'proto udp and' })).toThrow(/\(at character 14\)$/)
  })
})
