// Settles by which factor each flow's counters are to be multiplied, and says where the factor was learnt. Precedence:
// the record itself, the options table, the header, the router's setting in Drawbridge, the account's default
// (contract §1.7).
import type { FlowBatch } from '../contract/flow-batch.ts'
import { samplingSource } from '../contract/flow-columns.ts'
import type { ExportHeader } from '../wire/export-header.ts'
import { samplerIds } from '../wire/record-writer.ts'
import type { FlowTemplate } from '../wire/template.ts'
import type { Exporter, ExporterDomain } from './exporter.ts'

/** Rows `from` to `to` − 1 of a batch. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** Writes `sampling_rate` and `sampling_source` of rows from one set. A rate that the record carries stays. */
export function settleSampling(
  exporter: Exporter,
  domain: ExporterDomain,
  header: ExportHeader,
  template: FlowTemplate,
  batch: FlowBatch,
  rows: RowRange,
): void {
  if (template.samplerField < 0) settleSet(exporter, domain, header, template, batch, rows)
  else settleBySampler(exporter, domain, header, template, batch, rows)
}

/** All rows of the set have the same answer, but for those that carry a rate. */
function settleSet(
  exporter: Exporter,
  domain: ExporterDomain,
  header: ExportHeader,
  template: FlowTemplate,
  batch: FlowBatch,
  rows: RowRange,
): void {
  const { sampling_rate: rates, sampling_source: sources } = batch.columns
  const rate = setRate(exporter, domain, header)
  const source = setSource(exporter, domain, header)
  if (template.hasRate) {
    for (let row = rows.from; row < rows.to; row++) {
      if (rates[row] === 0) {
        rates[row] = rate
        sources[row] = source
      } else sources[row] = samplingSource.record
    }
  } else {
    rates.fill(rate, rows.from, rows.to)
    sources.fill(source, rows.from, rows.to)
  }
}

function settleBySampler(
  exporter: Exporter,
  domain: ExporterDomain,
  header: ExportHeader,
  template: FlowTemplate,
  batch: FlowBatch,
  rows: RowRange,
): void {
  const { sampling_rate: rates, sampling_source: sources } = batch.columns
  for (let row = rows.from; row < rows.to; row++) {
    if (template.hasRate && rates[row] !== 0) {
      sources[row] = samplingSource.record
      continue
    }
    const told = domain.samplers.get(samplerIds[row - rows.from])
    rates[row] = told ?? setRate(exporter, domain, header)
    sources[row] = told === undefined ? setSource(exporter, domain, header) : samplingSource.options
  }
}

/** The factor for records that name no sampler: the domain's, or that of its only sampler. */
function domainRate(domain: ExporterDomain): number {
  if (domain.wideRate > 0) return domain.wideRate
  if (domain.samplers.size !== 1) return 0
  const [only] = domain.samplers.values()
  return only ?? 0
}

function setRate(exporter: Exporter, domain: ExporterDomain, header: ExportHeader): number {
  return domainRate(domain) || header.samplingRate || exporter.fallbackRate
}

function setSource(exporter: Exporter, domain: ExporterDomain, header: ExportHeader): number {
  if (domainRate(domain) > 0) return samplingSource.options
  if (header.samplingRate > 0) return samplingSource.header
  return exporter.fallbackIsOverride ? samplingSource.router : samplingSource.account
}
