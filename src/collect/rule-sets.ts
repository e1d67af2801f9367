// Sets of rules by number: those of the rule table, and unions of two that flows in tunnels make up.
import type { RuleTable } from '../enrich/rule-table.ts'

/** Unions at the most: one for each record of the largest datagram. */
const maxUnions = 65_536
/** Members of unions, beyond which no more are made: 8 MiB. */
const maxMembers = 2_000_000

export class RuleSets {
  readonly #table: RuleTable
  readonly #unions: Uint32Array[] = []
  readonly #known = new Map<number, number>()
  #unionMembers = 0

  constructor(table: RuleTable) {
    this.#table = table
  }

  /** All numbers of sets are below it. */
  get capacity(): number {
    return this.#fixed + maxUnions
  }

  get #fixed(): number {
    return this.#table.setStarts.length - 1
  }

  /** Numbers in use are below it. */
  get size(): number {
    return this.#fixed + this.#unions.length
  }

  /** Whether so many unions can be made. */
  hasRoom(unions: number): boolean {
    return this.#unions.length + unions <= maxUnions && this.#unionMembers <= maxMembers
  }

  /** Numbers of the rules of a set. */
  members(set: number): Uint32Array {
    const { setStarts, setRules } = this.#table
    return set < this.#fixed ? setRules.subarray(setStarts[set], setStarts[set + 1]) : this.#unions[set - this.#fixed]
  }

  /** The set of the rules of two, those of the first one first. Make sure of room first. */
  union(a: number, b: number): number {
    if (a === b || b === 0) return a
    if (a === 0) return b
    const key = a * this.capacity + b
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const members = Uint32Array.from(new Set([...this.members(a), ...this.members(b)]))
    this.#unionMembers += members.length
    const number = this.#fixed + this.#unions.push(members) - 1
    this.#known.set(key, number)
    return number
  }

  /** Forgets the unions, whose numbers are given anew. */
  clear(): void {
    this.#unions.length = 0
    this.#unionMembers = 0
    this.#known.clear()
  }
}
