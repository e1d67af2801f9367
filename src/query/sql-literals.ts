// Bound values printed into SQL as literals, for people who take a statement to another program.
import { sqlString } from '../store/sql-text.ts'

/** `{name:Type}` as SqlParameters makes it: a plain type, or a list of one. */
const place = /\{(\w+):(?:Array\((\w+)\)|(\w+))\}/g

/**
 * Every place of a statement replaced by the literal of its value.
 * @throws RangeError for a value that its type does not have, and for a type that no question binds
 */
export function literalSql(sql: string, params: Readonly<Record<string, unknown>>): string {
  // In one go: a value that looks like a place is a text and stays one.
  return sql.replaceAll(place, (_, name: string, element: string | undefined, type: string | undefined) =>
    element === undefined ? literal(params[name], type ?? '') : listLiteral(params[name], element),
  )
}

function literal(value: unknown, type: string): string {
  if (type === 'String' && typeof value === 'string') return textLiteral(value)
  if (type === 'IPv6' && typeof value === 'string') return `toIPv6(${textLiteral(value)})`
  const number = String(value)
  if (/^UInt\d+$/.test(type) && /^\d+$/.test(number)) return number
  // In parentheses, because two minus signs begin a comment.
  if (/^Int\d+$/.test(type) && /^-?\d+$/.test(number)) return number.startsWith('-') ? `(${number})` : number
  throw new RangeError(`${JSON.stringify(number)} is no value of ${type}`)
}

/** Line ends are escaped too, so that a statement keeps its lines wherever it is pasted. */
function textLiteral(value: string): string {
  return sqlString(value).replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
}

/** Lists are told their type: that of the numbers in them may be a smaller one, and an empty list has none. */
function listLiteral(value: unknown, type: string): string {
  if (!Array.isArray(value)) throw new RangeError(`${JSON.stringify(String(value))} is no list of ${type}`)
  const list = `[${value.map((item) => literal(item, type)).join(', ')}]`
  return type === 'String' && value.length > 0 ? list : `CAST(${list}, 'Array(${type})')`
}
