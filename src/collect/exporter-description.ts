// Describes what a thread knows of one exporter, when somebody asks; and joins what several threads know.
import type { RouterHealth, SamplerHealth, TemplateHealth } from '../contract/exporter-health.ts'
import { exportProtocol, type ExportProtocolName } from '../contract/flow-columns.ts'
import { dropReasonName } from '../wire/sflow-drop-reasons.ts'
import type { Exporter, ExporterDomain } from './exporter.ts'
import { otherReason, type ExporterNotes } from './exporter-notes.ts'
import { templateFindings } from './template-health.ts'

/** The parts of a router's health that only the threads know. */
export type ExporterDescription = Pick<RouterHealth, 'templates' | 'samplers' | 'drops' | 'skipped_formats'>

/** Templates and samplers that are told of one router; the caps of the collector are far beyond what anybody reads. */
const maxTold = 1000

const protocolNames: ReadonlyMap<number, ExportProtocolName> = new Map(
  // The keys of the table are the names.
  Object.entries(exportProtocol).map(([name, code]) => [code, name as ExportProtocolName]),
)

function protocolName(code: number): ExportProtocolName {
  return protocolNames.get(code) ?? 'unknown'
}

export function describeExporter(exporter: Exporter, notes: ExporterNotes | undefined): ExporterDescription {
  const templates: TemplateHealth[] = []
  const samplers: SamplerHealth[] = []
  for (const domain of exporter.domains()) {
    addTemplates(domain, templates)
    addSamplers(domain, samplers)
  }
  return {
    templates,
    samplers,
    drops: (notes?.drops() ?? []).map(({ reason, packets }) => ({
      reason,
      name: reason === otherReason ? 'other' : dropReasonName(reason),
      packets,
    })),
    skipped_formats: notes?.skipped() ?? [],
  }
}

function addTemplates({ protocol, domain, templates, samplers, wideRate }: ExporterDomain, to: TemplateHealth[]): void {
  const isRateTold = wideRate > 0 || samplers.size > 0
  for (const [id, { template, seenAt }] of templates) {
    if (to.length >= maxTold) return
    to.push({
      protocol: protocolName(protocol),
      domain,
      id,
      kind: template.scope === null ? 'data' : 'options',
      fields: template.fields.length,
      last_seen: new Date(seenAt).toISOString(),
      ...templateFindings(template, isRateTold),
    })
  }
}

function addSamplers({ protocol, domain, samplers, wideRate }: ExporterDomain, to: SamplerHealth[]): void {
  const origin = { protocol: protocolName(protocol), domain }
  if (wideRate > 0 && to.length < maxTold) to.push({ ...origin, id: null, interface: null, rate: wideRate })
  for (const [id, rate] of samplers) {
    if (to.length >= maxTold) return
    // Below 0 is an interface: see interfaceSampler in wire.
    to.push(id < 0 ? { ...origin, id: null, interface: -1 - id, rate } : { ...origin, id, interface: null, rate })
  }
}

/** One description of what several threads know: all of them know the templates, each has its own counts. */
export function joinDescriptions(parts: readonly ExporterDescription[]): ExporterDescription {
  const templates = new Map<string, TemplateHealth>()
  const samplers = new Map<string, SamplerHealth>()
  const drops = new Map<number, ExporterDescription['drops'][number]>()
  const skipped = new Map<string, number>()
  for (const part of parts) {
    for (const template of part.templates) {
      const key = `${template.protocol} ${template.domain} ${template.id}`
      const known = templates.get(key)
      if (known === undefined || known.last_seen < template.last_seen) templates.set(key, template)
    }
    for (const sampler of part.samplers) samplers.set(`${sampler.protocol} ${sampler.domain} ${sampler.id} ${sampler.interface}`, sampler)
    for (const drop of part.drops) drops.set(drop.reason, { ...drop, packets: drop.packets + (drops.get(drop.reason)?.packets ?? 0) })
    for (const { format, count } of part.skipped_formats) skipped.set(format, (skipped.get(format) ?? 0) + count)
  }
  return {
    templates: [...templates.values()].slice(0, maxTold),
    samplers: [...samplers.values()].slice(0, maxTold),
    drops: [...drops.values()].sort((a, b) => b.packets - a.packets),
    skipped_formats: [...skipped].map(([format, count]) => ({ format, count })).sort((a, b) => b.count - a.count),
  }
}
