// Records that carry the first bytes of a packet (RFC 7133, PSAMP, "inline monitoring"): the packet's headers become the flow.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { readUint } from './big-endian.ts'
import { fieldsByElement, type FieldsByElement } from './field-copy.ts'
import { packetSections, sectionElement } from './information-elements.ts'
import { parsePacketHeader } from './packet-header.ts'
import { linkType } from './packet-tables.ts'
import { locatedLength, locatedStart } from './record-fields.ts'
import type { TemplateField } from './template.ts'

/** Where a record has its packet section and what is said about it: field indices, −1 where there is none. */
export interface PacketSection {
  readonly field: number
  /** How the section starts: a value of `linkType`. */
  readonly link: number
  readonly wholeSize: number
  readonly heldSize: number
  readonly offset: number
  readonly frameType: number
  /** Whether the section stands in for a counter that the template lacks. */
  readonly countsBytes: boolean
  readonly countsPackets: boolean
}

/** Columns that the template fills by itself. */
interface FilledColumns {
  readonly columns: readonly number[]
}

/** The packet section of records of these fields, or null. */
export function compileSection(fields: readonly TemplateField[], filled: FilledColumns): PacketSection | null {
  const among = fieldsByElement(fields, 0)
  for (const [element, link] of packetSections) {
    const field = among.get(element)
    if (field === undefined) continue
    return {
      field,
      link,
      wholeSize: firstField(sectionElement.wholeSizes, among),
      heldSize: firstField(sectionElement.heldSizes, among),
      offset: firstField(sectionElement.offsets, among),
      frameType: firstField(sectionElement.frameTypes, among),
      countsBytes: !filled.columns.includes(columnIndex.bytes),
      countsPackets: !filled.columns.includes(columnIndex.packets),
    }
  }
  return null
}

function firstField(elements: readonly number[], among: FieldsByElement): number {
  const found = elements.find((element) => among.has(element))
  return found === undefined ? -1 : (among.get(found) ?? -1)
}

/** dataLinkFrameType of IEEE 802.3 Ethernet; 802.11 headers are not read. */
const ethernetFrame = 1

/** Writes the packet of the record that locateFields looked at last into a row. */
export function writeSection(section: PacketSection, bytes: Uint8Array, batch: FlowBatch, row: number): void {
  const start = locatedStart(section.field)
  const field = locatedLength(section.field)
  const held = valueOf(section.heldSize, bytes)
  const length = held > 0 ? Math.min(held, field) : field
  const { columns, present } = batch
  if (section.countsBytes) {
    const whole = valueOf(section.wholeSize, bytes) || length
    columns.bytes[row * 2] = whole
    present[columnIndex.bytes] = 1
  }
  if (section.countsPackets) {
    columns.packets[row * 2] = 1
    present[columnIndex.packets] = 1
  }
  if (isReadable(section, bytes)) parsePacketHeader(bytes, start, start + length, section.link, batch, row)
}

/** Whether the section begins at the packet's first byte, in a form that is known. */
function isReadable(section: PacketSection, bytes: Uint8Array): boolean {
  if (valueOf(section.offset, bytes) > 0) return false
  if (section.frameType < 0 || section.link !== linkType.ethernet) return true
  return valueOf(section.frameType, bytes) === ethernetFrame
}

/** A field of the record as a number of up to 32 bits, 0 when it is not there. */
function valueOf(field: number, bytes: Uint8Array): number {
  if (field < 0) return 0
  const length = locatedLength(field)
  return length > 8 ? 0 : readUint(bytes, locatedStart(field), length)
}
