// Resolvers of the schema. Each dataset node is one question to the store; nodes beside each other run at the same time.
import type { GraphQLResolveInfo } from 'graphql/index.js'
import type { AppContext, Principal } from '../../app/context.ts'
import { flowNames } from '../../app/flow/names.ts'
import { samplingOverrides } from '../../app/router/overrides.ts'
import type { AnswerTier } from '../../contract/flow-question.ts'
import { confidenceInterval, type ConfidenceInterval, type SampledSum } from '../../query/confidence.ts'
import { flowDimensions, type FlowDimension } from '../../query/flow-dimensions.ts'
import { queryFlowGroups, type FlowGroup, type FlowOrder } from '../../query/flow-groups.ts'
import { flowLimits, type FlowLimits } from '../../query/flow-limits.ts'
import { flowRates, flowSumNames, flowTotalNames, type FlowSum, type FlowTotal } from '../../query/flow-metrics.ts'
import type { FlowNames } from '../../query/flow-names.ts'
import type { FlowQueries } from '../../query/flow-queries.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import type { TierChoice } from '../../query/flow-tiers.ts'
import { dataset, typePrefix, vpcDataset } from './dataset-names.ts'
import { AccountError } from './error-format.ts'
import { filterOf } from './filter-fields.ts'
import { orderValues } from './order-values.ts'
import { createScalars, exactNumber, timeText } from './scalars.ts'
import { groupSelection } from './selection.ts'
import { vpcDimensions } from './vpc-dimensions.ts'

/** Which table answered a dataset node; in `extensions.drawbridge` by the node's alias. */
export interface NodeReport {
  readonly tier: AnswerTier
  /** Earliest time that this tier keeps, RFC 3339. */
  readonly since: string
  /** false when earlier flows were asked for: the answer covers less than the range. */
  readonly complete: boolean
  /** false when the bounds of the range were rounded to whole minutes or hours, or when sums are lower bounds. */
  readonly exact: boolean
  /** Why this tier, one sentence. */
  readonly note: string
}

/** What the resolvers of one request share. */
export interface GraphqlContext {
  readonly app: AppContext
  readonly principal: Principal
  readonly flows: FlowQueries
  /** Aborted when the client has gone or the question was cancelled. */
  readonly signal: AbortSignal
  /** Whether the answer has the form of the specification. */
  readonly bySpecification: boolean
  /** Filled by the resolvers. */
  readonly reports: Record<string, NodeReport>
}

interface GroupsArguments {
  readonly filter: Readonly<Record<string, unknown>>
  readonly limit: number | bigint
  readonly orderBy?: readonly string[] | null
}

/** A client of the SDK gives up after 60 s; nobody looks at a page for half of that. */
const timeoutSeconds = 30

async function groups(_account: unknown, args: GroupsArguments, context: GraphqlContext, info: GraphQLResolveInfo) {
  const { app, principal, flows, signal } = context
  const { retention, memory_mib, top } = app.config.store
  const selection = groupSelection(info)
  const { maxNumberOfFields } = flowLimits(retention)
  if (selection.fields > maxNumberOfFields) throw new FlowQueryError('too_many_fields', { limit: maxNumberOfFields })
  const orderBy = (args.orderBy ?? []).map((name) => orderValues.get(name)).filter((order): order is FlowOrder => order !== undefined)
  const question = {
    ...selection,
    node: dataset,
    account: principal.account.number,
    filter: filterOf(args.filter),
    orderBy,
    limit: Number(args.limit),
    overrides: await samplingOverrides(app.state, principal.account.number),
  }
  // Half of the engine's memory: one question must not make all others fail.
  const options = { timeoutSeconds, maxMemoryBytes: (memory_mib * 1024 * 1024) / 2, signal }
  const names = await namesFor(selection.dimensions, context)
  const settings = { retention, adapt: top, now: app.clock.now() / 1000, options, ...names }
  const { groups, choice } = await queryFlowGroups(flows, question, settings)
  context.reports[String(info.path.key)] = reportOf(choice)
  return groups
}

/** They are looked up only where the question asks for one. */
async function namesFor(dimensions: readonly FlowDimension[], { app, principal }: GraphqlContext): Promise<{ names?: FlowNames }> {
  if (!dimensions.some(({ type }) => type === 'named')) return {}
  return { names: await flowNames(app, principal.account.number) }
}

function reportOf({ tier, oldest, complete, exact, reason }: TierChoice): NodeReport {
  return { tier: tier.tier, since: timeText(oldest), complete, exact, note: reason }
}

function accounts(_viewer: unknown, args: { filter?: { accountTag: string } | null }, { principal }: GraphqlContext) {
  if (args.filter && args.filter.accountTag !== principal.account.id) throw new AccountError()
  return [{ accountTag: principal.account.id, settings: { [dataset]: flowSettings, [vpcDataset]: vpcSettings } }]
}

const rateNames = [...flowRates.keys(), 'sampleInterval'].map((name) => `avg_${name}`)

const flowSettings = {
  enabled: true,
  availableFields: [
    ...rateNames,
    'confidence',
    ...flowDimensions.map(({ name }) => `dimensions_${name}`),
    ...flowTotalNames.map((name) => `sum_${name}`),
  ],
}

const vpcSettings = {
  enabled: false,
  availableFields: [
    ...rateNames,
    'confidence',
    ...vpcDimensions.map(({ name }) => `dimensions_${name}`),
    ...flowSumNames.map((name) => `sum_${name}`),
  ],
}

const limitOf =
  (name: keyof FlowLimits) =>
  (_settings: unknown, _args: unknown, { app }: GraphqlContext) =>
    flowLimits(app.config.store.retention)[name]

const settings = {
  maxDuration: limitOf('maxDuration'),
  maxNumberOfFields: limitOf('maxNumberOfFields'),
  maxPageSize: limitOf('maxPageSize'),
  notOlderThan: limitOf('notOlderThan'),
}

// A sum is there when it was selected; groupSelection has seen to it.
const sumOf = (group: FlowGroup, name: FlowTotal) => group.sums[name] ?? 0n

const sumFields = Object.fromEntries(flowTotalNames.map((name) => [name, (group: FlowGroup) => exactNumber(sumOf(group, name))]))

const rateFields = Object.fromEntries(
  [...flowRates].map(([name, { sum, seconds }]) => [name, (group: FlowGroup) => Number(sumOf(group, sum)) / seconds]),
)

interface GroupConfidence {
  readonly level: number
  readonly sampled: Readonly<Record<FlowSum, SampledSum>>
}

function confidence(group: FlowGroup, { level }: { level: number }) {
  if (!(level > 0 && level < 1)) throw new FlowQueryError('bad_arguments', { node: 'confidence', reason: 'level must be between 0 and 1' })
  const confidence = { level, sampled: group.sampled }
  return { level, sum: confidence, avg: confidence }
}

const sumIntervals = Object.fromEntries(
  flowSumNames.map((name) => [name, ({ sampled, level }: GroupConfidence) => confidenceInterval(sampled[name], level)]),
)

const rateIntervals = Object.fromEntries(
  [...flowRates].map(([name, { sum, seconds }]) => [
    name,
    ({ sampled, level }: GroupConfidence) => divided(confidenceInterval(sampled[sum], level), seconds),
  ]),
)

function divided(interval: ConfidenceInterval, seconds: number): ConfidenceInterval {
  const { estimate, lower, upper } = interval
  return { ...interval, estimate: estimate / seconds, lower: lower / seconds, upper: upper / seconds }
}

/** There is no query budget here: a number that never runs out. */
const budget = 1_000_000

/** By type and field; what is left out is the property of the same name. */
export function createResolvers() {
  return {
    ...createScalars(),
    Query: { cost: () => 1, viewer: () => ({}) },
    viewer: { accounts, budget: () => budget },
    // Nobody sends the flows of the second.
    account: { [dataset]: groups, [vpcDataset]: () => [] },
    Settings: settings,
    [typePrefix]: { sum: (group: FlowGroup) => group, avg: (group: FlowGroup) => group, confidence },
    [`${typePrefix}Sum`]: sumFields,
    [`${typePrefix}Avg`]: rateFields,
    [`${typePrefix}SumConfidence`]: sumIntervals,
    [`${typePrefix}AvgConfidence`]: rateIntervals,
  }
}
