// What the address bar of the pages about advertising holds. Pure and small: the router reads it before a page is loaded.

export interface AnnounceSearch {
  /** Opens the dialog that announces: `new`, for a prefix, or again what the announcement with this id (32 hex digits) was. */
  readonly announce?: string
  /** Beside a prefix: id of a signature, and which of its FlowSpec rules, from 0. */
  readonly signature?: string
  readonly rule?: string
}

const named = (name: 'signature' | 'rule', value: unknown, pattern: RegExp) =>
  typeof value === 'string' && pattern.test(value) ? { [name]: value } : {}

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readAnnounceSearch(search: Readonly<Record<string, unknown>>): AnnounceSearch {
  const { announce, signature, rule } = search
  if (typeof announce !== 'string' || !/^(?:new|[0-9a-f]{32}|[0-9a-f:.]{2,45}\/\d{1,3})$/.test(announce)) return {}
  return { announce, ...named('signature', signature, /^[0-9a-f]{32}$/), ...named('rule', rule, /^\d$/) }
}

export interface HistorySearch {
  readonly prefix?: string
  /** From 2 on; the first is left out. */
  readonly page?: string
}

export function readHistorySearch(search: Readonly<Record<string, unknown>>): HistorySearch {
  const { prefix, page } = search
  return {
    ...(typeof prefix === 'string' && /^[0-9a-f:./]{1,49}$/i.test(prefix) ? { prefix } : {}),
    ...(typeof page === 'string' && /^[1-9]\d{0,5}$/.test(page) && page !== '1' ? { page } : {}),
  }
}
