// The GraphQL text that the page sends, and how it reads what comes with the answer.
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { flowQuery, named, readReach, topGrouping } from './flow-groups.ts'

describe('a question about flows', () => {
  it('asks all groupings in one valid request, values in variables', () => {
    const text = flowQuery([{ alias: 'total', limit: 1 }, topGrouping('sourceAddress', 'packets', 25)])
    expect(() => parse(text)).not.toThrow()
    expect(text).toContain('total: mnmFlowDataAdaptiveGroups(filter: $filter, limit: 1) { sum { bits packets } }')
    expect(text).toContain(
      'sourceAddress: mnmFlowDataAdaptiveGroups(filter: $filter, limit: 25, orderBy: [sum_packets_DESC]) { sum { bits packets } dimensions { key: sourceAddress } }',
    )
  })

  it('leaves out what is not among the first of an hour, and nothing of other tables', () => {
    const groups = ['', 'a', 0, 53].map((key) => ({ key, bits: 8, packets: 1 }))
    const keys = (tier: string, dimension?: string) =>
      named(
        groups,
        { alias: 'x', limit: 4, ...(dimension === undefined ? {} : { dimension }) },
        { x: { tier, since: null, complete: true } },
      ).map(({ key }) => key)
    expect(keys('top', 'sourcePort')).toEqual(['a', 53])
    expect(keys('raw', 'sourcePort')).toEqual(['', 'a', 0, 53])
    expect(keys('top')).toEqual(['', 'a', 0, 53])
  })

  it('reads how far back each grouping reaches, whatever else is there', () => {
    const reach = readReach({ a: { tier: 'raw', since: '2026-07-01T00:00:00Z', complete: false, exact: true }, b: null, c: {} })
    expect(reach).toEqual({
      a: { tier: 'raw', since: Date.parse('2026-07-01T00:00:00Z'), complete: false },
      c: { tier: '', since: null, complete: true },
    })
    expect(readReach(undefined)).toEqual({})
  })
})
