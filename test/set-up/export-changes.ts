// One thing changed in every datagram of a real exporter of NetFlow v9 (RFC 3954) or IPFIX (RFC 7011), byte by byte.
//
// header   v9: version 2, count 2, uptime 4, clock 4, sequence 4, source 4     IPFIX: version 2, length 2, clock 4, sequence 4, domain 4
// set      0 id 2   2 length 2, with these four   4 content; ids: templates 0 (IPFIX 2), of options 1 (3), data from 256
// template 0 id 2   2 fields 2   then of each field: element 2, length 2, and with the highest bit of the element a vendor 4
import type { Alteration } from './altering-relay.ts'

interface FlowSet {
  readonly id: number
  readonly content: Buffer
}

interface Field {
  readonly element: number
  /** Where its value begins in a record, and its bytes. */
  readonly at: number
  readonly length: number
  /** Its declaration. */
  readonly bytes: Buffer
}

/** The fields of a template as they are to be. */
type Arrange = (fields: readonly Field[]) => readonly Field[]

const layouts = {
  9: { header: 20, clock: 8, sequence: 12, templates: 0, optionsTemplates: 1 },
  10: { header: 16, clock: 4, sequence: 8, templates: 2, optionsTemplates: 3 },
} as const

function layoutOf(datagram: Buffer) {
  const version = datagram.readUInt16BE(0)
  if (version !== 9 && version !== 10) throw new Error(`the exporter speaks version ${version}`)
  return layouts[version]
}

function setsOf(datagram: Buffer): FlowSet[] {
  const sets: FlowSet[] = []
  for (let at: number = layoutOf(datagram).header; at + 4 <= datagram.length; at += datagram.readUInt16BE(at + 2))
    sets.push({ id: datagram.readUInt16BE(at), content: datagram.subarray(at + 4, at + datagram.readUInt16BE(at + 2)) })
  return sets
}

/** The datagram's header with other sets behind it. */
function withSets(datagram: Buffer, sets: readonly FlowSet[]): Buffer {
  const parts = sets.map(({ id, content }) => {
    const set = Buffer.alloc(4 + Math.ceil(content.length / 4) * 4)
    set.writeUInt16BE(id, 0)
    set.writeUInt16BE(set.length, 2)
    set.set(content, 4)
    return set
  })
  const altered = Buffer.concat([datagram.subarray(0, layoutOf(datagram).header), ...parts])
  if (altered.readUInt16BE(0) === 10) altered.writeUInt16BE(altered.length, 2)
  return altered
}

/** No template is ever sent. Datagrams of nothing else are left out, and NetFlow v9, which counts datagrams, is numbered anew. */
export function withoutTemplates(): Alteration {
  let left = 0
  return (datagram) => {
    const { templates, optionsTemplates, sequence } = layoutOf(datagram)
    const sets = setsOf(datagram).filter(({ id }) => id !== templates && id !== optionsTemplates)
    if (sets.length === 0) {
      left++
      return []
    }
    const altered = withSets(datagram, sets)
    if (altered.readUInt16BE(0) === 9) altered.writeUInt32BE(altered.readUInt32BE(sequence) - left, sequence)
    return [altered]
  }
}

/** Templates are sent until the first records have been sent, and then never again. */
export function withTemplatesOnce(): Alteration {
  const withoutMore = withoutTemplates()
  let isTold = false
  return (datagram) => {
    if (isTold) return withoutMore(datagram)
    isTold = setsOf(datagram).some(({ id }) => id >= 256)
    return [datagram]
  }
}

/** The exporter's clock is so many seconds ahead, in the header only. */
export function withClockAhead(seconds: number): Alteration {
  return (datagram) => {
    const altered = Buffer.from(datagram)
    const { clock } = layoutOf(datagram)
    altered.writeUInt32BE(altered.readUInt32BE(clock) + seconds, clock)
    return [altered]
  }
}

/** This element is missing in templates and records. */
export function withoutElement(element: number): Alteration {
  return arranged((fields) => fields.filter((field) => field.element !== element))
}

/** This element comes twice, the second time at the end. */
export function withElementTwice(element: number): Alteration {
  return arranged((fields) => [...fields, ...fields.filter((field) => field.element === element)])
}

/** These elements are 0 in every record. */
export function withZeros(...elements: readonly number[]): Alteration {
  return arranged(
    (fields) => fields,
    ({ element }, value) => (elements.includes(element) ? Buffer.alloc(value.length) : value),
  )
}

function arranged(arrange: Arrange, change: (field: Field, value: Buffer) => Buffer = (_field, value) => value): Alteration {
  const templates = new Map<number, readonly Field[]>()
  const records = ({ id, content }: FlowSet): Buffer => {
    const fields = templates.get(id)
    if (fields === undefined) return content
    const values = (record: Buffer) => arrange(fields).map((field) => change(field, record.subarray(field.at, field.at + field.length)))
    return Buffer.concat(recordsOf(content, fields).flatMap(values))
  }
  return (datagram) => {
    const ofTemplates = layoutOf(datagram).templates
    const content = (set: FlowSet) => (set.id === ofTemplates ? arrangedTemplates(set.content, arrange, templates) : records(set))
    return [
      withSets(
        datagram,
        setsOf(datagram).map((set) => ({ id: set.id, content: content(set) })),
      ),
    ]
  }
}

/** Remembers the templates of a set as they came; answers the set with their fields arranged. */
function arrangedTemplates(content: Buffer, arrange: Arrange, templates: Map<number, readonly Field[]>): Buffer {
  const parts: Buffer[] = []
  // Fewer than four bytes are padding.
  for (let at = 0; at + 4 <= content.length;) {
    const id = content.readUInt16BE(at)
    const fields = fieldsAt(content, at + 4, content.readUInt16BE(at + 2))
    templates.set(id, fields)
    at += 4 + bytesOf(fields).length
    const head = Buffer.alloc(4)
    head.writeUInt16BE(id, 0)
    head.writeUInt16BE(arrange(fields).length, 2)
    parts.push(head, bytesOf(arrange(fields)))
  }
  return Buffer.concat(parts)
}

function bytesOf(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.map(({ bytes }) => bytes))
}

function fieldsAt(content: Buffer, start: number, count: number): Field[] {
  let declared = start
  let at = 0
  return Array.from({ length: count }, () => {
    const isOfVendor = content.readUInt16BE(declared) >= 0x8000
    const bytes = content.subarray(declared, declared + (isOfVendor ? 8 : 4))
    // A vendor's element is none that is asked for here.
    const field = { element: bytes.readUInt16BE(0), at, length: bytes.readUInt16BE(2), bytes }
    declared += bytes.length
    at += field.length
    return field
  })
}

/** The records of a set; padding behind them is shorter than one. Elements of these exporters have fixed lengths. */
function recordsOf(content: Buffer, fields: readonly Field[]): Buffer[] {
  const bytes = fields.reduce((total, { length }) => total + length, 0)
  return Array.from({ length: Math.floor(content.length / bytes) }, (_, index) => content.subarray(index * bytes, (index + 1) * bytes))
}
