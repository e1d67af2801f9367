// Holds the generated schema to the lists of contract §2.3 to §2.5, name by name and with nullability. What is beyond the
// lists says that it is an extension, so that the rest is equal to the contract.
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  GraphQLInputObjectType,
  GraphQLObjectType,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
} from 'graphql/index.js'
import { describe, expect, it } from 'vitest'
import { flowDimensions } from '../../query/flow-dimensions.ts'
import { graphqlSdl } from './sdl.ts'

const schema: GraphQLSchema = buildSchema(graphqlSdl())

type Fields = Record<string, string>

function all(type: string): (GraphQLField<unknown, unknown> | GraphQLInputField)[] {
  const found = schema.getType(type)
  if (!(found instanceof GraphQLObjectType) && !(found instanceof GraphQLInputObjectType)) throw new Error(`no type ${type}`)
  return Object.values(found.getFields())
}

const isExtension = ({ description }: { readonly description?: string | null | undefined }) => description?.startsWith('Extension') === true
const typed = (found: readonly { readonly name: string; readonly type: unknown }[]): Fields =>
  Object.fromEntries(found.map(({ name, type }) => [name, String(type)]))

/** Those of the original. */
const original = (type: string) => typed(all(type).filter((field) => !isExtension(field)))
const extensions = (type: string) => typed(all(type).filter(isExtension))

function orders(type: string, extension: boolean): string[] {
  const found = schema.getType(type) as GraphQLEnumType
  return found
    .getValues()
    .filter((value) => isExtension(value) === extension)
    .map(({ name }) => name)
}

const rateNames = ['bitRate', 'packetRate', 'egressBitRate', 'egressPacketRate']
const suffixes = ['', 'TenSeconds', 'Minute', 'FiveMinutes', 'FifteenMinutes', 'Hour', 'Day']
const rates = rateNames.flatMap((metric) => suffixes.map((suffix) => metric + suffix))
const sums = ['bits', 'packets', 'egressBits', 'egressPackets']

const times: Fields = {
  date: 'Date',
  datetime: 'Time',
  datetimeTenSeconds: 'Time',
  datetimeMinute: 'Time',
  datetimeFiveMinutes: 'Time',
  datetimeFifteenMinutes: 'Time',
  datetimeHour: 'Time',
}

/** Contract §2.4. */
const flowFields: Fields = {
  ...times,
  sourceAddress: 'string',
  destinationAddress: 'string',
  sourcePort: 'uint16',
  destinationPort: 'uint16',
  sourceAS: 'uint32',
  destinationAS: 'uint32',
  deviceID: 'string',
  version: 'int64',
  protocol: 'uint16',
  protocolString: 'string',
  tcpFlags: 'uint16',
  tcpFlagsString: 'string',
  ethertype: 'uint16',
  ipToS: 'uint64',
  ipToSEncap: 'uint64',
  routerAddress: 'string',
}

const texts = (names: string): Fields => Object.fromEntries(names.split(/\s+/).map((name) => [name, 'string']))

/** The end of contract §2.5; types that it does not tell are those of the flows. */
const vpcFields: Fields = {
  ...times,
  ...texts(`accountID action azID destinationAddress ecsClusterArn ecsClusterName ecsContainerID ecsContainerInstanceArn
    ecsContainerInstanceID ecsSecondContainerID ecsServiceName ecsTaskArn ecsTaskDefinitionArn ecsTaskID firehoseStream
    flowDirection instanceID interfaceID logStatus pktDestinationAddress pktSourceAddress pktDstAwsService pktSrcAwsService
    protocolString region rejectReason sourceAddress sublocationID sublocationType subnetID tcpFlagsString vpcID`),
  destinationPort: 'uint16',
  end: 'uint64',
  ethertype: 'uint16',
  protocol: 'uint16',
  sourcePort: 'uint16',
  start: 'uint64',
  tcpFlags: 'uint16',
  trafficPath: 'uint32',
  version: 'int64',
  vpcFlowVersion: 'int64',
}

const flows = 'AccountMnmFlowDataAdaptiveGroups'
const vpcFlows = 'AccountMnmAWSVPCFlowDataAdaptiveGroups'
const datasets: [string, string, Fields][] = [
  ['mnmFlowDataAdaptiveGroups', flows, flowFields],
  ['mnmAWSVPCFlowDataAdaptiveGroups', vpcFlows, vpcFields],
]

describe('the schema', () => {
  it('has the scalars in lower case', () => {
    const integers = ['int', 'uint'].flatMap((kind) => [8, 16, 32, 64].map((bits) => `${kind}${bits}`))
    for (const name of ['string', 'bool', 'bytes', 'float32', 'float64', ...integers, 'Date', 'Time']) {
      expect(String(schema.getType(name))).toBe(name)
    }
  })

  it.each([
    ['Query', { cost: 'uint64!', viewer: 'viewer' }],
    ['viewer', { accounts: '[account!]!', budget: 'uint64!' }],
    ['AccountFilter_InputObject', { accountTag: 'string!' }],
    [
      'account',
      {
        accountTag: 'string!',
        settings: 'AccountSettings',
        mnmFlowDataAdaptiveGroups: `[${flows}!]!`,
        mnmAWSVPCFlowDataAdaptiveGroups: `[${vpcFlows}!]!`,
      },
    ],
    ['AccountSettings', { mnmFlowDataAdaptiveGroups: 'Settings!', mnmAWSVPCFlowDataAdaptiveGroups: 'Settings!' }],
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
  ])('has %s as in the contract', (type, expected) => {
    expect(original(type)).toEqual(expected)
    expect(extensions(type)).toEqual({})
  })
})

describe.each(datasets)('%s', (node, groups, fields) => {
  it('has its arguments', () => {
    const account = schema.getType('account') as GraphQLObjectType
    const args = account.getFields()[node]?.args.map(({ name, type }) => [name, String(type)])
    expect(args).toEqual([
      ['filter', `${groups}Filter_InputObject!`],
      ['limit', 'uint64!'],
      ['orderBy', `[${groups}OrderBy!]`],
    ])
  })

  it('has its parts', () => {
    const confidence = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'Confidence!']))
    expect(original(groups)).toEqual({
      avg: `${groups}Avg`,
      confidence: `${groups}Confidence!`,
      dimensions: `${groups}Dimensions`,
      sum: `${groups}Sum`,
    })
    expect(original(`${groups}Sum`)).toEqual(Object.fromEntries(sums.map((name) => [name, 'uint64!'])))
    expect(original(`${groups}Avg`)).toEqual(Object.fromEntries(['sampleInterval', ...rates].map((name) => [name, 'float64!'])))
    expect(original(`${groups}Confidence`)).toEqual({
      level: 'float64!',
      avg: `${groups}AvgConfidence!`,
      sum: `${groups}SumConfidence!`,
    })
    // As `avg` and `sum`, but for the sampling interval.
    expect(original(`${groups}AvgConfidence`)).toEqual(confidence(rates))
    expect(original(`${groups}SumConfidence`)).toEqual(confidence(sums))
    const type = schema.getType(groups) as GraphQLObjectType
    expect(type.getFields()['confidence']?.args.map((argument) => [argument.name, String(argument.type)])).toEqual([['level', 'float64!']])
  })

  it('has every dimension, never null', () => {
    const expected = Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, `${type}!`]))
    expect(original(`${groups}Dimensions`)).toEqual({ ...expected, ruleIDs: '[string!]!' })
  })

  it('has every operator of every dimension, all nullable', () => {
    const input = `${groups}Filter_InputObject`
    expect(original(input)).toEqual({
      ...Object.assign({}, ...Object.entries(fields).map(([name, type]) => operators(name, type))),
      ruleIDs_has: 'string',
      ruleIDs_nothas: 'string',
      ruleIDs_hasall: '[string!]',
      ruleIDs_hasany: '[string!]',
      ruleIDs_isempty: 'bool',
      AND: `[${input}!]`,
      OR: `[${input}!]`,
    })
  })

  it('has every order', () => {
    const names = [
      ...Object.keys(fields),
      'ruleIDs',
      ...sums.map((name) => `sum_${name}`),
      ...['sampleInterval', ...rates].map((name) => `avg_${name}`),
    ]
    expect(orders(`${groups}OrderBy`, false).toSorted()).toEqual(names.flatMap(bothWays).toSorted())
  })
})

const bothWays = (name: string) => [`${name}_ASC`, `${name}_DESC`]

function operators(name: string, type: string): Fields {
  const simple = ['', '_neq', '_gt', '_geq', '_lt', '_leq', ...(type === 'string' ? ['_like', '_notlike'] : [])]
  return {
    ...Object.fromEntries(simple.map((suffix) => [name + suffix, type])),
    [`${name}_in`]: `[${type}!]`,
    [`${name}_notin`]: `[${type}!]`,
  }
}

describe('the extensions', () => {
  const added = flowDimensions.filter(({ extension }) => extension)

  it('of the dimensions have types as the others', () => {
    expect(extensions(`${flows}Dimensions`)).toEqual(Object.fromEntries(added.map(({ name, scalar }) => [name, `${scalar}!`])))
    expect(extensions(`${flows}Sum`)).toEqual({ flows: 'uint64!' })
  })

  it('of the filter are their operators, and prefixes for every address; names are not filtered by', () => {
    const addresses = flowDimensions.filter((dimension) => dimension.type === 'column' && dimension.kind === 'address')
    expect(addresses.map(({ name }) => name).join(' ')).toBe(
      'routerAddress sourceAddress destinationAddress nextHop ' +
        'tunnelSourceAddress tunnelDestinationAddress natSourceAddress natDestinationAddress',
    )
    const cidr = addresses.flatMap(({ name }) => [`${name}_incidr`, `${name}_notincidr`].map((key) => [key, '[string!]']))
    const plain = added.filter(({ type }) => type !== 'named').map(({ name, scalar }) => operators(name, scalar))
    expect(extensions(`${flows}Filter_InputObject`)).toEqual({ ...Object.assign({}, ...plain), ...Object.fromEntries(cidr) })
  })

  it('can be ordered by', () => {
    const names = [...added.map(({ name }) => name), 'sum_flows']
    expect(orders(`${flows}OrderBy`, true).toSorted()).toEqual(names.flatMap(bothWays).toSorted())
  })

  it('are listed in the documentation', () => {
    const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
    const section = page.slice(page.indexOf('### Extensions'), page.indexOf('## What differs'))
    for (const { name } of added) expect(section).toContain(`\`${name}\``)
  })

  it('are none in the other dataset', () => {
    for (const part of ['Dimensions', 'Sum', 'Filter_InputObject']) expect(extensions(vpcFlows + part)).toEqual({})
    expect(orders(`${vpcFlows}OrderBy`, true)).toEqual([])
  })
})
