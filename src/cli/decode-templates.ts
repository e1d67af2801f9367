// What `decode --templates` tells about a file: templates, samplers, and what is missing, as JSON objects or as text.
import { exportProtocol } from '../contract/flow-columns.ts'
import { elementName } from '../wire/element-names.ts'
import { variableLength } from '../wire/information-elements.ts'
import { interfaceSampler } from '../wire/sampling-options.ts'
import type { TemplateField } from '../wire/template.ts'
import type { DeclaredDomain, DeclaredTemplate } from '../wire/session/declarations.ts'
import { duplicateFields, missingFields, type RecordNote } from '../wire/session/record-check.ts'

/** One exporter's declarations. The keys and their order are the output format of `decode --templates --json`. */
interface ExporterReport {
  readonly file: string
  /** Its address, null in a file that does not tell. */
  readonly exporter: string | null
  readonly protocol: string
  readonly domain: number
  readonly templates: readonly TemplateReport[]
  readonly optionsTemplates: readonly OptionsTemplateReport[]
  /** Factors from options tables: of a sampler or selector, of an interface, or of all flows where neither is named. */
  readonly samplers: readonly SamplerReport[]
}

interface FieldReport {
  readonly element: number
  readonly enterprise: number
  readonly name: string
  /** Bytes, null where each record tells. */
  readonly length: number | null
}

interface TemplateReport {
  readonly id: number
  readonly announcements: number
  readonly redefinitions: number
  readonly withdrawn: boolean
  readonly records: number
  readonly fields: readonly FieldReport[]
  readonly missing: readonly RecordNote[]
  readonly duplicates: readonly RecordNote[]
}

interface OptionsTemplateReport {
  readonly id: number
  readonly announcements: number
  readonly redefinitions: number
  readonly withdrawn: boolean
  readonly scope: readonly FieldReport[]
  readonly fields: readonly FieldReport[]
}

interface SamplerReport {
  readonly sampler?: number
  readonly interface?: number
  readonly rate: number
}

/** What an exporter declares, as an object to print. */
export function exporterReport(file: string, domain: DeclaredDomain): ExporterReport {
  const declared = [...domain.declared.values()]
  return {
    file,
    exporter: domain.exporter === '::' ? null : domain.exporter,
    // Every code that a decoder writes has a name.
    protocol: Object.entries(exportProtocol).find(([, code]) => code === domain.protocol)?.[0] ?? 'unknown',
    domain: domain.domain,
    templates: declared.filter(({ template }) => template.scope === null).map((entry) => templateReport(entry, domain)),
    optionsTemplates: declared.filter(({ template }) => template.scope !== null).map(optionsTemplateReport),
    samplers: samplerReports(domain),
  }
}

function templateReport({ template, ...counts }: DeclaredTemplate, domain: DeclaredDomain): TemplateReport {
  const { announcements, redefinitions, withdrawn, records } = counts
  return {
    id: template.id,
    announcements,
    redefinitions,
    withdrawn,
    records,
    fields: template.fields.map(fieldReport),
    missing: missingFields(template, domain),
    duplicates: duplicateFields(template),
  }
}

function optionsTemplateReport({ template, announcements, redefinitions, withdrawn }: DeclaredTemplate): OptionsTemplateReport {
  const fields = template.fields.map(fieldReport)
  const count = template.scope ?? 0
  return { id: template.id, announcements, redefinitions, withdrawn, scope: fields.slice(0, count), fields: fields.slice(count) }
}

function fieldReport({ element, enterprise, length }: TemplateField): FieldReport {
  return { element, enterprise, name: elementName(element, enterprise), length: length === variableLength ? null : length }
}

function samplerReports(domain: DeclaredDomain): SamplerReport[] {
  // An interface's key among the samplers is turned back by what made it.
  const told = [...domain.samplers].map(([id, rate]) => (id < 0 ? { interface: interfaceSampler(id), rate } : { sampler: id, rate }))
  const everywhere = [domain.wideRate, domain.headerRate].filter((rate) => rate > 0).slice(0, 1)
  return [...told, ...everywhere.map((rate) => ({ rate }))]
}

/** The same for people. */
export function exporterText(report: ExporterReport): string {
  const lines = [`${report.file}: ${report.exporter ?? 'unknown sender'}, ${report.protocol}, domain ${report.domain}`]
  for (const template of report.templates) lines.push(...templateLines(template))
  for (const template of report.optionsTemplates) {
    lines.push(`  options template ${template.id} for each ${template.scope.map(scopeName).join(' and ') || 'exporter'}${fate(template)}`)
    lines.push(...fieldLines(template.fields))
  }
  for (const sampler of report.samplers) lines.push(`  ${samplerText(sampler)}: 1 in ${sampler.rate}`)
  return `${lines.join('\n')}\n`
}

/** Element 0 as a scope is the exporter, or a part of it that has no element. */
function scopeName({ element, name }: FieldReport): string {
  return element === 0 ? 'exporter' : name
}

function templateLines(template: TemplateReport): string[] {
  const head = template.announcements === 0 ? `  fixed records of version ${template.id}` : `  template ${template.id}`
  return [
    `${head}, ${template.records} records${fate(template)}`,
    ...fieldLines(template.fields),
    ...template.missing.map(({ field, meaning }) => `    missing: ${field}. ${meaning}`),
    ...template.duplicates.map(({ field, meaning }) => `    twice: ${field}. ${meaning}`),
  ]
}

function fate({ announcements, redefinitions, withdrawn }: { announcements: number; redefinitions: number; withdrawn: boolean }): string {
  const parts = [
    announcements > 1 ? `, announced ${announcements} times` : '',
    redefinitions > 0 ? `, changed ${redefinitions} times` : '',
    withdrawn ? ', withdrawn' : '',
  ]
  return parts.join('')
}

function fieldLines(fields: readonly FieldReport[]): string[] {
  const width = Math.max(0, ...fields.map(({ name }) => name.length))
  return fields.map(({ name, element, length }) => {
    const size = length === null ? 'any length' : `${length} ${length === 1 ? 'byte' : 'bytes'}`
    return `    ${name.padEnd(width)}  ${String(element).padStart(5)}  ${size}`
  })
}

function samplerText(sampler: SamplerReport): string {
  if (sampler.interface !== undefined) return `sampling of interface ${sampler.interface}`
  return sampler.sampler === undefined ? 'sampling of all flows' : `sampler ${sampler.sampler}`
}
