// Asks the tables a question about flows: the first groups with the rest and the total, and what else is wanted of them.
import { dimensionKey, printDimension, printName } from '../flow-dimensions.ts'
import { noNames } from '../flow-names.ts'
import type { FlowQueries } from '../flow-queries.ts'
import { adaptedPlan } from './adapted-plan.ts'
import {
  added,
  figuresOf,
  indexOfP95,
  noSums,
  remainder,
  sumsOf,
  type Extras,
  type LargestMinutes,
  type Span,
  type SumsRow,
} from './figures.ts'
import type { AskGroup, AskSeries, AskSums, FlowAsk, FlowAskAnswer, FlowAskSettings } from './flow-ask.ts'
import type { Look } from './flow-rows.ts'
import { askMinutes, askSeries, askSums, type GroupParts, type KnownGroups } from './group-parts.ts'
import { askInflation } from './inflation.ts'
import type { TimeRange } from '../time-ranges.ts'
import { earlierLook, lookOf, mirroredLook } from './looks.ts'
import { minuteChoice, planAsk, type AskPlan } from './plan.ts'
import { StatementReader } from './statement-reader.ts'
import { groupsStatement, type Statement } from './statements.ts'

/**
 * The main statement: the first groups, and before them the total, for other programs.
 * @throws FlowQueryError as askFlows
 */
export function askStatement(ask: FlowAsk, settings: FlowAskSettings): Statement {
  return groupsStatement(lookOf(ask, planAsk(ask, settings), settings.now), ask, false)
}

/**
 * Groups, others and total are of one statement and agree exactly. What is asked for beside them follows by statements of
 * its own, one after another: flows that are stored meanwhile are in those already.
 * @throws FlowQueryError when the question asks for too much; what the store throws
 */
export async function askFlows(store: FlowQueries, ask: FlowAsk, settings: FlowAskSettings): Promise<FlowAskAnswer> {
  const { adapt } = settings
  const reader = new StatementReader(store, settings.options)
  const planned = planAsk(ask, settings)
  const plan = adapt === undefined ? planned : await adaptedPlan(store, ask, planned, { ...settings, adapt })
  const look = lookOf(ask, plan, settings.now)
  const first = await firstGroups(reader, look, ask)
  const known: KnownGroups = { reader, hashes: first.rows.map(({ key_hash }) => BigInt(key_hash ?? 0)) }
  const parts = await askParts(known, { ask, plan, look, settings })
  const inflation = plan.thorough ? await askInflation(reader, look) : undefined
  const { choice, from, to, steps } = plan
  return {
    choice,
    from,
    to,
    ...figures(first, parts, { ask, plan, settings }),
    ...(steps === undefined ? {} : { steps }),
    inflation: inflation ?? null,
    read: reader.cost,
  }
}

type GroupRow = SumsRow &
  Readonly<Record<string, unknown>> & { readonly is_total?: string; readonly is_rest?: number; readonly key_hash?: string }

interface FirstGroups {
  readonly rows: readonly GroupRow[]
  readonly other: AskSums
  readonly total: AskSums
}

async function firstGroups(reader: StatementReader, look: Look, ask: FlowAsk): Promise<FirstGroups> {
  const all = await reader.rows<GroupRow>(groupsStatement(look, ask, true), ask.limit + 1)
  // Without a key the only group is the total.
  const whole = look.keys.length === 0 ? all[0] : all.find(({ is_total }) => is_total === '1')
  const rows = look.keys.length === 0 ? all : all.filter(({ is_total, is_rest }) => is_total === '0' && is_rest !== 1)
  const together = rows.map(sumsOf).reduce(added, noSums)
  const other = remainder(whole === undefined ? noSums : sumsOf(whole), together)
  return { rows, other, total: added(together, other) }
}

interface Asked {
  readonly ask: FlowAsk
  readonly plan: AskPlan
  readonly settings: FlowAskSettings
}

/** What is known of each group beside its sums. */
interface Parts {
  readonly largest: GroupParts<LargestMinutes> | undefined
  readonly series: GroupParts<AskSeries> | undefined
  readonly previous: GroupParts<AskSums> | null | undefined
  readonly reverse: GroupParts<AskSums> | undefined
  readonly reverseSeries: GroupParts<AskSeries> | undefined
}

async function askParts(known: KnownGroups, asked: Asked & { readonly look: Look }): Promise<Parts> {
  const { ask, plan, look, settings } = asked
  const largest = await askLargest(known, asked)
  const inSteps = async (of: Look) => plan.steps && (await askSeries(known, of, { steps: plan.steps, range: plan }))
  const series = await inSteps(look)
  const earlier = ask.previous ? (earlierLook(look, plan) ?? null) : undefined
  const previous = earlier && (await askSums(known, earlier))
  if (!ask.reverse) return { largest, series, previous, reverse: undefined, reverseSeries: undefined }
  const back = mirroredLook(ask, plan, settings)
  return { largest, series, previous, reverse: await askSums(known, back), reverseSeries: await inSteps(back) }
}

/** One-minute values of so many groups in so long a time are more than a question is worth. */
const mostMinuteValues = 4_000_000

function wholeMinutes({ from, to }: TimeRange): TimeRange {
  return { from: Math.ceil(from / 60) * 60, to: Math.floor(to / 60) * 60 }
}

const countMinutes = (range: TimeRange) => {
  const { from, to } = wholeMinutes(range)
  return Math.max(0, (to - from) / 60)
}

async function askLargest(
  known: KnownGroups,
  { ask, plan, look, settings }: Asked & { readonly look: Look },
): Promise<GroupParts<LargestMinutes> | undefined> {
  // The first of each hour answer where reading the flows takes too long or they are gone: so it is for their minutes.
  if (plan.choice.tier.tier === 'top') return undefined
  const minutes = wholeMinutes(plan)
  const count = countMinutes(plan)
  if (count === 0 || (known.hashes.length + 2) * count > mostMinuteValues) return undefined
  const choice = minuteChoice(ask, { ...minutes, bases: plan.bases }, settings)
  if (choice === undefined || (choice.tier.tier === 'raw' && !plan.thorough)) return undefined
  // A flow is its best router's of the whole range, not of the whole minutes in it.
  const range = ask.distinct ? {} : minutes
  return await askMinutes(known, { ...look, ...range, tier: choice.tier }, { ...minutes, largest: indexOfP95(count) + 1 })
}

function figures(first: FirstGroups, parts: Parts, asked: Asked): Pick<FlowAskAnswer, 'groups' | 'other' | 'total'> {
  const { order } = asked.ask
  const share = { order, total: first.total[order] }
  const whole: Span = { seconds: asked.plan.to - asked.plan.from, minutes: countMinutes(asked.plan) }
  const { flows, bits, packets } = first.other
  const groups = first.rows.map((row, index): AskGroup => {
    const key = keyOf(row, asked)
    return { key, ...figuresOf(sumsOf(row), extrasOf(parts, index + 1, spanOf(key, asked.plan)), share) }
  })
  return {
    groups,
    other: flows === 0n && bits === 0n && packets === 0n ? null : figuresOf(first.other, extrasOf(parts, 0, whole), share),
    total: figuresOf(first.total, extrasOf(parts, groups.length + 1, whole), share),
  }
}

function extrasOf({ largest, series, previous, reverse, reverseSeries }: Parts, number: number, span: Span): Extras {
  return {
    span,
    largest: largest?.(number),
    ...(series === undefined ? {} : { series: series(number) }),
    ...(previous === undefined ? {} : { previous: previous && previous(number) }),
    ...(reverse === undefined ? {} : { reverse: { ...reverse(number), ...(reverseSeries && { series: reverseSeries(number) }) } }),
  }
}

function keyOf(row: GroupRow, { ask, plan, settings }: Asked): AskGroup['key'] {
  let column = 0
  const values = Object.fromEntries(
    plan.bases.map((base) => [base.name, printDimension(base, dimensionKey(base) === undefined ? undefined : row[`d${column++}`])]),
  )
  const named = ask.by.filter((dimension) => dimension.type === 'named')
  return { ...values, ...Object.fromEntries(named.map((name) => [name.name, printName(name, values, settings.names ?? noNames)])) }
}

/** A group of a time is of that part of the range. */
function spanOf(key: AskGroup['key'], { bases, ...range }: AskPlan): Span {
  let { from, to } = range
  for (const base of bases) {
    if (base.type !== 'time') continue
    const begin = Number(key[base.name])
    from = Math.max(from, begin)
    to = Math.min(to, begin + base.seconds)
  }
  return { seconds: Math.max(0, to - from), minutes: countMinutes({ from, to }) }
}
