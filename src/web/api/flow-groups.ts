// Questions about flows: several groupings of mnmFlowDataAdaptiveGroups in one GraphQL request.
import type { Bucket } from '../view/time-range.ts'
import { ApiFailure, requestJson } from './envelope.ts'

/** GraphQL filter of the dataset: `<dimension>`, `<dimension>_in`, `datetime_geq`, …; `AND` is a list of such filters. */
export interface FlowFilter {
  readonly [key: string]: string | number | readonly (string | number)[] | readonly FlowFilter[]
}

export type Metric = 'bits' | 'packets'

/** One grouping. Without a dimension it is the sum of everything that matches. */
export interface Grouping {
  readonly alias: string
  readonly dimension?: string
  /** A second dimension. */
  readonly split?: string
  readonly limit: number
  /** `<dimension>_ASC`, `sum_bits_DESC`, … */
  readonly orderBy?: string
}

export interface FlowGroup {
  readonly bits: number
  readonly packets: number
  /** Value of the dimension; empty for a sum. */
  readonly key: string | number
  /** Value of the second dimension, where there is one. */
  readonly split?: string | number
}

/** Which tier answered a grouping and how far back it holds data. */
export interface Reach {
  readonly tier: string
  /** Milliseconds since 1970; null when the server does not say. */
  readonly since: number | null
  /** false when the range begins earlier than that: the answer covers less than was asked for. */
  readonly complete: boolean
}

export interface FlowAnswer {
  readonly groups: Readonly<Record<string, readonly FlowGroup[]>>
  readonly reach: Readonly<Record<string, Reach>>
}

interface Row {
  readonly sum: { readonly bits: number; readonly packets: number }
  readonly dimensions?: { readonly key: string | number; readonly split?: string | number }
}

interface Answer {
  readonly data: { readonly viewer: { readonly accounts: readonly Record<string, readonly Row[]>[] } } | null
  readonly errors?: readonly { readonly message: string }[] | null
  readonly extensions?: { readonly drawbridge?: unknown }
}

function groupingText(grouping: Grouping): string {
  const order = grouping.orderBy === undefined ? '' : `, orderBy: [${grouping.orderBy}]`
  const split = grouping.split === undefined ? '' : ` split: ${grouping.split}`
  const dimensions = grouping.dimension === undefined ? '' : ` dimensions { key: ${grouping.dimension}${split} }`
  return `${grouping.alias}: mnmFlowDataAdaptiveGroups(filter: $filter, limit: ${grouping.limit}${order}) { sum { bits packets }${dimensions} }`
}

/** Text of the query for these groupings. Values travel in variables, only names of our own stand in the text. */
export function flowQuery(groupings: readonly Grouping[]): string {
  const nodes = groupings.map((grouping) => `      ${groupingText(grouping)}`).join('\n')
  return `query Flows($account: string!, $filter: AccountMnmFlowDataAdaptiveGroupsFilter_InputObject!) {
  viewer {
    accounts(filter: { accountTag: $account }) {
${nodes}
    }
  }
}`
}

function toGroup(row: Row): FlowGroup {
  const { key = '', split } = row.dimensions ?? {}
  return { bits: row.sum.bits, packets: row.sum.packets, key, ...(split === undefined ? {} : { split }) }
}

/** Reads `extensions.drawbridge`: one entry a grouping, by alias, `{ tier, since, complete }`. */
export function readReach(extension: unknown): Record<string, Reach> {
  const reach: Record<string, Reach> = {}
  if (typeof extension !== 'object' || extension === null) return reach
  for (const [alias, entry] of Object.entries(extension)) {
    if (typeof entry !== 'object' || entry === null) continue
    const { tier, since, complete } = entry as { tier?: unknown; since?: unknown; complete?: unknown }
    const time = typeof since === 'string' ? Date.parse(since) : Number.NaN
    reach[alias] = { tier: typeof tier === 'string' ? tier : '', since: Number.isNaN(time) ? null : time, complete: complete !== false }
  }
  return reach
}

/** Asks for the groupings. @throws ApiFailure */
export async function askFlows(
  account: string,
  groupings: readonly Grouping[],
  filter: FlowFilter,
  signal: AbortSignal,
): Promise<FlowAnswer> {
  const body = { query: flowQuery(groupings), variables: { account, filter } }
  const { status, body: answered } = await requestJson({ method: 'POST', path: '/client/v4/graphql', body, signal })
  const answer = answered as Answer | null
  const first = answer?.errors?.[0]
  if (status >= 400 || first !== undefined) throw new ApiFailure(status, 0, first?.message ?? '')
  const node = answer?.data?.viewer.accounts[0] ?? {}
  const reach = readReach(answer?.extensions?.drawbridge)
  const groups = Object.fromEntries(
    groupings.map((grouping) => [grouping.alias, named((node[grouping.alias] ?? []).map(toGroup), grouping, reach)]),
  )
  return { groups, reach }
}

/** What is not among the first of an hour has an empty key in the table of those; it is no address and no port. */
export function named(
  groups: readonly FlowGroup[],
  { alias, dimension }: Grouping,
  reach: Readonly<Record<string, Reach>>,
): readonly FlowGroup[] {
  const rest = dimension !== undefined && reach[alias]?.tier === 'top'
  return rest ? groups.filter(({ key }) => key !== '' && key !== 0) : groups
}

/** The grouping of a time series by buckets. `limit` is well above the buckets of any range that the page offers. */
export function seriesGrouping(bucket: Bucket): Grouping {
  return { alias: 'series', dimension: bucket.dimension, limit: 2000, orderBy: `${bucket.dimension}_ASC` }
}

/** The grouping whose one row tells in which bucket the flows begin. */
export function firstGrouping(bucket: Bucket): Grouping {
  return { alias: 'first', dimension: bucket.dimension, limit: 1, orderBy: `${bucket.dimension}_ASC` }
}

/** The grouping of a top list. */
export function topGrouping(dimension: string, metric: Metric, limit: number): Grouping {
  return { alias: dimension, dimension, limit, orderBy: `sum_${metric}_DESC` }
}
