// The grammar that all languages of filters share: conditions with and, or, not and parentheses. `and` binds closer than
// `or`, `not` closer than both.
import type { TokenCursor } from './token-cursor.ts'

/** What is a language's own. */
export interface FilterLanguage<Filter> {
  /** Parentheses and negations around a condition at the most. */
  readonly deepest: number
  /** @param negations around the condition */
  readonly condition: (cursor: TokenCursor, negations: number) => Filter
  /** @param of two at the least */
  readonly joined: (kind: 'all' | 'any', of: readonly Filter[]) => Filter
  readonly negated: (of: Filter) => Filter
}

/**
 * Reads to the end of the text.
 * @throws FilterError, and what the language throws
 */
export function readFilter<Filter>(cursor: TokenCursor, language: FilterLanguage<Filter>): Filter {
  const filter = readAny({ cursor, language, depth: 0, negations: 0 })
  if (!isAtEnd(cursor)) throw cursor.unexpected('and, or, or the end', ['and', 'or'], ['and', 'or'])
  return filter
}

export const isAtEnd = (cursor: TokenCursor) => cursor.token.kind === 'end'

interface Reading<Filter> {
  readonly cursor: TokenCursor
  readonly language: FilterLanguage<Filter>
  /** Parentheses and negations around the place. */
  depth: number
  /** Negations around the place. */
  negations: number
}

function readAny<Filter>(reading: Reading<Filter>): Filter {
  return readJoined(reading, { kind: 'any', words: ['or', '||'], read: readAll })
}

function readAll<Filter>(reading: Reading<Filter>): Filter {
  return readJoined(reading, { kind: 'all', words: ['and', '&&'], read: readNegated })
}

interface Joint<Filter> {
  readonly kind: 'all' | 'any'
  readonly words: readonly string[]
  readonly read: (reading: Reading<Filter>) => Filter
}

function readJoined<Filter>(reading: Reading<Filter>, { kind, words, read }: Joint<Filter>): Filter {
  const first = read(reading)
  const of = [first]
  while (reading.cursor.accept(...words)) of.push(read(reading))
  return of.length === 1 ? first : reading.language.joined(kind, of)
}

function readNegated<Filter>(reading: Reading<Filter>): Filter {
  const { cursor, language } = reading
  if (cursor.text !== 'not' && cursor.text !== '!') return readPrimary(reading)
  deepen(reading)
  cursor.take()
  reading.negations++
  const of = readNegated(reading)
  reading.negations--
  reading.depth--
  return language.negated(of)
}

function readPrimary<Filter>(reading: Reading<Filter>): Filter {
  const { cursor, language } = reading
  if (cursor.text !== '(') return language.condition(cursor, reading.negations)
  deepen(reading)
  cursor.take()
  const inside = readAny(reading)
  if (!cursor.accept(')')) throw cursor.unexpected('and, or, or a closing parenthesis', [')', 'and', 'or'], ['and', 'or'])
  reading.depth--
  return inside
}

function deepen<Filter>(reading: Reading<Filter>): void {
  const { deepest } = reading.language
  if (++reading.depth > deepest) throw reading.cursor.fault(`parentheses and negations nest at most ${deepest} deep`)
}
