// What a sender has told about its records, in the form in which collectors pass it on to each other.
import type { TemplateField } from '../../wire/template.ts'
import type { DeclaredDomain } from '../../wire/session/declarations.ts'

export type ToldByExporter = {
  /** Its address. */
  readonly exporter: string
  /** `exportProtocol` code. */
  readonly protocol: number
  readonly domain: number
} & (
  | { readonly kind: 'template'; readonly id: number; readonly fields: readonly TemplateField[]; readonly scope: number | null }
  | { readonly kind: 'sampler'; readonly id: number | null; readonly rate: number }
  | { readonly kind: 'boot'; readonly ms: number }
)

/** Only what came with its datagrams: what was known before, the collectors know too. */
export function toldByExporter(domains: Iterable<DeclaredDomain>): ToldByExporter[] {
  return [...domains].flatMap((domain) => [templatesOf(domain), samplersOf(domain), bootOf(domain)].flat())
}

function templatesOf({ exporter, protocol, domain, declared }: DeclaredDomain): ToldByExporter[] {
  const announced = [...declared.values()].filter(({ announcements, withdrawn }) => announcements > 0 && !withdrawn)
  return announced.map(({ template: { id, fields, scope } }) => ({ kind: 'template', exporter, protocol, domain, id, fields, scope }))
}

function samplersOf({ exporter, protocol, domain, samplers, wideRate }: DeclaredDomain): ToldByExporter[] {
  const wide = wideRate > 0 ? [[null, wideRate] as const] : []
  return [...samplers, ...wide].map(([id, rate]) => ({ kind: 'sampler', exporter, protocol, domain, id, rate }))
}

function bootOf({ exporter, protocol, domain, bootMs }: DeclaredDomain): ToldByExporter[] {
  return bootMs > 0 ? [{ kind: 'boot', exporter, protocol, domain, ms: bootMs }] : []
}
