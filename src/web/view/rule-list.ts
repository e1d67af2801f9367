// The list of rules: what is searched for, how it is ordered, and how the address bar keeps both. Pure.
import { ruleTypes, type RuleStatus, type RuleType } from '../../contract/rule.ts'
import type { WireRule } from '../api/rule-queries.ts'
import { loadOf } from './rule-state.ts'

export const ruleStates = ['firing', 'breach', 'quiet', 'learning', 'off'] as const satisfies readonly RuleStatus['state'][]
export const ruleSorts = ['state', 'name', 'kind', 'load'] as const
export type RuleSort = (typeof ruleSorts)[number]

/** Search parameters of the page; what is the default is left out. */
export interface RuleSearch {
  readonly q?: string
  readonly kind?: RuleType
  readonly state?: RuleStatus['state']
  readonly sort?: RuleSort
}

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readRuleSearch(search: Readonly<Record<string, unknown>>): RuleSearch {
  const q = search['q']
  const kind = ruleTypes.find((type) => type === search['kind'])
  const state = ruleStates.find((name) => name === search['state'])
  const sort = ruleSorts.find((name) => name === search['sort'])
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state }),
    ...(sort === undefined || sort === 'state' ? {} : { sort }),
  }
}

export interface ListedRule {
  readonly rule: WireRule
  /** Undefined until the collectors have told. */
  readonly status: RuleStatus | undefined
}

export function withStatus(rules: readonly WireRule[], statuses: readonly RuleStatus[]): ListedRule[] {
  const byId = new Map(statuses.map((status) => [status.id, status]))
  return rules.map((rule) => ({ rule, status: byId.get(rule.id) }))
}

function matches({ rule, status }: ListedRule, { q = '', kind, state }: RuleSearch): boolean {
  if (kind !== undefined && rule.type !== kind) return false
  if (state !== undefined && status?.state !== state) return false
  const wanted = q.toLowerCase()
  return [rule.name, ...rule.prefixes].some((text) => text.toLowerCase().includes(wanted))
}

const byName = (a: ListedRule, b: ListedRule) => a.rule.name.localeCompare(b.rule.name)
const urgency = ({ status }: ListedRule) => (status === undefined ? ruleStates.length : ruleStates.indexOf(status.state))
const share = ({ rule, status }: ListedRule) => loadOf(rule, status)?.share ?? -1

const orders: Readonly<Record<RuleSort, (a: ListedRule, b: ListedRule) => number>> = {
  state: (a, b) => urgency(a) - urgency(b),
  name: () => 0,
  kind: (a, b) => ruleTypes.indexOf(a.rule.type) - ruleTypes.indexOf(b.rule.type),
  load: (a, b) => share(b) - share(a),
}

/** Those that match, in order; equals by name. */
export function listRules(rules: readonly ListedRule[], search: RuleSearch): ListedRule[] {
  const order = orders[search.sort ?? 'state']
  return rules.filter((rule) => matches(rule, search)).sort((a, b) => order(a, b) || byName(a, b))
}
