// The original's filter of five fields as a packet filter, and filters that all have to match.
import { formatIpPrefix, parsePrefixOrAddress } from '../base/ip-prefix.ts'
import type { FilterSide, FilterV1, PacketFilter } from '../contract/packet-filter.ts'
import { wholeFault } from './filter-error.ts'

/**
 * The conditions of `filter_v1`; null when it has none. Addresses may be IPv6 and prefixes, which the original lacks.
 * @throws FilterError for text that is no address and for numbers out of range
 */
export function filterOfV1(v1: FilterV1): PacketFilter | null {
  const of = [
    addressFilter('source_address', 'source', v1.source_address),
    addressFilter('destination_address', 'destination', v1.destination_address),
    numberFilter('source_port', v1.source_port, (value) => ({ kind: 'port', side: 'source', spans: [[value, value]] })),
    numberFilter('destination_port', v1.destination_port, (value) => ({ kind: 'port', side: 'destination', spans: [[value, value]] })),
    numberFilter('protocol', v1.protocol, (value) => ({ kind: 'number', field: 'protocol', spans: [[value, value]] })),
  ]
  return joinFilters(...of)
}

/** All of them have to match; null stands for every packet. */
export function joinFilters(...filters: readonly (PacketFilter | null)[]): PacketFilter | null {
  const of = filters.filter((filter) => filter !== null)
  return of.length > 1 ? { kind: 'all', of } : (of[0] ?? null)
}

function addressFilter(name: keyof FilterV1, side: FilterSide, text: string | undefined): PacketFilter | null {
  if (text === undefined) return null
  const parsed = parsePrefixOrAddress(text)
  if (parsed === undefined) throw wholeFault(`filter_v1.${name}: ${JSON.stringify(text.slice(0, 64))} is no address and no prefix`)
  return { kind: 'address', side, prefixes: [formatIpPrefix(parsed.prefix)] }
}

function numberFilter(name: keyof FilterV1, value: number | undefined, make: (value: number) => PacketFilter): PacketFilter | null {
  if (value === undefined) return null
  const most = name === 'protocol' ? 255 : 65_535
  if (Number.isInteger(value) && value >= 0 && value <= most) return make(value)
  throw wholeFault(`filter_v1.${name}: ${value} is not a whole number from 0 to ${most}`)
}
