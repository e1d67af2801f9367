// IP packets for tests, made of the fields that matter to them, with right lengths and checksums unless told otherwise.
import { parseIpAddress } from '../../../base/ip-prefix.ts'
import { join, u16, u32 } from '../../../wire/testing/bytes.ts'
import type { SeededRandom } from '../../../base/seeded-random.ts'

export interface WholePacket {
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  /** Default: two hosts of the Internet. */
  readonly source?: string
  readonly destination?: string
  readonly ttl?: number
  readonly id?: number
  /** Flags and offset as in the IPv4 header. */
  readonly fragment?: number
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly flags?: number
  readonly window?: number
  readonly options?: Uint8Array
  readonly payload?: Uint8Array
  /** Of ICMP. */
  readonly type?: number
  readonly udpLength?: number
  /** In the place of the right one. */
  readonly checksum?: number
}

const numbers = { icmp: 1, tcp: 6, udp: 17 } as const
const checksumAt = { icmp: 2, tcp: 16, udp: 6 } as const
const nothing = new Uint8Array(0)

export function wholePacket(made: WholePacket): Uint8Array<ArrayBuffer> {
  const [source, destination] = [address(made.source ?? '8.8.8.8'), address(made.destination ?? '9.9.9.9')]
  const is6 = source.length === 16
  const number = made.protocol === 'icmp' && is6 ? 58 : numbers[made.protocol]
  const segment = transport(made)
  const pseudo = number === 1 ? nothing : join(source, destination, u32(segment.length, number))
  segment.set(u16(made.checksum ?? checksum(join(pseudo, segment))), checksumAt[made.protocol])
  const ttl = made.ttl ?? 60
  if (is6) return join(u32(0x6000_0000), u16(segment.length), Uint8Array.of(number, ttl), source, destination, segment)
  const start = u16(0x4500, 20 + segment.length, made.id ?? 0, made.fragment ?? 0)
  const header = join(start, Uint8Array.of(ttl, number, 0, 0), source, destination)
  header.set(u16(checksum(header)), 10)
  return join(header, segment)
}

function transport({ protocol, payload = nothing, ...made }: WholePacket): Uint8Array<ArrayBuffer> {
  const ports = u16(made.sourcePort ?? 40_000, made.destinationPort ?? 443)
  if (protocol === 'udp') return join(ports, u16(made.udpLength ?? 8 + payload.length, 0), payload)
  if (protocol === 'icmp') return join(Uint8Array.of(made.type ?? 8, 0), u16(0, 1, 1), payload)
  const options = made.options ?? nothing
  const words = 5 + options.length / 4
  return join(ports, u32(1, 2), Uint8Array.of(words << 4, made.flags ?? 0x18), u16(made.window ?? 501, 0, 0), options, payload)
}

function address(text: string): Uint8Array {
  return parseIpAddress(text) ?? nothing
}

/** RFC 1071; 0 is written as the other zero, which UDP wants and the others take. */
function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff || 0xffff
}

export function randomBytes(length: number, random: SeededRandom): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random.below(256))
}

export const randomAddress = (random: SeededRandom) => randomBytes(4, random).join('.')
