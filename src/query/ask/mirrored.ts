// A question seen the other way round: source and destination, input and output exchanged.
import { direction, flowColumn, type FlowColumnName } from '../../contract/flow-columns.ts'
import type { BaseDimension, ColumnDimension, ConstantDimension } from '../flow-dimensions.ts'
import type { FlowFilter } from '../flow-filter.ts'

/** Columns that stand for each other in the packets that go back. A column that is not listed stands for itself. */
const pairs: readonly (readonly [FlowColumnName, FlowColumnName])[] = [
  ['src_addr', 'dst_addr'],
  ['src_port', 'dst_port'],
  ['src_as', 'dst_as'],
  ['src_country', 'dst_country'],
  ['src_mask', 'dst_mask'],
  ['src_vlan', 'dst_vlan'],
  ['src_mac', 'dst_mac'],
  ['in_if', 'out_if'],
  ['nat_src_addr', 'nat_dst_addr'],
  ['nat_src_port', 'nat_dst_port'],
  ['tunnel_src', 'tunnel_dst'],
]

const mirrorOf: ReadonlyMap<FlowColumnName, FlowColumnName> = new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))

const mirroredColumn = (column: FlowColumnName) => mirrorOf.get(column) ?? column

/** What comes in goes out on its way back. */
const directionMirror = new Map([
  ['inbound', 'outbound'],
  ['outbound', 'inbound'],
])

/** The dimension that holds in the packets that go back what this one holds in those that go. */
export function mirroredDimension<T extends BaseDimension>(dimension: T): T {
  return dimension.type === 'column' ? { ...dimension, column: mirroredColumn(dimension.column) } : dimension
}

/** SQL of the key of a dimension in the packets that go back, where it is more than the key of the mirrored column. */
export function mirroredKey(dimension: BaseDimension): string | undefined {
  if (dimension.type !== 'column' || dimension.column !== 'direction') return undefined
  const { inbound, outbound } = direction
  return `CAST(transform(CAST(direction, 'Int8'), [${inbound}, ${outbound}], [${outbound}, ${inbound}]), '${enumType()}')`
}

// The type stands in a text, so its quotes are doubled.
const enumType = () => flowColumn.direction.type.replaceAll("'", "''")

/** The filter that holds for the packets that go back where this one holds for those that go. */
export function mirroredFilter(filter: FlowFilter): FlowFilter {
  if ('all' in filter) return { all: filter.all.map(mirroredFilter) }
  if ('any' in filter) return { any: filter.any.map(mirroredFilter) }
  if (!('dimension' in filter)) return filter
  const { dimension } = filter
  if (dimension.type === 'column' && dimension.column === 'direction') return mirroredDirection(filter, dimension)
  return { ...filter, dimension: mirroredDimension(dimension) }
}

type Comparison = Extract<FlowFilter, { dimension: ColumnDimension | ConstantDimension }>

/** Words of the direction as they print: the unknown one is empty. */
const directionWords = Object.keys(direction).map((word) => (word === 'unknown' ? '' : word))

/** Other operators than equality order or match the words: which words pass is found out here. */
function mirroredDirection(filter: Comparison, dimension: ColumnDimension): FlowFilter {
  const passed = directionWords.filter((word) => wordPasses(word, filter))
  return { dimension, operator: 'in', values: passed.map((word) => directionMirror.get(word) ?? word) }
}

function wordPasses(word: string, { operator, values }: Comparison): boolean {
  const texts = values.map(String)
  const [text = ''] = texts
  switch (operator) {
    case 'eq':
    case 'in':
      return texts.includes(word)
    case 'neq':
    case 'notin':
      return !texts.includes(word)
    case 'gt':
      return word > text
    case 'geq':
      return word >= text
    case 'lt':
      return word < text
    case 'leq':
      return word <= text
    case 'like':
      return likeMatches(word, text)
    case 'notlike':
      return !likeMatches(word, text)
    default:
      // Bits and prefixes are refused for words when the filter itself becomes SQL, which comes first.
      return false
  }
}

/** `%` stands for any characters, `_` for one, as in SQL. */
function likeMatches(word: string, pattern: string): boolean {
  // Longer ones cannot match: so what is searched for is short, as the words are.
  return pattern.replaceAll('%', '').length <= word.length && matchesFrom(word, pattern.replaceAll(/%+/g, '%'))
}

function matchesFrom(word: string, pattern: string): boolean {
  if (pattern === '') return word === ''
  const [first, rest] = [pattern[0], pattern.slice(1)]
  if (first === '%') return matchesFrom(word, rest) || (word !== '' && matchesFrom(word.slice(1), pattern))
  return word !== '' && (first === '_' || first === word[0]) && matchesFrom(word.slice(1), rest)
}
