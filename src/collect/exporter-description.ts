// Describes what a thread knows of one exporter, when somebody asks; and joins what several threads know.
import type { RouterEvictions, RouterHealth, SamplerHealth, TemplateHealth } from '../contract/exporter-health.ts'
import { exportProtocol, type ExportProtocolName } from '../contract/flow-columns.ts'
import { dropReasonName } from '../wire/sflow-drop-reasons.ts'
import type { Exporter, ExporterDomain } from './exporter.ts'
import { otherReason, type ExporterNotes } from './exporter-notes.ts'
import { templateFindings } from './template-health.ts'

/** The parts of a router's health that only the threads know. */
export type ExporterDescription = Pick<
  RouterHealth,
  'templates' | 'samplers' | 'drops' | 'skipped_formats' | 'vrfs' | 'applications' | 'processor' | 'host' | 'ethernet' | 'evicted'
>

/** Templates, samplers and names that are told of one router; the caps of the collector are far beyond what anybody reads. */
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
    ...(notes?.names(maxTold) ?? { vrfs: [], applications: [] }),
    processor: notes?.device.processor() ?? null,
    host: notes?.device.host() ?? null,
    ethernet: notes?.device.ethernet() ?? [],
    evicted: { ...exporter.evicted, notes: notes?.refused ?? 0 },
  }
}

function addTemplates({ protocol, domain, templates, samplers, wideRate }: ExporterDomain, to: TemplateHealth[]): void {
  const isRateTold = wideRate > 0 || samplers.size > 0
  for (const [id, { template, seenAt }] of templates.entries()) {
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

/** One description of what several threads know: all of them know the templates and names, each has its own counts. */
export function joinDescriptions(parts: readonly ExporterDescription[]): ExporterDescription {
  const drops = new Map<number, ExporterDescription['drops'][number]>()
  const skipped = new Map<string, number>()
  for (const part of parts) {
    for (const drop of part.drops) drops.set(drop.reason, { ...drop, packets: drop.packets + (drops.get(drop.reason)?.packets ?? 0) })
    for (const { format, count } of part.skipped_formats) skipped.set(format, (skipped.get(format) ?? 0) + count)
  }
  return {
    templates: merged(
      parts,
      'templates',
      ({ protocol, domain, id }) => `${protocol} ${domain} ${id}`,
      ({ last_seen }) => last_seen,
    ),
    samplers: merged(parts, 'samplers', (one) => `${one.protocol} ${one.domain} ${one.id} ${one.interface}`),
    drops: [...drops.values()].sort((a, b) => b.packets - a.packets),
    skipped_formats: [...skipped].map(([format, count]) => ({ format, count })).sort((a, b) => b.count - a.count),
    vrfs: merged(parts, 'vrfs', ({ id }) => `${id}`).sort((a, b) => a.id - b.id),
    applications: merged(parts, 'applications', ({ id }) => id).sort((a, b) => (a.name < b.name ? -1 : 1)),
    processor: latest(parts.map(({ processor }) => processor)),
    host: latest(parts.map(({ host }) => host)),
    ethernet: merged(
      parts,
      'ethernet',
      (one) => `${one.if_index}`,
      ({ updated }) => updated,
    ).sort((a, b) => a.if_index - b.if_index),
    evicted: parts.map(({ evicted }) => evicted).reduce(addEvictions, { templates: 0, samplers: 0, domains: 0, notes: 0 }),
  }
}

type Listed = 'templates' | 'samplers' | 'vrfs' | 'applications' | 'ethernet'

/** What several threads know by key; of two the one whose time is later. */
function merged<K extends Listed>(
  parts: readonly ExporterDescription[],
  list: K,
  keyOf: (entry: ExporterDescription[K][number]) => string,
  timeOf: (entry: ExporterDescription[K][number]) => string = () => '',
): ExporterDescription[K][number][] {
  const known = new Map<string, ExporterDescription[K][number]>()
  for (const part of parts) {
    for (const entry of part[list]) {
      const other = known.get(keyOf(entry))
      if (other === undefined || timeOf(other) < timeOf(entry)) known.set(keyOf(entry), entry)
    }
  }
  return [...known.values()].slice(0, maxTold)
}

function latest<T extends { readonly updated: string }>(all: readonly (T | null)[]): T | null {
  return all.reduce((best, one) => (one === null || (best !== null && best.updated >= one.updated) ? best : one), null)
}

function addEvictions(a: RouterEvictions, b: RouterEvictions): RouterEvictions {
  return {
    templates: a.templates + b.templates,
    samplers: a.samplers + b.samplers,
    domains: a.domains + b.domains,
    notes: a.notes + b.notes,
  }
}
