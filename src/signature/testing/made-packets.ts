// Packets for tests of signatures: everyday traffic of the simulator, and attacks with the features that a test plants.
import { Traffic } from '../../sim/traffic.ts'
import { frameStart } from '../../sim/exporters/packet.ts'
import { join, u16, u32 } from '../../wire/testing/bytes.ts'
import { SeededRandom } from '../../base/seeded-random.ts'
import type { ListedPacket } from './packet-list.ts'

const ethernetBytes = 14
const keptBytes = 200

/** As long as their headers say, but cut behind 200 bytes. */
export function everydayPackets(count: number, seed: number): ListedPacket[] {
  const traffic = new Traffic({ seed })
  const random = new SeededRandom(seed)
  return Array.from({ length: count }, () => {
    const bytes = frameStart(traffic.next(), ethernetBytes + keptBytes).subarray(ethernetBytes)
    return { bytes: withVariety(Uint8Array.from(bytes), random) }
  })
}

/** The simulator sends zeros as payload and every packet with the same TTL and window. */
function withVariety(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const is4 = bytes[0] >> 4 === 4
  const protocol = bytes[is4 ? 9 : 6]
  bytes[is4 ? 8 : 7] = 40 + random.below(200)
  const transport = is4 ? 20 : 40
  const payload = transport + (protocol === 6 ? 20 : 8)
  if (protocol === 6) bytes.set(u16(random.below(0x1_0000)), transport + 14)
  if (protocol === 6) bytes.set(u32(random.below(0x1_0000_0000), random.below(0x1_0000_0000)), transport + 4)
  random.write(bytes.subarray(payload))
  return bytes
}

export interface MadePacket {
  readonly protocol: number
  readonly transport: Uint8Array
  readonly ttl?: number
  readonly id?: number
  /** Flags and offset as in the header. */
  readonly fragment?: number
}

/** From any source to 203.0.113.10. */
export function madePacket({ protocol, transport, ttl, id, fragment = 0 }: MadePacket, random: SeededRandom): ListedPacket {
  return {
    bytes: join(
      Uint8Array.of(0x45, 0),
      u16(20 + transport.length, id ?? random.below(0x1_0000), fragment),
      Uint8Array.of(ttl ?? 40 + random.below(200), protocol, 0, 0),
      Uint8Array.of(11 + random.below(200), random.below(256), random.below(256), random.below(256), 203, 0, 113, 10),
      transport,
    ),
  }
}

/** @param port 0 for any */
export function udpPacket(ports: readonly [source: number, destination: number], payload: Uint8Array, random: SeededRandom): ListedPacket {
  const [source, destination] = ports.map((port) => (port === 0 ? 1024 + random.below(64_000) : port))
  return madePacket({ protocol: 17, transport: join(u16(source, destination, 8 + payload.length, 0), payload) }, random)
}

export interface MadeTcp {
  readonly flags: number
  readonly window: number
  readonly port: number
}

export function tcpPacket({ flags, window, port }: MadeTcp, random: SeededRandom): ListedPacket {
  const numbers = u32(random.below(0x1_0000_0000), flags === 2 ? 0 : random.below(0x1_0000_0000))
  const transport = join(u16(1024 + random.below(64_000), port), numbers, u16(0x5000 | flags, window, 0, 0))
  return madePacket({ protocol: 6, transport }, random)
}

export function randomBytes(length: number, random: SeededRandom): Uint8Array {
  const bytes = new Uint8Array(length)
  random.write(bytes)
  return bytes
}
