// A place in the tokens of a filter, and faults that name it.
import { suggestion } from '../base/nearest-name.ts'
import { FilterError } from './filter-error.ts'
import { filterTokens, type FilterToken, type QuotedReader } from './filter-tokens.ts'

/** Things named in a fault at most. */
const expectedAtMost = 8

export class TokenCursor {
  readonly #tokens: readonly FilterToken[]
  #at = 0

  /** @throws FilterError for text that does not even consist of tokens */
  constructor(text: string, quoted?: QuotedReader) {
    this.#tokens = filterTokens(text, quoted)
  }

  /** The next token; the end again and again behind the last one. */
  get token(): FilterToken {
    return this.ahead(0)
  }

  /** The word or symbol that comes next, in lower case. */
  get text(): string {
    return this.token.text.toLowerCase()
  }

  ahead(count: number): FilterToken {
    // There is always an end.
    return this.#tokens[Math.max(0, Math.min(this.#at + count, this.#tokens.length - 1))]
  }

  take(): FilterToken {
    const token = this.token
    this.#at++
    return token
  }

  /** Takes the next token when it is one of these. */
  accept(...texts: readonly string[]): boolean {
    const found = this.token.kind !== 'end' && texts.includes(this.text)
    if (found) this.#at++
    return found
  }

  /** What stands at the next token is not what should: names it, what was expected and the nearest of the names. */
  unexpected(what: string, expected: readonly string[], names: Iterable<string> = []): FilterError {
    const { kind, text } = this.token
    if (kind === 'end') return this.fault(`expected ${what}, but the filter ends`, expected)
    const near = kind === 'word' ? suggestion(text, names) : ''
    return this.fault(`expected ${what}, not ${JSON.stringify(text)}${near}`, expected)
  }

  fault(message: string, expected: readonly string[] = [], token: FilterToken = this.token): FilterError {
    return new FilterError({ message, from: token.from, to: token.to, expected: expected.slice(0, expectedAtMost) })
  }
}
