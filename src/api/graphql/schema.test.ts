// Holds the generated schema to the lists of contract §2.3 to §2.5, name by name and with nullability.
import { buildSchema, type GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, type GraphQLSchema } from 'graphql/index.js'
import { describe, expect, it } from 'vitest'
import { flowDimensions } from '../../query/flow-dimensions.ts'
import { graphqlSdl } from './sdl.ts'

const schema: GraphQLSchema = buildSchema(graphqlSdl())

function fields(type: string): Record<string, string> {
  const found = schema.getType(type)
  if (!(found instanceof GraphQLObjectType) && !(found instanceof GraphQLInputObjectType)) throw new Error(`no type ${type}`)
  return Object.fromEntries(Object.entries(found.getFields()).map(([name, field]) => [name, String(field.type)]))
}

const groups = 'AccountMnmFlowDataAdaptiveGroups'
const metrics = ['bitRate', 'packetRate', 'egressBitRate', 'egressPacketRate']
const suffixes = ['', 'TenSeconds', 'Minute', 'FiveMinutes', 'FifteenMinutes', 'Hour', 'Day']
const rates = metrics.flatMap((metric) => suffixes.map((suffix) => metric + suffix))

describe('the schema', () => {
  it('has the scalars in lower case', () => {
    for (const name of [
      'string',
      'bool',
      'bytes',
      'float32',
      'float64',
      'int8',
      'int16',
      'int32',
      'int64',
      'uint8',
      'uint16',
      'uint32',
      'uint64',
      'Date',
      'Time',
    ]) {
      expect(String(schema.getType(name))).toBe(name)
    }
  })

  it.each([
    ['Query', { cost: 'uint64!', viewer: 'viewer' }],
    ['viewer', { accounts: '[account!]!', budget: 'uint64!' }],
    ['AccountFilter_InputObject', { accountTag: 'string!' }],
    ['account', { accountTag: 'string!', settings: 'AccountSettings', mnmFlowDataAdaptiveGroups: `[${groups}!]!` }],
    ['AccountSettings', { mnmFlowDataAdaptiveGroups: 'Settings!' }],
    [
      'Settings',
      {
        availableFields: '[string!]!',
        enabled: 'bool!',
        maxDuration: 'int64!',
        maxNumberOfFields: 'int64!',
        maxPageSize: 'int64!',
        notOlderThan: 'int64!',
      },
    ],
    ['Confidence', { estimate: 'float64!', isValid: 'bool!', lower: 'float64!', sampleSize: 'int64!', upper: 'float64!' }],
    [groups, { avg: `${groups}Avg`, confidence: `${groups}Confidence!`, dimensions: `${groups}Dimensions`, sum: `${groups}Sum` }],
    [`${groups}Sum`, { bits: 'uint64!', packets: 'uint64!', egressBits: 'uint64!', egressPackets: 'uint64!' }],
    [`${groups}Avg`, { sampleInterval: 'float64!', ...Object.fromEntries(rates.map((name) => [name, 'float64!'])) }],
  ])('has %s as in the contract', (type, expected) => {
    expect(fields(type)).toEqual(expected)
  })

  it('has the arguments of the dataset', () => {
    const account = schema.getType('account') as GraphQLObjectType
    const args = account.getFields()['mnmFlowDataAdaptiveGroups']?.args.map(({ name, type }) => [name, String(type)])
    expect(args).toEqual([
      ['filter', `${groups}Filter_InputObject!`],
      ['limit', 'uint64!'],
      ['orderBy', `[${groups}OrderBy!]`],
    ])
  })

  it('has every dimension, never null', () => {
    const expected = flowDimensions.map(({ name, scalar }) => [name, scalar === 'ids' ? '[string!]!' : `${scalar}!`])
    expect(fields(`${groups}Dimensions`)).toEqual(Object.fromEntries(expected))
  })

  it('has every operator of every dimension, all nullable', () => {
    const filter = fields(`${groups}Filter_InputObject`)
    expect(filter['AND']).toBe(`[${groups}Filter_InputObject!]`)
    expect(filter['OR']).toBe(`[${groups}Filter_InputObject!]`)
    expect(pick(filter, 'sourceAddress')).toEqual(operators('sourceAddress', 'string', true))
    expect(pick(filter, 'sourcePort')).toEqual(operators('sourcePort', 'uint16', false))
    expect(pick(filter, 'datetimeFiveMinutes')).toEqual(operators('datetimeFiveMinutes', 'Time', false))
    expect(pick(filter, 'date')).toEqual(operators('date', 'Date', false))
    expect(pick(filter, 'ruleIDs')).toEqual({
      ruleIDs_has: 'string',
      ruleIDs_nothas: 'string',
      ruleIDs_hasall: '[string!]',
      ruleIDs_hasany: '[string!]',
      ruleIDs_isempty: 'bool',
    })
    const strings = flowDimensions.filter(({ scalar }) => scalar === 'string').length
    const others = flowDimensions.length - strings - 1
    expect(Object.keys(filter)).toHaveLength(2 + 10 * strings + 8 * others + 5)
  })

  it('has every order', () => {
    const type = schema.getType(`${groups}OrderBy`) as GraphQLEnumType
    const orders = [
      ...flowDimensions.map(({ name }) => name),
      ...['bits', 'packets', 'egressBits', 'egressPackets'].map((name) => `sum_${name}`),
      ...['sampleInterval', ...rates].map((name) => `avg_${name}`),
    ]
    expect(new Set(type.getValues().map(({ name }) => name))).toEqual(new Set(orders.flatMap((name) => [`${name}_ASC`, `${name}_DESC`])))
  })

  it('does not have the AWS dataset', () => {
    expect(graphqlSdl()).not.toContain('VPC')
  })
})

function pick(filter: Record<string, string>, dimension: string): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => name === dimension || name.startsWith(`${dimension}_`)))
}

function operators(name: string, type: string, text: boolean): Record<string, string> {
  const simple = ['', '_neq', '_gt', '_geq', '_lt', '_leq', ...(text ? ['_like', '_notlike'] : [])]
  return {
    ...Object.fromEntries(simple.map((suffix) => [name + suffix, type])),
    [`${name}_in`]: `[${type}!]`,
    [`${name}_notin`]: `[${type}!]`,
  }
}
