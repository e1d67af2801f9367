// What exporters declare about their records, gathered while their datagrams are decoded.
import type { ToldRates } from '../sampling-options.ts'
import { sameFields, type FlowTemplate } from '../template.ts'

/** A template and what became of it. Of a redefined one the last form. */
export interface DeclaredTemplate {
  template: FlowTemplate
  /** Repetitions included; 0 for the fixed records of NetFlow v1, v5 and v7. */
  announcements: number
  /** Announcements with other fields than before. */
  redefinitions: number
  withdrawn: boolean
  /** Data records that came by it; options records are not counted. */
  records: number
}

/** One observation domain of one exporter. */
export interface DeclaredDomain extends ToldRates {
  readonly exporter: string
  /** `exportProtocol` code. */
  readonly protocol: number
  readonly domain: number
  readonly declared: Map<number, DeclaredTemplate>
  /** Rate in its datagram headers (v5), 0 without. */
  headerRate: number
  /** Start of the device as options data tell it, ms since 1970; 0 when they do not. */
  bootMs: number
}

/** Notes an announcement. */
export function declare(declared: Map<number, DeclaredTemplate>, template: FlowTemplate): void {
  const known = declared.get(template.id)
  if (known === undefined) {
    declared.set(template.id, { template, announcements: 1, redefinitions: 0, withdrawn: false, records: 0 })
    return
  }
  known.announcements++
  known.withdrawn = false
  if (sameFields(known.template, template.fields, template.scope)) return
  known.redefinitions++
  known.template = template
}

/** Notes records of a template, which in protocols of fixed records nobody announces. */
export function countRecords(declared: Map<number, DeclaredTemplate>, template: FlowTemplate, records: number): void {
  const known = declared.get(template.id)
  if (known !== undefined) known.records += records
  else declared.set(template.id, { template, announcements: 0, redefinitions: 0, withdrawn: false, records })
}
