// What the address bar of the pages about signatures and firewall holds. Pure.

const id = /^[0-9a-f]{32}$/
const page = /^[1-9]\d{0,5}$/

export interface NewSignatureSearch {
  /** Id of a capture or an incident: the attack. */
  readonly capture?: string
  readonly incident?: string
  /** Id of a signature whose request is the beginning of the new one. */
  readonly again?: string
}

type Search = Readonly<Record<string, unknown>>
const known = <K extends string>(name: K, value: unknown, pattern: RegExp): Partial<Record<K, string>> =>
  (typeof value === 'string' && pattern.test(value) ? { [name]: value } : {}) as Partial<Record<K, string>>

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readNewSignatureSearch({ capture, incident, again }: Search): NewSignatureSearch {
  return { ...known('capture', capture, id), ...known('incident', incident, id), ...known('again', again, id) }
}

/** From 1. */
export const readPage = (search: Search): number => Number(known('page', search['page'], page).page ?? 1)

export interface FirewallSearch {
  /** Opens the dialog that deploys: `new`, or a filter of a signature (its id). */
  readonly deploy?: string
  /** Id of a rule that is deployed again. */
  readonly again?: string
}

export function readFirewallSearch({ deploy, again }: Search): FirewallSearch {
  return { ...known('deploy', deploy, /^(?:new|[0-9a-f]{32})$/), ...known('again', again, id) }
}
