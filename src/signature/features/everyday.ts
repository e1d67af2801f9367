// A built-in picture of everyday traffic: what a signature is kept apart from where no normal traffic was given, or too
// little of it to tell. It only guides the choice of conditions; nothing is ever stated as measured on it.
import { linkType } from '../../wire/packet-tables.ts'
import { PacketFeeder } from '../packet-feeder.ts'
import { SeededRandom } from '../../base/seeded-random.ts'
import { Selection } from './selection.ts'

const udp = 17
const tcp = 6
const flags = { fin: 0x11, syn: 0x02, synAck: 0x12, rst: 0x04, rstAck: 0x14, ack: 0x10, psh: 0x18 } as const

interface EverydayKind {
  /** Of all packets, in thousandths. */
  readonly share: number
  readonly protocol: number
  /** Port of the server; 0 for any. */
  readonly port: number
  /** Whether the packet comes from the server. */
  readonly answer: boolean
  /** Bytes of the IP packet, from and to. */
  readonly length: readonly [number, number]
  readonly flags?: number
  /** 32-bit words of the TCP header that are usual. */
  readonly words?: readonly number[]
  /** How the payload begins, in hex; what follows is random, as it is in encrypted traffic. */
  readonly start?: string
  readonly fragment?: number
}

const opening = [10, 10, 10, 8, 7, 6, 5]
const established = [5, 8, 8, 8]

// After what crosses the border of an access network or a hoster: mostly web and QUIC, DNS, a little of all else. Both
// directions, because nobody knows which of them an edge sees.
// prettier-ignore
const kinds: readonly EverydayKind[] = [
  { share: 230, protocol: tcp, port: 443, answer: true, length: [1300, 1500], flags: flags.ack, words: established },
  { share: 60, protocol: tcp, port: 443, answer: true, length: [60, 1300], flags: flags.psh, words: established, start: '170303' },
  { share: 140, protocol: tcp, port: 443, answer: false, length: [40, 52], flags: flags.ack, words: established },
  { share: 50, protocol: tcp, port: 443, answer: false, length: [60, 700], flags: flags.psh, words: established, start: '170303' },
  { share: 12, protocol: tcp, port: 443, answer: false, length: [52, 60], flags: flags.syn, words: opening },
  { share: 12, protocol: tcp, port: 443, answer: true, length: [52, 60], flags: flags.synAck, words: opening },
  { share: 6, protocol: tcp, port: 80, answer: false, length: [44, 60], flags: flags.syn, words: opening },
  { share: 6, protocol: tcp, port: 80, answer: true, length: [44, 60], flags: flags.synAck, words: opening },
  { share: 8, protocol: tcp, port: 80, answer: false, length: [200, 900], flags: flags.psh, words: established, start: '474554202f' },
  { share: 20, protocol: tcp, port: 80, answer: true, length: [500, 1500], flags: flags.ack, words: established },
  { share: 6, protocol: tcp, port: 80, answer: true, length: [100, 1500], flags: flags.psh, words: established, start: '485454502f312e31' },
  { share: 20, protocol: tcp, port: 22, answer: true, length: [60, 200], flags: flags.psh, words: established },
  { share: 12, protocol: tcp, port: 22, answer: false, length: [40, 160], flags: flags.psh, words: established },
  { share: 20, protocol: tcp, port: 0, answer: true, length: [40, 1500], flags: flags.ack, words: established },
  { share: 15, protocol: tcp, port: 0, answer: false, length: [40, 1500], flags: flags.psh, words: established },
  { share: 5, protocol: tcp, port: 0, answer: false, length: [40, 60], flags: flags.syn, words: opening },
  { share: 10, protocol: tcp, port: 443, answer: false, length: [40, 52], flags: flags.fin, words: established },
  { share: 10, protocol: tcp, port: 443, answer: true, length: [40, 52], flags: flags.fin, words: established },
  { share: 4, protocol: tcp, port: 443, answer: false, length: [40, 40], flags: flags.rst, words: [5] },
  { share: 4, protocol: tcp, port: 0, answer: true, length: [40, 40], flags: flags.rstAck, words: [5] },
  { share: 130, protocol: udp, port: 443, answer: true, length: [1200, 1300], start: '4' },
  { share: 60, protocol: udp, port: 443, answer: false, length: [50, 120], start: '5' },
  { share: 4, protocol: udp, port: 443, answer: false, length: [1228, 1280], start: 'c000000001' },
  { share: 25, protocol: udp, port: 53, answer: true, length: [60, 280], start: '????81800001' },
  { share: 4, protocol: udp, port: 53, answer: true, length: [280, 1300], start: '????81800001' },
  { share: 25, protocol: udp, port: 53, answer: false, length: [56, 100], start: '????01000001' },
  { share: 5, protocol: udp, port: 123, answer: true, length: [76, 76], start: '24' },
  { share: 5, protocol: udp, port: 123, answer: false, length: [76, 76], start: '23' },
  { share: 10, protocol: udp, port: 51_820, answer: true, length: [60, 1480], start: '04000000' },
  { share: 10, protocol: udp, port: 3478, answer: true, length: [60, 400] },
  { share: 30, protocol: udp, port: 0, answer: true, length: [60, 1400] },
  { share: 20, protocol: udp, port: 0, answer: false, length: [40, 1400] },
  { share: 3, protocol: udp, port: 4500, answer: true, length: [100, 1450] },
  { share: 10, protocol: 50, port: 0, answer: true, length: [100, 1450] },
  { share: 4, protocol: 47, port: 0, answer: true, length: [60, 1476] },
  { share: 3, protocol: 1, port: 0, answer: false, length: [60, 84], start: '0800' },
  { share: 3, protocol: 1, port: 0, answer: true, length: [60, 84], start: '0000' },
  { share: 2, protocol: 1, port: 0, answer: true, length: [56, 120], start: '0303????0000000045' },
  { share: 2, protocol: 1, port: 0, answer: true, length: [56, 120], start: '0b00????0000000045' },
  { share: 1, protocol: udp, port: 0, answer: true, length: [1500, 1500], fragment: 0x2000 },
  { share: 1, protocol: udp, port: 0, answer: true, length: [100, 1500], fragment: 0x00b9 },
]

const packets = 10_000
const headerBytes = 20
/** More is not looked at. */
const longestPacket = 160

/** Always the same packets. */
export function everydaySelection(): Selection {
  const selection = new Selection(packets, 1)
  const random = new SeededRandom(99)
  const feeder = new PacketFeeder((packet) => selection.add(packet))
  const total = kinds.reduce((sum, { share }) => sum + share, 0)
  const bytes = new Uint8Array(longestPacket)
  for (const kind of kinds) {
    const count = Math.round((packets * kind.share) / total)
    for (let index = 0; index < count; index++) {
      const wireLength = writePacket(bytes, kind, random)
      const end = Math.min(wireLength, longestPacket)
      feeder.feed({ bytes, start: 0, end, wireLength, link: linkType.raw, sampling: 1 })
    }
  }
  return selection
}

const windows = [64_240, 65_535, 29_200, 501, 502, 512, 1024, 2048, 8192]
const times = [64, 64, 128, 255]

/** IPv4 (RFC 791 §3.1), then TCP, UDP or what else. @returns its length on the wire */
function writePacket(bytes: Uint8Array, kind: EverydayKind, random: SeededRandom): number {
  random.write(bytes)
  const length = kind.length[0] + random.below(kind.length[1] - kind.length[0] + 1)
  bytes[0] = 0x45
  bytes[1] = 0
  put16(bytes, 2, length)
  if (random.below(3) === 0) put16(bytes, 4, 0)
  put16(bytes, 6, kind.fragment ?? 0x4000)
  bytes[8] = pick(times, random) - 3 - random.below(18)
  bytes[9] = kind.protocol
  put16(bytes, headerBytes, kind.answer ? port(kind, random) : client(random))
  put16(bytes, headerBytes + 2, kind.answer ? client(random) : port(kind, random))
  if (kind.protocol === tcp) writeTcp(bytes, kind, random)
  if (kind.protocol === udp) put16(bytes, headerBytes + 4, length - headerBytes)
  if (kind.protocol !== tcp) writeStart(bytes, headerBytes + (kind.protocol === udp ? 8 : 0), kind.start ?? '')
  return length
}

function writeTcp(bytes: Uint8Array, kind: EverydayKind, random: SeededRandom): void {
  const words = pick(kind.words ?? established, random)
  bytes[headerBytes + 12] = words << 4
  bytes[headerBytes + 13] = kind.flags ?? flags.ack
  put16(bytes, headerBytes + 14, random.below(2) === 0 ? pick(windows, random) : random.below(0x1_0000))
  put16(bytes, headerBytes + 18, 0)
  // Nothing to acknowledge yet.
  if (kind.flags === flags.syn) bytes.fill(0, headerBytes + 8, headerBytes + 12)
  // Mostly time stamps behind two of nothing (RFC 7323 §3).
  if (words > 5) writeStart(bytes, headerBytes + 20, words === 8 ? '0101080a' : '020405b4')
  writeStart(bytes, headerBytes + words * 4, kind.start ?? '')
}

/** Hex digits; `?` stays as it is. */
function writeStart(bytes: Uint8Array, start: number, digits: string): void {
  for (let index = 0; index < digits.length; index++) {
    if (digits[index] === '?') continue
    const at = start + (index >> 1)
    const value = Number.parseInt(digits[index] ?? '', 16)
    bytes[at] = index % 2 === 0 ? (value << 4) | (bytes[at] & 0x0f) : (bytes[at] & 0xf0) | value
  }
}

const port = (kind: EverydayKind, random: SeededRandom) => (kind.port === 0 ? 1024 + random.below(64_512) : kind.port)
const client = (random: SeededRandom) => 1024 + random.below(64_512)
const pick = <T>(items: readonly T[], random: SeededRandom): T => items[random.below(items.length)]

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}
