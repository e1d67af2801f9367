// Turns conditions on time dimensions into half-open ranges of the receive time, which every tier can answer or round.

/** Seconds since 1970, `from` included, `to` not; ±Infinity where it is open. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

export interface TimeCondition {
  /** The condition holds inside any of these, or with `negated` outside of all. */
  readonly ranges: readonly TimeRange[]
  readonly negated: boolean
}

export type TimeOperator = 'eq' | 'neq' | 'gt' | 'geq' | 'lt' | 'leq' | 'in' | 'notin'

export const always: TimeRange = { from: -Infinity, to: Infinity }
export const never: TimeRange = { from: Infinity, to: -Infinity }

/**
 * The receive times whose bucket fulfils a condition. A bucket is the time rounded down to `seconds`.
 * @param values one value, several for `in` and `notin`; seconds since 1970, fractions allowed
 */
export function timeCondition(operator: TimeOperator, values: readonly number[], seconds: number): TimeCondition {
  const [value = 0] = values
  // bucket > v means that it is at least the next whole bucket after v; bucket ≥ v that it is at least v rounded up.
  const after = (Math.floor(value / seconds) + 1) * seconds
  const notBefore = Math.ceil(value / seconds) * seconds
  switch (operator) {
    case 'gt':
      return { ranges: [{ from: after, to: Infinity }], negated: false }
    case 'geq':
      return { ranges: [{ from: notBefore, to: Infinity }], negated: false }
    case 'lt':
      return { ranges: [{ from: -Infinity, to: notBefore }], negated: false }
    case 'leq':
      return { ranges: [{ from: -Infinity, to: after }], negated: false }
    default: {
      const ranges = values.filter((value) => value % seconds === 0).map((value) => ({ from: value, to: value + seconds }))
      return { ranges, negated: operator === 'neq' || operator === 'notin' }
    }
  }
}

export function intersection(a: TimeRange, b: TimeRange): TimeRange {
  const range = { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }
  return range.from < range.to ? range : never
}

/** The smallest range that holds both. */
export function hull(a: TimeRange, b: TimeRange): TimeRange {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}
