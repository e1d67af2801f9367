// The schema as text, generated from the tables of dimensions and metrics in the names of contract §2.3 to §2.5.
import { flowDimensions, type FlowDimension } from '../../query/flow-dimensions.ts'
import { flowRates, flowSumNames } from '../../query/flow-metrics.ts'
import { dataset, typePrefix } from './dataset-names.ts'
import { filterFields } from './filter-fields.ts'
import { orderValues } from './order-values.ts'
import { createScalars } from './scalars.ts'

const block = (head: string, lines: readonly string[]) => `${head} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`

const described = (description: string, line: string) => `"${description}"\n  ${line}`

function dimensionLine(dimension: FlowDimension): string {
  const type = dimension.scalar === 'ids' ? '[string!]!' : `${dimension.scalar}!`
  return described(dimension.description, `${dimension.name}: ${type}`)
}

const rateNames = [...flowRates.keys()]

function datasetTypes(): string[] {
  const filter = `${typePrefix}Filter_InputObject`
  return [
    block(`type ${typePrefix}`, [
      `avg: ${typePrefix}Avg`,
      `confidence(level: float64!): ${typePrefix}Confidence!`,
      `dimensions: ${typePrefix}Dimensions`,
      `sum: ${typePrefix}Sum`,
    ]),
    block(`type ${typePrefix}Dimensions`, flowDimensions.map(dimensionLine)),
    block(
      `type ${typePrefix}Sum`,
      flowSumNames.map((name) => `${name}: uint64!`),
    ),
    block(
      `type ${typePrefix}Avg`,
      ['sampleInterval', ...rateNames].map((name) => `${name}: float64!`),
    ),
    block(`type ${typePrefix}Confidence`, ['level: float64!', `avg: ${typePrefix}AvgConfidence!`, `sum: ${typePrefix}SumConfidence!`]),
    block(
      `type ${typePrefix}AvgConfidence`,
      rateNames.map((name) => `${name}: Confidence!`),
    ),
    block(
      `type ${typePrefix}SumConfidence`,
      flowSumNames.map((name) => `${name}: Confidence!`),
    ),
    block(`input ${filter}`, [...filterFields.map(({ name, type }) => `${name}: ${type}`), `AND: [${filter}!]`, `OR: [${filter}!]`]),
    block(`enum ${typePrefix}OrderBy`, [...orderValues.keys()]),
  ]
}

function commonTypes(): string[] {
  const groupsArguments = `filter: ${typePrefix}Filter_InputObject!, limit: uint64!, orderBy: [${typePrefix}OrderBy!]`
  return [
    ...Object.keys(createScalars()).map((name) => `scalar ${name}`),
    block('type Query', ['cost: uint64!', 'viewer: viewer']),
    block('type viewer', ['accounts(filter: AccountFilter_InputObject): [account!]!', 'budget: uint64!']),
    block('input AccountFilter_InputObject', ['accountTag: string!']),
    block('type account', ['accountTag: string!', 'settings: AccountSettings', `${dataset}(${groupsArguments}): [${typePrefix}!]!`]),
    block('type AccountSettings', [`${dataset}: Settings!`]),
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
  return [...commonTypes(), ...datasetTypes()].join('\n\n')
}
