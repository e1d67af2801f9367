// A question about flows as it is asked of the tables, and its answer.
import type { AnswerTier, FlowMeasure } from '../../contract/flow-question.ts'
import type { FlowQueryOptions } from '../../store/flow-store.ts'
import type { Adapting } from '../adaptive-tier.ts'
import type { SamplingOverrides } from '../applied-rate.ts'
import type { DimensionValue } from '../dimension-kinds.ts'
import type { FlowDimension } from '../flow-dimensions.ts'
import type { FlowFilter } from '../flow-filter.ts'
import type { FlowNames } from '../flow-names.ts'
import type { Retention, TierChoice } from '../flow-tiers.ts'

export interface FlowAsk {
  /** Number of the account; no other account's flows are ever read. */
  readonly account: number
  readonly filter: FlowFilter
  /** Receive times, seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  readonly by: readonly FlowDimension[]
  /** Groups. */
  readonly limit: number
  readonly order: FlowMeasure
  readonly series: boolean
  readonly previous: boolean
  readonly reverse: boolean
  readonly distinct: boolean
  /** The only table that may answer; chosen where it is left out. */
  readonly insist?: AnswerTier
  /** Factors set for routers of the account: flows of those that told none are scaled by them. */
  readonly overrides: SamplingOverrides
}

export interface FlowAskSettings {
  readonly retention: Retention
  /** Seconds since 1970. */
  readonly now: number
  readonly options?: Omit<FlowQueryOptions, 'params' | 'maxRows'>
  /** For dimensions that are names; none is known where they are left out. */
  readonly names?: FlowNames
  /** Looks at what there is before it chooses a table; left out, retention alone decides. */
  readonly adapt?: Adapting
}

/** Sampling applied, but for `flows`. */
export interface AskSums {
  readonly bits: bigint
  readonly packets: bigint
  readonly flows: bigint
}

/** Per second. */
export interface AskRate {
  readonly average: number
  /** Of whole minutes, those without traffic included; nearest rank. null where no table tells them. */
  readonly p95: number | null
  readonly max: number | null
}

/** Means per second of each step. */
export interface AskSeries {
  readonly bits: readonly number[]
  readonly packets: readonly number[]
}

export interface AskFigures extends AskSums {
  /** Part of the total of `order`, 0 to 1. */
  readonly share: number
  readonly bitsPerSecond: AskRate
  readonly packetsPerSecond: AskRate
  /** With `previous`; null where that period is older than what the table keeps. */
  readonly previous?: AskSums | null
  /** With `reverse`; its series with both. */
  readonly reverse?: AskSums & { readonly series?: AskSeries }
  /** With `series`. */
  readonly series?: AskSeries
}

export interface AskGroup extends AskFigures {
  /** By the name of the dimension: those of `by`, and those that a name of `by` is made from. Times are seconds since 1970. */
  readonly key: Readonly<Record<string, DimensionValue>>
}

export interface AskSteps {
  /** Beginning of the first step, seconds since 1970; the first and the last may reach out of the range. */
  readonly from: number
  readonly seconds: number
  readonly count: number
}

export interface AskInflation {
  /** Sums of all routers by the sums of each flow's best router, in bytes. */
  readonly factor: number
  readonly routers: number
}

export interface FlowAskAnswer {
  readonly choice: TierChoice
  /** The range that was answered: the bounds asked for, rounded to whole rows of the tier. */
  readonly from: number
  readonly to: number
  /** Without dimensions one group, of an empty key. None where nothing passed. */
  readonly groups: readonly AskGroup[]
  /** null where every group is among `groups`. The groups and this add up to `total` exactly. */
  readonly other: AskFigures | null
  readonly total: AskFigures
  /** With `series`. */
  readonly steps?: AskSteps
  readonly inflation: AskInflation | null
  /** By all statements. */
  readonly read: { readonly rowsRead: number; readonly bytesRead: number; readonly elapsedSeconds: number }
}
