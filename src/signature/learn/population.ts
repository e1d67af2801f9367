// A set of selected packets while conditions are tried on it: rows of a selection and their weight.
import { addressBytes, type Selection } from '../features/selection.ts'
import { allRowTest, type Condition, type RowTest } from './row-test.ts'

/**
 * A number from 0 to 1 that is always the same for a row: its index by the golden ratio, mixed. Packets come in turns,
 * question and answer: every other one would be all questions.
 */
function chance(row: number): number {
  const mixed = Math.imul(row + 1, 0x9e3779b1)
  return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77) >>> 0) / 0x1_0000_0000
}

export class Population {
  readonly selection: Selection
  readonly rows: Int32Array
  /** Sum of the weights of the rows. */
  readonly weight: number

  constructor(selection: Selection, rows: Int32Array) {
    this.selection = selection
    this.rows = rows
    let weight = 0
    for (const row of rows) weight += selection.weights[row]
    this.weight = weight
  }

  static all(selection: Selection): Population {
    return new Population(
      selection,
      Int32Array.from({ length: selection.rows }, (_, row) => row),
    )
  }

  /** Those rows that pass. */
  where(test: RowTest): Population {
    return new Population(this.selection, this.rows.filter(test))
  }

  holding(conditions: readonly Condition[]): Population {
    return this.where(allRowTest(conditions, this.selection))
  }

  without(conditions: readonly Condition[]): Population {
    const test = allRowTest(conditions, this.selection)
    return this.where((row) => !test(row))
  }

  /** About half of the rows, and the others. */
  halves(): readonly [Population, Population] {
    return [this.where((row) => chance(row) < 0.5), this.where((row) => chance(row) >= 0.5)]
  }

  /** About `most` of the rows, if there are more. */
  thinned(most: number): Population {
    const share = most / this.rows.length
    return share >= 1 ? this : this.where((row) => chance(row * 7 + 3) < share)
  }

  /** Whether the packets come from so many addresses. */
  hasSenders(count: number): boolean {
    return this.#hasDistinct(count, (row) => this.#source(row))
  }

  /** Whether they belong to so many conversations, told by their source: address and port. */
  hasConversations(count: number): boolean {
    return this.#hasDistinct(count, (row) => `${this.#source(row)} ${this.selection.columns.source_port[row]}`)
  }

  #source(row: number): string {
    return Buffer.from(this.selection.sources.buffer, row * addressBytes, addressBytes).toString('latin1')
  }

  #hasDistinct(count: number, keyOf: (row: number) => string): boolean {
    const keys = new Set<string>()
    for (const row of this.rows) {
      if (keys.size >= count) break
      keys.add(keyOf(row))
    }
    return keys.size >= count
  }
}
