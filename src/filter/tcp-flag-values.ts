// Conditions on TCP flags as the values of the flags byte, and back to a mask.
import type { NumberSpan } from '../contract/packet-filter.ts'
import { numberSet, type ValueSet } from './value-set.ts'

const values = Array.from({ length: 256 }, (_, value) => value)

/** The values that have all bits of `set` and none of `unset`. */
export function flagValues(set: number, unset: number): ValueSet {
  return numberSet(values.filter((value) => (value & set) === set && (value & unset) === 0).map((value): NumberSpan => [value, value]))
}

/** `value & mask === expected` for exactly the values of the set; undefined where no mask says it. */
export function flagMask(set: ValueSet): { readonly mask: number; readonly expected: number } | undefined {
  const held = values.filter((value) => set.some(([from, to]) => value >= from && value <= to))
  const [expected = 0] = held
  const varying = held.reduce((bits, value) => bits | (value ^ expected), 0)
  const mask = 0xff & ~varying
  const isMask = held.length === 2 ** values.slice(0, 8).filter((bit) => (varying & (1 << bit)) !== 0).length
  return isMask ? { mask, expected: expected & mask } : undefined
}
