// Conditions that hold together, in the order in which people read them: one condition a field.
import type { NumberSpan } from '../../contract/packet-filter.ts'
import { normalSpans } from '../../filter/number-spans.ts'
import { featureNames } from '../features/selection.ts'
import type { Condition } from './row-test.ts'

/** Members of a list, more of which nobody reads. */
const mostSpans = 16

/** With one more. What is asked of a field twice becomes one condition. */
export function joined(conditions: readonly Condition[], condition: Condition): Condition[] {
  const same = conditions.findIndex((other) => fieldKey(other) === fieldKey(condition))
  const merged = same < 0 ? condition : intersection(conditions[same], condition)
  return inOrder([...conditions.filter((_, index) => index !== same), merged])
}

/** The same for conditions of which one place in a conjunction has only one. */
export function fieldKey(condition: Condition): string {
  if (condition.kind === 'number') return condition.field
  if (condition.kind === 'port') return `${condition.side}_port`
  if (condition.kind === 'tcp_flags') return 'flags'
  if (condition.kind === 'bytes') return `${condition.base} ${condition.offset} ${condition.value.length}`
  return condition.kind
}

/** The conjunction that holds what one of two holds; undefined where there is none, because they differ in more than one list. */
export function united(one: readonly Condition[], other: readonly Condition[]): readonly Condition[] | undefined {
  if (one.length !== other.length) return undefined
  const different = one.flatMap((condition, index) => (isSame(condition, other[index]) ? [] : [index]))
  const [place] = different
  if (place === undefined) return one
  const both = different.length === 1 ? unitedLists(one[place], other[place]) : undefined
  return both && one.with(place, both)
}

const isSame = (one: Condition, other: Condition) => JSON.stringify(one) === JSON.stringify(other)

function unitedLists(one: Condition, other: Condition): Condition | undefined {
  if (fieldKey(one) !== fieldKey(other) || !('spans' in one) || !('spans' in other)) return undefined
  const spans = normalSpans([...one.spans, ...other.spans])
  return spans.length <= mostSpans ? { ...one, spans } : undefined
}

function intersection(one: Condition, other: Condition): Condition {
  if (one.kind === 'tcp_flags' && other.kind === 'tcp_flags') return { ...one, set: one.set | other.set, unset: one.unset | other.unset }
  if ((one.kind === 'number' || one.kind === 'port') && 'spans' in other) return { ...one, spans: commonSpans(one.spans, other.spans) }
  return other
}

function commonSpans(some: readonly NumberSpan[], others: readonly NumberSpan[]): NumberSpan[] {
  return some.flatMap(([from, to]) =>
    others.flatMap(([least, most]): NumberSpan[] => {
      const span: NumberSpan = [Math.max(from, least), Math.min(to, most)]
      return span[0] <= span[1] ? [span] : []
    }),
  )
}

const order: readonly string[] = ['version', ...featureNames, 'address', 'bytes']

function inOrder(conditions: readonly Condition[]): Condition[] {
  const place = (condition: Condition) => {
    if (condition.kind === 'bytes') return 100 + (condition.base === 'payload' ? 1000 : 0) + condition.offset
    return order.indexOf(fieldKey(condition))
  }
  return conditions.toSorted((one, other) => place(one) - place(other))
}
