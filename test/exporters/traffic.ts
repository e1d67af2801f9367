// The traffic that the exporter tests send: a fixed mix of flows whose packets and bytes are known exactly.
import { buildFrame, type PacketPlan } from '../lab/packets.ts'

/** Flags of a TCP connection's packets in order: SYN, then data, then FIN. */
const syn = 0x02
const ack = 0x10
const fin = 0x11

/**
 * Discard port of the packets that only push others out: exporters read packets in blocks and show the last ones when
 * a block is full. Tests leave this port out of their sums.
 */
export const fillerPort = 9

interface FlowPlan {
  readonly protocol: PacketPlan['protocol']
  readonly sourcePort: number
  readonly destinationPort: number
  readonly packets: number
  /** IP total length of the n-th packet. */
  readonly length: (packet: number) => number
}

export interface Hop {
  readonly sourceMac: string
  readonly destinationMac: string
  readonly source: string
  readonly destination: string
}

/** What was sent, in IP packets and bytes of IP total length, by transport protocol. */
export interface Truth {
  readonly packets: number
  readonly bytes: number
  readonly byProtocol: Readonly<Record<string, { readonly packets: number; readonly bytes: number }>>
}

export interface Traffic {
  readonly frames: readonly Buffer[]
  readonly truth: Truth
}

/**
 * 26 flows, 6000 packets of 60 to 1420 bytes: web connections, DNS answers, QUIC, ping.
 * The lengths are multiples of 20 around 500, so that the estimate from sampled packets is not ruled by a few large ones.
 */
function flowPlans(): FlowPlan[] {
  const plans: FlowPlan[] = []
  for (let index = 0; index < 8; index++) {
    const port = 40_000 + index
    plans.push({ protocol: 'tcp', sourcePort: port, destinationPort: 443, packets: 250, length: (n) => 300 + 20 * (n % 21) })
    plans.push({ protocol: 'udp', sourcePort: port, destinationPort: 443, packets: 250, length: (n) => 400 + 20 * (n % 16) })
    plans.push({ protocol: 'udp', sourcePort: 53, destinationPort: port, packets: 200, length: (n) => 420 + 20 * (n % 7) })
  }
  plans.push({ protocol: 'icmp', sourcePort: 0, destinationPort: 0, packets: 200, length: () => 84 })
  plans.push({ protocol: 'tcp', sourcePort: 50_000, destinationPort: 22, packets: 200, length: (n) => (n % 2 === 0 ? 60 : 1420) })
  return plans
}

function tcpFlags(packet: number, packets: number): number {
  if (packet === 0) return syn
  return packet === packets - 1 ? fin : ack
}

/** All packets of the mix, the flows interleaved packet by packet as on a busy link. */
export function buildTraffic(hop: Hop): Traffic {
  const flows = flowPlans()
  const longest = Math.max(...flows.map((flow) => flow.packets))
  const frames: Buffer[] = []
  const byProtocol: Record<string, { packets: number; bytes: number }> = {}
  for (let packet = 0; packet < longest; packet++) {
    for (const flow of flows.filter((candidate) => packet < candidate.packets)) {
      const length = flow.length(packet)
      frames.push(buildFrame({ ...hop, ...flow, length, tcpFlags: tcpFlags(packet, flow.packets) }, frames.length))
      const sum = (byProtocol[flow.protocol] ??= { packets: 0, bytes: 0 })
      sum.packets++
      sum.bytes += length
    }
  }
  const bytes = Object.values(byProtocol).reduce((total, sum) => total + sum.bytes, 0)
  return { frames, truth: { packets: frames.length, bytes, byProtocol } }
}

/** Large packets to the discard port. */
export function buildFiller(hop: Hop, packets: number): Buffer[] {
  const plan: PacketPlan = { ...hop, protocol: 'udp', sourcePort: fillerPort, destinationPort: fillerPort, length: 1400, tcpFlags: 0 }
  return Array.from({ length: packets }, (_, index) => buildFrame(plan, index))
}
