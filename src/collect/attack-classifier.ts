// Says for each row which attack vector its traffic would be part of: a look into tables made of the vectors' own.
import { attackVectorCode, attackVectors, type AttackVectorRow } from '../contract/attack-vectors.ts'
import type { FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol, tunnel } from '../contract/flow-columns.ts'

const tcp = 6
const udp = 17
const gre = 47
const ipip = 4
/** IPv6 in IPv4: counts with IP-in-IP. */
const sixInFour = 41
const ack = 16
/** The six flags of RFC 793; those of congestion control (RFC 3168) tell nothing here. */
const flagMask = 0x3f
/** `fragment_flags`: more fragments follow. */
const moreFragments = 0x20
const word = 0x1_0000_0000

const fragments = attackVectorCode.ip_fragments
const udpFlood = attackVectorCode.udp_flood
const otherProtocol = attackVectorCode.other_protocol_flood

// contract/attack-vectors.ts has no work at import, and neither has this: the tables are made with the first classifier.
export class AttackClassifier {
  readonly #protocols = new Uint8Array(256).fill(otherProtocol)
  readonly #flags = new Uint8Array(flagMask + 1)
  readonly #ports = new Uint8Array(65_536)
  readonly #leastLength = new Uint16Array(attackVectors.length + 1)
  readonly #peers = new Uint8Array(attackVectors.length + 1)

  constructor() {
    const rows: readonly AttackVectorRow[] = attackVectors
    for (const [index, row] of rows.entries()) this.#add(row, index + 1)
    this.#protocols[sixInFour] = this.#protocols[ipip]
  }

  #add({ protocol, flags = [], ports = [], leastLength = 0, peers }: AttackVectorRow, code: number): void {
    this.#leastLength[code] = leastLength
    this.#peers[code] = peers ? 1 : 0
    if (protocol !== null) this.#protocols[protocol] = code
    for (const [from, to] of ports) this.#ports.fill(code, from, to + 1)
    for (let value = 0; value <= flagMask; value++) {
      const fits = flags.some(([set, clear]) => (value & set) === set && (value & clear) === 0)
      if (fits && this.#flags[value] === 0) this.#flags[value] = code
    }
  }

  /** The vector's code for the flow of a row. */
  code(batch: FlowBatch, row: number): number {
    const { columns } = batch
    const protocol = columns.protocol[row]
    if (columns.fragment_offset[row] !== 0) return fragments
    const first = (columns.fragment_flags[row] & moreFragments) !== 0
    const sflow = columns.export_protocol[row] === exportProtocol.sflow5
    // NetFlow tells the later fragments of a packet by ports that no flow has.
    if (!sflow && (protocol === udp || protocol === tcp) && columns.src_port[row] === 0 && columns.dst_port[row] === 0) return fragments
    if (protocol === udp) {
      const code = this.#udp(batch, row)
      return first && code === udpFlood ? fragments : code
    }
    if (first) return fragments
    if (protocol !== tcp) return this.#protocols[protocol]
    const flags = columns.tcp_flags[row] & flagMask
    // A router that exports no flags would otherwise look like a flood without flags.
    return this.#flags[flags === 0 && !sflow ? ack : flags]
  }

  #udp({ columns }: FlowBatch, row: number): number {
    const code = this.#ports[columns.src_port[row]]
    if (code === 0) return udpFlood
    if (this.#peers[code] !== 0 && this.#ports[columns.dst_port[row]] === code) return udpFlood
    const least = this.#leastLength[code]
    if (least === 0) return code
    const at = row * 2
    const bytes = columns.bytes[at + 1] * word + columns.bytes[at]
    const packets = columns.packets[at + 1] * word + columns.packets[at]
    return bytes >= least * packets ? code : udpFlood
  }

  /** The vector's code for the tunnel around the flow of a row. */
  tunnelCode({ columns }: FlowBatch, row: number): number {
    const kind = columns.tunnel[row]
    if (kind === tunnel.gre) return this.#protocols[gre]
    return kind === tunnel.ipip || kind === tunnel.sixinfour ? this.#protocols[ipip] : udpFlood
  }
}
