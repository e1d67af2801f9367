import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestFlowFilter } from '../../contract/flow-question.ts'
import { FilterError } from '../../filter/filter-error.ts'
import { dimensionNamed } from '../dimension-names.ts'
import { conditions, type FlowFilter } from '../flow-filter.ts'
import { filterSql } from '../filter-sql.ts'
import { SqlParameters } from '../sql-parameters.ts'
import { hostileFilters } from '../testing/hostile-filters.ts'
import { completeFlowFilter } from './complete-flow-filter.ts'
import { flowFilterText } from './flow-filter-text.ts'
import { graphqlFilter } from './graphql-filter.ts'
import { parseFlowFilter } from './parse-flow-filter.ts'
import { quotedValue } from './quoted-values.ts'

function readOrFault(text: string): FlowFilter | FilterError {
  try {
    return parseFlowFilter(text)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
}

function compiled(filter: FlowFilter): { readonly sql: string; readonly parameters: SqlParameters } {
  const parameters = new SqlParameters()
  return { sql: filterSql(filter, { parameters, tierSeconds: 1, node: 'test' }), parameters }
}

const harmless = hostileFilters.filter(({ refused }) => refused === undefined)

describe('a hostile filter', () => {
  it.each(hostileFilters)('of $name is refused with its place, or bounded', ({ text, refused }) => {
    const read = readOrFault(text)
    const fault = read instanceof FilterError ? read.fault : undefined
    const rest = refused === 'rest' ? text.slice(longestFlowFilter) : refused
    // Ten million characters are not compared letter by letter.
    expect({ fault, isThere: (fault && text.slice(fault.from, fault.to)) === rest }).toEqual({ fault, isThere: true })
    expect(fault?.message.length ?? 0).toBeLessThan(longestFlowFilter + 200)
  })

  it.each(harmless)('of $name asks for little', ({ text }) => {
    const read = parseFlowFilter(text)
    expect([...conditions(read)].length).toBeLessThanOrEqual(500)
    expect(flowFilterText(read).length).toBeLessThan(5 * longestFlowFilter)
    expect(['string', 'object']).toContain(typeof graphqlFilter(read))
  })

  it.each(hostileFilters)('of $name can be typed on', ({ text }) => {
    for (const at of [0, 5, text.length / 2, text.length]) {
      const { from, to } = completeFlowFilter(text, at)
      expect(0 <= from && from <= to && to <= text.length).toBe(true)
    }
  })

  it('reaches SQL by parameters only', () => {
    const simple = compiled(parseFlowFilter('src like "x"'))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = readOrFault(`src like ${quotedValue(text)}`)
        fc.pre(!/[\p{Cc}\p{Cs}]/u.test(text))
        if (read instanceof FilterError) throw read
        const { sql, parameters } = compiled(read)
        expect(sql).toBe(simple.sql)
        expect(parameters.values).toEqual({ p0: text.replaceAll('\\', '\\\\') })
      }),
      { seed: 8, numRuns: 200 },
    )
  })

  it('is refused where SQL would be too long, wherever it comes from', () => {
    const [port, address] = [dimensionNamed('src_port'), dimensionNamed('src')]
    if (port?.type !== 'column' || address?.type !== 'column') throw new Error('flows have sources')
    const long: FlowFilter = { dimension: address, operator: 'like', values: ['%'.repeat(257)] }
    expect(() => compiled(long)).toThrow('sourceAddress: a pattern has at most 256 characters')
    const many: FlowFilter = { any: Array.from({ length: 10_000 }, () => ({ dimension: port, operator: 'eq', values: [5] })) }
    expect(() => compiled(many)).toThrow('the filter has too many conditions; use lists in their place')
  })

  it('makes SQL of nothing but what this program writes', () => {
    // Values are numbers, addresses and texts; none of them may be in it. 2047 and 86dd come from tables.
    const { sql, parameters } = compiled(
      parseFlowFilter(
        'src 192.0.2.0/24 and src_port in {4711, 815} and dst_country DE and direction inbound and src_mac 0a:0b:0c:0d:0e:0f and time > 2026-01-01 and flags & 18',
      ),
    )
    for (const value of ['192.0.2', '4711', '815', 'DE', 'inbound', '0a:0b', '1767', ' 18']) expect(sql).not.toContain(value)
    expect(Object.keys(parameters.values).length).toBe(8)
    expect(sql.replaceAll(/\{p\d+:(?:UInt64|UInt32|IPv6|String|Array\(UInt64\))\}/g, '').match(/\d{4,}/g)).toBeNull()
  })
})
