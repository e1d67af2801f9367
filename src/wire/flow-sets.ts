// Template, options template and data sets as NetFlow v9 (RFC 3954 §5) and IPFIX (RFC 7011 §3.3, §3.4) have them.
import { WireError, type WireErrorCode } from '../contract/wire-errors.ts'
import type { ExportHeader } from './export-header.ts'
import type { FlowHost, OptionsValue } from './flow-host.ts'
import { read16, readUint } from './big-endian.ts'
import { element } from './information-elements.ts'
import { locateFields, locatedLength, locatedStart } from './record-fields.ts'
import { writeRecords } from './record-writer.ts'
import type { FlowTemplate, TemplateField } from './template.ts'

/** Smallest id of a data set and of a template. */
export const firstTemplateId = 256

/** The top bit of an element number says that an enterprise number follows (IPFIX only, RFC 7011 §3.2). */
const enterpriseBit = 0x8000

/** What the two protocols do differently. */
export interface SetForm {
  readonly templateSet: number
  readonly optionsSet: number
  readonly enterprise: boolean
}

export const netflow9Sets: SetForm = { templateSet: 0, optionsSet: 1, enterprise: false }
export const ipfixSets: SetForm = { templateSet: 2, optionsSet: 3, enterprise: true }

/** Where the sets of a datagram are. */
export interface SetRange {
  readonly bytes: Uint8Array
  readonly start: number
  /** First byte after the sets by the message's own account. */
  readonly end: number
  /** First byte that no set may hold: `end`, or later where the datagram goes on with nothing else. */
  readonly limit: number
}

/**
 * Walks the sets of a datagram by their own lengths: header counts are unreliable. A bad set ends the walk, since
 * nothing tells where the next one begins; what came before is kept. A set that runs past its message, but not past the
 * limit, is decoded all the same and counted as malformed: exporters exist that leave their padding out of the message's
 * length.
 * @returns the data records decoded, −1 when some could not be counted
 */
export function walkSets(form: SetForm, header: ExportHeader, { bytes, start, end, limit }: SetRange, host: FlowHost): number {
  let at = start
  let records = 0
  while (end - at >= 4) {
    const id = read16(bytes, at)
    const length = read16(bytes, at + 2)
    // Some exporters fill the datagram up with zeros after their last set.
    if (length === 0 && isZero(bytes, at, end)) break
    const fits = length >= 4 && at + length <= limit
    if (!fits || at + length > end) host.malformed('bad_set_length')
    if (!fits) return -1
    const decoded = decodeSet(form, header, id, { bytes, start: at + 4, end: at + length }, host)
    records = decoded < 0 || records < 0 ? -1 : records + decoded
    at += length
  }
  return records
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false
  return true
}

interface SetBytes {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

function decodeSet(form: SetForm, header: ExportHeader, id: number, set: SetBytes, host: FlowHost): number {
  try {
    if (id >= firstTemplateId) return decodeDataSet(header, id, set, host)
    if (id === form.templateSet) decodeTemplates(form, header, set, host)
    else if (id === form.optionsSet && form.enterprise) decodeIpfixOptionsTemplates(form, header, set, host)
    else if (id === form.optionsSet) decodeNetflow9OptionsTemplates(header, set, host)
    // Other ids are reserved: skipped by length.
    return 0
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    host.malformed(error.code)
    return 0
  }
}

function decodeDataSet(header: ExportHeader, id: number, set: SetBytes, host: FlowHost): number {
  // Nothing to decode, and nothing that could wait for a template.
  if (set.start === set.end) return 0
  const template = host.template(header, id)
  if (template === undefined) {
    host.setWithoutTemplate(header, id, set.bytes, set.start, set.end)
    return -1
  }
  return decodeRecords(template, header, set, host)
}

/** Decodes a set whose template is known; also used for sets that waited for it. @returns the number of records, options records included */
export function decodeRecords(template: FlowTemplate, header: ExportHeader, set: SetBytes, host: FlowHost): number {
  if (template.scope !== null) return decodeOptionsRecords(template, header, set, host)
  const from = host.batch.rows
  const count = writeRecords(template, header, set.bytes, set.start, set.end, host.batch)
  host.recordsWritten(header, template, from, host.batch.rows, count)
  return count
}

function decodeOptionsRecords(template: FlowTemplate, header: ExportHeader, set: SetBytes, host: FlowHost): number {
  let at = set.start
  let count = 0
  while (set.end - at >= template.recordLength) {
    const next = locateFields(template, set.bytes, at, set.end)
    if (next < 0) break
    host.optionsRecord(header, optionsValues(template, set.bytes))
    count++
    at = next
  }
  return count
}

function optionsValues(template: FlowTemplate, bytes: Uint8Array): OptionsValue[] {
  return template.fields.map((field, index) => {
    const start = locatedStart(index)
    const length = locatedLength(index)
    return {
      element: field.element,
      enterprise: field.enterprise,
      scope: index < (template.scope ?? 0),
      value: length <= 8 ? readUint(bytes, start, length) : Number.NaN,
      bytes: bytes.slice(start, start + length),
    }
  })
}

/** Reads `count` field specifiers. @returns them and the first byte after */
function readFields(form: SetForm, set: SetBytes, at: number, count: number): { fields: TemplateField[]; next: number } {
  const fields: TemplateField[] = []
  let p = at
  for (let i = 0; i < count; i++) {
    if (p + 4 > set.end) throw new WireError('bad_template', 'the set ends inside a template')
    const id = read16(set.bytes, p)
    const length = read16(set.bytes, p + 2)
    p += 4
    const hasEnterprise = form.enterprise && (id & enterpriseBit) !== 0
    if (hasEnterprise && p + 4 > set.end) throw new WireError('bad_template', 'the set ends inside an enterprise number')
    const enterprise = hasEnterprise ? readUint(set.bytes, p, 4) : 0
    if (hasEnterprise) p += 4
    fields.push({ element: hasEnterprise ? id & ~enterpriseBit : id, enterprise, length })
  }
  return { fields, next: p }
}

/** Template records (RFC 3954 §5.2, RFC 7011 §3.4.1): id, field count, fields; no fields is a withdrawal in IPFIX. */
function decodeTemplates(form: SetForm, header: ExportHeader, set: SetBytes, host: FlowHost): void {
  let at = set.start
  // Less than a template header is padding.
  while (set.end - at >= 4) {
    const id = read16(set.bytes, at)
    const count = read16(set.bytes, at + 2)
    if (id === 0 && count === 0) return
    if (count === 0 && form.enterprise) {
      host.withdrawTemplate(header, id)
      at += 4
      continue
    }
    const { fields, next } = readFields(form, set, at + 4, count)
    at = next
    define(header, host, id, { fields, scope: null })
  }
}

/** Options template records of IPFIX (RFC 7011 §3.4.2.2): id, field count, of which scope field count, fields. */
function decodeIpfixOptionsTemplates(form: SetForm, header: ExportHeader, set: SetBytes, host: FlowHost): void {
  let at = set.start
  while (set.end - at >= 4) {
    const id = read16(set.bytes, at)
    const count = read16(set.bytes, at + 2)
    if (count === 0) {
      if (id !== 0) host.withdrawTemplate(header, id)
      at += 4
      continue
    }
    if (set.end - at < 6) return
    const scope = read16(set.bytes, at + 4)
    const { fields, next } = readFields(form, set, at + 6, count)
    at = next
    if (scope > count) throw new WireError('bad_template', `options template ${id} has more scope fields than fields`)
    define(header, host, id, { fields, scope })
  }
}

/** Options template records of v9 (RFC 3954 §6.1): id, bytes of scope fields, bytes of option fields, fields. */
function decodeNetflow9OptionsTemplates(header: ExportHeader, set: SetBytes, host: FlowHost): void {
  let at = set.start
  while (set.end - at >= 6) {
    const id = read16(set.bytes, at)
    const scopeBytes = read16(set.bytes, at + 2)
    const optionBytes = read16(set.bytes, at + 4)
    // Zeros up to the set's end are padding.
    if (id < firstTemplateId) return
    const count = Math.floor((scopeBytes + optionBytes) / 4)
    const { fields, next } = readFields(netflow9Sets, set, at + 6, count)
    at = next
    define(header, host, id, { fields: scopeElements(fields, scopeBytes / 4), scope: Math.floor(scopeBytes / 4) })
  }
}

/**
 * Scope fields of v9 have a numbering of their own (RFC 3954 §6.1: 1 system, 2 interface, 3 line card, 4 cache,
 * 5 template) that must not be taken for information elements: those that have one of their own become it, the others 0.
 */
const scopeElement: ReadonlyMap<number, number> = new Map([
  [2, element.ingressInterface],
  [3, element.lineCardId],
  [5, element.templateId],
])

function scopeElements(fields: readonly TemplateField[], scope: number): TemplateField[] {
  return fields.map((field, index) => (index >= scope ? field : { ...field, element: scopeElement.get(field.element) ?? 0 }))
}

interface Definition {
  readonly fields: readonly TemplateField[]
  readonly scope: number | null
}

/**
 * Fields of length 0 are left out: they carry nothing, and hundreds of them in a record of one byte would be work out of
 * all proportion to the datagram.
 */
function withoutEmptyFields({ fields, scope }: Definition): Definition {
  if (!fields.some((field) => field.length === 0)) return { fields, scope }
  const filled = fields.filter((field) => field.length > 0)
  return { fields: filled, scope: scope === null ? null : fields.slice(0, scope).filter((field) => field.length > 0).length }
}

function define(header: ExportHeader, host: FlowHost, id: number, announced: Definition): void {
  if (id < firstTemplateId) return host.malformed('bad_template')
  const { fields, scope } = withoutEmptyFields(announced)
  try {
    host.defineTemplate(header, id, fields, scope)
  } catch (error) {
    // One impossible template does not spoil the others of its set.
    if (!(error instanceof WireError)) throw error
    host.malformed(error.code satisfies WireErrorCode)
  }
}
