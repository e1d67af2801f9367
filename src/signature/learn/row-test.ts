// Conditions of a filter as tests of the rows of a selection. They say the same as packetTest says of the packets.
import { parseIpPrefix } from '../../base/ip-prefix.ts'
import type { NumberSpan, PacketFilter } from '../../contract/packet-filter.ts'
import { bytesOfHex } from '../../filter/byte-condition.ts'
import { addressBytes, fragmentKinds, keptBytes, type FeatureName, type Selection } from '../features/selection.ts'

/** What the learner puts into a conjunction: no destination, and nothing negated. */
export type Condition = Exclude<PacketFilter, { kind: 'all' | 'any' | 'not' }>

export type RowTest = (row: number) => boolean

export function allRowTest(conditions: readonly Condition[], selection: Selection): RowTest {
  const tests = conditions.map((condition) => rowTest(condition, selection))
  return (row) => {
    for (const test of tests) if (!test(row)) return false
    return true
  }
}

export function rowTest(condition: Condition, selection: Selection): RowTest {
  const { columns } = selection
  if (condition.kind === 'number') return spansTest(columns[condition.field], condition.spans)
  if (condition.kind === 'port') return spansTest(columns[portFeature(condition.side)], condition.spans)
  if (condition.kind === 'tcp_flags') return flagsTest(columns.flags, condition.set, condition.unset)
  if (condition.kind === 'fragment') return fragmentTest(columns.fragment, condition.part)
  if (condition.kind === 'bytes') return bytesTest(condition, selection)
  return prefixesTest(condition.prefixes, selection)
}

function portFeature(side: 'source' | 'destination' | 'either'): FeatureName {
  return side === 'source' ? 'source_port' : 'destination_port'
}

function spansTest(column: Int32Array, spans: readonly NumberSpan[]): RowTest {
  const [only] = spans
  if (spans.length === 1 && only !== undefined) {
    const [from, to] = only
    return (row) => column[row] >= from && column[row] <= to
  }
  const has = new Uint8Array(0x1_0000)
  for (const [from, to] of spans) has.fill(1, from, to + 1)
  return (row) => column[row] >= 0 && has[column[row]] === 1
}

function flagsTest(column: Int32Array, set: number, unset: number): RowTest {
  return (row) => column[row] >= 0 && (column[row] & set) === set && (column[row] & unset) === 0
}

function fragmentTest(column: Int32Array, part: 'any' | 'first' | 'later'): RowTest {
  if (part === 'any') return (row) => column[row] !== 0
  const kind = fragmentKinds.indexOf(part)
  return (row) => column[row] === kind
}

function bytesTest({ base, offset, value, mask }: Extract<Condition, { kind: 'bytes' }>, selection: Selection): RowTest {
  const { bytes, kept, payload } = selection
  const wanted = bytesOfHex(value)
  const masks = mask === null ? wanted.map(() => 0xff) : bytesOfHex(mask)
  return (row) => {
    const start = base === 'transport' ? offset : payload[row] + offset
    if ((base === 'payload' && payload[row] < 0) || start + wanted.length > kept[row]) return false
    const at = row * keptBytes + start
    for (let index = 0; index < wanted.length; index++) if ((bytes[at + index] & masks[index]) !== wanted[index]) return false
    return true
  }
}

/** Of sources: destinations are never learnt. */
function prefixesTest(prefixes: readonly string[], { columns, sources }: Selection): RowTest {
  const read = prefixes.flatMap((text) => parseIpPrefix(text)?.prefix ?? [])
  return (row) => {
    const at = row * addressBytes
    return read.some(({ family, bytes, length }) => {
      if (columns.version[row] !== family) return false
      for (let bit = 0; bit < length; bit += 8) {
        const mask = length - bit >= 8 ? 0xff : (0xff00 >> (length - bit)) & 0xff
        if ((sources[at + bit / 8] & mask) !== bytes[bit / 8]) return false
      }
      return true
    })
  }
}
