// What exporters tell that outlives its datagram: templates, samplers, boot times, names. Stored here for the thread, told
// on to the other threads and to the disk, recalled from there, withdrawn, and forgotten when it is not repeated.
import type { OptionsValue } from '../wire/flow-host.ts'
import { bootTime, samplerRate } from '../wire/sampling-options.ts'
import { sameFields, type FlowTemplate, type TemplateField } from '../wire/template.ts'
import { maxSamplersPerDomain, maxTemplatesPerDomain, type Exporter, type ExporterDomain } from './exporter.ts'
import type { ExporterNotesTable } from './exporter-notes.ts'
import type { ExporterTable } from './exporter-table.ts'
import type { ExporterMemory } from './messages.ts'
import { toldName, type ToldName } from './told-names.ts'

export interface ExporterKnowledgeDependencies {
  readonly table: ExporterTable
  readonly notes: ExporterNotesTable
  /** Told what other threads and the next start must know, when it is new and now and then while it is repeated. */
  readonly remember: (memory: ExporterMemory) => void
  readonly forget: (exporter: string, protocol: number, domain: number, id: number) => void
  /** A template is there that was not, or was another. */
  readonly onTemplate: (exporter: Exporter, domain: ExporterDomain, id: number, template: FlowTemplate) => void
}

/** Who tells something, in which domain, and when: milliseconds since 1970. */
export interface Teller {
  readonly exporter: Exporter
  readonly domain: ExporterDomain
  readonly now: number
}

export interface TemplateDefinition {
  readonly fields: readonly TemplateField[]
  /** Leading scope fields of an options template, null for a data template. */
  readonly scope: number | null
}

/** How often something that is repeated is told again; more often where templates live for a shorter time. */
const longestRetellMs = 600_000

/** Ids of withdrawals that mean all templates, and all options templates, of a domain (RFC 7011 §8.1). */
const allData = 2
const allOptions = 3

export class ExporterKnowledge {
  readonly #lifetimeMs: number
  readonly #retellMs: number
  readonly #deps: ExporterKnowledgeDependencies

  constructor(templateLifetimeMs: number, deps: ExporterKnowledgeDependencies) {
    this.#lifetimeMs = templateLifetimeMs
    this.#retellMs = Math.min(longestRetellMs, templateLifetimeMs / 3)
    this.#deps = deps
  }

  /** @throws WireError bad_template */
  defineTemplate(teller: Teller, id: number, definition: TemplateDefinition): void {
    const { exporter, domain, now } = teller
    const known = domain.templates.get(id)
    if (known !== undefined && sameFields(known.template, definition.fields, definition.scope)) {
      domain.templates.repeat(id, now)
      if (now - known.toldAt < this.#retellMs) return
      known.toldAt = now
    } else this.#store(teller, id, definition)
    const { fields, scope } = definition
    this.#deps.remember({
      kind: 'template',
      exporter: exporter.address,
      protocol: domain.protocol,
      domain: domain.domain,
      id,
      fields,
      scope,
    })
  }

  #store({ exporter, domain, now }: Teller, id: number, { fields, scope }: TemplateDefinition): void {
    const { templates } = domain
    const { budgets } = this.#deps.table
    const template = budgets.definitions.compile(id, fields, scope)
    const oldest = templates.size >= maxTemplatesPerDomain && templates.get(id) === undefined ? templates.oldest() : undefined
    if (oldest !== undefined) {
      templates.delete(oldest)
      exporter.noteEvicted('templates')
    }
    templates.set(id, { template, seenAt: now, toldAt: now })
    this.#deps.onTemplate(exporter, domain, id, template)
  }

  withdrawTemplate({ exporter, domain }: Teller, id: number): void {
    for (const gone of withdrawn(domain, id)) this.#deps.forget(exporter.address, domain.protocol, domain.domain, gone)
  }

  optionsRecord(teller: Teller, values: readonly OptionsValue[]): void {
    const { exporter, domain, now } = teller
    const sampler = samplerRate(values)
    if (sampler !== null) this.#sampler(teller, sampler.id, sampler.rate)
    const boot = bootTime(values)
    if (boot !== null) this.#boot(teller, boot)
    const name = toldName(values)
    if (name !== null && this.#deps.notes.of(exporter.address).noteName(name, now, this.#retellMs))
      // A name holds for the whole router, whichever domain told it.
      this.#deps.remember(memoryOfName(name, exporter.address, domain.protocol))
  }

  #sampler(teller: Teller, id: number | null, rate: number): void {
    const { exporter, domain, now } = teller
    const isNew = this.#learnSampler(teller, id, rate)
    if (!domain.retelling.isDue(id ?? 'domain', now, this.#retellMs) && !isNew) return
    this.#deps.remember({ kind: 'sampler', exporter: exporter.address, protocol: domain.protocol, domain: domain.domain, id, rate })
  }

  /** @returns whether it was news */
  #learnSampler({ exporter, domain }: Pick<Teller, 'exporter' | 'domain'>, id: number | null, rate: number): boolean {
    if (id === null) {
      const isNew = domain.wideRate !== rate
      domain.wideRate = rate
      return isNew
    }
    // The keys of interfaces lie below 0: see interfaceSampler.
    if (id < 0) domain.tellsByInterface = true
    if (domain.samplers.get(id) === rate) return false
    if (domain.samplers.size >= maxSamplersPerDomain && !domain.samplers.has(id)) evictSampler(exporter, domain)
    domain.samplers.set(id, rate)
    return true
  }

  #boot({ exporter, domain, now }: Teller, ms: number): void {
    const isNew = domain.bootMs !== ms
    domain.bootMs = ms
    if (!domain.retelling.isDue('boot', now, this.#retellMs) && !isNew) return
    this.#deps.remember({ kind: 'boot', exporter: exporter.address, protocol: domain.protocol, domain: domain.domain, ms })
  }

  /** Learns what another thread, or an earlier run, was told. */
  recall(exporter: Exporter, memory: ExporterMemory, now: number): void {
    if (memory.kind === 'interface' || memory.kind === 'vrf' || memory.kind === 'application') {
      this.#deps.notes.of(exporter.address).noteName(memory, now, this.#retellMs)
      return
    }
    const domain = exporter.domain(memory.protocol, memory.domain)
    if (memory.kind === 'sampler') this.#learnSampler({ exporter, domain }, memory.id, memory.rate)
    else if (memory.kind === 'boot') domain.bootMs = memory.ms
    else this.#recallTemplate({ exporter, domain, now }, memory.id, memory)
  }

  #recallTemplate(teller: Teller, id: number, definition: TemplateDefinition): void {
    const { templates } = teller.domain
    const known = templates.get(id)
    // Told again by another thread, the exporter is still at it.
    if (known !== undefined && sameFields(known.template, definition.fields, definition.scope)) templates.repeat(id, teller.now)
    else this.#store(teller, id, definition)
  }

  /** Forgets a template that was withdrawn in another thread. */
  withdrawnElsewhere(exporter: Exporter, protocol: number, domain: number, id: number): void {
    exporter.knownDomain(protocol, domain)?.templates.delete(id)
  }

  /** Forgets templates that were not repeated for their lifetime. */
  expire(now: number): void {
    const oldest = now - this.#lifetimeMs
    for (const exporter of this.#deps.table.exporters()) for (const { templates } of exporter.domains()) templates.expire(oldest)
  }
}

/** Deletes the templates that an id withdraws. @returns the ids of those that were there */
function withdrawn({ templates }: ExporterDomain, id: number): readonly number[] {
  if (id === allData) return templates.deleteKind('data')
  if (id === allOptions) return templates.deleteKind('options')
  return templates.delete(id) ? [id] : []
}

function evictSampler(exporter: Exporter, { samplers }: ExporterDomain): void {
  const [oldest] = samplers.keys()
  if (oldest === undefined) return
  samplers.delete(oldest)
  exporter.noteEvicted('samplers')
}

/** Written out, as spreading two objects takes longer than decoding the record. */
function memoryOfName(told: ToldName, exporter: string, protocol: number): ExporterMemory {
  const { kind, name } = told
  if (kind === 'interface') return { kind, exporter, protocol, domain: 0, id: told.id, name, description: told.description }
  if (kind === 'vrf') return { kind, exporter, protocol, domain: 0, id: told.id, name }
  return { kind, exporter, protocol, domain: 0, application: told.application, name }
}
