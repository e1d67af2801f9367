// Cuts the text of a filter into tokens that know their place.
import { FilterError } from './filter-error.ts'

export interface FilterToken {
  readonly kind: 'word' | 'symbol' | 'quoted' | 'end'
  /** As written, with its quotation marks; empty at the end. */
  readonly text: string
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** Characters of a text at most. */
export const longestFilter = 4096

/** Names, numbers, ranges, addresses, prefixes: they need no spaces inside, so one kind of token holds them all. */
const word = /[\w.:/-]+/y
const symbol = /&&|\|\||==|!=|<=|>=|[!=<>(){},[\]&]/y
/** Up to where it ends, or to what cannot stand in it. */
const quoted = /"[ !#-~]*/y
const space = /[ \t\r\n]*/y

/** Whether text can stand between quotation marks: printable ASCII without the mark itself. */
export function isQuotable(text: string): boolean {
  return /^[ !#-~]*$/.test(text)
}

/** Reads the quoted text that begins at a place. @throws FilterError */
export type QuotedReader = (text: string, from: number) => FilterToken

/**
 * The last token is the end.
 * @param quoted another rule for quoted text than that of packet filters
 * @throws FilterError for a character that no filter has, or for a text too long
 */
export function filterTokens(text: string, quoted: QuotedReader = quotedAt): FilterToken[] {
  if (text.length > longestFilter) {
    const message = `a filter has at most ${longestFilter} characters; this one has ${text.length}`
    throw new FilterError({ message, from: longestFilter, to: text.length, expected: [] })
  }
  const tokens: FilterToken[] = []
  for (let at = skip(text, 0); at < text.length; at = skip(text, tokens.at(-1)?.to ?? 0)) tokens.push(tokenAt(text, at, quoted))
  tokens.push({ kind: 'end', text: '', from: text.length, to: text.length })
  return tokens
}

function skip(text: string, from: number): number {
  return from + (matched(space, text, from)?.length ?? 0)
}

/** @throws FilterError */
export function tokenAt(text: string, from: number, quoted: QuotedReader): FilterToken {
  const found = matched(symbol, text, from)
  if (found !== undefined) return { kind: 'symbol', text: found, from, to: from + found.length }
  const name = matched(word, text, from)
  if (name !== undefined) return { kind: 'word', text: name, from, to: from + name.length }
  return text[from] === '"' ? quoted(text, from) : noToken(text, from, 'has no meaning in a filter')
}

function quotedAt(text: string, from: number): FilterToken {
  const to = from + (matched(quoted, text, from)?.length ?? 0)
  if (text[to] === '"') return { kind: 'quoted', text: text.slice(from, to + 1), from, to: to + 1 }
  if (to < text.length) return noToken(text, to, 'cannot stand in quoted text; write the bytes as 0x and hex digits')
  throw new FilterError({ message: 'the quoted text does not end; a " is missing', from, to, expected: ['"'] })
}

/** @throws FilterError that names the character */
export function noToken(text: string, from: number, fault: string): never {
  // A character outside of the basic plane is two units of the text; the place covers both.
  const character = String.fromCodePoint(text.codePointAt(from) ?? 0)
  throw new FilterError({ message: `${JSON.stringify(character)} ${fault}`, from, to: from + character.length, expected: [] })
}

function matched(pattern: RegExp, text: string, from: number): string | undefined {
  pattern.lastIndex = from
  return pattern.exec(text)?.[0]
}
