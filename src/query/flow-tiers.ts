// Chooses the table that answers a question: the coarsest that answers it exactly and reaches back far enough.
import { flowColumn, type FlowColumnName, type Tier } from '../contract/flow-columns.ts'
import type { Config } from '../contract/config.ts'
import { tierTables } from '../store/flow-tables.ts'

export type Retention = Config['store']['retention']

export interface FlowTier {
  readonly tier: Tier
  readonly table: string
  /** Time that one row stands for. */
  readonly seconds: number
  /** SQL for the number of flows in a group. */
  readonly flows: string
  /** SQL for the mean sampling factor over the flows of a group, by the SQL of the factor. */
  readonly sampleInterval: (rate: string) => string
}

const ofRollup = { flows: 'sum(flows)', sampleInterval: (rate: string) => `sum(${rate} * flows) / sum(flows)` }

/** Coarsest first. */
export const flowTiers: readonly FlowTier[] = [
  { tier: 'hour', table: tierTables.hour, seconds: 3600, ...ofRollup },
  { tier: 'minute', table: tierTables.minute, seconds: 60, ...ofRollup },
  { tier: 'raw', table: tierTables.raw, seconds: 1, flows: 'count()', sampleInterval: (rate) => `avg(${rate})` },
]

export interface TierNeeds {
  readonly columns: ReadonlySet<FlowColumnName>
  /** Shortest time bucket that is grouped by, in seconds; Infinity without one. */
  readonly bucket: number
  /** Times at which a condition of the filter changes, seconds since 1970. */
  readonly bounds: readonly number[]
  /** Earliest time asked for, seconds since 1970. */
  readonly from: number
}

export interface TierChoice {
  readonly tier: FlowTier
  /** Earliest time that the tier keeps, seconds since 1970. */
  readonly oldest: number
  /** false when bounds of the time were rounded to whole rows of the tier. */
  readonly exact: boolean
  /** false when flows from before `oldest` were asked for, which this answer lacks. */
  readonly complete: boolean
}

const daySeconds = 86_400
/** Clients compute "7 days ago" a moment before we look at the clock. */
const slackSeconds = 60

/** Time that a tier is kept, in seconds. */
export function tierLifetime(tier: Tier, retention: Retention): number {
  const days = { raw: retention.raw_days, minute: retention.minute_days, hour: retention.hour_days }[tier]
  return days * daySeconds
}

function holds({ tier, seconds }: FlowTier, { columns, bucket }: TierNeeds): boolean {
  if (tier === 'raw') return true
  if (bucket !== Infinity && bucket % seconds !== 0) return false
  return [...columns].every((column) => flowColumn[column].rollup)
}

/**
 * The tier for a question. Where no tier is both exact and long enough, the finest that is long enough answers with
 * rounded bounds; where none is long enough, the one that reaches back furthest.
 * @param now seconds since 1970
 */
export function chooseTier(needs: TierNeeds, retention: Retention, now: number): TierChoice {
  const able = flowTiers.filter((tier) => holds(tier, needs))
  const choices = able.map((tier): TierChoice => {
    const oldest = Math.floor(now) - tierLifetime(tier.tier, retention)
    // A bound in the future cuts no row in two: nothing is there yet.
    const exact = needs.bounds.every((bound) => bound > now || bound % tier.seconds === 0)
    return { tier, oldest, exact, complete: oldest - slackSeconds <= needs.from }
  })
  const best = choices.find(({ exact, complete }) => exact && complete) ?? choices.findLast(({ complete }) => complete)
  // Raw holds everything, so there is at least one; the longest-lived is the one with the earliest `oldest`.
  return best ?? choices.reduce((longest, choice) => (choice.oldest < longest.oldest ? choice : longest))
}
