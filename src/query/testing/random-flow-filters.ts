// Filters at random, of values that random flows have or nearly have.
import fc from 'fast-check'
import { flowDimensions, type BaseDimension } from '../flow-dimensions.ts'
import type { ComparisonOperator, FlowFilter, ListOperator } from '../flow-filter.ts'
import { columnPools, ruleIds } from './random-flows.ts'

const orders = ['eq', 'neq', 'gt', 'geq', 'lt', 'leq'] as const
const sets = ['in', 'notin'] as const

export interface RandomFilters {
  readonly dimensions: readonly BaseDimension[]
  /** Times that conditions name, seconds since 1970. */
  readonly times: readonly number[]
}

/** All that can stand in a filter. */
export const filterableDimensions: readonly BaseDimension[] = flowDimensions.filter((dimension) => dimension.type !== 'named')

/** Up to three levels of and and or over single conditions. */
export function flowFilters(settings: RandomFilters): fc.Arbitrary<FlowFilter> {
  const leaf = fc.constantFrom(...settings.dimensions).chain((dimension) => conditions(dimension, settings))
  return fc.letrec<{ filter: FlowFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { arbitrary: leaf, weight: 2 },
      { arbitrary: fc.array(tie('filter'), { maxLength: 3 }).map((all) => ({ all })), weight: 1 },
      { arbitrary: fc.array(tie('filter'), { maxLength: 3 }).map((any) => ({ any })), weight: 2 },
    ),
  })).filter
}

function conditions(dimension: BaseDimension, { times }: RandomFilters): fc.Arbitrary<FlowFilter> {
  if (dimension.type === 'time') {
    return valued(fc.constantFrom(...times)).map(({ operator, values }) => ({ time: dimension, operator, values }))
  }
  if (dimension.type === 'column' && dimension.kind === 'ids') {
    const listed = fc.constantFrom<ListOperator>('has', 'nothas', 'hasall', 'hasany')
    return fc.oneof(
      fc.boolean().map((value): FlowFilter => ({ list: dimension, operator: 'isempty', values: [value] })),
      fc
        .tuple(listed, fc.uniqueArray(fc.constantFrom(...ruleIds), { minLength: 1, maxLength: 2 }))
        .map(([operator, values]): FlowFilter => ({ list: dimension, operator, values: operator === 'has' ? values.slice(0, 1) : values })),
    )
  }
  const compared = valued(fc.constantFrom(...valuesOf(dimension))).map(({ operator, values }): FlowFilter => ({
    dimension,
    operator,
    values,
  }))
  const more = special(dimension).map(({ operator, values }): FlowFilter => ({ dimension, operator, values }))
  return fc.oneof({ arbitrary: compared, weight: 2 }, { arbitrary: more, weight: 1 })
}

function valued<Value>(value: fc.Arbitrary<Value>) {
  return fc.oneof(
    fc.record({ operator: fc.constantFrom(...orders), values: value.map((value) => [value]) }),
    fc.record({ operator: fc.constantFrom(...sets), values: fc.array(value, { maxLength: 4 }) }),
  )
}

function valuesOf(dimension: Exclude<BaseDimension, { type: 'time' }>): readonly (string | number)[] {
  if (dimension.type === 'constant') return typeof dimension.value === 'number' ? [dimension.value, dimension.value + 1] : ['', 'x']
  if (dimension.kind === 'protocol') return ['TCP', 'UDP', 'IPv6-ICMP', '200']
  if (dimension.kind === 'tcp_flags') return ['', 'SYN', 'SYN,ACK', 'FIN']
  const pool: readonly (string | number)[] = columnPools[dimension.column as keyof typeof columnPools]
  const shown = pool.map((value) => (dimension.kind === 'code' && value === 'unknown' ? '' : value))
  if (dimension.kind === 'address') return [...shown, '198.51.100.128', '2001:db8::', '10.0.0.0']
  return dimension.kind === 'number' ? [...shown, ...shown.map((value) => Math.max(0, Number(value) - 1))] : shown
}

const prefixes = ['198.51.100.0/24', '203.0.113.9', '0.0.0.0/0', '2001:db8::/32', '::/0', '192.0.2.0/30', '203.0.113.77/24', '::1/128']

interface SpecialTest {
  readonly operator: ComparisonOperator
  readonly values: readonly (string | number)[]
}

/** What only some kinds can be asked. */
function special(dimension: Exclude<BaseDimension, { type: 'time' }>): fc.Arbitrary<SpecialTest> {
  if (dimension.type === 'column' && dimension.kind === 'address') {
    return fc.record({
      operator: fc.constantFrom('incidr' as const, 'notincidr' as const),
      values: fc.uniqueArray(fc.constantFrom(...prefixes), { minLength: 1, maxLength: 3 }),
    })
  }
  if (dimension.type === 'column' && dimension.kind === 'number') {
    return fc.record({ operator: fc.constantFrom('bits' as const, 'notbits' as const), values: fc.constantFrom([2], [18], [1], [128]) })
  }
  const patterns = ['%', '%1%', '_', 'S%', '%:%', '\\%', '', '%n%', 'D_', '(', '%.%']
  return fc.record({
    operator: fc.constantFrom(...(isText(dimension) ? (['like', 'notlike'] as const) : (['eq'] as const))),
    values: isText(dimension) ? fc.constantFrom(...patterns).map((pattern) => [pattern]) : fc.constantFrom([0], [1]),
  })
}

const isText = (dimension: Exclude<BaseDimension, { type: 'time' }>) => dimension.scalar === 'string'
