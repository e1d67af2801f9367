// Reads and writes rules in the state, with what concerns more than one of them: unique names and limits.
import { sql, type Selectable } from 'kysely'
import { ApiError } from '../../contract/api-errors.ts'
import type { Config } from '../../contract/config.ts'
import { defaultRuleExtension, type Rule } from '../../contract/rule.ts'
import type { StateTables } from '../../store/state-tables.ts'
import { timeText, type State } from '../context.ts'
import { extensionDifference } from './view.ts'

type RuleRow = Selectable<StateTables['rule']>

/** Rules of an account, or of all, in the order of creation. */
export async function readRules(state: State, account?: number): Promise<Rule[]> {
  const query = state.selectFrom('rule').selectAll().orderBy('position')
  const rows = await (account === undefined ? query : query.where('account', '=', account)).execute()
  return rows.map(fromRow)
}

/** @throws ApiError rule_not_found */
export async function readRule(state: State, account: number, id: string): Promise<Rule> {
  const row = await state.selectFrom('rule').selectAll().where('account', '=', account).where('id', '=', id).executeTakeFirst()
  if (!row) throw new ApiError('rule_not_found', { reason: `there is no rule with the id ${id}` })
  return fromRow(row)
}

/** Adds rules behind those that are there. @param at RFC 3339 */
export async function insertRules(state: State, rules: readonly Rule[], at: string): Promise<void> {
  for (const rule of rules) {
    await state
      .insertInto('rule')
      .values({ ...toRow(rule), id: rule.id, account: rule.account, created_at: at, modified_at: at, watched_since: timeText(0) })
      .execute()
  }
}

/** Writes rules over themselves. @param at RFC 3339 */
export async function updateRules(state: State, rules: readonly Rule[], at: string): Promise<void> {
  // Two rules may swap their names: each first gets one that no rule can have.
  if (rules.length > 1)
    for (const { id } of rules)
      await state
        .updateTable('rule')
        .set({ name: `\u0001${id}` })
        .where('id', '=', id)
        .execute()
  for (const rule of rules) {
    const row = toRow(rule)
    await state
      .updateTable('rule')
      // The old prefixes are still in the row while it is being set.
      .set({ ...row, modified_at: at, watched_since: sql<string>`case when prefixes = ${row.prefixes} then watched_since else ${at} end` })
      .where('id', '=', rule.id)
      .execute()
  }
}

/** Since when a rule has had its prefixes, seconds since 1970; 0 when they never changed, or for a rule that is gone. */
export async function watchedSince(state: State, id: string): Promise<number> {
  const row = await state.selectFrom('rule').select('watched_since').where('id', '=', id).executeTakeFirst()
  return row === undefined ? 0 : Math.floor(Date.parse(row.watched_since) / 1000)
}

/**
 * Whether names are unique once `rules` are written.
 * @param pointers JSON pointer to each of the rules
 * @throws ApiError rule_invalid
 */
export async function checkNames(state: State, account: number, rules: readonly Rule[], pointers: readonly string[]): Promise<void> {
  const written = new Set(rules.map(({ id }) => id))
  const rows = await state.selectFrom('rule').select(['id', 'name']).where('account', '=', account).execute()
  const taken = new Set(rows.filter(({ id }) => !written.has(id)).map(({ name }) => name))
  for (const [index, { name }] of rules.entries()) {
    if (taken.has(name)) throw new ApiError('rule_invalid', { reason: 'rule name must be unique' }, `${pointers[index] ?? ''}/name`)
    taken.add(name)
  }
}

/**
 * To be called in the transaction that has written the rules. The limits are those of the collectors, so rules of all
 * accounts count.
 * @param grown how many rules and prefixes the change has added; one that makes less is never refused
 * @throws ApiError rule_invalid
 */
export async function checkLimits(
  state: State,
  limits: Config['rules'],
  grown: { readonly rules: number; readonly prefixes: number },
): Promise<void> {
  const { count, prefixes } = await state
    .selectFrom('rule')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number | null>('prefix_count').as('prefixes')])
    .executeTakeFirstOrThrow()
  if (grown.rules > 0 && count > limits.max) {
    const reason = `there can be ${limits.max} rules and this would make ${count}; delete some or raise rules.max in the configuration`
    throw new ApiError('rule_invalid', { reason })
  }
  if (grown.prefixes > 0 && (prefixes ?? 0) > limits.max_prefixes) {
    const most = `all rules together can have ${limits.max_prefixes} prefixes and this would make ${prefixes}`
    throw new ApiError('rule_invalid', { reason: `${most}; remove some or raise rules.max_prefixes in the configuration` })
  }
}

export const prefixCount = (rules: readonly Rule[]) => rules.reduce((sum, { prefixes }) => sum + prefixes.length, 0)

function toRow(rule: Rule) {
  const { name, type, duration, bandwidth_threshold, packet_threshold, prefix_match, zscore_sensitivity, zscore_target } = rule
  return {
    name,
    type,
    duration,
    bandwidth_threshold,
    packet_threshold,
    prefix_match,
    zscore_sensitivity,
    zscore_target,
    prefixes: JSON.stringify(rule.prefixes),
    prefix_count: rule.prefixes.length,
    automatic_advertisement: rule.automatic_advertisement === null ? null : Number(rule.automatic_advertisement),
    extension: JSON.stringify(extensionDifference(rule.extension)),
  }
}

function fromRow(row: RuleRow): Rule {
  const { id, account, name, bandwidth_threshold, packet_threshold } = row
  return {
    id,
    account,
    name,
    bandwidth_threshold,
    packet_threshold,
    automatic_advertisement: row.automatic_advertisement === null ? null : row.automatic_advertisement === 1,
    // The columns hold what toRow wrote of a checked rule.
    type: row.type as Rule['type'],
    prefixes: JSON.parse(row.prefixes) as Rule['prefixes'],
    duration: row.duration as Rule['duration'],
    prefix_match: row.prefix_match as Rule['prefix_match'],
    zscore_sensitivity: row.zscore_sensitivity as Rule['zscore_sensitivity'],
    zscore_target: row.zscore_target as Rule['zscore_target'],
    extension: { ...defaultRuleExtension, ...(JSON.parse(row.extension) as Partial<Rule['extension']>) },
  }
}
