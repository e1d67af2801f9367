// Parts the packets of an attack by vector, as the table of attack vectors tells them, and says what defines each.
import { attackVectors, type AttackVectorName, type AttackVectorRow } from '../../contract/attack-vectors.ts'
import type { NumberSpan } from '../../contract/packet-filter.ts'
import { fragmentKinds, type Selection } from '../features/selection.ts'
import { commonProtocol } from './byte-candidates.ts'
import { Population } from './population.ts'
import { rowTest, type Condition } from './row-test.ts'

export interface Vector {
  readonly row: AttackVectorRow & { readonly name: AttackVectorName }
  readonly population: Population
  /** What all of them, or nearly all, have in common by the table. */
  readonly definition: readonly Condition[]
}

/** Nearly all, for a narrower definition. */
const nearlyAll = 0.98

/** The largest first. */
export function vectorsOf(population: Population): Vector[] {
  const rows = new Map<number, number[]>()
  for (const row of population.rows) {
    const index = vectorIndex(population.selection, row)
    const list = rows.get(index)
    if (list === undefined) rows.set(index, [row])
    else list.push(row)
  }
  const found = Array.from(rows, ([index, list]) => vectorOf(index, new Population(population.selection, Int32Array.from(list))))
  return found.toSorted((one, other) => other.population.weight - one.population.weight)
}

/** The first row of the table that fits; its last one fits all. */
function vectorIndex(selection: Selection, row: number): number {
  const index = attackVectors.findIndex((vector) => isOf(vector, selection, row))
  return index < 0 ? attackVectors.length - 1 : index
}

function isOf(vector: AttackVectorRow, selection: Selection, row: number): boolean {
  const { columns } = selection
  if (vector.fragment) return fragmentKinds[columns.fragment[row]] !== 'none' && !isAmplified(selection, row)
  if (vector.protocol !== null && columns.protocol[row] !== vector.protocol) return false
  if (vector.flags !== undefined) return vector.flags.some(([set, clear]) => hasFlags(columns.flags[row], set, clear))
  return vector.ports === undefined || hasPorts(vector, selection, row)
}

/** A first fragment that belongs to an amplification. */
function isAmplified(selection: Selection, row: number): boolean {
  const isFirst = fragmentKinds[selection.columns.fragment[row]] === 'first'
  return isFirst && selection.columns.protocol[row] === 17 && amplifications.some((vector) => hasPorts(vector, selection, row))
}

const amplifications: readonly AttackVectorRow[] = attackVectors.filter((vector: AttackVectorRow) => vector.ports !== undefined)

function hasFlags(flags: number, set: number, clear: number): boolean {
  return flags >= 0 && (flags & set) === set && (flags & clear) === 0
}

function hasPorts({ ports = [], leastLength = 0, peers }: AttackVectorRow, { columns }: Selection, row: number): boolean {
  const isAmong = (port: number) => ports.some(([from, to]) => port >= from && port <= to)
  const isPeer = peers === true && isAmong(columns.destination_port[row])
  return isAmong(columns.source_port[row]) && !isPeer && columns.length[row] >= leastLength
}

function vectorOf(index: number, population: Population): Vector {
  const row: AttackVectorRow & { readonly name: AttackVectorName } = attackVectors[index]
  const protocol = row.protocol ?? commonProtocol(population)
  const definition: Condition[] = []
  if (protocol !== undefined) definition.push({ kind: 'number', field: 'protocol', spans: [[protocol, protocol]] })
  if (row.fragment) definition.push(fragmentPart(population))
  if (row.ports !== undefined) definition.push({ kind: 'port', side: 'source', spans: [narrowest(population, row.ports)] })
  const [set, unset] = commonest(row.flags ?? [], population)
  if ((set | unset) !== 0) definition.push({ kind: 'tcp_flags', set, unset })
  return { row, population, definition }
}

function share(population: Population, condition: Condition): number {
  return population.where(rowTest(condition, population.selection)).weight / population.weight
}

function fragmentPart(population: Population): Condition {
  const later: Condition = { kind: 'fragment', part: 'later' }
  return share(population, later) >= nearlyAll ? later : { kind: 'fragment', part: 'any' }
}

/** One of the spans of ports, and of that one port, if nearly all come from it. */
function narrowest(population: Population, spans: readonly NumberSpan[]): NumberSpan {
  const ports = spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index): NumberSpan => [from + index, from + index]))
  const fits = [...ports, ...spans].find((span) => share(population, { kind: 'port', side: 'source', spans: [span] }) >= nearlyAll)
  return fits ?? [Math.min(...spans.map(([from]) => from)), Math.max(...spans.map(([, to]) => to))]
}

/** Of several pairs of flags the one that most packets have. */
function commonest(pairs: readonly (readonly [number, number])[], population: Population): readonly [set: number, unset: number] {
  const shares = pairs.map((pair) => ({ pair, share: share(population, { kind: 'tcp_flags', set: pair[0], unset: pair[1] }) }))
  return shares.toSorted((one, other) => other.share - one.share)[0]?.pair ?? [0, 0]
}
