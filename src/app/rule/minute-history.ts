// What was before the time of a backtest, by the minute: a rule learns from it what is normal.
import type { Rule } from '../../contract/rule.ts'
import type { RuleHistory, RuleMinute } from '../../contract/rule-minutes.ts'
import type { SamplingOverrides } from '../../query/applied-rate.ts'
import { queryRuleMinutes } from '../../query/rule-minutes.ts'
import { queryRuleSeries } from '../../query/rule-series.ts'
import type { AppContext } from '../context.ts'
import { watchedSince } from './rows.ts'
import { inIncident, knownIncidents } from './known-incidents.ts'
import type { TimeBudget } from './time-budget.ts'

export interface MinuteHistoryQuestion {
  readonly rule: Pick<Rule, 'account' | 'id' | 'prefixes'>
  /** Whether minutes may have been kept under the rule's id. */
  readonly saved: boolean
  readonly overrides: SamplingOverrides
  /** First second from which on all flows are stored. */
  readonly flowsSince: number
  readonly budget: TimeBudget
}

const minute = 60
/** Of a single statement. */
const queryTimeout = 20

/** Minutes that were kept where they reach back further, otherwise those of the flows. */
export class MinuteHistory implements RuleHistory {
  readonly #context: Pick<AppContext, 'flows' | 'state'>
  readonly #question: MinuteHistoryQuestion

  constructor(context: Pick<AppContext, 'flows' | 'state'>, question: MinuteHistoryQuestion) {
    this.#context = context
    this.#question = question
  }

  async minutes(_rule: string, from: number, to: number): Promise<readonly RuleMinute[]> {
    const { saved, flowsSince } = this.#question
    const kept = saved ? await this.#kept(from, to) : []
    const begin = Math.ceil(Math.max(from, flowsSince) / minute) * minute
    const end = Math.floor(to / minute) * minute
    const first = kept[0]?.minute ?? Infinity
    return begin >= end || first <= begin ? kept : this.#ofFlows(begin, end)
  }

  async #kept(from: number, to: number): Promise<RuleMinute[]> {
    const { flows, state } = this.#context
    const { id } = this.#question.rule
    return queryRuleMinutes(flows, { rule: id, from: Math.max(from, await watchedSince(state, id)), to })
  }

  async #ofFlows(from: number, to: number): Promise<RuleMinute[]> {
    const { rule, overrides, budget } = this.#question
    const { account, prefixes } = rule
    const question = { account, prefixes, from, to, step: minute, overrides }
    const series = await queryRuleSeries(this.#context.flows, question, budget.upTo(queryTimeout))
    const incidents = await knownIncidents(this.#context.state, { account, prefixes, from, to })
    return Array.from(series.bits, (bits, index) => {
      const at = series.from + index * minute
      return minuteOf({ account, rule: rule.id, minute: at, incident: inIncident(at, incidents) }, bits, series.packets[index])
    })
  }
}

function minuteOf(about: Pick<RuleMinute, 'account' | 'rule' | 'minute' | 'incident'>, bits: number, packets: number): RuleMinute {
  return { ...about, bytes: bits / 8, packets, peak_bits: bits / minute, peak_packets: packets / minute }
}
