// Conditions on bytes for BPF, by loads of 4, 2 and 1 bytes.
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { BpfLoad, BpfShape } from './bpf-shapes.ts'
import { allTerms, anyTerm, type FilterTerm } from './filter-terms.ts'
import { transportTerm } from './bpf-transport.ts'
import { bytesOfHex, endOf, type ByteCondition } from './byte-condition.ts'
import { leastTcpWords, transportBytes, udpHeaderBytes } from './transport-bytes.ts'

export function bytesTerm(filter: ByteCondition, shape: BpfShape): FilterTerm {
  if (filter.base === 'transport') return allTerms(shape.hasTransport(endOf(filter)), comparison(filter, shape, 0))
  const terms = shape.payload.map((protocol) => (protocol === 17 ? udpTerm(filter, shape) : tcpTerm(filter, shape)))
  return anyTerm(...terms)
}

function udpTerm(filter: ByteCondition, shape: BpfShape): FilterTerm {
  const found = comparison(filter, shape, udpHeaderBytes)
  return transportTerm({ protocols: [17], bytes: udpHeaderBytes + endOf(filter), found }, shape)
}

function tcpTerm(filter: ByteCondition, shape: BpfShape): FilterTerm {
  // Four upper bits that count words are that many bytes two bits further down.
  const bytes = `((${shape.transport(12, 1)} & 0xf0) >> 2)`
  const found = allTerms(
    `${bytes} >= ${leastTcpWords * 4}`,
    shape.hasTransport(`${endOf(filter)} + ${bytes}`),
    comparison(filter, shape, bytes),
  )
  return transportTerm({ protocols: [6], bytes: transportBytes.tcpHeader, found }, shape)
}

/** All bytes, the start of which is so far behind that of the transport header. */
function comparison({ offset, value, mask }: ByteCondition, shape: BpfShape, start: number | string): FilterTerm {
  const wanted = bytesOfHex(value)
  const bits = mask === null ? new Uint8Array(wanted.length).fill(0xff) : bytesOfHex(mask)
  const terms: FilterTerm[] = []
  for (let at = 0; at < wanted.length;) {
    const length = loadOf(wanted.length - at)
    const place = typeof start === 'number' ? start + offset + at : `${offset + at} + ${start}`
    terms.push(loadTerm(shape.transport(place, length), numberOf(wanted, at, length), { length, mask: numberOf(bits, at, length) }))
    at += length
  }
  return allTerms(...terms)
}

const loadOf = (left: number): BpfLoad => (left >= 4 ? 4 : left >= 2 ? 2 : 1)

function numberOf(bytes: Uint8Array, at: number, length: BpfLoad): number {
  return bytes.subarray(at, at + length).reduce((sum, byte) => sum * 256 + byte, 0)
}

function loadTerm(load: string, value: number, { length, mask }: { readonly length: BpfLoad; readonly mask: number }): FilterTerm {
  if (mask === 0) return true
  return mask === 256 ** length - 1 ? `${load} = ${hex(value)}` : `(${load} & ${hex(mask)}) = ${hex(value)}`
}

const hex = (value: number) => `0x${value.toString(16)}`

/** How far behind the transport header a filter looks for bytes; 0 when it does not. */
export function byteReach(filter: PacketFilter): number {
  if (filter.kind === 'bytes') return endOf(filter) + (filter.base === 'payload' ? udpHeaderBytes : 0)
  if (filter.kind === 'not') return byteReach(filter.of)
  return 'of' in filter ? Math.max(0, ...filter.of.map(byteReach)) : 0
}
