// Makes a filter's value of what people type.
import { dimensions, type Dimension } from '../view/filter.ts'

/** A country code is written in capitals, an AS number without its letters: people type both. */
export function tidyValue(dimension: Dimension, typed: string): string {
  const value = typed.trim()
  if (dimensions[dimension] === 'country') return value.toUpperCase()
  if (dimensions[dimension] === 'as') return value.replace(/^as\s*/i, '')
  return dimensions[dimension] === 'direction' ? value.toLowerCase() : value
}
