// What the address bar of the incidents' list holds. Pure and small: the router reads it before the page is loaded.

export interface IncidentSearch {
  readonly state?: 'open' | 'closed'
  /** Id of a rule. */
  readonly rule?: string
  /** From 2 on; the first is left out. */
  readonly page?: string
}

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readIncidentSearch(search: Readonly<Record<string, unknown>>): IncidentSearch {
  const { state, rule, page } = search
  return {
    ...(state === 'open' || state === 'closed' ? { state } : {}),
    ...(typeof rule === 'string' && /^[0-9a-f]{32}$/.test(rule) ? { rule } : {}),
    ...(typeof page === 'string' && /^[1-9]\d{0,5}$/.test(page) && page !== '1' ? { page } : {}),
  }
}
