// Settles by which factor each flow's counters are to be multiplied, and says where the factor was learnt. Precedence:
// the record itself, the options table, the header, the router's setting in Drawbridge, the account's default
// (contract §1.7).
import type { FlowBatch } from '../contract/flow-batch.ts'
import { samplingSource } from '../contract/flow-columns.ts'
import type { ExportHeader } from '../wire/export-header.ts'
import { samplerIds } from '../wire/record-writer.ts'
import { domainRate, samplerOrInterfaceRate } from '../wire/sampling-options.ts'
import type { FlowTemplate } from '../wire/template.ts'
import type { Exporter, ExporterDomain } from './exporter.ts'

/** Rows of a batch that came in one set, and whose they are. */
export interface SampledSet {
  readonly exporter: Exporter
  readonly domain: ExporterDomain
  readonly header: ExportHeader
  readonly template: FlowTemplate
  readonly batch: FlowBatch
  /** First row, and the one after the last. */
  readonly from: number
  readonly to: number
}

/** A factor and its `samplingSource` code. */
interface Answer {
  readonly rate: number
  readonly source: number
}

/** Writes `sampling_rate` and `sampling_source`. A rate that a record carries stays. */
export function settleSampling(set: SampledSet): void {
  const { sampling_rate: rates, sampling_source: sources, in_if: inputs, out_if: outputs } = set.batch.columns
  const { domain, template, from, to } = set
  const answer = setAnswer(set)
  if (template.samplerField < 0 && !template.hasRate && !domain.tellsByInterface) {
    rates.fill(answer.rate, from, to)
    sources.fill(answer.source, from, to)
    return
  }
  for (let row = from; row < to; row++) {
    if (template.hasRate && rates[row] !== 0) {
      sources[row] = samplingSource.record
      continue
    }
    const sampler = template.samplerField < 0 ? Number.NaN : samplerIds[row - from]
    const told = domain.tellsByInterface
      ? samplerOrInterfaceRate(domain, sampler, inputs[row], outputs[row])
      : Number.isNaN(sampler)
        ? undefined
        : domain.samplers.get(sampler)
    rates[row] = told ?? answer.rate
    sources[row] = told === undefined ? answer.source : samplingSource.options
  }
}

/** The answer for records that tell neither a rate nor a known sampler. */
function setAnswer({ exporter, domain, header }: SampledSet): Answer {
  const told = domainRate(domain)
  if (told > 0) return { rate: told, source: samplingSource.options }
  if (header.samplingRate > 0) return { rate: header.samplingRate, source: samplingSource.header }
  return fallback(exporter)
}

/** What is assumed of a router that tells nothing. */
export function fallback(exporter: Exporter): Answer {
  return { rate: exporter.fallbackRate, source: exporter.fallbackIsOverride ? samplingSource.router : samplingSource.account }
}
