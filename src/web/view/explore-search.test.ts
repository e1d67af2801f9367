import { describe, expect, it } from 'vitest'
import {
  flowMeasures,
  flowQuestionSchema,
  mostDimensions as contractDimensions,
  mostGroups as contractGroups,
} from '../../contract/flow-question.ts'
import { flowMeasureNames, mostDimensions, mostGroups, nextSort, questionOf, readExplore, writeExplore } from './explore-search.ts'
import { parseSearch, writeSearch } from './search.ts'

const everything = {
  filter: 'src 203.0.113.0/24 and dst port in {53, 123}',
  by: ['sourceAddress', 'destinationPort'],
  time: { kind: 'fixed', from: Date.UTC(2026, 7, 1), to: Date.UTC(2026, 7, 2) },
  metric: 'packets',
  order: 'flows',
  limit: 50,
  chart: 'heatmap',
  previous: true,
  reverse: true,
  distinct: true,
  sort: { column: 'p95', ascending: true },
} as const

describe('the address of a question', () => {
  it('is empty for the question that the page begins with', () => {
    expect(writeExplore(readExplore({}))).toEqual({})
    expect(questionOf(readExplore({}))).toMatchObject({ by: ['sourceAS'], last: '1h', limit: 10, order: 'bits', filter: '' })
  })

  it('holds everything, and survives the address bar', () => {
    expect(readExplore(parseSearch(writeSearch(writeExplore(everything))))).toEqual(everything)
  })

  it('of a question for the total only says so', () => {
    expect(writeExplore({ ...readExplore({}), by: [] })).toEqual({ by: '' })
    expect(readExplore(parseSearch('?by=')).by).toEqual([])
  })

  // Links of the first version. A change that breaks one of these breaks what people have written down.
  it.each([
    [
      '?filter=proto%20udp&by=src,dst_port&range=24h',
      { filter: 'proto udp', by: ['src', 'dst_port'], time: { kind: 'preset', name: '24h' } },
    ],
    ['?unit=packets', { metric: 'packets', order: 'packets' }],
    ['?order=flows&limit=3', { metric: 'bits', order: 'flows', limit: 3 }],
    ['?chart=lines&previous=yes&reverse=yes&distinct=yes', { chart: 'lines', previous: true, reverse: true, distinct: true }],
    ['?sort=-key', { sort: { column: 'key', ascending: true } }],
    ['?from=2026-08-01T00:00:00Z&to=2026-08-02T00:00:00Z', { time: everything.time }],
  ])('%s means what it always meant', (link, meaning) => {
    expect(readExplore(parseSearch(link))).toMatchObject(meaning)
  })

  it('ignores what makes no sense', () => {
    const odd = { by: 'a,a,<b>,c', range: '2y', limit: '0', order: 'weight', sort: 'colour', from: 'later', previous: 'maybe', more: 'x' }
    expect(readExplore(odd)).toEqual({ ...readExplore({}), by: ['a', 'c'] })
  })

  it('asks what the API takes', () => {
    expect(flowQuestionSchema.safeParse(questionOf(everything)).success).toBe(true)
    expect(flowQuestionSchema.safeParse(questionOf(readExplore({}))).success).toBe(true)
  })

  it('has the limits of the contract', () => {
    expect({ mostDimensions, mostGroups, flowMeasureNames }).toEqual({
      mostDimensions: contractDimensions,
      mostGroups: contractGroups,
      flowMeasureNames: flowMeasures,
    })
  })
})

describe('sorting', () => {
  it('turns round, and begins with the largest, or with the first key', () => {
    const byShare = { column: 'share', ascending: false } as const
    expect(nextSort(byShare, 'share')).toEqual({ column: 'share', ascending: true })
    expect(nextSort(byShare, 'max')).toEqual({ column: 'max', ascending: false })
    expect(nextSort(byShare, 'key')).toEqual({ column: 'key', ascending: true })
  })
})
