// Encodes NetFlow v5 datagrams.
import type { SimFlow } from '../flow.ts'
import { ByteWriter } from './byte-writer.ts'
import { chunks, largestDatagram, shiftU32, wrap32, type ExporterConfig, type FlowExporter, type Restamp } from './exporter.ts'

// Header, 24 bytes: 0 version, 2 count, 4 uptime in ms, 8 seconds, 12 nanoseconds, 16 flow sequence, 20 engine type,
// 21 engine id, 22 sampling mode (2 bits) and interval (14 bits).
const headerLength = 24
// Record, 48 bytes: 0 source, 4 destination, 8 next hop, 12 input, 14 output, 16 packets, 20 bytes, 24 first, 28 last,
// 32 source port, 34 destination port, 37 TCP flags, 38 protocol, 39 ToS, 40 source AS, 42 destination AS,
// 44 source mask, 45 destination mask.
const recordLength = 48
const firstOffset = 24
const lastOffset = 28
// Cisco's limit, which decoders check.
const recordsPerDatagram = 30
/** Sampling mode 1: one packet in `interval`, counted. */
const packetInterval = 1 << 14

export class Netflow5Exporter implements FlowExporter {
  readonly recordsPerDatagram = recordsPerDatagram
  private readonly config: ExporterConfig
  private records = 0

  /** @throws RangeError for a sampling rate that 14 bits cannot tell */
  constructor(config: ExporterConfig) {
    if (config.sampling >= packetInterval) throw new RangeError(`NetFlow v5 cannot tell a sampling rate above ${packetInterval - 1}`)
    this.config = config
  }

  announce(): Buffer[] {
    return []
  }

  encode(flows: readonly SimFlow[], now: number): Buffer[] {
    const known = flows.filter(({ source }) => source.length === 4)
    return chunks(known, recordsPerDatagram).map((some) => this.datagram(some, now))
  }

  private datagram(flows: readonly SimFlow[], now: number): Buffer {
    const { bootedAt, domain, sampling } = this.config
    const writer = new ByteWriter(largestDatagram + recordLength)
    const uptime = now - bootedAt
    writer.u16(5)
    writer.u16(flows.length)
    writer.u32(wrap32(uptime))
    writer.u32(Math.floor(now / 1000))
    writer.u32((now % 1000) * 1_000_000)
    writer.u32(wrap32(this.records))
    writer.u16(domain)
    writer.u16(sampling > 1 ? packetInterval | sampling : 0)
    for (const flow of flows) writeRecord(writer, flow, uptime)
    this.records += flows.length
    return writer.finish()
  }
}

function writeRecord(writer: ByteWriter, flow: SimFlow, uptime: number): void {
  writer.bytes(flow.source)
  writer.bytes(flow.destination)
  writer.bytes(flow.nextHop)
  writer.u16(flow.inInterface)
  writer.u16(flow.outInterface)
  writer.u32(flow.packets)
  writer.u32(flow.bytes)
  writer.u32(wrap32(uptime - flow.age - flow.duration))
  writer.u32(wrap32(uptime - flow.age))
  writer.u16(flow.sourcePort)
  writer.u16(flow.destinationPort)
  writer.u8(0)
  writer.u8(flow.tcpFlags)
  writer.u8(flow.protocol)
  writer.u8(flow.tos)
  // AS numbers of 32 bits are told as AS_TRANS (RFC 6793).
  writer.u16(flow.sourceAs > 65_535 ? 23_456 : flow.sourceAs)
  writer.u16(flow.destinationAs > 65_535 ? 23_456 : flow.destinationAs)
  writer.u8(flow.sourceMask)
  writer.u8(flow.destinationMask)
  writer.u16(0)
}

export const restampNetflow5: Restamp = (view, { offset, records }, stamp) => {
  const uptime = wrap32(stamp.now - stamp.bootedAt)
  const shift = uptime - view.getUint32(offset + 4)
  view.setUint32(offset + 4, uptime)
  view.setUint32(offset + 8, Math.floor(stamp.now / 1000))
  view.setUint32(offset + 12, (stamp.now % 1000) * 1_000_000)
  view.setUint32(offset + 16, wrap32(stamp.records))
  view.setUint16(offset + 20, stamp.domain)
  for (let record = 0; record < records; record++) {
    const at = offset + headerLength + record * recordLength
    shiftU32(view, at + firstOffset, shift)
    shiftU32(view, at + lastOffset, shift)
  }
}
