// What the address bar of the pages about captures holds. Pure and small.

export interface NewCaptureSearch {
  /** Text in the filter language. */
  readonly filter?: string
  /** RFC 3339: packets from before this time, from samples. */
  readonly before?: string
  /** Id of a capture whose request is the beginning of the new one. */
  readonly again?: string
}

const longestFilter = 4096

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readNewCaptureSearch(search: Readonly<Record<string, unknown>>): NewCaptureSearch {
  const { filter, before, again } = search
  return {
    ...(typeof filter === 'string' && filter.length <= longestFilter ? { filter } : {}),
    ...(typeof before === 'string' && !Number.isNaN(Date.parse(before)) ? { before } : {}),
    ...(typeof again === 'string' && /^[0-9a-f]{32}$/.test(again) ? { again } : {}),
  }
}

export interface CaptureSearch {
  /** The packet that is shown, from 0. */
  readonly packet?: string
  /** From 2 on; the first is left out. */
  readonly page?: string
}

export function readCaptureSearch(search: Readonly<Record<string, unknown>>): CaptureSearch {
  const { packet, page } = search
  return {
    ...(typeof packet === 'string' && /^\d{1,9}$/.test(packet) ? { packet } : {}),
    ...(typeof page === 'string' && /^[1-9]\d{0,6}$/.test(page) && page !== '1' ? { page } : {}),
  }
}
