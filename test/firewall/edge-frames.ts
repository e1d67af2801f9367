// Frames that come to an edge, of any protocol of IPv4 and IPv6, each with a number by which it is known again.
import { parseIpAddress } from '../../src/base/ip-prefix.ts'

const macs = Buffer.from('020000000101020000000102', 'hex')

export interface PacketParts {
  readonly source: string
  readonly destination: string
  readonly protocol: number
  /** Time to live, or hop limit. */
  readonly ttl?: number
  /** Behind the IP header; ports or type and code first. */
  readonly payload: Buffer
}

/** The two ports, and zeros up to the length of a TCP header. */
export function withPorts(source: number, destination: number): Buffer {
  const payload = Buffer.alloc(20)
  payload.writeUInt16BE(source)
  payload.writeUInt16BE(destination, 2)
  payload.writeUInt8(0x50, 12)
  return payload
}

/** An Ethernet frame to the edge's inner interface. @param number identification of IPv4, flow label of IPv6 */
export function edgeFrame({ source, destination, protocol, ttl = 64, payload }: PacketParts, number: number): Buffer {
  const addresses = Buffer.concat([addressBytes(source), addressBytes(destination)])
  if (addresses.length === 8) {
    const header = Buffer.alloc(12)
    header.writeUInt16BE(0x4500)
    header.writeUInt16BE(20 + payload.length, 2)
    header.writeUInt16BE(number, 4)
    header.set([ttl, protocol], 8)
    const bytes = Buffer.concat([header, addresses])
    bytes.writeUInt16BE(checksum(bytes), 10)
    return Buffer.concat([macs, Buffer.from('0800', 'hex'), bytes, payload])
  }
  const header = Buffer.alloc(8)
  header.writeUInt32BE(0x6000_0000 + number)
  header.writeUInt16BE(payload.length, 4)
  header.set([protocol, ttl], 6)
  return Buffer.concat([macs, Buffer.from('86dd', 'hex'), header, addresses, payload])
}

function addressBytes(text: string): Uint8Array {
  const bytes = parseIpAddress(text)
  if (bytes === undefined) throw new Error(`${text} is no address`)
  return bytes
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
