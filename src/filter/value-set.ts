// Sets of whole numbers as ranges in order and apart. Of bigint, because IPv6 addresses are such numbers too.

export type ValueRange = readonly [from: bigint, to: bigint]
export type ValueSet = readonly ValueRange[]

export function valueSet(ranges: readonly ValueRange[]): ValueSet {
  const sorted = ranges.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  const apart: [bigint, bigint][] = []
  for (const [from, to] of sorted) {
    const last = apart.at(-1)
    if (last === undefined || from > last[1] + 1n) apart.push([from, to])
    else if (to > last[1]) last[1] = to
  }
  return apart
}

export function numberSet(spans: readonly (readonly [number, number])[]): ValueSet {
  return valueSet(spans.map(([from, to]) => [BigInt(from), BigInt(to)]))
}

/** What is not in the set, from 0 to `most`. */
export function complement(set: ValueSet, most: bigint): ValueSet {
  const gaps: ValueRange[] = []
  let next = 0n
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1n])
    next = to + 1n
  }
  if (next <= most) gaps.push([next, most])
  return gaps
}

export function intersection(one: ValueSet, other: ValueSet): ValueSet {
  const both: ValueRange[] = []
  let [i, j] = [0, 0]
  for (;;) {
    const [left, right] = [one[i], other[j]]
    if (left === undefined || right === undefined) return both
    const from = left[0] > right[0] ? left[0] : right[0]
    const to = left[1] < right[1] ? left[1] : right[1]
    if (from <= to) both.push([from, to])
    if (left[1] < right[1]) i++
    else j++
  }
}

export function union(one: ValueSet, other: ValueSet): ValueSet {
  return valueSet([...one, ...other])
}

export function equalSets(one: ValueSet, other: ValueSet): boolean {
  return one.length === other.length && one.every(([from, to], index) => from === other[index]?.[0] && to === other[index][1])
}

/** Whether all of `inner` is in `outer`. */
export function containsSet(outer: ValueSet, inner: ValueSet): boolean {
  let at = 0
  for (const [from, to] of inner) {
    while ((outer[at]?.[1] ?? from) < from) at++
    const around = outer[at]
    if (around === undefined || around[0] > from || around[1] < to) return false
  }
  return true
}
