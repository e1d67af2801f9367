// Makes a conjunction that has been grown as simple and as wide as what is spared allows.
import { numberFields, tcpFlagBits, type NumberSpan } from '../../contract/packet-filter.ts'
import { variabilityOf } from '../describe/variability.ts'
import { fieldKey, joined } from './conjunction.ts'
import { heldOf, narrowed, type Contest } from './contest.ts'
import type { Condition } from './row-test.ts'

/** Of its limit, what a side may have held more of because a border was widened. */
const widening = 0.1

export interface Refining {
  /** All packets that the conjunction is for, and all that is spared. */
  readonly contest: Contest
  /** Stays as it is. */
  readonly definition: readonly Condition[]
}

export function refined(conditions: readonly Condition[], { contest, definition }: Refining): readonly Condition[] {
  const fixed = new Set(definition)
  return withFewerFlags(widened(pruned(conditions, { contest, fixed }), { contest, fixed }), contest)
}

interface Scope {
  readonly contest: Contest
  readonly fixed: ReadonlySet<Condition>
}

const cheapness = { free: 0, effort: 1, fixed: 2 } as const

/** Without the conditions that are not needed; those that an attacker evades most cheaply are tried first. */
function pruned(conditions: readonly Condition[], { contest, fixed }: Scope): readonly Condition[] {
  const droppable = conditions.filter((condition) => !fixed.has(condition))
  const cost = (condition: Condition) => cheapness[variabilityOf(condition, conditions).variability]
  return droppable
    .toSorted((one, other) => cost(one) - cost(other))
    .reduce((left, condition) => {
      // What was narrowed of the definition falls back to it.
      const back = [...fixed].filter((other) => fieldKey(other) === fieldKey(condition))
      const without = back.reduce(
        joined,
        left.filter((other) => other !== condition),
      )
      return fits(without, contest) ? without : left
    }, conditions)
}

function fits(conditions: readonly Condition[], contest: Contest): boolean {
  return conditions.reduce(narrowed, contest).spared.every((side) => heldOf(side) <= side.limit + 1e-12)
}

/** With the borders of spans moved outward to round numbers, or away. */
function widened(conditions: readonly Condition[], { contest, fixed }: Scope): readonly Condition[] {
  return conditions.reduce((left, condition) => {
    if (fixed.has(condition)) return left
    const others = left.filter((other) => other !== condition)
    const rest = others.reduce(narrowed, contest)
    const before = narrowed(rest, condition)
    const wider = widerConditions(condition).find((candidate) => {
      const after = narrowed(rest, candidate)
      return after.spared.every(
        (side, index) => heldOf(side) <= Math.min(side.limit, heldOf(before.spared[index]) + widening * side.limit) + 1e-12,
      )
    })
    return wider === undefined ? left : joined(others, wider)
  }, conditions)
}

/** Without flags of which it makes no difference that they are not set. */
function withFewerFlags(conditions: readonly Condition[], contest: Contest): readonly Condition[] {
  const flags = conditions.find((condition) => condition.kind === 'tcp_flags')
  if (flags === undefined) return conditions
  const others = conditions.filter((condition) => condition !== flags)
  const rest = others.reduce(narrowed, contest)
  const held = (unset: number) => narrowed(rest, { ...flags, unset }).spared.map(heldOf)
  const before = held(flags.unset)
  let { unset } = flags
  for (const bit of Object.values(tcpFlagBits)) {
    const without = unset & ~bit
    if (without !== unset && (flags.set | without) !== 0 && held(without).every((share, index) => share <= before[index])) unset = without
  }
  return joined(others, { ...flags, unset })
}

/** The widest first. */
function widerConditions(condition: Condition): Condition[] {
  if (condition.kind !== 'number' && condition.kind !== 'port') return []
  const [[from, to] = [0, 0]] = condition.spans
  if (condition.spans.length !== 1 || from === to) return []
  const { least, most } = condition.kind === 'port' ? { least: 0, most: 65_535 } : numberFields[condition.field]
  const spans = roundSpans([from, to], [least, most]).filter(([first, last]) => first <= from && last >= to && (first < from || last > to))
  return spans.map((span) => withSpan(condition, span))
}

function withSpan(condition: Extract<Condition, { kind: 'number' | 'port' }>, span: NumberSpan): Condition {
  return { ...condition, spans: [span] }
}

const roundings = [1000, 500, 200, 100, 50, 20, 10]

function roundSpans([from, to]: NumberSpan, [least, most]: NumberSpan): NumberSpan[] {
  const lows = [least, ...roundings.map((step) => Math.max(least, Math.floor(from / step) * step)), from]
  const highs = [most, ...roundings.map((step) => Math.min(most, Math.ceil(to / step) * step)), to]
  const pairs = lows.flatMap((low) => highs.map((high): NumberSpan => [low, high]))
  return pairs.filter(([low, high]) => low > least || high < most).toSorted(([a, b], [c, d]) => d - c - (b - a))
}
