// Encodes the rows of an `ids` column as ClickHouse's Array(LowCardinality(FixedString(16))): rules are few, so that an id
// takes two bytes in the segment and not sixteen.
import type { FlowBatch } from '../contract/flow-batch.ts'

/*
 * Native form of such a column, all numbers 64 bits, little-endian:
 *
 *   1 (version of the keys) | rows × number of ids up to the end of the row | and unless there are none:
 *   flags | number of keys | keys, 16 bytes each | number of ids | position of each among the keys, 2 bytes
 *
 * Flags: 1 for positions of 16 bits, 0x200 the keys are here, 0x400 they are all that positions refer to.
 */

export const idBytes = 16
export const positionBytes = 2
const keysVersion = 1
export const idFlags = 1 | 0x200 | 0x400
/** Positions have 16 bits. */
const maxKeys = 65_536

/** Lists in one piece: positions of the ids of list i from ends[i − 1] to before ends[i]. */
interface PlacedLists {
  readonly ends: Uint32Array
  readonly positions: Uint16Array
  readonly keys: Buffer
}

/** @throws RangeError for more than 65 536 different ids */
export function encodeIdLists({ rows, columns, idLists }: FlowBatch): Buffer[] {
  const lists = placeLists(idLists)
  const pairs = columns.rule_ids.subarray(0, rows * 2)
  const ends = rowEnds(lists, pairs)
  const count = ends[ends.length - 2]
  const start = [numbers64(keysVersion), bufferOf(ends)]
  if (count === 0) return start
  const keys = lists.keys.length / idBytes
  return [...start, numbers64(idFlags, keys), lists.keys, numbers64(count), bufferOf(rowPositions(lists, pairs, count))]
}

/** The number of ids up to the end of each row: 64 bits, of which 32 are enough for 64 ids in each of 4 million rows. */
function rowEnds(lists: PlacedLists, pairs: Uint32Array): Uint32Array {
  const { ends } = lists
  const counts = new Uint32Array(pairs.length)
  let count = 0
  for (let at = 0; at < pairs.length; at += 2) {
    const first = pairs[at]
    const second = pairs[at + 1]
    if (first !== 0) count += ends[first] - ends[first - 1]
    if (second !== 0) for (let id = ends[second - 1]; id < ends[second]; id++) if (!has(lists, first, id)) count++
    counts[at] = count
  }
  return counts
}

function rowPositions(lists: PlacedLists, pairs: Uint32Array, count: number): Uint16Array {
  const { ends, positions } = lists
  const out = new Uint16Array(count)
  let to = 0
  for (let at = 0; at < pairs.length; at += 2) {
    const first = pairs[at]
    const second = pairs[at + 1]
    if (first !== 0) for (let id = ends[first - 1]; id < ends[first]; id++) out[to++] = positions[id]
    if (second !== 0) for (let id = ends[second - 1]; id < ends[second]; id++) if (!has(lists, first, id)) out[to++] = positions[id]
  }
  return out
}

/** Whether a list has the id that stands at this place of another. */
function has({ ends, positions }: PlacedLists, list: number, place: number): boolean {
  if (list === 0) return false
  for (let at = ends[list - 1]; at < ends[list]; at++) if (positions[at] === positions[place]) return true
  return false
}

function placeLists(lists: readonly string[]): PlacedLists {
  const known = new Map<string, number>()
  const positions: number[] = []
  const ends = Uint32Array.from(lists, (list) => {
    for (let at = 0; at < list.length; at += idBytes * 2) {
      const id = list.slice(at, at + idBytes * 2)
      const position = known.get(id) ?? known.size
      known.set(id, position)
      positions.push(position)
    }
    return positions.length
  })
  if (known.size > maxKeys) throw new RangeError(`a segment can name ${maxKeys} rules, not ${known.size}`)
  return { ends, positions: Uint16Array.from(positions), keys: Buffer.from([...known.keys()].join(''), 'hex') }
}

function numbers64(...numbers: number[]): Buffer {
  return bufferOf(BigUint64Array.from(numbers, BigInt))
}

function bufferOf(array: Uint16Array | Uint32Array | BigUint64Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength)
}
