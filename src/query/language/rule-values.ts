// Reads which rules a condition names: by id, by a name that the caller knows, any or none.
import type { TokenCursor } from '../../filter/token-cursor.ts'
import type { ColumnDimension } from '../flow-dimensions.ts'
import type { FlowFilter } from '../flow-filter.ts'
import type { ConditionScope } from './flow-condition.ts'
import type { ValueRules } from './flow-values.ts'
import { valueText } from './quoted-values.ts'
import { noValue, readItems } from './value-sets.ts'

/** @throws FilterError */
export function readRules(scope: ConditionScope, list: ColumnDimension, rules: ValueRules): FlowFilter {
  const { cursor } = scope
  if (cursor.accept('any')) return { list, operator: 'isempty', values: [false] }
  if (cursor.accept('none')) return { list, operator: 'isempty', values: [true] }
  const ids = new Set<string>()
  readItems(cursor, () => void ids.add(readRule(scope, rules)))
  return { list, operator: ids.size === 1 ? 'has' : 'hasany', values: [...ids] }
}

function readRule({ cursor, names }: ConditionScope, rules: ValueRules): string {
  const { token } = cursor
  if (token.kind !== 'word' && token.kind !== 'quoted') throw cursor.unexpected(rules.what, rules.expected)
  const text = valueText(token)
  const id = rules.read(text) ?? names.rules?.get(text)
  if (id === undefined) throw noRule(cursor, names.rules, rules)
  cursor.take()
  return String(id)
}

function noRule(cursor: TokenCursor, known: ReadonlyMap<string, string> | undefined, rules: ValueRules): Error {
  return noValue(cursor, { ...rules, words: known === undefined ? rules.words : [...known.keys()] }, cursor.token)
}
