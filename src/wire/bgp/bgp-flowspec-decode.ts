// FlowSpec rules read from NLRI, and told in words (RFC 8955 §4, RFC 8956 §3).
import { WireError } from '../../contract/wire-errors.ts'
import { readUint } from '../big-endian.ts'
import { Cursor } from '../cursor.ts'
import { BgpError, errorCode, updateSubcode } from './bgp-error.ts'
import {
  componentType,
  operatorBit,
  type BitmaskOperand,
  type FlowSpecComponent,
  type NumericOperand,
  type PrefixComponent,
} from './bgp-flowspec.ts'
import { bytesOf, twoByteLength, type Nlri } from './bgp-nlri.ts'

/**
 * @param nlri with its length
 * @throws BgpError Invalid Network Field for unknown components, a wrong order, and what ends too early
 */
export function decodeFlowSpec(nlri: Nlri, family: 4 | 6): FlowSpecComponent[] {
  try {
    return readComponents(new Cursor().reset(nlri, nlri[0] < twoByteLength ? 1 : 2), family)
  } catch (error) {
    if (error instanceof WireError) throw invalid('a component ends too early')
    throw error
  }
}

const invalid = (detail: string) => new BgpError(errorCode.update, updateSubcode.invalidNetwork, `FlowSpec: ${detail}`)

function readComponents(cursor: Cursor, family: 4 | 6): FlowSpecComponent[] {
  const found: FlowSpecComponent[] = []
  let before = 0
  while (cursor.remaining > 0) {
    const type = cursor.u8()
    if (type <= before) throw invalid('components are not in the order of their types')
    if (type > (family === 4 ? componentType.fragment : componentType.flowLabel)) throw invalid(`component ${type}`)
    found.push(readComponent(cursor, type, family))
    before = type
  }
  if (found.length === 0) throw invalid('no components')
  return found
}

function readComponent(cursor: Cursor, type: number, family: 4 | 6): FlowSpecComponent {
  if (type === componentType.destination || type === componentType.source) return readPrefix(cursor, type, family)
  if (type === componentType.tcpFlags || type === componentType.fragment)
    return { kind: 'bitmask', type, operands: readOperands(cursor, bitmaskOperand) }
  return { kind: 'numeric', type, operands: readOperands(cursor, numericOperand) }
}

function readPrefix(cursor: Cursor, type: number, family: 4 | 6): PrefixComponent {
  const length = cursor.u8()
  const offset = family === 6 ? cursor.u8() : 0
  const possible = length <= (family === 4 ? 32 : 128) && (offset < length || (offset === 0 && length === 0))
  if (!possible) throw invalid(`a prefix from bit ${offset} to ${length}`)
  const bytes = new Uint8Array(family === 4 ? 4 : 16)
  const start = cursor.offset
  cursor.skip(bytesOf(length - offset))
  const pattern = cursor.bytes.subarray(start, cursor.offset)
  for (let bit = offset; bit < length; bit++) {
    const from = bit - offset
    bytes[bit >> 3] |= ((pattern[from >> 3] >> (7 - (from & 7))) & 1) << (7 - (bit & 7))
  }
  return { kind: 'prefix', type, prefix: { family, bytes, length }, offset }
}

/** `and` of the first one has no meaning and counts as unset (RFC 8955 §4.2.1.1). */
function readOperands<T>(cursor: Cursor, make: (operator: number, and: boolean, value: number) => T): T[] {
  const found: T[] = []
  for (;;) {
    const operator = cursor.u8()
    const length = 1 << ((operator >> 4) & 3)
    const at = cursor.offset
    cursor.skip(length)
    found.push(make(operator, found.length > 0 && (operator & operatorBit.and) !== 0, readUint(cursor.bytes, at, length)))
    if ((operator & operatorBit.end) !== 0) return found
  }
}

function numericOperand(operator: number, and: boolean, value: number): NumericOperand {
  const { less, greater, equal } = operatorBit
  return { and, less: (operator & less) !== 0, greater: (operator & greater) !== 0, equal: (operator & equal) !== 0, value }
}

function bitmaskOperand(operator: number, and: boolean, value: number): BitmaskOperand {
  return { and, not: (operator & operatorBit.not) !== 0, all: (operator & operatorBit.all) !== 0, value }
}
