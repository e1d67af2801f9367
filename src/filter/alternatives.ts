// Conditions in disjunctive form over the fields of headers: a packet matches when one alternative holds, and an
// alternative holds when all its fields are there and have one of their values. nftables has nothing else in a rule.
import { wholeFault } from './filter-error.ts'
import { containsSet, equalSets, intersection, union, type ValueSet } from './value-set.ts'

/** What each field that it names has to be. None: every packet. */
export type Alternative<Field> = ReadonlyMap<Field, ValueSet>

/** Alternatives while they are worked out; bounds the work that a hostile filter makes. */
const alternativesAtMost = 192

/** No alternative: no packet matches. */
export type Alternatives<Field> = readonly Alternative<Field>[]

/** One of the two. @throws FilterError when they become too many */
export function either<Field>(one: Alternatives<Field>, other: Alternatives<Field>): Alternatives<Field> {
  const all = [...one]
  for (const alternative of other) add(all, alternative)
  return all
}

/** Both. @throws FilterError when they become too many */
export function both<Field>(one: Alternatives<Field>, other: Alternatives<Field>): Alternatives<Field> {
  const all: Alternative<Field>[] = []
  for (const left of one) {
    for (const right of other) {
      const joined = conjunction(left, right)
      if (joined !== undefined) add(all, joined)
    }
  }
  return all
}

function conjunction<Field>(one: Alternative<Field>, other: Alternative<Field>): Alternative<Field> | undefined {
  const joined = new Map(one)
  for (const [field, values] of other) {
    const known = joined.get(field)
    const left = known === undefined ? values : intersection(known, values)
    if (left.length === 0) return undefined
    joined.set(field, left)
  }
  return joined
}

/** Adds what the others do not hold yet; those that it holds go, and one that differs in one field only takes it in. */
function add<Field>(all: Alternative<Field>[], added: Alternative<Field>): void {
  let next = added
  for (;;) {
    if (all.some((known) => implies(next, known))) return
    const index = all.findIndex((known) => implies(known, next) || fieldThatDiffers(known, next) !== undefined)
    const [taken] = index < 0 ? [] : all.splice(index, 1)
    if (taken === undefined) break
    if (!implies(taken, next)) next = merged(taken, next)
  }
  all.push(next)
  if (all.length > alternativesAtMost) throw tooComplex()
}

/** Whether every packet of `one` is one of `other`. */
function implies<Field>(one: Alternative<Field>, other: Alternative<Field>): boolean {
  if (one.size < other.size) return false
  for (const [field, values] of other) {
    const own = one.get(field)
    if (own === undefined || !containsSet(values, own)) return false
  }
  return true
}

/** The only field in which two alternatives of the same fields differ. */
function fieldThatDiffers<Field>(one: Alternative<Field>, other: Alternative<Field>): Field | undefined {
  if (one.size !== other.size) return undefined
  let found: Field | undefined
  for (const [field, values] of one) {
    const others = other.get(field)
    if (others === undefined) return undefined
    if (equalSets(values, others)) continue
    if (found !== undefined) return undefined
    found = field
  }
  return found
}

function merged<Field>(one: Alternative<Field>, other: Alternative<Field>): Alternative<Field> {
  return new Map([...one].map(([field, values]) => [field, union(values, other.get(field) ?? [])]))
}

export function tooComplex(): Error {
  return wholeFault(
    'the filter is too complex for nftables: too many combinations of conditions. Use lists in braces in the place of or, or several captures',
  )
}
