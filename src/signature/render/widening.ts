// Leaves out of a signature what a format cannot say, so that it holds more and never less, and notes what that was.
import { filterText } from '../../filter/filter-text.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { conjunctionsOf, filterOf, literalFilter, type Conjunction, type Literal } from './conjunctions.ts'

/** The reason why a format cannot say a condition; null when it can. */
export type Refusal = string | null

export interface Ability {
  /** Asked of each condition within its conjunction. */
  readonly refuses: (literal: Literal, conjunction: Conjunction) => Refusal
  /** Conjunctions that together say what one does, where the format needs them told apart. */
  readonly split?: (conjunction: Conjunction) => readonly Conjunction[]
}

export interface Widened {
  readonly conjunctions: readonly Conjunction[]
  /** Sentences. None: nothing was left out. */
  readonly notes: readonly string[]
}

/** Null when the conjunctions are too many for a format without nesting. */
export function widened(filter: PacketFilter, { refuses, split = (one) => [one] }: Ability): Widened | null {
  const conjunctions = conjunctionsOf(filter)?.flatMap(split)
  if (conjunctions === undefined) return null
  const left = new Map<string, Set<string>>()
  const kept = conjunctions.map((conjunction) =>
    conjunction.filter((literal) => {
      const why = refuses(literal, conjunction)
      if (why === null) return true
      left.set(why, (left.get(why) ?? new Set()).add(filterText(literalFilter(literal))))
      return false
    }),
  )
  const notes = [...left].map(([why, conditions]) => `Left out, because ${why}: ${[...conditions].join('; ')}.`)
  return { conjunctions: withoutRepetition(kept), notes }
}

/** What is left of two may be the same, or one may hold all of the other. */
function withoutRepetition(conjunctions: readonly Conjunction[]): Conjunction[] {
  const texts = conjunctions.map((conjunction) => new Set(conjunction.map((literal) => filterText(literalFilter(literal)))))
  return conjunctions.filter((_, index) => {
    const own = texts[index] ?? new Set()
    return !texts.some((other, at) => at !== index && [...other].every((text) => own.has(text)) && (other.size < own.size || at < index))
  })
}

/** The same as a filter; every packet when there is nothing that the format can say. */
export function widenedFilter(filter: PacketFilter, ability: Ability): PacketFilter {
  const found = widened(filter, ability)
  if (found === null) return { kind: 'all', of: [] }
  return found.notes.length === 0 ? filter : filterOf(found.conjunctions)
}
