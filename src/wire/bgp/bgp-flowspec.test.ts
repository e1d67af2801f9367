// FlowSpec rules: the examples of RFC 8955 and RFC 8956, which packets a rule means, canonical bytes, and what is refused.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlowSpecMatch, NumberRange } from '../../contract/advertisement.ts'
import { anyFlowSpec, prefix4, prefix6 } from '../testing/bgp.ts'
import { hex, join } from '../testing/bytes.ts'
import { nlriText } from './bgp-describe.ts'
import { BgpError } from './bgp-error.ts'
import { decodeFlowSpec } from './bgp-flowspec-decode.ts'
import {
  componentType,
  encodeFlowSpec,
  flowSpecNlri,
  type BitmaskOperand,
  type FlowSpecComponent,
  type NumericOperand,
} from './bgp-flowspec.ts'
import { splitNlri } from './bgp-nlri.ts'

const destination = '192.0.2.0/24'
const net = prefix4('c0000200', 24)
const nlriOf = (match: Omit<FlowSpecMatch, 'destination'>) => flowSpecNlri({ destination, ...match }, net, null)

describe('examples of the RFCs', () => {
  it.each([
    [
      'packets to 192.0.2.0/24 and TCP port 25',
      4,
      '0b 01 18 c0 00 02 03 81 06 04 81 19',
      'destination 192.0.2.0/24, protocol = 6, port = 25',
    ],
    [
      'packets to 192.0.2.0/24 from 203/8 and port 137 to 139 or 8080',
      4,
      '10 01 18 c0 00 02 02 08 cb 04 03 89 45 8b 91 1f 90',
      'destination 192.0.2.0/24, source 203.0.0.0/8, port >= 137 and <= 139 or = 8080',
    ],
    [
      'packets to 192.0.2.1/32 that may not be fragmented or are a first fragment',
      4,
      '09 01 20 c0 00 02 01 0c 80 05',
      'destination 192.0.2.1/32, fragment any of do not fragment+first',
    ],
    [
      'packets from ::1234:5678:9a00:0/64-104 to 2001:db8::/32 with upper-layer protocol TCP',
      6,
      '12 01 20 00 20 01 0d b8 02 68 40 12 34 56 78 9a 03 81 06',
      'destination 2001:db8::/32, source ::1234:5678:9a00:0/104 from bit 64, protocol = 6',
    ],
    [
      'packets from ::1234:5678:9a00:0/65-104 to 2001:db8::/32',
      6,
      '0f 01 20 00 20 01 0d b8 02 68 41 24 68 ac f1 34',
      'destination 2001:db8::/32, source ::1234:5678:9a00:0/104 from bit 65',
    ],
  ] as const)('%s', (_name, family, bytes, text) => {
    const nlri = hex(bytes)
    expect(nlriText(nlri, family === 4 ? 'ipv4-flowspec' : 'ipv6-flowspec')).toBe(text)
    expect(encodeFlowSpec(decodeFlowSpec(nlri, family))).toEqual(nlri)
  })
})

describe('bytes of a match', () => {
  it.each([
    ['nothing else', {}, ''],
    ['protocols in order, each once', { protocol: [17, 6, 17] }, '03 01 06 81 11'],
    ['a port', { source_port: [[53, 53]] }, '06 81 35'],
    ['a port of two bytes', { destination_port: [[8080, 8080]] }, '05 91 1f90'],
    ['the first port that needs two', { destination_port: [[256, 256]] }, '05 91 0100'],
    ['the last one that does not', { destination_port: [[255, 255]] }, '05 81 ff'],
    ['a range', { destination_port: [[0, 1023]] }, '05 03 00 d5 03ff'],
    [
      'ranges that meet and overlap',
      {
        source_port: [
          [20, 30],
          [1, 5],
          [6, 6],
          [25, 40],
          [22, 23],
        ],
      },
      '06 03 01 45 06 03 14 c5 28',
    ],
    ['ICMP', { icmp_type: [8], icmp_code: [0] }, '07 81 08 08 81 00'],
    ['SYN without ACK', { tcp_flags: { set: 2, unset: 16 } }, '09 01 02 c2 10'],
    ['SYN', { tcp_flags: { set: 2, unset: 0 } }, '09 81 02'],
    ['no flags at all', { tcp_flags: { set: 0, unset: 255 } }, '09 82 ff'],
    ['lengths', { packet_length: [[1000, 1500]] }, '0a 13 03e8 d5 05dc'],
    ['DSCP', { dscp: [46] }, '0b 81 2e'],
    ['fragments', { fragment: ['is'] }, '0c 80 06'],
    ['fragments, whichever are named beside them', { fragment: ['last', 'is', 'first'] }, '0c 80 06'],
    ['first and last fragments', { fragment: ['last', 'first'] }, '0c 80 0c'],
  ] as const)('%s', (_name, match, components) => {
    const bytes = hex(`01 18 c00002 ${components}`)
    expect(nlriOf(match)).toEqual(Uint8Array.from([bytes.length, ...bytes]))
  })

  it('has its components in the order of their types', () => {
    const match = {
      destination,
      fragment: ['first'],
      dscp: [0],
      packet_length: [[64, 64]],
      tcp_flags: { set: 1, unset: 0 },
      icmp_code: [1],
    } as const
    const others = { icmp_type: [3], source_port: [[1, 1]], destination_port: [[2, 2]], protocol: [6], source: '10.0.0.0/8' } as const
    const nlri = flowSpecNlri({ ...match, ...others }, net, prefix4('0a000000', 8))
    expect(decodeFlowSpec(nlri, 4).map(({ type }) => type)).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('is the same for the same set of numbers', () => {
    const port = fc.nat(300)
    const ranges = fc.array(
      fc.tuple(port, port).map(([a, b]): NumberRange => [Math.min(a, b), Math.max(a, b)]),
      { minLength: 1, maxLength: 6 },
    )
    const property = fc.property(ranges, (ranges) => {
      const single = ranges.flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, index): NumberRange => [from + index, from + index]),
      )
      expect(nlriOf({ source_port: ranges })).toEqual(nlriOf({ source_port: single.toReversed() }))
    })
    fc.assert(property, { numRuns: 200 })
  })

  it('has an offset in IPv6', () => {
    expect(flowSpecNlri({ destination: '2001:db8::/32', protocol: [58] }, prefix6('20010db8', 32), null)).toEqual(
      hex('0a 01 20 00 20010db8 03 81 3a'),
    )
    const nlri = flowSpecNlri({ destination: '::/0', source: '2001:db8::/33' }, prefix6('', 0), prefix6('20010db880', 33))
    expect(nlri).toEqual(hex('0b 01 00 00 02 21 00 20010db880'))
  })

  it('has a length of two bytes from 240 on', () => {
    // 5 bytes of destination, 6 when it is longer than 24 bits, 1 of a type, 3 for each port.
    const ports = (count: number) => Array.from({ length: count }, (_, index) => [1000 + 2 * index, 1000 + 2 * index] as const)
    const rule = (count: number) => nlriOf({ source_port: ports(count) })
    expect(rule(77).subarray(0, 2)).toEqual(hex('ed 01'))
    expect(rule(78).subarray(0, 3)).toEqual(hex('f0f0 01'))
    expect(rule(1363).subarray(0, 3)).toEqual(hex('ffff 01'))
    expect(() => flowSpecNlri({ destination, source_port: ports(1363) }, prefix4('c0000200', 25), null)).toThrow(RangeError)
    for (const count of [77, 78, 1363]) {
      expect(decodeFlowSpec(rule(count), 4)).toHaveLength(2)
      expect(splitNlri(join(rule(count), rule(1)), 'ipv4-flowspec')).toEqual([rule(count), rule(1)])
    }
  })

  it.each([
    ['an empty list', { protocol: [] }],
    ['an empty list of ranges', { source_port: [] }],
    ['an empty list of fragments', { fragment: [] }],
    ['a protocol above 255', { protocol: [256] }],
    ['a DSCP above 63', { dscp: [64] }],
    ['a negative port', { source_port: [[-1, 5]] }],
    ['a port above 65535', { destination_port: [[1, 65_536]] }],
    ['a range from right to left', { packet_length: [[10, 9]] }],
    ['half a byte', { icmp_type: [1.5] }],
    ['no number', { icmp_code: [Number.NaN] }],
    ['no flags', { tcp_flags: { set: 0, unset: 0 } }],
    ['a flag that is set and unset', { tcp_flags: { set: 3, unset: 2 } }],
    ['flags above 255', { tcp_flags: { set: 256, unset: 0 } }],
  ] as const)('refuses %s', (_name, match) => {
    expect(() => nlriOf(match as Omit<FlowSpecMatch, 'destination'>)).toThrow(RangeError)
  })

  it('refuses a source of another family', () => {
    expect(() => flowSpecNlri({ destination, source: '::/0' }, net, prefix6('', 0))).toThrow(RangeError)
  })
})

interface Packet {
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
  readonly flags: number
  readonly length: number
  readonly dscp: number
  readonly fragment: 'no' | 'first' | 'middle' | 'last'
}

/** As the contract words it. */
function isMeant(match: Omit<FlowSpecMatch, 'destination'>, packet: Packet): boolean {
  const within = (ranges: readonly NumberRange[] | undefined, value: number) =>
    ranges === undefined || ranges.some(([from, to]) => from <= value && value <= to)
  const { set, unset } = match.tcp_flags ?? { set: 0, unset: 0 }
  const isFragment = (kind: 'is' | 'first' | 'last') => (kind === 'is' ? packet.fragment !== 'no' : packet.fragment === kind)
  return (
    (match.protocol?.includes(packet.protocol) ?? true) &&
    (match.dscp?.includes(packet.dscp) ?? true) &&
    within(match.source_port, packet.sourcePort) &&
    within(match.destination_port, packet.destinationPort) &&
    within(match.packet_length, packet.length) &&
    (packet.flags & set) === set &&
    (packet.flags & unset) === 0 &&
    (match.fragment?.some(isFragment) ?? true)
  )
}

/** Bits that a packet has by RFC 8955 §4.2.2.12. */
const fragmentOf = { no: 0, first: 0x04, middle: 0x02, last: 0x0a } as const

/** As a router reads the rule: RFC 8955 §4.2.1. */
function isMatched(components: readonly FlowSpecComponent[], packet: Packet): boolean {
  const values: Readonly<Record<number, number>> = {
    [componentType.protocol]: packet.protocol,
    [componentType.sourcePort]: packet.sourcePort,
    [componentType.destinationPort]: packet.destinationPort,
    [componentType.tcpFlags]: packet.flags,
    [componentType.packetLength]: packet.length,
    [componentType.dscp]: packet.dscp,
    [componentType.fragment]: fragmentOf[packet.fragment],
  }
  return components.every((component) => {
    const value = values[component.type]
    if (component.kind === 'prefix') return true
    if (component.kind === 'numeric') return anyOf(component.operands, (operand) => isNumber(operand, value))
    return anyOf(component.operands, (operand) => isBits(operand, value))
  })
}

/** Operands that are joined by `and` bind before those that are not. */
function anyOf<T extends { readonly and: boolean }>(operands: readonly T[], holds: (operand: T) => boolean): boolean {
  let any = false
  let all = true
  for (const [index, operand] of operands.entries()) {
    if (index > 0 && !operand.and) {
      any ||= all
      all = true
    }
    all &&= holds(operand)
  }
  return any || all
}

function isNumber({ less, greater, equal, value }: NumericOperand, data: number): boolean {
  return (less && data < value) || (greater && data > value) || (equal && data === value)
}

function isBits({ not, all, value }: BitmaskOperand, data: number): boolean {
  return (all ? (data & value) === value : (data & value) !== 0) !== not
}

describe('what a rule means', () => {
  // Small numbers, so that packets are met as often as missed.
  const small = fc.nat(3)
  const ranges = fc.array(
    fc.tuple(small, small).map(([a, b]): NumberRange => [Math.min(a, b), Math.max(a, b)]),
    { minLength: 1, maxLength: 3 },
  )
  const flags = fc.tuple(fc.nat(7), fc.nat(7)).map(([set, unset]) => ({ set, unset: unset & ~set }))
  const fields = fc.record({
    protocol: fc.array(small, { minLength: 1, maxLength: 3 }),
    source_port: ranges,
    destination_port: ranges,
    tcp_flags: flags.filter(({ set, unset }) => (set | unset) !== 0),
    packet_length: ranges,
    dscp: fc.array(small, { minLength: 1, maxLength: 3 }),
    fragment: fc.subarray(['is', 'first', 'last'] as const, { minLength: 1 }),
  })
  const names = ['protocol', 'source_port', 'destination_port', 'tcp_flags', 'packet_length', 'dscp', 'fragment'] as const
  const matches = fc
    .tuple(fields, fc.subarray([...names], { maxLength: 3 }))
    .map(([all, chosen]): Partial<typeof all> => Object.fromEntries(chosen.map((name) => [name, all[name]])))
  const packets = fc.record({
    protocol: small,
    sourcePort: small,
    destinationPort: small,
    flags: fc.nat(7),
    length: small,
    dscp: small,
    fragment: fc.constantFrom('no' as const, 'first' as const, 'middle' as const, 'last' as const),
  })

  it('is for a router what it is for the contract', () => {
    const found = { met: 0, missed: 0 }
    const property = fc.property(matches, fc.array(packets, { minLength: 10, maxLength: 10 }), (match, packets) => {
      const components = decodeFlowSpec(nlriOf(match), 4)
      for (const packet of packets) {
        const meant = isMeant(match, packet)
        expect(isMatched(components, packet)).toBe(meant)
        found[meant ? 'met' : 'missed']++
      }
    })
    fc.assert(property, { numRuns: 1000, seed: 8955 })
    expect(Math.min(found.met, found.missed)).toBeGreaterThan(1000)
  })
})

describe('rules of others', () => {
  it.each([4, 6] as const)('come back as they were in IPv%i', (family) => {
    const property = fc.property(anyFlowSpec(family), (components) => {
      expect(decodeFlowSpec(encodeFlowSpec(components), family)).toEqual(components)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('ignore the first `and` and reserved bits, and may have values of eight bytes', () => {
    expect(decodeFlowSpec(hex('0b 04 f9 0000000000000007'), 4)).toEqual([
      { kind: 'numeric', type: 4, operands: [{ and: false, less: false, greater: false, equal: true, value: 7 }] },
    ])
  })

  it.each([
    ['has no components', 4, '00'],
    ['has an unknown component', 4, '03 0e 81 01'],
    ['has component 0', 4, '03 00 81 01'],
    ['has a flow label in IPv4', 4, '03 0d 81 01'],
    ['has components in a wrong order', 4, '06 05 81 01 03 81 06'],
    ['has a component twice', 4, '06 03 81 01 03 81 06'],
    ['has a prefix of 33 bits', 4, '07 01 21 0a00000000'],
    ['has a prefix of 129 bits', 6, `14 01 81 00 ${'00'.repeat(17)}`],
    ['has a prefix that starts behind its end', 6, '03 01 20 21'],
    ['has a prefix of no bits', 6, '03 01 20 20'],
    ['has a prefix that ends too early', 4, '04 01 18 c000'],
    ['ends in an operator', 4, '01 03'],
    ['ends in a value', 4, '03 05 91 1f'],
    ['ends without the bit that ends a list', 4, '03 03 01 06'],
  ] as const)('are refused when one %s', (_name, family, bytes) => {
    expect(() => decodeFlowSpec(hex(bytes), family)).toThrow(BgpError)
  })

  it('refuses to write values of more than 32 bits', () => {
    const operand = { and: false, less: false, greater: false, equal: true, value: 2 ** 32 }
    expect(() => encodeFlowSpec([{ kind: 'numeric', type: 13, operands: [operand] }])).toThrow(RangeError)
  })
})
