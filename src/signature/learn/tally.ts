// How often each value of a field is there, in the attack and in what is spared.
import type { FeatureName } from '../features/selection.ts'
import type { Contest } from './contest.ts'

/** Fields have 16 bits at most. */
const values = 0x1_0000

export interface Tally {
  /** Values that there are, ascending. */
  readonly values: Int32Array
  /** By value: share of the attack that is held now. */
  readonly attack: Float64Array
  /** By value: share of all that is spared. */
  readonly spared: Float64Array
}

const attackShares = new Float64Array(values)
const sparedShares = new Float64Array(values)
const isThere = new Uint8Array(values)
const thereList = new Int32Array(values)

/** Calls `use` with the tally, which is overwritten by the next one. */
export function tallied<T>(feature: FeatureName, contest: Contest, use: (tally: Tally) => T): T {
  let count = 0
  const add = (rows: Int32Array, column: Int32Array, weights: Float64Array, into: Float64Array, factor: number) => {
    for (const row of rows) {
      const value = column[row]
      if (value < 0) continue
      if (isThere[value] === 0) {
        isThere[value] = 1
        thereList[count++] = value
      }
      into[value] += weights[row] * factor
    }
  }
  const { attack, spared } = contest
  const { columns, weights } = attack.selection
  if (attack.weight > 0) add(attack.rows, columns[feature], weights, attackShares, 1 / attack.weight)
  for (const { population, total, importance } of spared) {
    const side = population.selection
    if (total > 0) add(population.rows, side.columns[feature], side.weights, sparedShares, importance / total)
  }
  const there = thereList.slice(0, count).sort()
  const result = use({ values: there, attack: attackShares, spared: sparedShares })
  for (const value of there) attackShares[value] = sparedShares[value] = isThere[value] = 0
  return result
}
