// Filters of the page: which dimensions can be filtered by, and how chips become a filter of the dataset.
import type { FlowFilter } from '../api/flow-groups.ts'

/** Dimensions that top lists show and filters take, with the kind of value they hold. */
export const dimensions = {
  sourceAddress: 'address',
  destinationAddress: 'address',
  protocol: 'protocol',
  sourcePort: 'port',
  destinationPort: 'port',
  direction: 'direction',
  sourceAS: 'as',
  destinationAS: 'as',
  sourceCountry: 'country',
  destinationCountry: 'country',
  routerAddress: 'router',
  inputInterface: 'interface',
  outputInterface: 'interface',
  ruleIDs: 'rule',
} as const

export type Dimension = keyof typeof dimensions
export type DimensionKind = (typeof dimensions)[Dimension]
export const dimensionNames = Object.keys(dimensions) as Dimension[]

/** One chip: a dimension is, or is not, a value. */
export interface FlowCondition {
  readonly dimension: Dimension
  readonly value: string
  readonly exclude: boolean
}

const numeric: ReadonlySet<DimensionKind> = new Set(['protocol', 'port', 'as', 'interface'])
const greatest: Partial<Record<DimensionKind, number>> = { protocol: 255, port: 65_535, as: 4_294_967_295, interface: 4_294_967_295 }

function isDimension(name: string): name is Dimension {
  return Object.hasOwn(dimensions, name)
}

/** Whether the text can be a value of the dimension. Addresses are judged by the server. */
export function isValue(dimension: Dimension, value: string): boolean {
  const kind = dimensions[dimension]
  if (kind === 'rule') return /^[0-9a-f]{32}$/.test(value)
  if (!numeric.has(kind)) return value.length <= 64
  return /^\d{1,10}$/.test(value) && Number(value) <= (greatest[kind] ?? 0)
}

/** `sourceAddress:192.0.2.1` as it stands in the URL; undefined for what is no condition. */
export function parseCondition(text: string, exclude: boolean): FlowCondition | undefined {
  const colon = text.indexOf(':')
  const dimension = text.slice(0, colon)
  const value = text.slice(colon + 1)
  return colon > 0 && isDimension(dimension) && isValue(dimension, value) ? { dimension, value, exclude } : undefined
}

export function conditionText(condition: FlowCondition): string {
  return `${condition.dimension}:${condition.value}`
}

export function sameCondition(a: FlowCondition, b: FlowCondition): boolean {
  return a.dimension === b.dimension && a.value === b.value
}

/** The conditions with one more; one about the same value is replaced, so that "is" and "is not" never meet. */
export function withCondition(conditions: readonly FlowCondition[], added: FlowCondition): FlowCondition[] {
  return [...conditions.filter((condition) => !sameCondition(condition, added)), added]
}

/** Several values of a dimension are alternatives, several dimensions must all match. */
export function conditionFilter(conditions: readonly FlowCondition[]): FlowFilter {
  const lists: Record<string, (string | number)[]> = {}
  const without: FlowFilter[] = []
  for (const { dimension, value, exclude } of conditions) {
    // A flow has a list of rules: it is asked whether it has one, not whether it is one.
    if (dimension === 'ruleIDs') {
      if (exclude) without.push({ ruleIDs_nothas: value })
      else (lists['ruleIDs_hasany'] ??= []).push(value)
      continue
    }
    const list = (lists[`${dimension}_${exclude ? 'notin' : 'in'}`] ??= [])
    list.push(numeric.has(dimensions[dimension]) ? Number(value) : value)
  }
  return without.length === 0 ? lists : { ...lists, AND: without }
}

/** The value of a dimension when the conditions ask for exactly one. */
export function onlyValue(conditions: readonly FlowCondition[], dimension: Dimension): string | undefined {
  const values = conditions.filter((condition) => condition.dimension === dimension && !condition.exclude)
  return values.length === 1 ? values[0]?.value : undefined
}
