// Quoted values of flow filters: any text, in which two quotation marks stand for one. Packet filters take ASCII only.
import { FilterError } from '../../filter/filter-error.ts'
import { noToken, type FilterToken } from '../../filter/filter-tokens.ts'

const quoted = /"(?:[^"]|"")*"/y
// Control characters and halves of characters: a NUL would end the text on its way to the store, and none is in any value.
const unfit = /[\p{Cc}\p{Cs}]/u

/** @throws FilterError for text without an end, and for characters that no value has */
export function quotedValueAt(text: string, from: number): FilterToken {
  quoted.lastIndex = from
  const found = quoted.exec(text)?.[0]
  if (found === undefined) {
    throw new FilterError({ message: 'the quoted text does not end; a " is missing', from, to: text.length, expected: ['"'] })
  }
  const fault = found.search(unfit)
  if (fault !== -1) noToken(text, from + fault, 'cannot stand in quoted text')
  return { kind: 'quoted', text: found, from, to: from + found.length }
}

/** What a word or a quoted text means. */
export function valueText({ kind, text }: FilterToken): string {
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text
}

export function quotedValue(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
