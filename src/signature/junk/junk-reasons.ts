// What can be wrong with one packet: a bit each, and how it is told.
import type { JunkKind } from '../../contract/signature.ts'

interface JunkReason {
  readonly kind: JunkKind
  readonly bit: number
  readonly text: string
}

/** Kinds that are seen on a packet by itself. What is told of a kind are its rows, each with its own share. */
// One row a line: this is a table to be read down its columns.
// prettier-ignore
export const junkReasons = {
  random: { kind: 'random_payload', bit: 1 << 0, text: 'random bytes' },
  oneByte: { kind: 'constant_payload', bit: 1 << 1, text: 'one byte again and again' },
  ipChecksum: { kind: 'checksum', bit: 1 << 2, text: 'of the IPv4 header' },
  tcpChecksum: { kind: 'checksum', bit: 1 << 3, text: 'of TCP' },
  udpChecksum: { kind: 'checksum', bit: 1 << 4, text: 'of UDP' },
  icmpChecksum: { kind: 'checksum', bit: 1 << 5, text: 'of ICMP' },
  noFlags: { kind: 'impossible_flags', bit: 1 << 6, text: 'no flag at all' },
  synFin: { kind: 'impossible_flags', bit: 1 << 7, text: 'SYN with FIN' },
  synRst: { kind: 'impossible_flags', bit: 1 << 8, text: 'SYN with RST' },
  allFlags: { kind: 'impossible_flags', bit: 1 << 9, text: 'all flags' },
  noAck: { kind: 'impossible_flags', bit: 1 << 10, text: 'FIN, PSH or URG without ACK' },
  bogon: { kind: 'bogon_sources', bit: 1 << 11, text: 'sources that nobody has' },
  udpLength: { kind: 'malformed', bit: 1 << 12, text: 'a UDP length that is not that of the IP packet' },
  tcpHeader: { kind: 'malformed', bit: 1 << 13, text: 'a TCP header that does not fit into the packet' },
  tcpOptions: { kind: 'malformed', bit: 1 << 14, text: 'broken TCP options' },
  zeroPort: { kind: 'malformed', bit: 1 << 15, text: 'port 0' },
  land: { kind: 'malformed', bit: 1 << 16, text: 'their destination as source' },
} as const satisfies Record<string, JunkReason>

export const reasonList: readonly JunkReason[] = Object.values(junkReasons)

/** What a packet could be looked at for. */
export const looked = {
  /** At least `randomLeast` bytes of payload. */
  payload: 1 << 0,
  /** At least `constantLeast` bytes of payload. */
  constant: 1 << 1,
  /** Whole, and no fragment. */
  checksum: 1 << 2,
  tcp: 1 << 3,
  /** A checksum that the host has left to its network card. */
  unfinished: 1 << 4,
} as const

/** Bytes: 64 half bytes are 4 for each value, the least that a chi-square test takes. */
export const randomLeast = 32
/** Bytes: shorter ones are the same by chance, or are all that a request has. */
export const constantLeast = 8
