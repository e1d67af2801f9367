// Conditions on bytes: their hex as bytes and as numbers, and the protocols that have a payload.
import type { PacketFilter } from '../contract/packet-filter.ts'

export type ByteCondition = Extract<PacketFilter, { kind: 'bytes' }>

/** Protocols behind whose header bytes of the payload are counted: UDP, TCP. nftables knows no others (Linux 6.18). */
export const payloadProtocols = [17, 6] as const
export type PayloadProtocol = (typeof payloadProtocols)[number]

export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16))
}

/** One past the last byte that is compared, from the base. */
export function endOf({ offset, value }: ByteCondition): number {
  return offset + value.length / 2
}

/**
 * Protocols that packets with a payload can have where these conditions all hold: fewer than both where one of them names
 * the protocol. What is compiled becomes shorter by that, and says the same.
 */
export function payloadProtocolsOf(
  conditions: readonly PacketFilter[],
  among: readonly PayloadProtocol[] = payloadProtocols,
): readonly PayloadProtocol[] {
  return conditions.reduce<readonly PayloadProtocol[]>((left, condition) => {
    if (condition.kind !== 'number' || condition.field !== 'protocol') return left
    return left.filter((protocol) => condition.spans.some(([from, to]) => protocol >= from && protocol <= to))
  }, among)
}
