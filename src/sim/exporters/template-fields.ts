// The fields of the templates that the fake v9 and IPFIX exporters send. Both number them alike (RFC 7012 §5).
import type { SimFlow } from '../flow.ts'
import type { ByteWriter } from './byte-writer.ts'
import { wrap32 } from './exporter.ts'

export interface TemplateField {
  /** Information element. */
  readonly element: number
  readonly length: number
  readonly write: (writer: ByteWriter, flow: SimFlow, times: FlowTimes) => void
}

/** Start and end of a flow, in ms: since 1970 and since the router was switched on. */
export interface FlowTimes {
  readonly start: number
  readonly end: number
  readonly startUptime: number
  readonly endUptime: number
}

export function flowTimes(flow: SimFlow, now: number, bootedAt: number): FlowTimes {
  const end = now - flow.age
  const start = end - flow.duration
  return { start, end, startUptime: wrap32(start - bootedAt), endUptime: wrap32(end - bootedAt) }
}

type Write = TemplateField['write']

const bytes = (element: number, length: number, of: (flow: SimFlow) => Uint8Array): TemplateField => ({
  element,
  length,
  write: (writer, flow) => writer.bytes(of(flow)),
})
const u8 = (element: number, of: (flow: SimFlow) => number): TemplateField => number(element, 1, (writer, flow) => writer.u8(of(flow)))
const u16 = (element: number, of: (flow: SimFlow) => number): TemplateField => number(element, 2, (writer, flow) => writer.u16(of(flow)))
const u32 = (element: number, of: (flow: SimFlow) => number): TemplateField => number(element, 4, (writer, flow) => writer.u32(of(flow)))
const u64 = (element: number, of: (flow: SimFlow) => number): TemplateField => number(element, 8, (writer, flow) => writer.u64(of(flow)))
const number = (element: number, length: number, write: Write): TemplateField => ({ element, length, write })

function addresses(family: 4 | 6): TemplateField[] {
  const [source, destination, length] = family === 4 ? ([8, 12, 4] as const) : ([27, 28, 16] as const)
  return [bytes(source, length, (flow) => flow.source), bytes(destination, length, (flow) => flow.destination)]
}

function routing(family: 4 | 6): TemplateField[] {
  const [nextHop, sourceMask, destinationMask] = family === 4 ? ([15, 9, 13] as const) : ([62, 29, 30] as const)
  return [
    u32(16, (flow) => flow.sourceAs),
    u32(17, (flow) => flow.destinationAs),
    bytes(nextHop, family === 4 ? 4 : 16, (flow) => flow.nextHop),
    u8(sourceMask, (flow) => flow.sourceMask),
    u8(destinationMask, (flow) => flow.destinationMask),
  ]
}

const transport: readonly TemplateField[] = [
  u16(7, (flow) => flow.sourcePort),
  u16(11, (flow) => flow.destinationPort),
  u8(4, (flow) => flow.protocol),
  u8(6, (flow) => flow.tcpFlags),
  u8(5, (flow) => flow.tos),
]
const counters: readonly TemplateField[] = [u64(1, (flow) => flow.bytes), u64(2, (flow) => flow.packets)]

/** v9: 18 fields, times as uptime, interfaces in 16 bits as classic IOS has them. IPv4: 57 bytes. */
export function netflow9Fields(family: 4 | 6): TemplateField[] {
  return [
    ...addresses(family),
    ...transport,
    u16(10, (flow) => flow.inInterface),
    u16(14, (flow) => flow.outInterface),
    ...counters,
    number(22, 4, (writer, _flow, times) => writer.u32(times.startUptime)),
    number(21, 4, (writer, _flow, times) => writer.u32(times.endUptime)),
    ...routing(family),
  ]
}

/** IPFIX: the same with absolute times, interfaces in 32 bits and the reason why the flow was exported. */
export function ipfixFields(family: 4 | 6): TemplateField[] {
  return [
    ...addresses(family),
    ...transport,
    u32(10, (flow) => flow.inInterface),
    u32(14, (flow) => flow.outInterface),
    ...counters,
    number(152, 8, (writer, _flow, times) => writer.u64(times.start)),
    number(153, 8, (writer, _flow, times) => writer.u64(times.end)),
    ...routing(family),
    // flowEndReason (RFC 5102): 1 idle timeout, 3 end of flow detected.
    u8(136, (flow) => ((flow.tcpFlags & 1) === 1 ? 3 : 1)),
  ]
}

export function recordLength(fields: readonly TemplateField[]): number {
  return fields.reduce((total, { length }) => total + length, 0)
}

/** Where an element begins in a record. */
export function fieldOffset(fields: readonly TemplateField[], element: number): number {
  return recordLength(
    fields.slice(
      0,
      fields.findIndex((field) => field.element === element),
    ),
  )
}
