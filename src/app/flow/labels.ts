// Names beside the numbers and addresses of a key: of ASes, routers, interfaces, rules and protocols.
import type { FlowColumnName } from '../../contract/flow-columns.ts'
import type { DimensionValue } from '../../query/dimension-kinds.ts'
import type { ColumnDimension, FlowDimension } from '../../query/flow-dimensions.ts'
import type { FlowFilter } from '../../query/flow-filter.ts'
import type { FlowNames } from '../../query/flow-names.ts'
import { protocolNames } from '../../query/protocol-names.ts'
import { canonicalAddress } from '../router/address.ts'

/** @param router canonical address of the router that the value is about, if there is one */
type Labeller = (names: FlowNames, value: DimensionValue, router: string | undefined) => string | undefined

const as: Labeller = (names, value) => names.as(Number(value))
const interfaceOf: Labeller = (names, value, router) => (router === undefined ? undefined : names.interface(router, Number(value)))

const labellers: Partial<Readonly<Record<FlowColumnName, Labeller>>> = {
  src_as: as,
  dst_as: as,
  router: (names, value) => names.router(String(value)),
  in_if: interfaceOf,
  out_if: interfaceOf,
  rule_ids: (names, value) => ruleNames(names, value),
  protocol: (_names, value) => protocolNames[Number(value)] || undefined,
}

function ruleNames(names: FlowNames, value: DimensionValue): string | undefined {
  const known = (Array.isArray(value) ? value : [value]).map((id) => names.rule(String(id))).filter((name) => name !== undefined)
  return known.length === 0 ? undefined : known.join(', ')
}

// protocolString is a name itself.
const labellerOf = (dimension: FlowDimension) =>
  dimension.type === 'column' && dimension.kind !== 'protocol' ? labellers[dimension.column] : undefined

/** Whether values of a dimension may have a name. */
export function isLabelled(dimension: FlowDimension): boolean {
  return labellerOf(dimension) !== undefined
}

/**
 * The names that are known, by the name of the dimension.
 * @param filter of the question: where it holds one router only, interfaces are that router's
 */
export function labelsOf(
  key: ReadonlyMap<FlowDimension, DimensionValue>,
  names: FlowNames,
  filterRouter: string | undefined,
): Record<string, string> {
  const router = [...key].find(([dimension]) => isRouter(dimension))?.[1] ?? filterRouter
  const labels: Record<string, string> = {}
  for (const [dimension, value] of key) {
    const label = labellerOf(dimension)?.(names, value, router === undefined ? undefined : String(router))
    if (label !== undefined) labels[dimension.name] = label
  }
  return labels
}

const isRouter = (dimension: FlowDimension): dimension is ColumnDimension => dimension.type === 'column' && dimension.column === 'router'

/** The only router that flows of a filter can come from; undefined where it lets several through. */
export function onlyRouter(filter: FlowFilter): string | undefined {
  if ('all' in filter) return filter.all.map(onlyRouter).find((router) => router !== undefined)
  if (!('dimension' in filter) || !isRouter(filter.dimension)) return undefined
  const isOne = filter.values.length === 1 && (filter.operator === 'eq' || filter.operator === 'in')
  return isOne ? canonicalAddress(String(filter.values[0])) : undefined
}
