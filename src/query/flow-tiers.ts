// Chooses the table that answers a question: the coarsest that answers it exactly and reaches back far enough. Where
// none does, the hourly sums of the first addresses and ports, if they hold what is asked for.
import { flowColumn, type FlowColumnName, type Tier } from '../contract/flow-columns.ts'
import type { Config } from '../contract/config.ts'
import type { AnswerTier } from '../contract/flow-question.ts'
import { inTotals, tierTables, totalTable } from '../store/flow-tables.ts'
import { topDimensions, topFacets, topSeconds, topSource, type TopFacet } from '../store/top-rollup-table.ts'
import { FlowQueryError } from './flow-query-error.ts'

export type Retention = Config['store']['retention']

export interface FlowTier {
  readonly tier: AnswerTier
  /** What stands behind FROM: the name of a table, or a subquery that looks like one. */
  readonly table: string
  /** Time that one row stands for. */
  readonly seconds: number
  /** SQL for the number of flows in a group. A group with none is no group. */
  readonly flows: string
  /** SQL for the mean sampling factor over the flows of a group, by the SQL of the factor. */
  readonly sampleInterval: (rate: string) => string
  /**
   * SQL that is true for rows of what is not among the first of its hour; their key is empty. They count as the
   * difference to the sums by hour, so that only their sums have a meaning. No other tier has such rows.
   */
  readonly rest?: string
  /** What its rows are, in a sentence. */
  readonly contents: string
}

const ofRollup = { flows: 'sum(flows)', sampleInterval: (rate: string) => `sum(${rate} * flows) / sum(flows)` }

/** Those that hold all traffic, coarsest first. */
const exactTiers: readonly (FlowTier & { readonly tier: Tier })[] = [
  { tier: 'hour', table: tierTables.hour, seconds: 3600, contents: 'sums by hour', ...ofRollup },
  { tier: 'minute', table: tierTables.minute, seconds: 60, contents: 'sums by minute', ...ofRollup },
  { tier: 'raw', table: tierTables.raw, seconds: 1, contents: 'every flow', flows: 'count()', sampleInterval: (rate) => `avg(${rate})` },
]

export interface TierNeeds {
  readonly columns: ReadonlySet<FlowColumnName>
  /** Shortest time bucket that is grouped by, in seconds; Infinity without one. */
  readonly bucket: number
  /** Times at which a condition of the filter changes, seconds since 1970. */
  readonly bounds: readonly number[]
  /** Earliest time asked for, seconds since 1970. */
  readonly from: number
  /** Only this tier may answer. */
  readonly insist?: AnswerTier
}

export interface TierChoice {
  readonly tier: FlowTier
  /** Earliest time that the tier keeps, seconds since 1970. */
  readonly oldest: number
  /** false when bounds of the time were rounded to whole rows of the tier, or when sums of the tier are lower bounds. */
  readonly exact: boolean
  /** false when flows from before `oldest` were asked for, which this answer lacks. */
  readonly complete: boolean
  /** Why this tier, in one sentence without a full stop. */
  readonly reason: string
}

const daySeconds = 86_400
/** Clients compute "7 days ago" a moment before we look at the clock. */
const slackSeconds = 60

/** Days that a tier is kept. What is not among the first is known from the sums by hour, so `top` ends where they end. */
function tierDays(tier: AnswerTier, { raw_days, minute_days, hour_days, top_days }: Retention): number {
  return { raw: raw_days, minute: minute_days, hour: hour_days, top: Math.min(top_days, hour_days) }[tier]
}

/** Time that a tier is kept, in seconds. */
export function tierLifetime(tier: AnswerTier, retention: Retention): number {
  return tierDays(tier, retention) * daySeconds
}

/** A tier and how well it answers. */
interface Candidate extends Omit<TierChoice, 'reason'> {
  /** What of it cannot be answered by this tier at all. */
  readonly obstacle: string | undefined
}

/**
 * The tier for a question. Where no tier is both exact and long enough, the first addresses and ports of each hour answer
 * if they can; then the finest that is long enough, with rounded bounds; where none is, the one that reaches back furthest.
 * @param now seconds since 1970
 * @throws FlowQueryError when the tier that the question insists on cannot answer it
 */
export function chooseTier(needs: TierNeeds, retention: Retention, now: number): TierChoice {
  const candidate = (tier: FlowTier, obstacle: string | undefined): Candidate => {
    const oldest = Math.floor(now) - tierLifetime(tier.tier, retention)
    // A bound in the future cuts no row in two: nothing is there yet.
    const exact = tier.rest === undefined && needs.bounds.every((bound) => bound > now || bound % tier.seconds === 0)
    return { tier, oldest, exact, complete: oldest - slackSeconds <= needs.from, obstacle }
  }
  const exact = exactTiers.map((tier) =>
    candidate(smallest(tier, needs), columnObstacle(tier, needs) ?? bucketObstacle(tier.seconds, needs)),
  )
  const facet = nearestFacet(needs)
  const top = candidate(topTier(facet, needs, now), topObstacle(facet, needs))
  const chosen = needs.insist === undefined ? bestOf(exact, top) : insisted(needs.insist, [...exact, top])
  const { obstacle: _, ...choice } = chosen
  return { ...choice, reason: reasonOf(chosen, exact, { needs, retention }) }
}

/** The same rows of fewer columns, where those will do. */
function smallest(tier: FlowTier, { columns }: TierNeeds): FlowTier {
  return tier.tier === 'hour' && inTotals(columns) ? { ...tier, table: totalTable } : tier
}

function bestOf(exact: readonly Candidate[], top: Candidate): Candidate {
  const able = exact.filter(({ obstacle }) => obstacle === undefined)
  const best = able.find((choice) => choice.exact && choice.complete) ?? able.findLast(({ complete }) => complete)
  if (best) return best
  // Raw holds everything, so there is at least one; the longest-lived is the one with the earliest `oldest`.
  return [...able, ...(top.obstacle === undefined ? [top] : [])].reduce((a, b) => (b.oldest < a.oldest ? b : a))
}

function insisted(tier: AnswerTier, candidates: readonly Candidate[]): Candidate {
  const found = candidates.find((candidate) => candidate.tier.tier === tier && candidate.obstacle === undefined)
  if (found) return found
  const reason = candidates.find((candidate) => candidate.tier.tier === tier)?.obstacle ?? 'there is no such tier'
  throw new FlowQueryError('bad_arguments', { node: 'tier', reason: `${tier} cannot answer this: ${reason}` })
}

/** What stands in the way of an answer by this tier: columns that it does not keep. */
function columnObstacle({ tier }: FlowTier, { columns }: Pick<TierNeeds, 'columns'>): string | undefined {
  const missing = tier === 'raw' ? [] : [...columns].filter((column) => !flowColumn[column].rollup)
  return missing.length === 0 ? undefined : `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} kept in no sums`
}

function bucketObstacle(seconds: number, { bucket }: Pick<TierNeeds, 'bucket'>): string | undefined {
  if (bucket === Infinity || bucket % seconds === 0) return undefined
  return `time is grouped by less than ${seconds === 60 ? 'a minute' : 'an hour'}`
}

const keptBy = (facet: TopFacet, column: FlowColumnName) => column === facet.key || topDimensions(facet).includes(column)

const missingIn = (facet: TopFacet, columns: ReadonlySet<FlowColumnName>) => [...columns].filter((column) => !keptBy(facet, column))

/** The facet that lacks the fewest of the columns. */
function nearestFacet({ columns }: TierNeeds): TopFacet {
  const asked: readonly TopFacet[] = topFacets.filter(({ key }) => columns.has(key))
  const among: readonly TopFacet[] = asked.length > 0 ? asked : topFacets
  return among.reduce((a, b) => (missingIn(b, columns).length < missingIn(a, columns).length ? b : a))
}

/** Tiers whose rows tell these columns and times apart, the finest first: for lists of what can be asked. */
export function tiersThatKeep(needs: Pick<TierNeeds, 'columns' | 'bucket'>): AnswerTier[] {
  const exact = exactTiers.filter((tier) => (columnObstacle(tier, needs) ?? bucketObstacle(tier.seconds, needs)) === undefined)
  const top = topFacets.some((facet) => missingIn(facet, needs.columns).length === 0 && bucketObstacle(topSeconds, needs) === undefined)
  return [...exact.map(({ tier }) => tier).toReversed(), ...(top ? (['top'] as const) : [])]
}

function topObstacle(facet: TopFacet, needs: TierNeeds): string | undefined {
  if (!needs.columns.has(facet.key)) return `it has sums of ${listed(topFacets.map(({ key }) => key))}, and none of them is asked for`
  const missing = missingIn(facet, needs.columns)
  if (missing.length > 0) return `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not kept beside ${facet.key}`
  return bucketObstacle(topSeconds, needs)
}

/** An hour is added up within this time after its end: two minutes until it is stored, five until the next turn, and as long again. */
const topDelay = 900

function topTier(facet: TopFacet, needs: TierNeeds, now: number): FlowTier {
  return topBetween(facet, needs, { from: 0, to: Math.floor((now - topDelay) / topSeconds) * topSeconds })
}

function topBetween(facet: TopFacet, { columns }: TierNeeds, hours: { readonly from: number; readonly to: number }): FlowTier {
  const table = topSource(facet, columns, hours)
  return { tier: 'top', table, seconds: topSeconds, ...ofRollup, rest: 'rest = 1', contents: contentsOf(facet) }
}

const contentsOf = ({ keys }: TopFacet) => `the first ${keys} of each hour`

interface TopBetween {
  readonly facet: TopFacet
  readonly contents: string
  /** @param hours whole hours, seconds since 1970, `to` is excluded: of all others every flow is read, to the second */
  readonly tier: (hours: { readonly from: number; readonly to: number }) => FlowTier
}

/** The tier of the first addresses or ports for some hours of a question only; undefined when it cannot answer it. */
export function topTierBetween(needs: TierNeeds): TopBetween | undefined {
  const facet = nearestFacet(needs)
  if (topObstacle(facet, needs) !== undefined) return undefined
  return { facet, contents: contentsOf(facet), tier: (hours) => ({ ...topBetween(facet, needs, hours), seconds: 1 }) }
}

function reasonOf(
  chosen: Candidate,
  exact: readonly Candidate[],
  { needs, retention }: { needs: TierNeeds; retention: Retention },
): string {
  const { tier } = chosen
  const before = (days: number, what: string) => `the range begins before the ${days} days of ${what}`
  const rounded = tier.rest === undefined && !chosen.exact
  const why =
    needs.insist === undefined
      ? whyOf(chosen, exact, (finer) => before(tierDays(finer.tier, retention), finer.contents))
      : 'it was asked for'
  const cut = before(tierDays(tier.tier, retention), 'this')
  return `${tier.contents}${rounded ? `, bounds rounded to whole ${tier.tier}s` : ''}: ${why}${chosen.complete ? '' : `; ${cut}`}`
}

/** What spoke against the tier that would have been taken before this one. */
function whyOf(chosen: Candidate, exact: readonly Candidate[], tooShort: (tier: FlowTier) => string): string {
  const index = exact.indexOf(chosen)
  const [finer, coarser] = [exact[index < 0 ? exact.length - 1 : index + 1], exact[index - 1]]
  // It was only taken because a finer one does not reach back far enough.
  if (finer && !chosen.exact) return tooShort(finer.tier)
  if (!coarser) return 'they hold all that is asked for'
  if (coarser.obstacle !== undefined) return coarser.obstacle
  return coarser.exact ? tooShort(coarser.tier) : `the range is of no whole ${coarser.tier.tier}s`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
