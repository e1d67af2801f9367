// What a question needs of the tables: which of them answers, for which times, in which steps.
import { mostGroups, type AnswerTier } from '../../contract/flow-question.ts'
import type { FlowColumnName } from '../../contract/flow-columns.ts'
import { baseDimensions, flowDimension, type BaseDimension, type TimeDimension } from '../flow-dimensions.ts'
import { filterBounds, filterColumns, type FlowFilter } from '../flow-filter.ts'
import { flowLimits, permittedRange } from '../flow-limits.ts'
import { FlowQueryError } from '../flow-query-error.ts'
import { chooseTier, type TierChoice, type TierNeeds } from '../flow-tiers.ts'
import type { TimeRange } from '../time-ranges.ts'
import type { AskSteps, FlowAsk, FlowAskSettings } from './flow-ask.ts'

/** Dataset that errors name. */
export const node = 'flows'

/** What makes two routers' records the same flow. */
export const fiveTuple = ['src_addr', 'dst_addr', 'src_port', 'dst_port', 'protocol'] as const satisfies readonly FlowColumnName[]

export interface AskPlan {
  /** What is grouped by, each once. */
  readonly bases: readonly BaseDimension[]
  readonly choice: TierChoice
  /** The range that is answered: as it was asked, rounded to rows of the tier, and to now at the latest. */
  readonly from: number
  readonly to: number
  /** Whole rows of the tier; the last one of a range until now is not full yet. */
  readonly rows: TimeRange
  readonly steps: AskSteps | undefined
  /** Whether the flows are read again for minutes and inflation, which come with every question. */
  readonly thorough: boolean
}

/** Steps of series in seconds; weeks for what is longer than 300 days. Counted from 1970, so a week begins on a Thursday. */
const stepSeconds = [1, 10, 60, 300, 900, 3600, 21_600, 86_400, 604_800] as const
const mostSteps = 300

const rowSeconds: Readonly<Record<AnswerTier, number>> = { raw: 1, minute: 60, hour: 3600, top: 3600 }

/** @throws FlowQueryError when the question asks for too much, or insists on a table that cannot answer it */
export function planAsk(ask: FlowAsk, { retention, now }: Pick<FlowAskSettings, 'retention' | 'now'>): AskPlan {
  const limits = flowLimits(retention)
  if (!Number.isSafeInteger(ask.limit) || ask.limit < 1 || ask.limit > mostGroups)
    throw new FlowQueryError('bad_limit', { limit: mostGroups })
  if (ask.by.length > limits.maxNumberOfFields) throw new FlowQueryError('too_many_fields', { limit: limits.maxNumberOfFields })
  if (!(ask.from < ask.to)) throw new FlowQueryError('bad_arguments', { node, reason: 'the range ends before it begins' })
  const needs = needsOf(ask, { retention, now })
  return planWith(ask, ask.series ? choiceWithSteps(ask, needs, { retention, now }) : chooseTier(needs, retention, now), now)
}

/** @throws FlowQueryError when the range is longer or older than what is kept */
export function needsOf(ask: FlowAsk, { retention, now }: Pick<FlowAskSettings, 'retention' | 'now'>): TierNeeds {
  const { from } = permittedRange({ all: [between(ask), ask.filter] }, flowLimits(retention), now)
  return { ...tierNeeds(ask, baseDimensions(ask.by)), from }
}

/** The plan by the table that was chosen. */
export function planWith(ask: FlowAsk, choice: TierChoice, now: number): AskPlan {
  const rows = wholeRows(ask, choice.tier.seconds, now)
  const second = Math.floor(now) + 1
  const range = { from: rows.from, to: ask.to > now && rows.from < second ? Math.min(Math.ceil(ask.to), second) : rows.to }
  const steps = ask.series ? stepsOf(range, choice.tier.seconds) : undefined
  return { bases: baseDimensions(ask.by), choice, ...range, rows, steps, thorough: true }
}

/** What the dimensions, the filter and the range need; without the earliest time. */
function tierNeeds(ask: FlowAsk, bases: readonly BaseDimension[]): Omit<TierNeeds, 'from'> {
  const columns = filterColumns(ask.filter)
  let bucket = Infinity
  for (const dimension of bases) {
    if (dimension.type === 'time') bucket = Math.min(bucket, dimension.seconds)
    if (dimension.type === 'column') columns.add(dimension.column)
  }
  if (ask.distinct) for (const column of fiveTuple) columns.add(column)
  return {
    columns,
    bucket,
    bounds: [ask.from, ask.to, ...filterBounds(ask.filter)],
    ...(ask.insist === undefined ? {} : { insist: ask.insist }),
  }
}

/** The tier for the finest steps that a table has for the whole range. */
function choiceWithSteps(ask: FlowAsk, needs: TierNeeds, { retention, now }: Pick<FlowAskSettings, 'retention' | 'now'>): TierChoice {
  const shortest = ask.insist === undefined ? 1 : rowSeconds[ask.insist]
  const steps = possibleSteps(ask, shortest)
  const choices = steps.map((step) => chooseTier({ ...needs, bucket: Math.min(needs.bucket, step) }, retention, now))
  return choices.find(({ complete }) => complete) ?? choices[0] ?? chooseTier(needs, retention, now)
}

/** The tier that answers by the minute, whole minutes only; undefined where none does. */
export function minuteChoice(
  ask: FlowAsk,
  { from, to, bases }: TimeRange & { readonly bases: readonly BaseDimension[] },
  { retention, now }: Pick<FlowAskSettings, 'retention' | 'now'>,
): TierChoice | undefined {
  if (ask.insist !== undefined && rowSeconds[ask.insist] > 60) return undefined
  const needs = tierNeeds({ ...ask, from, to }, bases)
  const choice = chooseTier({ ...needs, bucket: Math.min(needs.bucket, 60), from }, retention, now)
  return choice.exact && choice.complete && choice.tier.seconds <= 60 ? choice : undefined
}

function between({ from, to }: FlowAsk): FlowFilter {
  const time = flowDimension('datetime') as TimeDimension
  return {
    all: [
      { time, operator: 'geq', values: [from] },
      { time, operator: 'lt', values: [to] },
    ],
  }
}

/** Bounds at the nearest rows, but those in the future at the end of a row: nothing is there yet. A range shorter than a row is that row. */
function wholeRows({ from, to }: FlowAsk, seconds: number, now: number): TimeRange {
  const round = (how: (value: number) => number, time: number) => how(time / seconds) * seconds
  const nearest = { from: round(Math.round, from), to: round(to > now ? Math.ceil : Math.round, to) }
  return nearest.from < nearest.to ? nearest : { from: round(Math.floor, from), to: round(Math.ceil, to) }
}

function possibleSteps(range: TimeRange, shortest: number): number[] {
  return stepSeconds.filter((step) => step >= shortest && countOf(range, step) <= mostSteps)
}

const countOf = ({ from, to }: TimeRange, step: number) => Math.ceil(to / step) - Math.floor(from / step)

function stepsOf(range: TimeRange, shortest: number): AskSteps {
  const seconds = possibleSteps(range, shortest)[0] ?? 604_800
  return { from: Math.floor(range.from / seconds) * seconds, seconds, count: countOf(range, seconds) }
}
