// Where the payload of a packet begins.
import type { IpHeaders } from '../../filter/ip-headers.ts'

/**
 * Behind UDP, TCP with its options, or the first 8 bytes of ICMP; −1 where there is none of these, or their header is not
 * whole. It may lie at the end of the packet.
 */
export function payloadPlace({ bytes, protocol, transport, end }: IpHeaders): number {
  if (protocol === 17 || protocol === 136 || protocol === 1 || protocol === 58) return end - transport >= 8 ? transport + 8 : -1
  if (protocol !== 6 || end - transport < 20) return -1
  const header = (bytes[transport + 12] >> 4) * 4
  return header >= 20 && header <= end - transport ? transport + header : -1
}
