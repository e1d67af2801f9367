// A question about flows and its answer, as they travel over the REST API (POST …/drawbridge/flows/query).
import { z } from 'zod'
import type { Tier } from './flow-columns.ts'

/** What groups are ordered by, and what `share` is a share of. `flows` counts flow records and is never scaled. */
export const flowMeasures = ['bits', 'packets', 'flows'] as const
export type FlowMeasure = (typeof flowMeasures)[number]

/** Dimensions that one question can group by. */
export const mostDimensions = 6
/** Groups in one answer. */
export const mostGroups = 1000
/** Characters of a filter. */
export const longestFlowFilter = 4096

/** `90s`, `15m`, `6h`, `7d`, `2w`. */
const lastPattern = /^[1-9]\d{0,8}[smhdw]$/
const isText = { error: 'must be text' }
const text = z.string(isText).max(longestFlowFilter, `must not be longer than ${longestFlowFilter} characters`)
const name = z.string(isText).min(1, 'must not be empty').max(64, 'must not be longer than 64 characters')
const oneOf = (words: readonly string[]) => ({ error: `must be one of ${words.join(', ')}` })
const wish = z.boolean({ error: 'must be true or false' }).default(false)
const id = z.uuid('must be a UUID').optional()
const lastFault = 'must be a number with s, m, h, d or w, such as 15m'
const last = z.string({ error: lastFault }).regex(lastPattern, lastFault).optional()
const tierChoices = ['auto', 'raw', 'minute', 'hour', 'top'] as const

function whole(least: number, most: number) {
  const fault = `must be a whole number from ${least} to ${most}`
  return z.number({ error: fault }).int(fault).min(least, fault).max(most, fault)
}

const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-01T00:00:00Z' })

/** What may be asked. Times: either `last`, or `from` with or without `to`; the last hour where none is given. */
export const flowQuestionSchema = z.strictObject({
  filter: text.default('').describe('Filter language of docs/queries.md; empty holds every flow'),
  by: z
    .array(name, { error: 'must be a list of names of dimensions' })
    .max(mostDimensions, `must not have more than ${mostDimensions} dimensions`)
    .default([])
    .describe('Dimensions by any of their names'),
  last,
  from: time.optional(),
  to: time.optional(),
  limit: whole(1, mostGroups).default(10),
  order: z.enum(flowMeasures, oneOf(flowMeasures)).default('bits'),
  /** Series of each group, of the rest and of the total. */
  series: wish,
  /** The same groups in the period of equal length before. */
  previous: wish,
  /** The same groups seen the other way round: source and destination exchanged in the dimensions and in the filter. */
  reverse: wish,
  /** Counts a flow that several routers saw once: at the router that saw most of it. Needs every single flow. */
  distinct: wish,
  /** `auto` chooses; the others insist, and fail where that table cannot answer. */
  tier: z.enum(tierChoices, oneOf(tierChoices)).default('auto'),
  /** By which the question can be watched and cancelled while it runs; made up where it is left out. */
  id,
})
export type FlowQuestion = z.output<typeof flowQuestionSchema>
export type FlowQuestionBody = z.input<typeof flowQuestionSchema>

/** Where an answer comes from: every flow, sums by minute or hour, or the hourly sums of the first addresses and ports. */
export type AnswerTier = Tier | 'top'

/** Sampling applied, but for `flows`. */
export interface FlowSumsView {
  readonly bits: number
  readonly packets: number
  readonly flows: number
}

/** Of the one-minute values of the range, minutes without traffic included; per second. */
export interface FlowRateView {
  readonly average: number
  /**
   * Nearest rank; null where the table has no minutes, the range is shorter than two, or its more than 15 million flows
   * would have to be read once more, unless `tier` insists on them.
   */
  readonly p95: number | null
  readonly max: number | null
}

/** Means per second of each step, as many as `steps.count`. */
export interface FlowSeriesView {
  readonly bits: readonly number[]
  readonly packets: readonly number[]
}

export interface FlowFigures extends FlowSumsView {
  /** Part of the total of `order`, 0 to 1. */
  readonly share: number
  readonly bits_per_second: FlowRateView
  readonly packets_per_second: FlowRateView
  /** With `previous`; null where that period is older than what is kept. */
  readonly previous?: FlowSumsView | null
  /** With `reverse`; its series with both. */
  readonly reverse?: FlowSumsView & { readonly series?: FlowSeriesView }
  /** With `series`. */
  readonly series?: FlowSeriesView
}

export interface FlowGroupView extends FlowFigures {
  /** By the name of the dimension in `by`. Times are RFC 3339. */
  readonly key: Readonly<Record<string, string | number | readonly string[]>>
  /** Names that are known for values of the key (AS, router, interface, rule, protocol); by the same names. */
  readonly labels: Readonly<Record<string, string>>
}

export interface FlowAnswerView {
  /** The range that was answered, RFC 3339, bounds rounded as the tier needs. `to` is excluded. */
  readonly from: string
  readonly to: string
  readonly tier: AnswerTier
  /** One sentence: why this table. */
  readonly tier_reason: string
  /** false when the bounds of the range were rounded to whole rows of the table, or `top` answered. */
  readonly exact: boolean
  /** false when the range begins before `since`. */
  readonly complete: boolean
  /** Earliest time that the table keeps, RFC 3339. */
  readonly since: string
  /** Names of the dimensions as the answer uses them. */
  readonly by: readonly string[]
  readonly groups: readonly FlowGroupView[]
  /** All flows of the total that are in no group of the answer; null where every group is there. */
  readonly other: FlowFigures | null
  readonly total: FlowFigures
  /** With `series`. */
  readonly steps?: { readonly from: string; readonly seconds: number; readonly count: number }
  /**
   * How often the traffic was counted: 1.8 where the sums of all routers are 1.8 times what each flow's best router saw.
   * null where it cannot be told: only every single flow tells it. `routers`: how many saw flows of the question.
   */
  readonly inflation: { readonly factor: number; readonly routers: number } | null
  readonly question: { readonly id: string; readonly elapsed_ms: number; readonly rows_read: number; readonly bytes_read: number }
}

/** A question that is running: GET …/drawbridge/flows/queries. */
export interface RunningQuestionView {
  readonly id: string
  /** What was asked, in short. */
  readonly text: string
  readonly started_at: string
  readonly elapsed_ms: number
  readonly rows_read: number
  /** Rows that it is expected to read; 0 while nobody knows. */
  readonly rows_to_read: number
  /** 0 to 1; null while nobody knows. */
  readonly progress: number | null
}

/** GET …/drawbridge/flows/dimensions: what questions can be grouped and filtered by. */
export interface FlowDimensionView {
  /** As answers call it: the one of GraphQL. */
  readonly name: string
  /** That mean the same in `by` and in filters; the shortest first. */
  readonly other_names: readonly string[]
  readonly description: string
  /** Empty where it has none. */
  readonly unit: string
  /** Tables that keep it. */
  readonly tiers: readonly AnswerTier[]
  /** Not in the dataset of the original. */
  readonly extension: boolean
  /** Operators that filters take for it; empty for what cannot be filtered by. */
  readonly operators: readonly string[]
}

/** POST …/drawbridge/flows/complete: what can stand at a place of a filter. */
export const flowCompletionSchema = z.strictObject({
  text,
  /** Place of the cursor, in characters. */
  at: whole(0, longestFlowFilter),
})

export interface FlowCompletionView {
  /** The characters that a candidate replaces. */
  readonly from: number
  readonly to: number
  readonly candidates: readonly {
    readonly text: string
    /** What it is, or how much traffic it had in the last hour. */
    readonly description: string
    readonly kind: 'field' | 'operator' | 'value' | 'joint'
  }[]
}

/** POST …/drawbridge/flows/statements, with the body of a question: the same question for other programs. */
export interface FlowStatementsView {
  /** With the values in the text, for clickhouse-client and Grafana. */
  readonly sql: string
  /** null where GraphQL cannot ask it; `graphql_reason` says why. */
  readonly graphql: string | null
  readonly graphql_reason: string | null
  readonly curl: string
  readonly command: string
}

const exportFormats = ['csv', 'ndjson', 'parquet'] as const

/** POST …/drawbridge/flows/export: single flows, oldest first. */
export const flowExportSchema = z.strictObject({
  filter: text.default(''),
  last,
  from: time.optional(),
  to: time.optional(),
  /** Columns of docs/columns.md; every one where it is left out. */
  columns: z
    .array(name, { error: 'must be a list of names of columns' })
    .min(1, 'must not be empty')
    .max(100, 'must not have more than 100 columns')
    .optional(),
  format: z.enum(exportFormats, oneOf(exportFormats)).default('csv'),
  /** Flows at most. */
  limit: whole(1, 10_000_000).default(1_000_000),
  /** By which the export can be watched and cancelled while it runs; made up where it is left out. */
  id,
})
export type FlowExport = z.output<typeof flowExportSchema>
