// The flows that a question looks at: its own, those of the period before, those that go the other way.
import { dimensionKey, kindOf, type BaseDimension } from '../flow-dimensions.ts'
import { earlierFilter } from './earlier.ts'
import type { FlowAsk, FlowAskSettings } from './flow-ask.ts'
import type { KeySql, Look } from './flow-rows.ts'
import { mirroredDimension, mirroredFilter, mirroredKey } from './mirrored.ts'
import { planAsk, type AskPlan } from './plan.ts'

export function lookOf({ account, filter, overrides, distinct }: FlowAsk, { bases, choice, rows }: AskPlan, now: number): Look {
  return { account, filter, ...rows, tier: choice.tier, keys: keysOf(bases, (base) => dimensionKey(base)), overrides, distinct, now }
}

function keysOf(bases: readonly BaseDimension[], key: (base: BaseDimension) => string | undefined): KeySql[] {
  return bases.flatMap((base) => {
    const sql = key(base)
    if (sql === undefined) return []
    const order = base.type === 'column' ? kindOf(base).order : undefined
    return [order === undefined ? { sql } : { sql, order }]
  })
}

/** Clients compute "7 days ago" a moment before we look at the clock. */
const slackSeconds = 60

/** The period of equal length before, its times counted as if they were now; undefined where the table does not reach back so far. */
export function earlierLook(look: Look, { bases, choice }: AskPlan): Look | undefined {
  const seconds = look.to - look.from
  const from = look.from - seconds
  if (from < choice.oldest - slackSeconds) return undefined
  // As wide as the time itself: groups are known by a hash, and that of a wider number is another.
  const second = `toUInt32(toUnixTimestamp(time_received) + ${seconds})`
  const keys = keysOf(bases, (base) => dimensionKey(base, second))
  return { ...look, from, to: look.from, filter: earlierFilter(look.filter, seconds), keys }
}

/** The flows in the packets that go back. The table is of the same kind; that of the first addresses has one for each end. */
export function mirroredLook(ask: FlowAsk, { bases, choice }: AskPlan, settings: FlowAskSettings): Look {
  const by = bases.map(mirroredDimension)
  const mirrored = { ...ask, by, filter: mirroredFilter(ask.filter), insist: choice.tier.tier, series: false }
  const look = lookOf(mirrored, planAsk(mirrored, settings), settings.now)
  return { ...look, keys: keysOf(by, (base) => mirroredKey(base) ?? dimensionKey(base)) }
}
