// Encodes IPFIX messages (RFC 7011): templates for both families, a selector as options data, flow records.
import type { SimFlow } from '../flow.ts'
import { ByteWriter } from './byte-writer.ts'
import { chunks, largestDatagram, wrap32, type ExporterConfig, type FlowExporter, type Restamp } from './exporter.ts'
import { fieldOffset, flowTimes, ipfixFields, recordLength, type TemplateField } from './template-fields.ts'

// Message header, 16 bytes (§3.1): 0 version, 2 length, 4 export time in s, 8 sequence of data records, 12 observation domain.
const headerLength = 16
/** Set id and length (§3.3.2). */
const setHeaderLength = 4

interface Template {
  readonly id: number
  readonly fields: readonly TemplateField[]
  readonly length: number
  readonly recordsPerDatagram: number
}

function template(id: number, family: 4 | 6): Template {
  const fields = ipfixFields(family)
  const length = recordLength(fields)
  return { id, fields, length, recordsPerDatagram: Math.floor((largestDatagram - headerLength - setHeaderLength) / length) }
}

const ipv4 = template(256, 4)
const ipv6 = template(257, 6)
const selectorTemplate = 258
const observationDomainId = 149
const selectorAlgorithm = 304
const samplingPacketInterval = 305
const samplingPacketSpace = 306
/** Systematic count-based sampling (RFC 5477 §8.2.1): `interval` packets are taken, `space` packets left. */
const systematicCountBased = 1

export class IpfixExporter implements FlowExporter {
  readonly recordsPerDatagram = ipv4.recordsPerDatagram
  private readonly config: ExporterConfig
  private records = 0

  constructor(config: ExporterConfig) {
    this.config = config
  }

  announce(now: number): Buffer[] {
    const sampled = this.config.sampling > 1
    const message = this.message(now, sampled ? 1 : 0, (writer) => {
      writeTemplates(writer)
      if (sampled) writeSelector(writer, this.config)
    })
    return [message]
  }

  encode(flows: readonly SimFlow[], now: number): Buffer[] {
    return [ipv4, ipv6].flatMap((template) => {
      const length = template === ipv4 ? 4 : 16
      const own = flows.filter(({ source }) => source.length === length)
      return chunks(own, template.recordsPerDatagram).map((some) => this.data(template, some, now))
    })
  }

  private data(template: Template, flows: readonly SimFlow[], now: number): Buffer {
    return this.message(now, flows.length, (writer) =>
      set(writer, template.id, () => {
        for (const flow of flows) {
          const times = flowTimes(flow, now, this.config.bootedAt)
          for (const field of template.fields) field.write(writer, flow, times)
        }
      }),
    )
  }

  private message(now: number, records: number, body: (writer: ByteWriter) => void): Buffer {
    const writer = new ByteWriter(largestDatagram)
    writer.u16(10)
    writer.u16(0)
    writer.u32(Math.floor(now / 1000))
    writer.u32(wrap32(this.records))
    writer.u32(this.config.domain)
    body(writer)
    writer.patchU16(2, writer.position)
    this.records += records
    return writer.finish()
  }
}

/** Writes a set with its length. Not padded: the next set may begin anywhere (§3.3.1). */
function set(writer: ByteWriter, id: number, body: () => void): void {
  const start = writer.position
  writer.u16(id)
  writer.u16(0)
  body()
  writer.patchU16(start + 2, writer.position - start)
}

function writeTemplates(writer: ByteWriter): void {
  set(writer, 2, () => {
    for (const { id, fields } of [ipv4, ipv6]) {
      writer.u16(id)
      writer.u16(fields.length)
      for (const { element, length } of fields) {
        writer.u16(element)
        writer.u16(length)
      }
    }
  })
}

function writeSelector(writer: ByteWriter, { domain, sampling }: ExporterConfig): void {
  const options = [selectorAlgorithm, 2, samplingPacketInterval, 4, samplingPacketSpace, 4]
  set(writer, 3, () => {
    // Fields in all and, of them, scope fields (§3.4.2.2).
    for (const value of [selectorTemplate, 4, 1, observationDomainId, 4, ...options]) writer.u16(value)
  })
  set(writer, selectorTemplate, () => {
    writer.u32(domain)
    writer.u16(systematicCountBased)
    writer.u32(1)
    writer.u32(sampling - 1)
  })
}

const startOffset = fieldOffset(ipv4.fields, 152)
const endOffset = fieldOffset(ipv4.fields, 153)

/** For messages of templates and of IPv4 records. Record times move by whole seconds, like the export time. */
export const restampIpfix: Restamp = (view, { offset, records }, stamp) => {
  const seconds = Math.floor(stamp.now / 1000)
  const shift = (seconds - view.getUint32(offset + 4)) * 1000
  view.setUint32(offset + 4, seconds)
  view.setUint32(offset + 8, wrap32(stamp.records))
  view.setUint32(offset + 12, stamp.domain)
  if (shift === 0) return
  for (let record = 0; record < records; record++) {
    const at = offset + headerLength + setHeaderLength + record * ipv4.length
    shiftU64(view, at + startOffset, shift)
    shiftU64(view, at + endOffset, shift)
  }
}

function shiftU64(view: DataView, at: number, by: number): void {
  const value = view.getUint32(at) * 4_294_967_296 + view.getUint32(at + 4) + by
  view.setUint32(at, Math.floor(value / 4_294_967_296))
  view.setUint32(at + 4, value % 4_294_967_296)
}
