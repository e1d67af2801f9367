// The schema as text, generated from the tables of dimensions and metrics in the names of contract §2.3 to §2.5.
import { flowDimensions } from '../../query/flow-dimensions.ts'
import { flowRates, flowSumNames } from '../../query/flow-metrics.ts'
import { dataset, typePrefix, vpcDataset, vpcTypePrefix } from './dataset-names.ts'
import { comparisonFields, filterFields, listFields } from './filter-fields.ts'
import { orderValues } from './order-values.ts'
import { createScalars } from './scalars.ts'
import { vpcDimensions } from './vpc-dimensions.ts'

/** A field, a key of an input or a value of an enum. */
interface Line {
  readonly text: string
  readonly extension?: boolean
  readonly description?: string
}

/** What the types of a dataset are made from. */
interface Dataset {
  readonly prefix: string
  readonly dimensions: readonly Line[]
  readonly sums: readonly Line[]
  readonly filter: readonly Line[]
  readonly orders: readonly Line[]
}

/** Stands before the description of what the original lacks. */
const extensionMark = 'Extension'

function printed({ text, extension = false, description = '' }: Line): string {
  const parts = [...(extension ? [extensionMark] : []), ...(description === '' ? [] : [description])]
  return parts.length === 0 ? `  ${text}` : `  ${JSON.stringify(parts.join(': '))}\n  ${text}`
}

const block = (head: string, lines: readonly (string | Line)[]) =>
  `${head} {\n${lines.map((line) => printed(typeof line === 'string' ? { text: line } : line)).join('\n')}\n}`

const rateNames = [...flowRates.keys()]
const originalSums = flowSumNames.map((name) => ({ text: `${name}: uint64!` }))

const fieldType = (scalar: string) => (scalar === 'ids' ? '[string!]!' : `${scalar}!`)

const flows: Dataset = {
  prefix: typePrefix,
  dimensions: flowDimensions.map(({ name, scalar, extension, description }) => ({
    text: `${name}: ${fieldType(scalar)}`,
    extension,
    description,
  })),
  sums: [...originalSums, { text: 'flows: uint64!', extension: true, description: 'Number of flow records, not scaled by sampling' }],
  filter: filterFields.map(({ name, type, extension, description = '' }) => ({ text: `${name}: ${type}`, extension, description })),
  orders: [...orderValues].map(([name, order]) => ({
    text: name,
    extension: 'dimension' in order ? order.dimension.extension : order.measure === 'flows',
  })),
}

const keyLine = ({ name, type }: { readonly name: string; readonly type: string }): Line => ({ text: `${name}: ${type}` })
const bothWays = (name: string) => [`${name}_ASC`, `${name}_DESC`]

const vpcFlows: Dataset = {
  prefix: vpcTypePrefix,
  dimensions: vpcDimensions.map(({ name, scalar }) => ({ text: `${name}: ${fieldType(scalar)}` })),
  sums: originalSums,
  filter: vpcDimensions.flatMap(({ name, scalar }) =>
    scalar === 'ids' ? listFields(name).map(keyLine) : comparisonFields(name, scalar).map(keyLine),
  ),
  orders: [
    ...vpcDimensions.map(({ name }) => name),
    ...flowSumNames.map((name) => `sum_${name}`),
    ...['sampleInterval', ...rateNames].map((name) => `avg_${name}`),
  ]
    .flatMap(bothWays)
    .map((text) => ({ text })),
}

function datasetTypes({ prefix, dimensions, sums, filter, orders }: Dataset): string[] {
  const filterInput = `${prefix}Filter_InputObject`
  return [
    block(`type ${prefix}`, [
      `avg: ${prefix}Avg`,
      `confidence(level: float64!): ${prefix}Confidence!`,
      `dimensions: ${prefix}Dimensions`,
      `sum: ${prefix}Sum`,
    ]),
    block(`type ${prefix}Dimensions`, dimensions),
    block(`type ${prefix}Sum`, sums),
    block(
      `type ${prefix}Avg`,
      ['sampleInterval', ...rateNames].map((name) => `${name}: float64!`),
    ),
    block(`type ${prefix}Confidence`, ['level: float64!', `avg: ${prefix}AvgConfidence!`, `sum: ${prefix}SumConfidence!`]),
    block(
      `type ${prefix}AvgConfidence`,
      rateNames.map((name) => `${name}: Confidence!`),
    ),
    block(
      `type ${prefix}SumConfidence`,
      flowSumNames.map((name) => `${name}: Confidence!`),
    ),
    block(`input ${filterInput}`, [...filter, `AND: [${filterInput}!]`, `OR: [${filterInput}!]`]),
    block(`enum ${prefix}OrderBy`, orders),
  ]
}

function datasetField(name: string, prefix: string): string {
  return `${name}(filter: ${prefix}Filter_InputObject!, limit: uint64!, orderBy: [${prefix}OrderBy!]): [${prefix}!]!`
}

function commonTypes(): string[] {
  return [
    ...Object.keys(createScalars()).map((name) => `scalar ${name}`),
    block('type Query', ['cost: uint64!', 'viewer: viewer']),
    block('type viewer', ['accounts(filter: AccountFilter_InputObject): [account!]!', 'budget: uint64!']),
    block('input AccountFilter_InputObject', ['accountTag: string!']),
    block('type account', [
      'accountTag: string!',
      'settings: AccountSettings',
      datasetField(dataset, typePrefix),
      { text: datasetField(vpcDataset, vpcTypePrefix), description: 'Flows of AWS VPCs: none are collected here, so there is never a row' },
    ]),
    block('type AccountSettings', [`${dataset}: Settings!`, `${vpcDataset}: Settings!`]),
    block('type Settings', [
      'availableFields: [string!]!',
      'enabled: bool!',
      'maxDuration: int64!',
      'maxNumberOfFields: int64!',
      'maxPageSize: int64!',
      'notOlderThan: int64!',
    ]),
    block('type Confidence', ['estimate: float64!', 'isValid: bool!', 'lower: float64!', 'sampleSize: int64!', 'upper: float64!']),
  ]
}

/** The whole schema. */
export function graphqlSdl(): string {
  return [...commonTypes(), ...datasetTypes(flows), ...datasetTypes(vpcFlows)].join('\n\n')
}
