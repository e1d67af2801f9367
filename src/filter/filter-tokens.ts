// Cuts the text of a filter into tokens that know their place.
import { FilterError } from './filter-error.ts'

export interface FilterToken {
  readonly kind: 'word' | 'symbol' | 'end'
  /** As written; empty at the end. */
  readonly text: string
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** Characters of a text at most. */
export const longestFilter = 4096

/** Names, numbers, ranges, addresses, prefixes: they need no spaces inside, so one kind of token holds them all. */
const word = /[\w.:/-]+/y
const symbol = /&&|\|\||==|!=|<=|>=|[!=<>(){},]/y
const space = /[ \t\r\n]*/y

/** The last token is the end. @throws FilterError for a character that no filter has, or for a text too long */
export function filterTokens(text: string): FilterToken[] {
  if (text.length > longestFilter) {
    const message = `a filter has at most ${longestFilter} characters; this one has ${text.length}`
    throw new FilterError({ message, from: longestFilter, to: text.length, expected: [] })
  }
  const tokens: FilterToken[] = []
  for (let at = skip(text, 0); at < text.length; at = skip(text, tokens.at(-1)?.to ?? 0)) tokens.push(tokenAt(text, at))
  tokens.push({ kind: 'end', text: '', from: text.length, to: text.length })
  return tokens
}

function skip(text: string, from: number): number {
  return from + (matched(space, text, from)?.length ?? 0)
}

function tokenAt(text: string, from: number): FilterToken {
  const found = matched(symbol, text, from)
  if (found !== undefined) return { kind: 'symbol', text: found, from, to: from + found.length }
  const name = matched(word, text, from)
  if (name !== undefined) return { kind: 'word', text: name, from, to: from + name.length }
  // A character outside of the basic plane is two units of the text; the place covers both.
  const character = String.fromCodePoint(text.codePointAt(from) ?? 0)
  const message = `${JSON.stringify(character)} has no meaning in a filter`
  throw new FilterError({ message, from, to: from + character.length, expected: [] })
}

function matched(pattern: RegExp, text: string, from: number): string | undefined {
  pattern.lastIndex = from
  return pattern.exec(text)?.[0]
}
