// The test of a condition on bytes: finds the base in the packet and compares, without allocating anything.
import { bytesOfHex, endOf, type ByteCondition } from './byte-condition.ts'
import type { IpHeaders } from './ip-headers.ts'
import { leastTcpWords, transportBytes, udpHeaderBytes } from './transport-bytes.ts'

export function byteTest(filter: ByteCondition): (headers: IpHeaders) => boolean {
  const { offset, base } = filter
  const end = endOf(filter)
  const same = comparison(bytesOfHex(filter.value), filter.mask === null ? null : bytesOfHex(filter.mask))
  const start = base === 'transport' ? (headers: IpHeaders) => headers.transport : payloadStart
  return (headers) => {
    const from = start(headers)
    return from >= 0 && headers.end - from >= end && same(headers.bytes, from + offset)
  }
}

/** −1 without a payload. A TCP header that says to be shorter than any can be has none. */
function payloadStart({ bytes, protocol, transport, end }: IpHeaders): number {
  if (protocol === 17) return transport + udpHeaderBytes
  if (protocol !== 6 || end - transport < transportBytes.tcpHeader) return -1
  const words = bytes[transport + 12] >> 4
  return words < leastTcpWords ? -1 : transport + words * 4
}

/** Whether the bytes at a place, all of which are there, are the wanted ones. */
function comparison(value: Uint8Array, mask: Uint8Array | null): (bytes: Uint8Array, at: number) => boolean {
  if (mask === null) {
    return (bytes, at) => {
      for (let index = 0; index < value.length; index++) if (bytes[at + index] !== value[index]) return false
      return true
    }
  }
  return (bytes, at) => {
    for (let index = 0; index < value.length; index++) if ((bytes[at + index] & mask[index]) !== value[index]) return false
    return true
  }
}
