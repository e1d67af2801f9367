// A flow filter as canonical text of the language: what is read from it is the same filter.
import type { FlowFilter } from '../flow-filter.ts'
import { namesOf } from '../dimension-names.ts'
import type { BaseDimension } from '../flow-dimensions.ts'
import { eitherSides } from './flow-fields.ts'
import { flagBits, hasFlags, valuesOf, type FlowValue } from './flow-values.ts'
import { noFlow } from './no-flow.ts'
import { quotedValue } from './quoted-values.ts'

/** `src 203.0.113.7 and (proto udp or dst_port 53)`: one line, no needless parentheses; empty for every flow. */
export function flowFilterText(filter: FlowFilter): string {
  return textOf(simplified(filter))
}

/** Without parts that hold every flow, and with lists of rules as conditions on one rule each. */
function simplified(filter: FlowFilter): FlowFilter {
  if ('list' in filter) return ofRules(filter)
  if (!('all' in filter) && !('any' in filter)) return filter
  const parts = ('all' in filter ? filter.all : filter.any).map(simplified)
  const rest = parts.filter((part) => !('all' in part) || part.all.length > 0)
  if ('any' in filter && rest.length < parts.length) return { all: [] }
  const [only] = rest
  if (only === undefined) return { all: [] }
  if (rest.length === 1) return only
  return 'all' in filter ? { all: rest } : { any: rest }
}

type ListCondition = Extract<FlowFilter, { list: unknown }>
type Comparison = Extract<FlowFilter, { time: unknown } | { dimension: unknown }>

const idPattern = /^[\da-f]{32}$/i

/** No flow has an id that is none. */
function ofRules({ list, operator, values }: ListCondition): FlowFilter {
  if (operator === 'isempty') return { list, operator, values }
  const known = values.map(String).filter((id) => idPattern.test(id))
  if (operator === 'hasany') return { list, operator, values: known }
  const isAll = operator !== 'nothas'
  if (known.length < values.length) return isAll ? noFlow : { all: [] }
  const parts = known.map((id): FlowFilter => ({ list, operator: isAll ? 'has' : 'nothas', values: [id] }))
  const [only] = parts
  if (only === undefined) return isAll ? { all: [] } : noFlow
  return parts.length === 1 ? only : isAll ? { all: parts } : { any: parts }
}

function textOf(filter: FlowFilter): string {
  const test = testOf(filter)
  if (test !== undefined) return `${test.name} ${test.text}`
  if ('all' in filter) return filter.all.map((part) => innerText(part, 'all')).join(' and ')
  return 'any' in filter ? filter.any.map((part) => innerText(part, 'any')).join(' or ') : ''
}

/** As part of something larger. */
function innerText(filter: FlowFilter, outer: 'all' | 'any'): string {
  const isOther = outer === 'all' ? 'any' in filter : 'all' in filter
  return isOther && testOf(filter) === undefined ? `(${textOf(filter)})` : textOf(filter)
}

/** A condition whose text is the name of a field and what it has to be. */
interface Test {
  readonly name: string
  readonly text: string
  /** Undefined where it names two. */
  readonly dimension?: BaseDimension
  /** Whether the text says what it must not be. */
  readonly negative: boolean
  /** What can stand in a list in braces. */
  readonly items?: readonly string[]
}

function testOf(filter: FlowFilter): Test | undefined {
  if ('time' in filter || 'dimension' in filter) return comparisonTest(filter)
  if ('list' in filter) return { name: nameOf(filter.list), text: listText(filter), negative: filter.operator === 'nothas' }
  return rangeTest(filter) ?? listTest(filter) ?? eitherTest(filter)
}

const dimensionOf = (filter: Comparison): BaseDimension => ('time' in filter ? filter.time : filter.dimension)

const signs = { gt: '>', geq: '>=', lt: '<', leq: '<=' } as const

function comparisonTest(filter: Comparison): Test {
  const dimension = dimensionOf(filter)
  const { operator } = filter
  const values: readonly FlowValue[] = filter.values
  const { print } = valuesOf(dimension)
  const [value = ''] = values
  const test = { name: nameOf(dimension), dimension, negative: operator.startsWith('not') || operator === 'neq' }
  switch (operator) {
    case 'eq':
      return { ...test, text: print(value), items: [print(value)] }
    case 'neq':
      return { ...test, text: `!= ${print(value)}` }
    case 'in':
    case 'incidr':
      return { ...test, text: setText(values.map(print)), items: values.map(print) }
    case 'notin':
    case 'notincidr':
      return { ...test, text: values.length === 1 ? `!= ${print(value)}` : `not ${setText(values.map(print))}` }
    case 'like':
      return { ...test, text: `like ${quotedValue(String(value))}` }
    case 'notlike':
      return { ...test, text: `not like ${quotedValue(String(value))}` }
    case 'bits':
    case 'notbits':
      return bitsTest(filter, value)
    default:
      return { ...test, text: `${signs[operator]} ${print(value)}` }
  }
}

const nameOf = (dimension: BaseDimension) => namesOf(dimension)[0] ?? dimension.name

function setText(items: readonly string[]): string {
  const [only = ''] = items
  return items.length === 1 ? only : `in {${items.join(', ')}}`
}

/** Before a test that has no negative form of its own. */
const notWord = 'not '

function bitsTest(filter: Comparison, value: FlowValue): Test {
  const dimension = dimensionOf(filter)
  const negative = filter.operator === 'notbits'
  const names = hasFlags(dimension) ? flagNames(Number(value)) : undefined
  const plain = nameOf(dimension)
  if (negative && names?.length === 1) return { name: plain, dimension, negative, text: `!${names.join('')}` }
  return { name: negative ? notWord + plain : plain, dimension, negative, text: names?.join(',') ?? `& ${value}` }
}

/** Undefined for no bits, and for those without a name. */
function flagNames(value: number): readonly string[] | undefined {
  const known = [...flagBits].filter(([, bit]) => (value & bit) !== 0)
  const sum = known.reduce((bits, [, bit]) => bits | bit, 0)
  return value !== 0 && sum === value ? known.map(([name]) => name) : undefined
}

/** At least one value and at most another one. */
function rangeTest(filter: FlowFilter): Test | undefined {
  if (!('all' in filter) || filter.all.length !== 2) return undefined
  const [low, high] = filter.all
  if (low === undefined || high === undefined || !isComparison(low) || !isComparison(high)) return undefined
  if (low.operator !== 'geq' || high.operator !== 'leq' || dimensionOf(low) !== dimensionOf(high)) return undefined
  const dimension = dimensionOf(low)
  const [[from = ''], [to = '']]: readonly (readonly FlowValue[])[] = [low.values, high.values]
  const { print, inOrder } = valuesOf(dimension)
  if (inOrder?.(from, to) !== true) return undefined
  const text = `${print(from)}-${print(to)}`
  return { name: nameOf(dimension), dimension, negative: false, text, items: [text] }
}

function isComparison(filter: FlowFilter): filter is Comparison {
  return 'time' in filter || 'dimension' in filter
}

/** One of several values and ranges of the same dimension. */
function listTest(filter: FlowFilter): Test | undefined {
  if (!('any' in filter)) return undefined
  const tests = filter.any.map((part) => ('any' in part ? undefined : testOf(part)))
  const dimension = tests[0]?.dimension
  if (dimension === undefined || !tests.every((test) => test?.dimension === dimension && test.items !== undefined)) return undefined
  const items = [...new Set(tests.flatMap((test) => test?.items ?? []))]
  return { name: nameOf(dimension), dimension, negative: false, text: setText(items), items }
}

/** The same asked of both sides: of one of them, or turned round, of none. */
function eitherTest(filter: FlowFilter): Test | undefined {
  const parts = 'all' in filter ? filter.all : 'any' in filter ? filter.any : []
  const [one, other] = parts.map(testOf)
  if (parts.length !== 2 || one?.text !== other?.text || one?.dimension === undefined || other?.dimension === undefined) return undefined
  if ([one, other].some(({ negative }) => negative !== 'all' in filter)) return undefined
  const side = eitherSides.find(({ columns }) => columns[0] === columnOf(one.dimension) && columns[1] === columnOf(other.dimension))
  const negation = one.name.startsWith(notWord) ? notWord : ''
  return side && { name: `${negation}${side.names[0]}`, text: one.text, negative: one.negative }
}

function columnOf(dimension: BaseDimension | undefined): string | undefined {
  return dimension?.type === 'column' ? dimension.column : undefined
}

function listText({ operator, values }: ListCondition): string {
  if (operator === 'isempty') return values[0] === true ? 'none' : 'any'
  const ids = values.map((value) => String(value).toLowerCase())
  return operator === 'nothas' ? `!= ${setText(ids)}` : setText(ids)
}
