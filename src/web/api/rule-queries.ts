// Questions about rules: their settings, how they stand now, and what they would have done.
import { queryOptions } from '@tanstack/react-query'
import type { BacktestResult, ThresholdSuggestion } from '../../contract/backtest.ts'
import type {
  PrefixMatch,
  RuleDuration,
  RuleExtension,
  RuleSeriesPoint,
  RuleStatus,
  RuleType,
  Sensitivity,
  ZscoreTarget,
} from '../../contract/rule.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** A rule as the API takes it. What is left out is unset; in a change, null unsets. */
export interface RuleFields {
  readonly name: string
  readonly type: RuleType
  readonly prefixes: readonly string[]
  readonly automatic_advertisement?: boolean | null
  /** Bits a second. */
  readonly bandwidth_threshold?: number | null
  /** Packets a second. */
  readonly packet_threshold?: number | null
  readonly duration?: RuleDuration | null
  readonly prefix_match?: PrefixMatch | null
  readonly zscore_sensitivity?: Sensitivity | null
  readonly zscore_target?: ZscoreTarget | null
  /** Only what differs from the default. */
  readonly drawbridge?: Partial<RuleExtension>
}

/** A rule as the API answers it. */
export interface WireRule extends RuleFields {
  /** 32 hex digits. */
  readonly id: string
}

export function rulesPath(account: string, rest = ''): string {
  return `/client/v4/accounts/${account}/mnm/rules${rest}`
}

/** All rules of the account. The API answers null when there are none. */
export function rulesQuery(account: string) {
  return queryOptions({
    queryKey: ['rules', account],
    queryFn: async ({ signal }) => (await request<readonly WireRule[] | null>({ path: rulesPath(account), signal })) ?? [],
    refetchInterval: 15_000,
    retry: false,
  })
}

export function ruleStatusQuery(account: string) {
  return queryOptions({
    queryKey: ['rule-status', account],
    queryFn: ({ signal }) => request<readonly RuleStatus[]>({ path: drawbridgePath(account, 'rules/status'), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

export const ruleSeriesSpan = 900

/** The last quarter of an hour by the second. All of it each time: records that come late raise past seconds. */
export function ruleSeriesQuery(account: string, rule: string) {
  return queryOptions({
    queryKey: ['rule-series', account, rule],
    queryFn: ({ signal }) =>
      request<readonly RuleSeriesPoint[]>({ path: drawbridgePath(account, `rules/${rule}/series?seconds=${ruleSeriesSpan}`), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

/** What to replay: a saved rule by its id, or the fields of one that is not saved. */
export interface BacktestQuestion {
  readonly rule_id?: string
  readonly rule?: RuleFields
  /** RFC 3339. */
  readonly from: string
  readonly to: string
}

/** @throws ApiFailure */
export function runBacktest(account: string, question: BacktestQuestion): Promise<BacktestResult> {
  return request({ method: 'POST', path: drawbridgePath(account, 'rules/backtest'), body: question })
}

/** Thresholds that fit the history of the prefixes. @throws ApiFailure */
export function suggestThresholds(account: string, prefixes: readonly string[]): Promise<ThresholdSuggestion> {
  return request({ method: 'POST', path: drawbridgePath(account, 'rules/suggest'), body: { prefixes } })
}
