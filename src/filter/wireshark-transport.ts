// How Wireshark names what transport headers say. `#1` is the first layer of a kind: with what `carriesTerm` says, the one behind
// the outermost IP header.
import type { FilterSide, NumberFieldName, NumberSpan, PacketFilter } from '../contract/packet-filter.ts'
import { numberFields, portProtocols } from '../contract/packet-filter.ts'
import { allTerms, anyTerm, type FilterTerm } from './filter-terms.ts'
import { valuesTerm } from './wireshark-headers.ts'
import type { WiresharkShape } from './wireshark-shape.ts'

export interface WiresharkProtocol {
  /** Its layer. */
  readonly name: string
  /** What its ports are named after; null without ports. */
  readonly ports: string | null
}

export const wiresharkProtocols: ReadonlyMap<number, WiresharkProtocol> = new Map([
  [1, { name: 'icmp', ports: null }],
  [6, { name: 'tcp', ports: 'tcp' }],
  [17, { name: 'udp', ports: 'udp' }],
  [33, { name: 'dccp', ports: 'dccp' }],
  [47, { name: 'gre', ports: null }],
  [50, { name: 'esp', ports: null }],
  [58, { name: 'icmpv6', ports: null }],
  [132, { name: 'sctp', ports: 'sctp' }],
  [136, { name: 'udplite', ports: 'udp' }],
])

/** The packet itself carries this protocol, not a packet that it holds: it is next to the first IP header. Later fragments carry none. */
export function carriesTerm(protocol: number, { ip }: WiresharkShape): FilterTerm {
  const name = wiresharkProtocols.get(protocol)?.name
  return name !== undefined && `frame.protocols matches r"^((?!\\bip(v6)?\\b).)*\\b${ip}:${name}\\b"`
}

/** Something about the header of a protocol, in packets that carry it. */
export function carriedTerm(protocol: number, shape: WiresharkShape, term: FilterTerm): FilterTerm {
  return shape.protocols.includes(protocol) && allTerms(shape.carried || carriesTerm(protocol, shape), term)
}

export function portTerm(side: FilterSide, spans: readonly NumberSpan[], shape: WiresharkShape): FilterTerm {
  const ends = { source: ['srcport'], destination: ['dstport'], either: ['srcport', 'dstport'] }[side]
  const terms = portProtocols.map((protocol) => {
    const prefix = wiresharkProtocols.get(protocol)?.ports
    return carriedTerm(protocol, shape, anyTerm(...ends.map((end) => valuesTerm(`${prefix}.${end}#1`, spans, 65_535))))
  })
  return anyTerm(...terms)
}

/** Of the bytes: Wireshark shows no flags and no window where the length of the header is wrong. */
export function flagsTerm({ set, unset }: Extract<PacketFilter, { kind: 'tcp_flags' }>, shape: WiresharkShape): FilterTerm {
  if ((set & unset) !== 0) return false
  const mask = set | unset
  const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`
  return carriedTerm(6, shape, allTerms(mask === 0 || `tcp#1[13] & ${hex(mask)} == ${hex(set)}`, 'tcp#1[15]'))
}

const fields: Partial<Record<NumberFieldName, readonly (readonly [protocol: number, field: string])[]>> = {
  icmp_type: [
    [1, 'icmp.type#1'],
    [58, 'icmpv6.type#1'],
  ],
  icmp_code: [
    [1, 'icmp.code#1'],
    [58, 'icmpv6.code#1'],
  ],
  udp_length: [[17, 'udp.length#1']],
}

export function transportNumberTerm(field: NumberFieldName, spans: readonly NumberSpan[], shape: WiresharkShape): FilterTerm {
  if (field === 'window') return carriedTerm(6, shape, windowTerm(spans))
  // Told in bytes.
  if (field === 'tcp_header')
    return carriedTerm(
      6,
      shape,
      valuesTerm(
        'tcp.hdr_len#1',
        spans.map(([from, to]) => [from * 4, to * 4]),
        60,
      ),
    )
  const terms = fields[field]?.map(([protocol, name]) => carriedTerm(protocol, shape, valuesTerm(name, spans, numberFields[field].most)))
  return anyTerm(...(terms ?? []))
}

function windowTerm(spans: readonly NumberSpan[]): FilterTerm {
  const slice = 'tcp#1[14:2]'
  const hex = (value: number) => colonHex(value.toString(16).padStart(4, '0'))
  return anyTerm(
    ...spans.map(([from, to]) =>
      from === to ? `${slice} == ${hex(from)}` : allTerms(`${slice} >= ${hex(from)}`, `${slice} <= ${hex(to)}`),
    ),
  )
}

/** `8180` as Wireshark writes bytes: `81:80`, and one byte with 0x. */
export function colonHex(hex: string): string {
  return hex.length === 2 ? `0x${hex}` : hex.replaceAll(/..(?!$)/g, '$&:')
}
