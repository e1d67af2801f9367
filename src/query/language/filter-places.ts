// Where in a flow filter a place is, by the tokens before it. It knows less than the parser and never fails: what makes no
// sense is passed over.
import type { FilterToken } from '../../filter/filter-tokens.ts'
import type { BaseDimension } from '../flow-dimensions.ts'
import { addressWords, fieldNamed, fieldOfTwo, type FlowField } from './flow-fields.ts'

export interface FilterPlace {
  /** Before a condition, behind a field, before a value, behind a condition. */
  readonly kind: 'start' | 'field' | 'value' | 'joint'
  /** Of the field, where one is known. */
  readonly dimensions: readonly BaseDimension[]
  /** Inside braces. */
  readonly inList: boolean
  /** Parentheses around it. */
  readonly depth: number
  /** Behind a protocol by its name, which a port may follow. */
  readonly behindWord: boolean
}

const start: FilterPlace = { kind: 'start', dimensions: [], inList: false, depth: 0, behindWord: false }

/** The place behind all tokens. */
export function placeAfter(tokens: readonly FilterToken[]): FilterPlace {
  let place = start
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) break
    const next = tokens[index + 1]
    const two = next?.kind === 'word' && place.kind !== 'value' ? fieldOfTwo(token.text, next.text) : undefined
    if (two !== undefined && (place.kind === 'start' || place.behindWord)) {
      place = behindField(place, two)
      index++
    } else place = placeBehind(place, token)
  }
  return place
}

function placeBehind(place: FilterPlace, token: FilterToken): FilterPlace {
  if (token.text === '(') return { ...start, depth: place.depth + 1 }
  if (token.text === ')') return { ...place, kind: 'joint', inList: false, depth: Math.max(0, place.depth - 1), behindWord: false }
  if (token.text === '{') return { ...place, kind: 'value', inList: true }
  if (token.text === '}') return { ...place, kind: 'joint', inList: false }
  if (token.text === ',') return { ...place, kind: 'value' }
  const isName = token.kind === 'word'
  const word = token.text.toLowerCase()
  if (joints.has(word) && place.kind !== 'value') return { ...start, depth: place.depth }
  if (place.kind === 'start') return isName && word !== 'not' ? behindField(place, fieldNamed(token.text)) : place
  if (place.kind === 'joint') return place.behindWord && isName ? behindField(place, fieldNamed(token.text)) : place
  if (operators.has(word)) return { ...place, kind: word === 'not' ? place.kind : 'value' }
  if (place.kind === 'field' && place.dimensions.every(isAddress) && addressWords.includes(word)) return place
  return { ...place, kind: 'joint' }
}

const joints = new Set(['and', 'or', '&&', '||'])
const operators = new Set(['==', '=', 'eq', '!=', 'ne', '<', '<=', '>', '>=', 'lt', 'le', 'gt', 'ge', 'in', 'not', 'like', '&', '!'])

const isAddress = (dimension: BaseDimension) => dimension.type === 'column' && dimension.kind === 'address'

function behindField(place: FilterPlace, field: FlowField | undefined): FilterPlace {
  if (field?.kind === 'is') return { ...place, kind: 'joint', dimensions: [], behindWord: true }
  return { ...place, kind: 'field', dimensions: field?.kind === 'dimensions' ? field.dimensions : [], behindWord: false }
}
