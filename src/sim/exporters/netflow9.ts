// Encodes NetFlow v9 datagrams (RFC 3954): templates for both families, a sampler as options data, flow records.
import type { SimFlow } from '../flow.ts'
import { ByteWriter } from './byte-writer.ts'
import { chunks, largestDatagram, shiftU32, wrap32, type ExporterConfig, type FlowExporter, type Restamp } from './exporter.ts'
import { fieldOffset, flowTimes, netflow9Fields, recordLength, type TemplateField } from './template-fields.ts'

// Header, 20 bytes (§5.1): 0 version, 2 count of records of all kinds, 4 uptime in ms, 8 seconds, 12 sequence, 16 source id.
const headerLength = 20
/** Flow set id and length (§5.2). */
const setHeaderLength = 4

interface Template {
  readonly id: number
  readonly fields: readonly TemplateField[]
  readonly length: number
  readonly recordsPerDatagram: number
}

function template(id: number, family: 4 | 6): Template {
  const fields = netflow9Fields(family)
  const length = recordLength(fields)
  // Three bytes of padding at the most.
  return { id, fields, length, recordsPerDatagram: Math.floor((largestDatagram - headerLength - setHeaderLength - 3) / length) }
}

const ipv4 = template(256, 4)
const ipv6 = template(257, 6)
const samplerTemplate = 258
/** Options scope "System" (§6.1); SAMPLING_INTERVAL and SAMPLING_ALGORITHM (§8), 2 is random. */
const scopeSystem = 1
const samplingInterval = 34
const samplingAlgorithm = 35
const randomSampling = 2

export class Netflow9Exporter implements FlowExporter {
  readonly recordsPerDatagram = ipv4.recordsPerDatagram
  private readonly config: ExporterConfig
  private datagrams = 0

  constructor(config: ExporterConfig) {
    this.config = config
  }

  announce(now: number): Buffer[] {
    const writer = this.begin(now, this.config.sampling > 1 ? 4 : 2)
    writeTemplates(writer)
    if (this.config.sampling > 1) writeSampler(writer, this.config)
    return [writer.finish()]
  }

  encode(flows: readonly SimFlow[], now: number): Buffer[] {
    return [ipv4, ipv6].flatMap((template) => {
      const length = template === ipv4 ? 4 : 16
      const own = flows.filter(({ source }) => source.length === length)
      return chunks(own, template.recordsPerDatagram).map((some) => this.datagram(template, some, now))
    })
  }

  private datagram(template: Template, flows: readonly SimFlow[], now: number): Buffer {
    const writer = this.begin(now, flows.length)
    set(writer, template.id, () => {
      for (const flow of flows) {
        const times = flowTimes(flow, now, this.config.bootedAt)
        for (const field of template.fields) field.write(writer, flow, times)
      }
    })
    return writer.finish()
  }

  private begin(now: number, count: number): ByteWriter {
    const writer = new ByteWriter(largestDatagram)
    writer.u16(9)
    writer.u16(count)
    writer.u32(wrap32(now - this.config.bootedAt))
    writer.u32(Math.floor(now / 1000))
    writer.u32(wrap32(this.datagrams++))
    writer.u32(this.config.domain)
    return writer
  }
}

/** Writes a set with its length, padded to four bytes. */
function set(writer: ByteWriter, id: number, body: () => void): void {
  const start = writer.position
  writer.u16(id)
  writer.u16(0)
  body()
  writer.pad()
  writer.patchU16(start + 2, writer.position - start)
}

function writeTemplates(writer: ByteWriter): void {
  set(writer, 0, () => {
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

function writeSampler(writer: ByteWriter, { domain, sampling }: ExporterConfig): void {
  set(writer, 1, () => {
    // Lengths of the scope and of the option part in bytes, four a field.
    for (const value of [samplerTemplate, 4, 8, scopeSystem, 4, samplingInterval, 4, samplingAlgorithm, 1]) writer.u16(value)
  })
  set(writer, samplerTemplate, () => {
    writer.u32(domain)
    writer.u32(sampling)
    writer.u8(randomSampling)
  })
}

const firstOffset = fieldOffset(ipv4.fields, 22)
const lastOffset = fieldOffset(ipv4.fields, 21)

/** For datagrams of templates and of IPv4 records. */
export const restampNetflow9: Restamp = (view, { offset, records }, stamp) => {
  const uptime = wrap32(stamp.now - stamp.bootedAt)
  const shift = uptime - view.getUint32(offset + 4)
  view.setUint32(offset + 4, uptime)
  view.setUint32(offset + 8, Math.floor(stamp.now / 1000))
  view.setUint32(offset + 12, wrap32(stamp.datagrams))
  view.setUint32(offset + 16, stamp.domain)
  if (shift === 0) return
  for (let record = 0; record < records; record++) {
    const at = offset + headerLength + setHeaderLength + record * ipv4.length
    shiftU32(view, at + firstOffset, shift)
    shiftU32(view, at + lastOffset, shift)
  }
}
