// What is wrong with the text of a filter and where, from the answer of the API. Pure.
import type { FilterFault } from '../../contract/packet-filter.ts'

/** The text before, at and after the fault. At the end of the text a space stands for what is missing. */
export interface FaultParts {
  readonly before: string
  readonly at: string
  readonly after: string
}

export function faultParts(filter: string, { from, to }: Pick<FilterFault, 'from' | 'to'>): FaultParts {
  const start = Math.min(from, filter.length)
  const end = Math.max(start, Math.min(to, filter.length))
  const at = filter.slice(start, end)
  return { before: filter.slice(0, start), at: at === '' ? ' ' : at, after: filter.slice(end) }
}

/** A filter that is wrong as a whole has no place in its text. */
export const isPlaced = ({ from, to }: Pick<FilterFault, 'from' | 'to'>): boolean => from > 0 || to > 0

// These join what is there to what comes; all else replaces what is wrong.
const joints: ReadonlySet<string> = new Set(['and', 'or', ')', '}', ','])

/** The text with a word that was expected: before what stands there where it joins, else instead of it. */
export function mended(filter: string, { from, to }: Pick<FilterFault, 'from' | 'to'>, word: string): string {
  const before = filter.slice(0, from)
  const after = filter.slice(joints.has(word) ? from : to)
  const gap = (left: string, right: string) => (left === '' || right === '' || /\s$/.test(left) || /^\s/.test(right) ? '' : ' ')
  return `${before}${gap(before, word)}${word}${gap(word, after)}${after}`
}

/** The place in the text as it was typed: the API gets it without what surrounds it. */
export function inForm(fault: FilterFault, filter: string): FilterFault {
  const indent = filter.length - filter.trimStart().length
  return { ...fault, from: fault.from + indent, to: fault.to + indent }
}
