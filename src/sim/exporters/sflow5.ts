// Encodes sFlow version 5 datagrams: flow samples with the packet's header, counter samples of the interfaces.
import type { SimFlow } from '../flow.ts'
import { ByteWriter } from './byte-writer.ts'
import { chunks, largestDatagram, wrap32, type ExporterConfig, type FlowExporter, type Restamp } from './exporter.ts'
import { frameStart, packetLength } from './packet.ts'

// Datagram header with an IPv4 agent, 28 bytes: 0 version, 4 address type, 8 agent, 12 sub-agent, 16 sequence, 20 uptime
// in ms, 24 number of samples. With an IPv6 agent all from the sub-agent on lie 12 bytes later.
// Flow sample: 0 format 1, 4 length, 8 sequence, 12 source, 16 rate, 20 pool, 24 drops, 28 input, 32 output, 36 records.
const flowSample = 1
const counterSample = 2
const rawHeader = 1
const genericCounters = 1
const extendedRouter = 1002
const headerProtocolEthernet = 1
const frameCheckSequence = 4
/** As agents are usually set: headers of 128 bytes. */
const largestHeader = 128
/** Ethernet header and frame check sequence around the IP packet. */
const frameOverhead = 14 + frameCheckSequence
// A sample has at most 40 + 24 + 128 + 32 = 224 bytes; (1452 − 40) / 224 = 6.3.
const samplesPerDatagram = 6
// A counter sample has 20 + 8 + 88 bytes; (1452 − 40) / 116 = 12.2.
const countersPerDatagram = 12

interface InterfaceTotals {
  inBytes: number
  inPackets: number
  outBytes: number
  outPackets: number
  samples: number
}

/** Length of the frame that a flow's sample tells, in bytes. */
export function frameLength(flow: SimFlow): number {
  return packetLength(flow) + frameOverhead
}

/** Each flow becomes one sample: one packet of its mean length. */
export class Sflow5Exporter implements FlowExporter {
  readonly recordsPerDatagram = samplesPerDatagram
  private readonly config: ExporterConfig
  private readonly interfaces = new Map<number, InterfaceTotals>()
  private datagrams = 0
  private announcements = 0

  constructor(config: ExporterConfig) {
    this.config = config
  }

  /** Counter samples of all interfaces that have had traffic. */
  announce(now: number): Buffer[] {
    this.announcements++
    return chunks([...this.interfaces], countersPerDatagram).map((some) => {
      const writer = this.begin(now, some.length)
      for (const [index, totals] of some) this.writeCounters(writer, index, totals)
      return writer.finish()
    })
  }

  encode(flows: readonly SimFlow[], now: number): Buffer[] {
    return chunks(flows, samplesPerDatagram).map((some) => {
      const writer = this.begin(now, some.length)
      for (const flow of some) this.writeSample(writer, flow)
      return writer.finish()
    })
  }

  private begin(now: number, samples: number): ByteWriter {
    const { agent, domain, bootedAt } = this.config
    const writer = new ByteWriter(largestDatagram)
    writer.u32(5)
    writer.u32(agent.length === 4 ? 1 : 2)
    writer.bytes(agent)
    writer.u32(domain)
    writer.u32(wrap32(this.datagrams++))
    writer.u32(wrap32(now - bootedAt))
    writer.u32(samples)
    return writer
  }

  private writeSample(writer: ByteWriter, flow: SimFlow): void {
    const { sampling } = this.config
    const frame = frameLength(flow)
    const source = this.totals(flow.inInterface)
    const target = this.totals(flow.outInterface)
    source.inBytes += frame * sampling
    source.inPackets += sampling
    target.outBytes += frame * sampling
    target.outPackets += sampling
    sized(writer, flowSample, () => {
      writer.u32(wrap32(source.samples++))
      writer.u32(flow.inInterface)
      writer.u32(sampling)
      writer.u32(wrap32(source.samples * sampling))
      writer.u32(0)
      writer.u32(flow.inInterface)
      writer.u32(flow.outInterface)
      writer.u32(2)
      sized(writer, rawHeader, () => writeHeader(writer, flow, frame))
      sized(writer, extendedRouter, () => writeRouter(writer, flow))
    })
  }

  private totals(index: number): InterfaceTotals {
    const known = this.interfaces.get(index)
    if (known) return known
    const fresh = { inBytes: 0, inPackets: 0, outBytes: 0, outPackets: 0, samples: 0 }
    this.interfaces.set(index, fresh)
    return fresh
  }

  /** Generic interface counters: 88 bytes. */
  private writeCounters(writer: ByteWriter, index: number, totals: InterfaceTotals): void {
    sized(writer, counterSample, () => {
      writer.u32(wrap32(this.announcements))
      writer.u32(index)
      writer.u32(1)
      sized(writer, genericCounters, () => {
        writer.u32(index)
        // ifType 6 is Ethernet; 10 Gbit/s, full duplex, up and running.
        writer.u32(6)
        writer.u64(10_000_000_000)
        writer.u32(1)
        writer.u32(3)
        writeDirection(writer, totals.inBytes, totals.inPackets)
        // Unknown protocols are told for the incoming direction only.
        writer.u32(0)
        writeDirection(writer, totals.outBytes, totals.outPackets)
        writer.u32(0)
      })
    })
  }
}

/** Octets, unicast, multicast, broadcast, discards, errors. */
function writeDirection(writer: ByteWriter, bytes: number, packets: number): void {
  writer.u64(bytes)
  writer.u32(wrap32(packets))
  writer.zeros(16)
}

function sized(writer: ByteWriter, format: number, body: () => void): void {
  writer.u32(format)
  writer.u32(0)
  const start = writer.position
  body()
  // Lengths here are far below 65 536: the upper half of the word stays 0.
  writer.patchU16(start - 2, writer.position - start)
}

function writeHeader(writer: ByteWriter, flow: SimFlow, frame: number): void {
  const header = frameStart(flow, largestHeader)
  writer.u32(headerProtocolEthernet)
  writer.u32(frame)
  writer.u32(frameCheckSequence)
  writer.u32(header.length)
  writer.bytes(header)
  writer.pad()
}

function writeRouter(writer: ByteWriter, flow: SimFlow): void {
  writer.u32(flow.nextHop.length === 4 ? 1 : 2)
  writer.bytes(flow.nextHop)
  writer.u32(flow.sourceMask)
  writer.u32(flow.destinationMask)
}

/** For datagrams of flow samples of an IPv4 agent. All samples count on one source, the one with the stamp's domain. */
export const restampSflow5: Restamp = (view, { offset, records }, stamp) => {
  view.setUint32(offset + 12, stamp.domain)
  view.setUint32(offset + 16, wrap32(stamp.datagrams))
  view.setUint32(offset + 20, wrap32(stamp.now - stamp.bootedAt))
  let at = offset + 28
  for (let sample = 0; sample < records; sample++) {
    const sequence = stamp.records + sample
    view.setUint32(at + 8, wrap32(sequence))
    view.setUint32(at + 12, stamp.domain)
    view.setUint32(at + 20, wrap32((sequence + 1) * view.getUint32(at + 16)))
    at += 8 + view.getUint32(at + 4)
  }
}
