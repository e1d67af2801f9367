import fc from 'fast-check'
import { isInputObjectType, parseValue, valueFromAST } from 'graphql/index.js'
import { createSchema } from 'graphql-yoga'
import { describe, expect, it } from 'vitest'
import { filterOf } from '../../api/graphql/filter-fields.ts'
import { createScalars } from '../../api/graphql/scalars.ts'
import { graphqlSdl } from '../../api/graphql/sdl.ts'
import { dimensionNamed } from '../dimension-names.ts'
import type { FlowFilter } from '../flow-filter.ts'
import { flowPasses } from '../testing/plain-flows.ts'
import { filterableDimensions, flowFilters } from '../testing/random-flow-filters.ts'
import { randomFlows } from '../testing/random-flows.ts'
import { graphqlFilter } from './graphql-filter.ts'
import { parseFlowFilter } from './parse-flow-filter.ts'

const input = createSchema({ typeDefs: graphqlSdl(), resolvers: createScalars() }).getType(
  'AccountMnmFlowDataAdaptiveGroupsFilter_InputObject',
)

/** What the API makes of the text. */
function read(text: string): FlowFilter {
  if (!isInputObjectType(input)) throw new Error('the schema has no filter')
  const value: unknown = valueFromAST(parseValue(text), input)
  if (typeof value !== 'object' || value === null) throw new Error(`GraphQL does not take ${text}`)
  return filterOf({ ...value })
}

const times = { from: Date.UTC(2026, 0, 1) / 1000, to: Date.UTC(2026, 0, 2) / 1000 }
const flows = randomFlows({ ...times, count: 100, seed: 5 })
const held = (filter: FlowFilter) => flows.flatMap((flow, index) => (flowPasses(filter, flow) ? [index] : []))

const partsOf = (filter: FlowFilter) => ('all' in filter ? filter.all : [])

describe('a flow filter in GraphQL', () => {
  it.each([
    ['', '{}'],
    ['udp', '{protocol: 17}'],
    ['udp and dst port in {53, 123}', '{protocol: 17, destinationPort_in: [53, 123]}'],
    ['src 203.0.113.0/24 and src_country DE', '{sourceAddress_incidr: ["203.0.113.0/24"], sourceCountry: "DE"}'],
    ['port 53', '{OR: [{sourcePort: 53}, {destinationPort: 53}]}'],
    [
      'port 53 and host 10.0.0.1',
      '{AND: [{OR: [{sourcePort: 53}, {destinationPort: 53}]}, {OR: [{sourceAddress: "10.0.0.1"}, {destinationAddress: "10.0.0.1"}]}]}',
    ],
    ['flags syn,!ack', '{tcpFlagsString_like: "%SYN%", tcpFlagsString_notlike: "%ACK%"}'],
    ['not flags syn,ack', '{OR: [{tcpFlagsString_notlike: "%SYN%"}, {tcpFlagsString_notlike: "%ACK%"}]}'],
    [
      'time >= 2026-01-01 and time < 2026-01-01T00:00:00.5Z',
      '{datetime_geq: "2026-01-01T00:00:00Z", datetime_lt: "2026-01-01T00:00:00.500Z"}',
    ],
    ['rule any', '{ruleIDs_isempty: false}'],
    ['direction like "a""\\b%"', '{direction_like: "a\\"\\\\b%"}'],
  ])('is for %s', (text, expected) => {
    expect(graphqlFilter(parseFlowFilter(text))).toBe(expected)
  })

  it('is the same filter, or there is a reason why not', () => {
    const filters = flowFilters({ dimensions: filterableDimensions, times: [times.from, times.from + 60, times.from + 3600.5, times.to] })
    let told = 0
    fc.assert(
      fc.property(filters, (filter) => {
        const text = graphqlFilter(filter)
        if (typeof text !== 'string') told++
        expect({ text, held: held(typeof text === 'string' ? read(text) : filter) }).toEqual({ text, held: held(filter) })
      }),
      { seed: 8, numRuns: 200 },
    )
    expect(told).toBeGreaterThan(0)
    expect(told).toBeLessThan(100)
  })

  it('is none where GraphQL would refuse it', () => {
    expect(graphqlFilter(parseFlowFilter('fragment_flags & 32'))).toEqual({ reason: 'GraphQL cannot ask for the bits of a number' })
    const dimension = dimensionNamed('src_port')
    if (dimension?.type !== 'column') throw new Error('flows have source ports')
    const port: FlowFilter = { dimension, operator: 'in', values: Array.from({ length: 501 }, (_, index) => index) }
    expect(graphqlFilter(port)).toEqual({ reason: 'a list of GraphQL has at most 500 values' })
    const most = parseFlowFilter(Array.from({ length: 240 }, () => 'port 1').join(' or '))
    expect(graphqlFilter(most)).toEqual({ reason: 'a GraphQL filter has at most 500 keys, AND and OR among them' })
    const fewer = graphqlFilter(parseFlowFilter(Array.from({ length: 165 }, () => 'port 1').join(' or ')))
    expect(typeof fewer === 'string' && 'any' in (partsOf(read(fewer))[0] ?? {})).toBe(true)
  })
})
