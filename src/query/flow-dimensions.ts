// The dimensions that flows can be grouped, filtered and ordered by: those of the column table and those derived from it.
import { flowColumns, type ColumnKind, type FlowColumn, type FlowColumnName, type GraphqlScalar } from '../contract/flow-columns.ts'
import type { FlowNames } from './flow-names.ts'
import { dimensionKinds, type DimensionKind, type DimensionValue, type KindRules } from './dimension-kinds.ts'

interface Common {
  /** Name in GraphQL, filters and orders. */
  readonly name: string
  /** Not in the original's dataset. */
  readonly extension: boolean
  readonly description: string
}

/** Time received, rounded down to a whole number of `seconds` since 1970 in UTC. */
export interface TimeDimension extends Common {
  readonly type: 'time'
  readonly scalar: 'Time' | 'Date'
  readonly seconds: number
}

export interface ColumnDimension extends Common {
  readonly type: 'column'
  readonly scalar: GraphqlScalar | 'ids'
  readonly column: FlowColumnName
  readonly kind: DimensionKind
}

/** A dimension of the original's dataset that no exporter can fill here: the same value in every flow. */
export interface ConstantDimension extends Common {
  readonly type: 'constant'
  readonly scalar: GraphqlScalar
  readonly value: string | number
}

/** A name for values of other dimensions: flows are grouped and ordered by those, and a filter names them instead. */
export interface NamedDimension extends Common {
  readonly type: 'named'
  readonly scalar: 'string'
  readonly of: readonly ColumnDimension[]
  /** @param values of `of`, printed */
  readonly nameOf: (names: FlowNames, values: readonly DimensionValue[]) => string | undefined
}

/** What flows are grouped and filtered by. */
export type BaseDimension = TimeDimension | ColumnDimension | ConstantDimension
export type FlowDimension = BaseDimension | NamedDimension

const day = 86_400
const timeSteps = [
  ['date', 'Date', day, 'Day'],
  ['datetime', 'Time', 1, 'Second'],
  ['datetimeTenSeconds', 'Time', 10, 'Ten seconds'],
  ['datetimeMinute', 'Time', 60, 'Minute'],
  ['datetimeFiveMinutes', 'Time', 300, 'Five minutes'],
  ['datetimeFifteenMinutes', 'Time', 900, 'Fifteen minutes'],
  ['datetimeHour', 'Time', 3600, 'Hour'],
] as const

const times: readonly TimeDimension[] = timeSteps.map(([name, scalar, seconds, what]) => ({
  type: 'time',
  name,
  scalar,
  seconds,
  extension: false,
  description: `${what} in which the collector received the flow, UTC`,
}))

const derived: readonly (ColumnDimension | ConstantDimension)[] = [
  {
    type: 'column',
    name: 'protocolString',
    scalar: 'string',
    column: 'protocol',
    kind: 'protocol',
    extension: false,
    description: 'IP protocol by its IANA keyword',
  },
  {
    type: 'column',
    name: 'tcpFlagsString',
    scalar: 'string',
    column: 'tcp_flags',
    kind: 'tcp_flags',
    extension: false,
    description: 'TCP flags by name, lowest bit first, with commas',
  },
  {
    type: 'constant',
    name: 'ipToSEncap',
    scalar: 'uint64',
    value: 0,
    extension: false,
    description: 'Type of service of the outer header; not collected, always 0',
  },
  {
    type: 'constant',
    name: 'deviceID',
    scalar: 'string',
    value: '',
    extension: false,
    description: 'WARP device that relayed the flow; there is none here, always empty',
  },
  { type: 'constant', name: 'version', scalar: 'int64', value: 1, extension: false, description: 'Version of the record schema' },
]

const kindOfColumn: Readonly<Record<Exclude<ColumnKind, 'seconds' | 'ms'>, DimensionKind>> = {
  u8: 'number',
  u16: 'number',
  u32: 'number',
  u64: 'number',
  mac: 'mac',
  ip: 'address',
  ascii2: 'country',
  ids: 'ids',
}

function fromColumn(column: FlowColumn): ColumnDimension | undefined {
  if (!column.graphql || column.kind === 'seconds' || column.kind === 'ms') return undefined
  const kind = column.type.startsWith('Enum8') ? (column.type.includes("'unknown'") ? 'code' : 'word') : kindOfColumn[column.kind]
  return {
    type: 'column',
    name: column.graphql.name,
    scalar: kind === 'ids' ? 'ids' : column.graphql.scalar,
    // The rows of flowColumns are typed FlowColumn here, whose name is any string; their names are FlowColumnName.
    column: column.name as FlowColumnName,
    kind,
    extension: column.graphql.extension ?? false,
    description: column.description,
  }
}

/** Times first, then in the order of the column table, then the derived ones. */
const bases: readonly BaseDimension[] = [
  ...times,
  ...flowColumns.map(fromColumn).filter((dimension) => dimension !== undefined),
  ...derived,
]

const columnBases = bases.filter((base) => base.type === 'column')

const nameSources = [
  ['sourceASName', ['sourceAS'], 'Name of the source AS', (names, [number]) => names.as(Number(number))],
  ['destinationASName', ['destinationAS'], 'Name of the destination AS', (names, [number]) => names.as(Number(number))],
  ['routerName', ['routerAddress'], 'Name of the router', (names, [router]) => names.router(String(router))],
  [
    'inputInterfaceName',
    ['routerAddress', 'inputInterface'],
    'Name of the input interface',
    (names, [router, index]) => names.interface(String(router), Number(index)),
  ],
  [
    'outputInterfaceName',
    ['routerAddress', 'outputInterface'],
    'Name of the output interface',
    (names, [router, index]) => names.interface(String(router), Number(index)),
  ],
] as const satisfies readonly (readonly [string, readonly string[], string, NamedDimension['nameOf']])[]

const named: readonly NamedDimension[] = nameSources.map(([name, of, description, nameOf]) => ({
  type: 'named',
  name,
  scalar: 'string',
  of: of.flatMap((name) => columnBases.filter((base) => base.name === name)),
  nameOf,
  extension: true,
  description: `${description} as it is known now, empty where none is; groups are those of ${of.join(' and ')}`,
}))

/** All dimensions; those that are names last. */
export const flowDimensions: readonly FlowDimension[] = [...bases, ...named]

const byName = new Map(flowDimensions.map((dimension) => [dimension.name, dimension]))

/** The dimension of this name. */
export function flowDimension(name: string): FlowDimension | undefined {
  return byName.get(name)
}

/** The rules of a dimension's kind. */
export function kindOf(dimension: ColumnDimension): KindRules {
  return dimensionKinds[dimension.kind]
}

/**
 * SQL that a dimension is grouped by; nothing for one that is the same everywhere.
 * @param second SQL of the time that times are made from, seconds since 1970
 */
export function dimensionKey(dimension: BaseDimension, second = 'toUnixTimestamp(time_received)'): string | undefined {
  if (dimension.type === 'constant') return undefined
  if (dimension.type === 'column') return kindOf(dimension).key(dimension.column)
  return dimension.seconds === 1 ? second : `intDiv(${second}, ${dimension.seconds}) * ${dimension.seconds}`
}

/** A value as it came back from `dimensionKey`, printed. */
export function printDimension(dimension: BaseDimension, key: unknown): DimensionValue {
  if (dimension.type === 'constant') return dimension.value
  return dimension.type === 'time' ? Number(key) : kindOf(dimension).print(key)
}

/** What flows are grouped by for some dimensions, each once. */
export function baseDimensions(dimensions: readonly FlowDimension[]): BaseDimension[] {
  const bases = dimensions.flatMap((dimension): readonly BaseDimension[] => (dimension.type === 'named' ? dimension.of : [dimension]))
  return [...new Set(bases)]
}

/** @param values by the name of the dimension; those of `of` are among them */
export function printName(dimension: NamedDimension, values: Readonly<Record<string, DimensionValue>>, names: FlowNames): string {
  return (
    dimension.nameOf(
      names,
      dimension.of.map(({ name }) => values[name] ?? ''),
    ) ?? ''
  )
}
