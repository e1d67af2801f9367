// Templates of NetFlow v9 and IPFIX: parsed from their sets and compiled once into the list of copies that each record needs.
import { columnIndex } from '../contract/flow-batch.ts'
import { WireError } from '../contract/wire-errors.ts'
import { compileCopies, type CompiledCopies, type FieldCopy } from './field-copy.ts'
import { element, ipv4Addresses, ipv6Addresses, samplingElement, variableLength } from './information-elements.ts'
import { compileExtras, type RecordExtras } from './record-extras.ts'

export interface TemplateField {
  /** Information element number, enterprise bit removed. */
  readonly element: number
  /** Private enterprise number, 0 for IANA's elements. */
  readonly enterprise: number
  /** Bytes, or 65535 where each record tells. */
  readonly length: number
}

/** A template as compiled. Immutable: a redefinition makes a new one. */
export interface FlowTemplate {
  readonly id: number
  readonly fields: readonly TemplateField[]
  /** Fields that are scope, 0 in a data template. `null` in `scope` marks a data template. */
  readonly scope: number | null
  /** Bytes of a record; with variable-length fields the least that a record can have. */
  readonly recordLength: number
  readonly variable: boolean
  readonly copies: readonly FieldCopy[]
  /** Indices into FlowBatch.present of the columns that `copies` write. */
  readonly columns: readonly number[]
  /** What a record needs beyond copies: null for nearly all templates. */
  readonly extras: RecordExtras | null
  /** Field indices of the sampler or selector id, and whether a record carries a rate itself. */
  readonly samplerField: number
  readonly hasRate: boolean
  readonly hasTimes: boolean
  /** Offset of systemInitTimeMilliseconds in a fixed-length record, −1 without: the base of uptime values in IPFIX. */
  readonly bootOffset: number
  readonly ipv4: boolean
  readonly ipv6: boolean
}

/** A template with more fields than this is refused: it could not come in one datagram together with a record. */
const maxFields = 4096

const noCopies: CompiledCopies = { copies: [], columns: [] }

/**
 * Compiles a template.
 * @param scope number of leading scope fields for an options template, null for a data template
 * @throws WireError bad_template when it has no fields, too many, or records of no length
 */
export function compileTemplate(id: number, fields: readonly TemplateField[], scope: number | null): FlowTemplate {
  if (fields.length === 0 || fields.length > maxFields) throw new WireError('bad_template', `template ${id} has ${fields.length} fields`)
  const variable = fields.some((field) => field.length === variableLength)
  // A variable-length field takes at least its length byte.
  const recordLength = fields.reduce((sum, field) => sum + (field.length === variableLength ? 1 : field.length), 0)
  if (recordLength === 0) throw new WireError('bad_template', `template ${id} has records of length 0`)
  const copied = scope === null ? compileCopies(fields) : noCopies
  const extras = scope === null ? compileExtras(fields, copied, recordLength) : null
  return {
    id,
    fields,
    scope,
    recordLength,
    variable,
    copies: copied.copies,
    columns: copied.columns,
    extras,
    hasTimes: copied.columns.includes(columnIndex.flow_end),
    hasRate: copied.columns.includes(columnIndex.sampling_rate) || (extras !== null && extras.rate !== null),
    samplerField: lastField(fields, [samplingElement.samplerId, samplingElement.selectorId]),
    bootOffset: variable ? -1 : bootOffset(fields),
    ipv4: hasElement(fields, ipv4Addresses),
    ipv6: hasElement(fields, ipv6Addresses),
  }
}

/** Whether two definitions say the same, so that a repetition need not be compiled or passed on. */
export function sameFields(template: FlowTemplate, fields: readonly TemplateField[], scope: number | null): boolean {
  if (template.scope !== scope || template.fields.length !== fields.length) return false
  for (let i = 0; i < fields.length; i++) {
    const a = template.fields[i]
    const b = fields[i]
    if (a?.element !== b?.element || a?.length !== b?.length || a?.enterprise !== b?.enterprise) return false
  }
  return true
}

function hasElement(fields: readonly TemplateField[], elements: readonly number[]): boolean {
  return fields.some((field) => field.enterprise === 0 && elements.includes(field.element))
}

function lastField(fields: readonly TemplateField[], elements: readonly number[]): number {
  return fields.findLastIndex((field) => field.enterprise === 0 && elements.includes(field.element))
}

function bootOffset(fields: readonly TemplateField[]): number {
  const index = fields.findIndex(
    (field) => field.enterprise === 0 && field.element === element.systemInitTimeMilliseconds && field.length === 8,
  )
  return index < 0 ? -1 : fields.slice(0, index).reduce((sum, field) => sum + field.length, 0)
}
