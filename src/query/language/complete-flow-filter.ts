// What can stand at a place of a flow filter, by what stands before it.
import { longestFlowFilter, type FlowCompletionView } from '../../contract/flow-question.ts'
import type { FilterToken } from '../../filter/filter-tokens.ts'
import type { BaseDimension } from '../flow-dimensions.ts'
import { fieldCandidates, jointCandidates, operatorCandidates, valueCandidates, type FlowCandidate } from './flow-candidates.ts'
import { placeAfter, type FilterPlace } from './filter-places.ts'
import { tokensBefore } from './lenient-tokens.ts'

export interface FlowFilterCompletion {
  /** The characters that a candidate replaces. */
  readonly from: number
  readonly to: number
  /** What stands there in the first place. */
  readonly kind: FlowCompletionView['candidates'][number]['kind']
  /** Values of it that the traffic has are wanted too. */
  readonly field?: BaseDimension
  /** What is there already, up to the cursor; without its quotation mark. */
  readonly prefix: string
  /** Words of the language; the likeliest first. */
  readonly candidates: readonly FlowCandidate[]
}

/** Never throws, whatever stands before and behind. */
export function completeFlowFilter(text: string, at: number): FlowFilterCompletion {
  const known = text.slice(0, longestFlowFilter)
  const cursor = Math.min(Math.max(0, Math.trunc(at) || 0), known.length)
  const tokens = tokensBefore(known.slice(0, cursor))
  const last = tokens.at(-1)
  const touched = last !== undefined && last.to === cursor && isOpen(last) ? last : undefined
  const place = placeAfter(touched === undefined ? tokens : tokens.slice(0, -1))
  const from = touched?.from ?? cursor
  const prefix = known.slice(from, cursor).replace(/^"/, '')
  return { from, to: endOf(known, cursor, touched), prefix, ...candidatesAt(place, prefix) }
}

/** Whether more can be typed to it. */
function isOpen({ kind, text }: FilterToken): boolean {
  return kind === 'word' || (kind === 'quoted' && (text === '"' || !text.endsWith('"')))
}

/** Up to the end of the word around the cursor, or behind the quotation mark that ends its text. */
function endOf(text: string, cursor: number, touched: FilterToken | undefined): number {
  const rest = text.slice(cursor)
  if (touched?.kind !== 'quoted') return cursor + (/^[\w.:/-]*/.exec(rest)?.[0].length ?? 0)
  const quote = rest.indexOf('"')
  return quote === -1 ? cursor : cursor + quote + 1
}

function candidatesAt(place: FilterPlace, prefix: string): Pick<FlowFilterCompletion, 'kind' | 'field' | 'candidates'> {
  const [field] = place.dimensions
  switch (place.kind) {
    case 'start':
      return { kind: 'field', candidates: fieldCandidates(prefix) }
    case 'field':
      return {
        kind: 'operator',
        ...(field && { field }),
        candidates: [...operatorCandidates(prefix, field), ...(field ? valueCandidates(prefix, field) : [])],
      }
    case 'value':
      return { kind: 'value', ...(field && { field }), candidates: field ? valueCandidates(prefix, field) : [] }
    default:
      return { kind: 'joint', candidates: jointCandidates(prefix, place) }
  }
}
