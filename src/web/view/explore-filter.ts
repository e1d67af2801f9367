// Text of the filter language made from what is clicked: a value of an answer, the conditions of the overview. Pure.
import type { FlowDimensionView } from '../../contract/flow-question.ts'
import type { Dimension, FlowCondition } from './filter.ts'

/** What a value of a key can be. */
export type KeyValue = string | number | readonly string[]

/** Numbers, addresses, words: what the language takes without quotes. */
const plain = /^[\w.:/-]+$/
/** Words with a meaning of their own; one of them is India as well. */
const reserved = /^(?:in|and|or|not|like|any|none)$/i

function literal(value: string | number): string {
  const text = String(value)
  return plain.test(text) && !reserved.test(text) ? text : `"${text.replaceAll('"', '""')}"`
}

/** What nobody knows is an empty text. In a filter only these can be asked for by it. */
const maybeEmpty = /Country$|^direction$/
const isUnknown = ({ name }: FlowDimensionView, value: KeyValue) => value === '' && !maybeEmpty.test(name)

/** `src_as 64500`; of a list that each of its values is there. Undefined where filters cannot say it. */
export function conditionOf(dimension: FlowDimensionView | undefined, value: KeyValue): string | undefined {
  if (dimension === undefined || dimension.operators.length === 0 || isUnknown(dimension, value)) return undefined
  const name = dimension.other_names[0] ?? dimension.name
  if (typeof value === 'string' || typeof value === 'number') return `${name} ${literal(value)}`
  return value.length === 0 ? `${name} none` : value.map((item) => `${name} ${literal(item)}`).join(' and ')
}

/** What must not hold together. */
export function excluded(condition: string): string {
  return condition.includes(' and ') ? `not (${condition})` : `not ${condition}`
}

/** The filter with one more condition that has to hold. */
export function withFilter(filter: string, condition: string): string {
  const known = filter.trim()
  if (known === '') return condition
  const parts = known.split(' and ')
  if (parts.includes(condition)) return known
  return /\bor\b|\|\|/i.test(known) ? `(${known}) and ${condition}` : `${known} and ${condition}`
}

/** Names of the dimensions of the overview in the filter language. */
const names: Readonly<Record<Dimension, string>> = {
  sourceAddress: 'src',
  destinationAddress: 'dst',
  protocol: 'proto',
  sourcePort: 'src_port',
  destinationPort: 'dst_port',
  direction: 'direction',
  sourceAS: 'src_as',
  destinationAS: 'dst_as',
  sourceCountry: 'src_country',
  destinationCountry: 'dst_country',
  routerAddress: 'router',
  inputInterface: 'in_if',
  outputInterface: 'out_if',
  ruleIDs: 'rule',
}

function oneOf(name: string, values: readonly string[]): string {
  return values.length === 1 ? `${name} ${literal(values[0] ?? '')}` : `${name} in {${values.map(literal).join(', ')}}`
}

/** The conditions of the overview as a filter: several values of a dimension are alternatives there. */
export function filterOf(conditions: readonly FlowCondition[]): string {
  const lists = new Map<string, string[]>()
  for (const { dimension, value, exclude } of conditions) {
    const start = `${exclude ? 'not ' : ''}${names[dimension]}`
    lists.set(start, [...(lists.get(start) ?? []), value])
  }
  return [...lists].map(([start, values]) => oneOf(start, values)).join(' and ')
}
