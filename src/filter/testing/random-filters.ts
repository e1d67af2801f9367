// Filters for tests, chosen at random, of values that the packets of the tests have too.
import fc from 'fast-check'
import { contents } from './model-packets.ts'
import { filterSides, type NumberFieldName, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'

const prefixes = [
  '192.0.2.0/24',
  '192.0.2.1/32',
  '198.51.100.0/25',
  '203.0.113.9/32',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8::1/128',
  '2001:db8:1::/48',
  '::/0',
]

const portSpans: readonly NumberSpan[] = [
  [53, 53],
  [0, 80],
  [443, 443],
  [1000, 2000],
  [444, 65_535],
  [0, 65_535],
]

const numberSpans: Readonly<Record<NumberFieldName, readonly NumberSpan[]>> = {
  protocol: [
    [6, 6],
    [17, 17],
    [1, 1],
    [58, 58],
    [0, 16],
    [50, 132],
    [0, 255],
  ],
  version: [
    [4, 4],
    [6, 6],
    [4, 6],
  ],
  length: [
    [0, 60],
    [61, 200],
    [500, 65_535],
    [48, 48],
    [0, 39],
    [0, 65_535],
  ],
  ttl: [
    [0, 4],
    [5, 5],
    [64, 255],
    [0, 255],
  ],
  dscp: [
    [46, 46],
    [0, 8],
    [9, 63],
  ],
  icmp_type: [
    [8, 8],
    [0, 3],
    [128, 255],
    [0, 255],
  ],
  icmp_code: [
    [0, 0],
    [1, 255],
  ],
  window: [
    [1024, 1024],
    [1, 65_535],
    [0, 65_535],
  ],
  ip_id: [
    [54_321, 54_321],
    [1, 65_535],
  ],
  dont_fragment: [
    [0, 0],
    [1, 1],
    [0, 1],
  ],
  tcp_header: [
    [5, 5],
    [6, 14],
    [0, 4],
    [0, 15],
  ],
  udp_length: [
    [0, 7],
    [8, 8],
    [20, 65_535],
  ],
}

/** What behind the headers of the packets is, or nearly: another value of a byte, some bits only. */
const bytes: fc.Arbitrary<PacketFilter> = fc
  .record({
    base: fc.constantFrom('payload' as const, 'payload' as const, 'transport' as const),
    header: fc.constantFrom(8, 20),
    content: fc.constantFrom(...contents),
    offset: fc.constantFrom(0, 0, 1, 2, 3, 8, 60, 210),
    length: fc.constantFrom(1, 2, 2, 3, 4, 5, 8, 11, 16),
    mask: fc.constantFrom(null, null, 0xf0, 0x80, 0x5f),
    changed: fc.constantFrom(0, 0, 0, 0, 1),
  })
  .map(({ base, header, content, offset, length, mask, changed }) => {
    const value = Buffer.from(Uint8Array.from({ length }, (_, index) => (content[(offset + index) % content.length] ?? 0) & (mask ?? 255)))
    value[0] = ((value[0] ?? 0) ^ changed) & (mask ?? 255)
    const hex = mask === null ? null : Buffer.alloc(length, mask).toString('hex')
    return { kind: 'bytes', base, offset: offset + (base === 'transport' ? header : 0), value: value.toString('hex'), mask: hex }
  })

/** With the protocol beside them, as people write it. */
const bytesOfProtocol = fc.tuple(fc.constantFrom(6, 17, 17, 1, 58, 47), bytes).map(([protocol, of]): PacketFilter => ({
  kind: 'all',
  of: [{ kind: 'number', field: 'protocol', spans: [[protocol, protocol]] }, of],
}))

const leaf: fc.Arbitrary<PacketFilter> = fc.oneof(
  fc.record({
    kind: fc.constant('address' as const),
    side: fc.constantFrom(...filterSides),
    prefixes: fc.uniqueArray(fc.constantFrom(...prefixes), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('port' as const), side: fc.constantFrom(...filterSides), spans: spansOf(portSpans) }),
  // The keys of an object written out are its own.
  fc
    .constantFrom(...(Object.keys(numberSpans) as NumberFieldName[]))
    .chain((field) => fc.record({ kind: fc.constant('number' as const), field: fc.constant(field), spans: spansOf(numberSpans[field]) })),
  fc
    .tuple(fc.constantFrom(0, 0x02, 0x10, 0x12, 0xff), fc.constantFrom(0, 0x02, 0x10, 0x04))
    .map(([set, unset]): PacketFilter => ({ kind: 'tcp_flags', set, unset: unset & ~set })),
  fc.record({ kind: fc.constant('fragment' as const), part: fc.constantFrom('any' as const, 'first' as const, 'later' as const) }),
)

function spansOf(spans: readonly NumberSpan[]): fc.Arbitrary<NumberSpan[]> {
  return fc.uniqueArray(fc.constantFrom(...spans), { minLength: 1, maxLength: 2 })
}

function negated(filters: fc.Arbitrary<PacketFilter>): fc.Arbitrary<PacketFilter> {
  return filters.map((of) => ({ kind: 'not', of }))
}

function joined(filters: fc.Arbitrary<PacketFilter>): fc.Arbitrary<PacketFilter> {
  return fc.record({ kind: fc.constantFrom('all', 'any'), of: fc.array(filters, { maxLength: 3 }) })
}

/** Up to three levels of and, or, not over single conditions; of bytes only where nothing is negated around them. */
export const randomFilters: fc.Arbitrary<PacketFilter> = fc.letrec<{ filter: PacketFilter; headers: PacketFilter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 3, depthSize: 'small' }, leaf, bytes, bytesOfProtocol, negated(tie('headers')), joined(tie('filter'))),
  headers: fc.oneof({ maxDepth: 2, depthSize: 'small' }, leaf, negated(tie('headers')), joined(tie('headers'))),
})).filter
