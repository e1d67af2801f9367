// What somebody has chosen on the page Set-up: in the address bar, so that a link shows it to somebody else, and
// remembered by the browser for the next router. Names and meanings of the parameters never change: links are kept.
import type { RouterGuideSummary, RouterGuideVariant } from '../../contract/router-config.ts'

/** As typed; empty where the guide, the link or the server decides. */
export interface SetUpForm {
  /** Id of a guide. */
  readonly guide: string
  readonly variant: string
  readonly protocol: string
  /** null until somebody has typed: then what is advised stands there. */
  readonly collector: string | null
  readonly port: string
  readonly router: string
  /** Names with commas or spaces between them. */
  readonly interfaces: string
  readonly sampling: string
  /** Mbit/s. */
  readonly link: string
}

export type SetUpField = keyof SetUpForm

const fields = ['guide', 'variant', 'protocol', 'collector', 'port', 'router', 'interfaces', 'sampling', 'link'] as const
// What another router has in common with the last one.
const remembered = ['guide', 'variant', 'protocol', 'collector', 'port', 'link'] as const satisfies readonly SetUpField[]
const longest = 2000

type Search = Readonly<Record<string, unknown>>

function textOf(search: Search, name: string): string {
  const value = search[name]
  return typeof value === 'string' ? value.slice(0, longest) : ''
}

/** Reads search parameters of unknown origin. */
export function readForm(search: Search): SetUpForm {
  const [guide, variant, protocol, collector, port, router, interfaces, sampling, link] = fields.map((name) => textOf(search, name))
  return {
    guide: guide ?? '',
    variant: variant ?? '',
    protocol: protocol ?? '',
    collector: collector || null,
    port: port ?? '',
    router: router ?? '',
    interfaces: interfaces ?? '',
    sampling: sampling ?? '',
    link: link ?? '',
  }
}

/** The shortest search parameters that mean this form. */
export function writeForm(form: SetUpForm): Record<string, string> {
  return Object.fromEntries(fields.flatMap((name) => (form[name] ? [[name, form[name]]] : [])))
}

/** What the next router is likely to have as well. */
export function rememberedOf(form: SetUpForm): Record<string, string> {
  return Object.fromEntries(remembered.flatMap((name) => (form[name] ? [[name, form[name]]] : [])))
}

/** A link with a guide says all of it; one without is about a router of the kind that was set up last. */
export function beginForm(search: Search, last: Search): SetUpForm {
  return readForm(textOf(search, 'guide') === '' ? { ...last, ...search } : search)
}

export function chosenVariant(guide: RouterGuideSummary, form: SetUpForm): RouterGuideVariant | undefined {
  return guide.variants.find(({ id }) => id === form.variant) ?? guide.variants[0]
}

/** The form without a release and a protocol that the guide does not have, as an old link may name. */
export function fitted(form: SetUpForm, guide: RouterGuideSummary): SetUpForm {
  const variant = chosenVariant(guide, form)
  const protocol = variant?.protocols.find((name) => name === form.protocol)
  return { ...form, variant: variant?.id ?? '', protocol: protocol ?? '' }
}

/** The change that chooses a guide: what was said about another one does not hold for it. */
export function withGuide(guide: string): Partial<SetUpForm> {
  return { guide, variant: '', protocol: '', interfaces: '', sampling: '' }
}

/** Query of `GET router-configs/:guide`. What makes no sense is told by the server, with the field. */
export function configSearch(form: SetUpForm, collector: string): string {
  const asked = {
    collector,
    port: form.port.trim(),
    protocol: form.protocol,
    variant: form.variant,
    router: form.router.trim(),
    interfaces: form.interfaces
      .split(/[\s,]+/)
      .filter(Boolean)
      .join(','),
    sampling: form.sampling.trim(),
    link_mbps: form.link,
  }
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== '')).toString()
}

const fieldNames: Readonly<Record<string, SetUpField>> = { '/link_mbps': 'link' }

/** The field that a refusal is about, by its JSON pointer. */
export function fieldAt(pointer: string): SetUpField | undefined {
  const name = /^\/(\w+)/.exec(pointer)?.[1]
  return fieldNames[`/${name}`] ?? fields.find((field) => field === name)
}

/** An address as far as it can be told without the server: half a one is not looked for. */
export function isWholeAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^(?=.*:.*:)[\da-f:]{2,39}$/i.test(text)
}

/** The page's own host name, unless only this machine can reach it by that name. */
export function reachableHost(hostname: string): string {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return /^(localhost|127\.|::1$)/.test(bare) ? '' : bare
}
