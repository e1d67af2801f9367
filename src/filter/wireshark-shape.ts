// What is known of a packet where a condition stands, from the conditions that hold together with it.
import { numberFields, portProtocols, type NumberFieldName, type NumberSpan, type PacketFilter } from '../contract/packet-filter.ts'
import { payloadProtocols } from './byte-condition.ts'

export interface WiresharkShape {
  readonly version: 4 | 6
  /** The outermost IP header and its extension headers among the names of layers, as a regular expression. */
  readonly ip: string
  /** That the packet can have. */
  readonly protocols: readonly number[]
  /** Whether it has been said that the packet carries the only one of them. */
  readonly carried: boolean
  /** That its TCP header can be long. */
  readonly words: readonly number[]
}

const upTo = (most: number) => Array.from({ length: most + 1 }, (_, value) => value)

const ipv6 = 'v6(:ipv6\\.[\\w.]+)*'
/** Of both versions, and of one of them. */
export const ipLayers = { any: `ip(${ipv6})?`, 4: 'ip', 6: `ip${ipv6}` } as const

export const anyShape = { ip: ipLayers.any, protocols: upTo(255), carried: false, words: upTo(numberFields.tcp_header.most) } as const

const headerProtocols: Partial<Record<NumberFieldName, readonly number[]>> = {
  icmp_type: [1, 58],
  icmp_code: [1, 58],
  window: [6],
  tcp_header: [6],
  udp_length: [17],
}

/** With these conditions beside. */
export function narrowed(shape: WiresharkShape, conditions: readonly PacketFilter[]): WiresharkShape {
  return {
    ...shape,
    protocols: shape.protocols.filter((protocol) => conditions.every((condition) => canHave(protocol, condition))),
    words: shape.words.filter((count) =>
      conditions.every((condition) => !isNumber(condition, 'tcp_header') || isIn(count, condition.spans)),
    ),
  }
}

function canHave(protocol: number, condition: PacketFilter): boolean {
  if (isNumber(condition, 'protocol')) return isIn(protocol, condition.spans)
  return protocolsOf(condition)?.includes(protocol) ?? true
}

/** Undefined for a condition that any protocol can meet. */
function protocolsOf(condition: PacketFilter): readonly number[] | undefined {
  if (condition.kind === 'number') return headerProtocols[condition.field]
  if (condition.kind === 'port') return portProtocols
  if (condition.kind === 'tcp_flags') return [6]
  return condition.kind === 'bytes' && condition.base === 'payload' ? payloadProtocols : undefined
}

function isNumber(condition: PacketFilter, field: NumberFieldName): condition is Extract<PacketFilter, { kind: 'number' }> {
  return condition.kind === 'number' && condition.field === field
}

const isIn = (value: number, spans: readonly NumberSpan[]) => spans.some(([from, to]) => value >= from && value <= to)
