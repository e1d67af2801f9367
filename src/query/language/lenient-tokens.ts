// The tokens of the part of a filter that stands before a cursor, whatever is wrong with it.
import { FilterError } from '../../filter/filter-error.ts'
import { tokenAt, type FilterToken } from '../../filter/filter-tokens.ts'
import { quotedValueAt } from './quoted-values.ts'

/** Characters that no token begins with are left out; quoted text without an end goes up to the cursor. */
export function tokensBefore(text: string): FilterToken[] {
  const tokens: FilterToken[] = []
  for (let at = 0; at < text.length;) {
    const token = /\s/.test(text[at] ?? '') ? undefined : tokenOrNone(text, at)
    if (token !== undefined) tokens.push(token)
    at = token?.to ?? at + 1
  }
  return tokens
}

function tokenOrNone(text: string, from: number): FilterToken | undefined {
  try {
    return tokenAt(text, from, quotedValueAt)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return text[from] === '"' ? { kind: 'quoted', text: text.slice(from), from, to: text.length } : undefined
  }
}
