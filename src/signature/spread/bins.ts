// Puts the values of a field into bins: single ones where few values say it, ranges where there are many.
export interface Bin {
  /** Inclusive. */
  readonly from: number
  readonly to: number
  /** All other values, in the place of a range. */
  readonly rest?: readonly number[]
}

export interface Bins {
  readonly kind: 'values' | 'ranges'
  readonly bins: readonly Bin[]
}

type Weights = ReadonlyMap<number, number>

const binsAtMost = 40
/** Single values of each side that get a bin; with one for the rest that is not above the limit. */
const [valuesOfAttack, valuesOfBaseline] = [22, 17]
/** The commonest values of the attack have to hold so much of it to be shown one by one. */
const valuesLeast = 0.6

/** @param shown what alone makes sense; null for what is shorter */
export function binsOf(attack: Weights, baseline: Weights, shown: 'values' | 'ranges' | null): Bins {
  if (shown === 'ranges') return { kind: 'ranges', bins: ranges(attack, baseline) }
  const chosen = new Set([...commonest(attack, valuesOfAttack), ...commonest(baseline, valuesOfBaseline)])
  const few = new Set([...attack.keys(), ...baseline.keys()]).size < binsAtMost
  if (shown === null && !few && sumOf(attack, chosen) < valuesLeast * total(attack))
    return { kind: 'ranges', bins: ranges(attack, baseline) }
  return {
    kind: 'values',
    bins: few ? single([...attack.keys(), ...baseline.keys()], []) : single([...chosen], others(attack, baseline, chosen)),
  }
}

function single(values: readonly number[], rest: readonly number[]): Bin[] {
  const bins = [...new Set(values)].map((value) => ({ from: value, to: value }))
  return rest.length === 0 ? bins : [...bins, { from: 0, to: 0, rest }]
}

const others = (attack: Weights, baseline: Weights, chosen: ReadonlySet<number>) =>
  [...new Set([...attack.keys(), ...baseline.keys()])].filter((value) => !chosen.has(value))

function commonest(weights: Weights, most: number): number[] {
  return [...weights]
    .toSorted(([left, one], [right, other]) => other - one || left - right)
    .slice(0, most)
    .map(([value]) => value)
}

const total = (weights: Weights) => [...weights.values()].reduce((sum, weight) => sum + weight, 0)
const sumOf = (weights: Weights, values: ReadonlySet<number>) => [...values].reduce((sum, value) => sum + (weights.get(value) ?? 0), 0)

/** Part of all that lies in the first and in the last bin beyond where the equal ones begin and end. */
const tail = 0.002

/** Ranges of equal width, but the first and the last reach to the extremes. */
function ranges(attack: Weights, baseline: Weights): Bin[] {
  const sorted = [...joined(attack, baseline)].toSorted(([one], [other]) => one - other)
  const [least, most] = [sorted[0]?.[0] ?? 0, sorted.at(-1)?.[0] ?? 0]
  const [low, high] = [quantile(sorted, tail), quantile(sorted, 1 - tail)]
  const width = niceWidth((high - low + 1) / (binsAtMost - 2))
  const first = Math.floor(low / width) * width
  const count = Math.floor((high - first) / width) + 1
  return Array.from({ length: count }, (_, index) => ({
    from: index === 0 ? Math.min(least, first) : first + index * width,
    to: index === count - 1 ? Math.max(most, first + count * width - 1) : first + (index + 1) * width - 1,
  }))
}

/** Both with the same weight in all. */
function joined(attack: Weights, baseline: Weights): Map<number, number> {
  const sums = new Map<number, number>()
  for (const weights of [attack, baseline]) {
    const all = total(weights)
    for (const [value, weight] of weights) sums.set(value, (sums.get(value) ?? 0) + weight / all)
  }
  return sums
}

function quantile(sorted: readonly (readonly [number, number])[], share: number): number {
  const limit = sorted.reduce((sum, [, weight]) => sum + weight, 0) * share
  let sum = 0
  for (const [value, weight] of sorted) {
    sum += weight
    if (sum >= limit) return value
  }
  return sorted.at(-1)?.[0] ?? 0
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function niceWidth(least: number): number {
  for (let power = 1; ; power *= 10) {
    for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power
  }
}
