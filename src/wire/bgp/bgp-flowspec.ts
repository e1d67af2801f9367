// FlowSpec rules as NLRI (RFC 8955 §4, RFC 8956 §3): components in the order of their types, each with its operands.
//
// NLRI       0 length, one byte below 240, else two with the first four bits set   components
// prefix     0 type   1 length in bits   (IPv6: 2 offset in bits)   pattern
// operands   0 type   then each: operator, value of 1, 2, 4 or 8 bytes; the last one has bit 0x80
import type { FlowSpecMatch, NumberRange } from '../../contract/advertisement.ts'
import { concat, uint } from './bgp-bytes.ts'
import { bytesOf, twoByteLength, type BgpPrefix, type Nlri } from './bgp-nlri.ts'

/** Types of components; 13 is only for IPv6. */
export const componentType = {
  destination: 1,
  source: 2,
  protocol: 3,
  port: 4,
  destinationPort: 5,
  sourcePort: 6,
  icmpType: 7,
  icmpCode: 8,
  tcpFlags: 9,
  packetLength: 10,
  dscp: 11,
  fragment: 12,
  flowLabel: 13,
} as const

/** RFC 8955 §4.2.1.1: the value of the packet is compared with this one. `and` joins it to the operand before. */
export interface NumericOperand {
  readonly and: boolean
  readonly less: boolean
  readonly greater: boolean
  readonly equal: boolean
  readonly value: number
}

/** RFC 8955 §4.2.1.2: `all` asks for all bits of the value instead of any; `not` turns the answer round. */
export interface BitmaskOperand {
  readonly and: boolean
  readonly not: boolean
  readonly all: boolean
  readonly value: number
}

export interface PrefixComponent {
  readonly kind: 'prefix'
  readonly type: number
  readonly prefix: BgpPrefix
  /** Bits at the start that do not count; 0 in IPv4. */
  readonly offset: number
}

export interface NumericComponent {
  readonly kind: 'numeric'
  readonly type: number
  readonly operands: readonly NumericOperand[]
}

export interface BitmaskComponent {
  readonly kind: 'bitmask'
  readonly type: number
  readonly operands: readonly BitmaskOperand[]
}

export type FlowSpecComponent = PrefixComponent | NumericComponent | BitmaskComponent

/** Bits of an operator. */
export const operatorBit = { end: 0x80, and: 0x40, less: 0x04, greater: 0x02, equal: 0x01, not: 0x02, all: 0x01 } as const

/** 12 bits of a length of two bytes count. */
const maxNlri = 4095

/** RFC 8955 §4.2.2.12. `is` is any fragment, which the RFC has as the first one and all others; the last is one of those. */
const fragmentBits = { is: 0x06, first: 0x04, last: 0x08 } as const

/**
 * @param destination of `match.destination`; the family of the rule is its
 * @param source of `match.source`, null when that is left out
 * @throws RangeError for an empty list, a number that its field cannot hold, and a rule that is too long
 */
export function flowSpecNlri(match: FlowSpecMatch, destination: BgpPrefix, source: BgpPrefix | null): Nlri {
  return encodeFlowSpec(flowSpecComponents(match, destination, source))
}

/** @throws RangeError as `flowSpecNlri` does */
export function flowSpecComponents(match: FlowSpecMatch, destination: BgpPrefix, source: BgpPrefix | null): FlowSpecComponent[] {
  if (source !== null && source.family !== destination.family) throw new RangeError('source and destination are of different families')
  const { protocol, source_port, destination_port, icmp_type, icmp_code, tcp_flags, packet_length, dscp, fragment } = match
  return [
    [prefixComponent(componentType.destination, destination)],
    source === null ? [] : [prefixComponent(componentType.source, source)],
    valueComponent(componentType.protocol, protocol, 0xff),
    rangeComponent(componentType.destinationPort, destination_port),
    rangeComponent(componentType.sourcePort, source_port),
    valueComponent(componentType.icmpType, icmp_type, 0xff),
    valueComponent(componentType.icmpCode, icmp_code, 0xff),
    tcp_flags === undefined ? [] : [tcpFlagsComponent(tcp_flags)],
    rangeComponent(componentType.packetLength, packet_length),
    valueComponent(componentType.dscp, dscp, 0x3f),
    fragment === undefined ? [] : [fragmentComponent(fragment)],
  ].flat()
}

function prefixComponent(type: number, prefix: BgpPrefix): PrefixComponent {
  return { kind: 'prefix', type, prefix, offset: 0 }
}

function valueComponent(type: number, values: readonly number[] | undefined, most: number): NumericComponent[] {
  if (values === undefined) return []
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  if (sorted.length === 0 || !sorted.every((value) => isWithin(value, most)))
    throw new RangeError(`FlowSpec component ${type} takes numbers from 0 to ${most}`)
  return [{ kind: 'numeric', type, operands: sorted.map(equals) }]
}

const isWithin = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most

function equals(value: number): NumericOperand {
  return { and: false, less: false, greater: false, equal: true, value }
}

function rangeComponent(type: number, ranges: readonly NumberRange[] | undefined): NumericComponent[] {
  if (ranges === undefined) return []
  const possible = ranges.every(([from, to]) => isWithin(from, 0xffff) && isWithin(to, 0xffff) && from <= to)
  if (ranges.length === 0 || !possible) throw new RangeError(`FlowSpec component ${type} takes ranges from 0 to 65535`)
  return [{ kind: 'numeric', type, operands: mergedRanges(ranges).flatMap(rangeOperands) }]
}

/** In order, and as few as possible: equal sets of numbers become equal bytes. */
function mergedRanges(ranges: readonly NumberRange[]): NumberRange[] {
  const found: [from: number, to: number][] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else found.push([from, to])
  }
  return found
}

function rangeOperands([from, to]: NumberRange): NumericOperand[] {
  if (from === to) return [equals(from)]
  return [
    { and: false, less: false, greater: true, equal: true, value: from },
    { and: true, less: true, greater: false, equal: true, value: to },
  ]
}

function tcpFlagsComponent({ set, unset }: { readonly set: number; readonly unset: number }): BitmaskComponent {
  const possible = isWithin(set, 0xff) && isWithin(unset, 0xff) && (set & unset) === 0 && (set | unset) !== 0
  if (!possible) throw new RangeError('TCP flags are bits from 0 to 255 that are either set or unset, and at least one of them')
  const operands: BitmaskOperand[] = []
  if (set !== 0) operands.push({ and: false, not: false, all: true, value: set })
  if (unset !== 0) operands.push({ and: set !== 0, not: true, all: false, value: unset })
  return { kind: 'bitmask', type: componentType.tcpFlags, operands }
}

function fragmentComponent(fragment: readonly (keyof typeof fragmentBits)[]): BitmaskComponent {
  if (fragment.length === 0) throw new RangeError('an empty list of fragments matches nothing')
  const value = fragment.includes('is') ? fragmentBits.is : fragment.reduce((bits, name) => bits | fragmentBits[name], 0)
  return { kind: 'bitmask', type: componentType.fragment, operands: [{ and: false, not: false, all: false, value }] }
}

/** @throws RangeError for a rule that is too long and for values of more than 32 bits */
export function encodeFlowSpec(components: readonly FlowSpecComponent[]): Nlri {
  const bytes = concat(components.map(encodeComponent))
  if (bytes.length > maxNlri) throw new RangeError(`a FlowSpec rule of ${bytes.length} bytes; ${maxNlri} are possible`)
  return concat([bytes.length < twoByteLength ? uint(bytes.length, 1) : uint(0xf000 | bytes.length, 2), bytes])
}

function encodeComponent(component: FlowSpecComponent): Uint8Array {
  const type = uint(component.type, 1)
  if (component.kind === 'prefix') return concat([type, encodePrefix(component)])
  if (component.kind === 'numeric') return concat([type, ...component.operands.map(encodeNumeric)])
  return concat([type, ...component.operands.map(encodeBitmask)])
}

function encodePrefix({ prefix, offset }: PrefixComponent): Uint8Array {
  const { family, bytes, length } = prefix
  if (family === 4) return concat([uint(length, 1), bytes.subarray(0, bytesOf(length))])
  return concat([uint(length, 1), uint(offset, 1), shiftedLeft(bytes, offset).subarray(0, bytesOf(length - offset))])
}

/** RFC 8956 §3.1: the pattern starts with the first bit that counts. */
function shiftedLeft(bytes: Uint8Array, bits: number): Uint8Array {
  const skipped = bits >> 3
  return bytes.map((_, index) => {
    const at = index + skipped
    return ((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) << (bits & 7)) >> 8
  })
}

function encodeNumeric({ and, less, greater, equal, value }: NumericOperand, index: number, all: readonly unknown[]): Uint8Array {
  const { less: lessBit, greater: greaterBit, equal: equalBit } = operatorBit
  return encodeOperand((less ? lessBit : 0) | (greater ? greaterBit : 0) | (equal ? equalBit : 0), value, join(and, index, all))
}

function encodeBitmask({ and, not, all, value }: BitmaskOperand, index: number, list: readonly unknown[]): Uint8Array {
  return encodeOperand((not ? operatorBit.not : 0) | (all ? operatorBit.all : 0), value, join(and, index, list))
}

function join(and: boolean, index: number, list: readonly unknown[]): number {
  return (and ? operatorBit.and : 0) | (index === list.length - 1 ? operatorBit.end : 0)
}

/** The value has as few bytes as hold it; bits 0x30 of the operator are the exponent of their number. */
function encodeOperand(operator: number, value: number, joined: number): Uint8Array {
  const exponent = value > 0xffff ? 2 : value > 0xff ? 1 : 0
  return concat([uint(joined | (exponent << 4) | operator, 1), uint(value, ([1, 2, 4] as const)[exponent])])
}
