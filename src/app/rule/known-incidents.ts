// The times of incidents that prefixes have had: what was measured in them never says what is normal.
import type { IncidentSummary } from '../../contract/incident.ts'
import { parsePrefix, type AddressRange } from '../../enrich/address-text.ts'
import { compareWords, contains } from './address-order.ts'
import type { State } from '../context.ts'

/** Seconds since 1970; `to` is excluded. */
export interface IncidentTime {
  readonly from: number
  readonly to: number
}

/** Those that are looked at, the latest first. */
const maxIncidents = 10_000

/** Times of incidents of the account that overlap a time and some of the prefixes; an open one has no end. */
export async function knownIncidents(
  state: State,
  { account, prefixes, from, to }: { account: number; prefixes: readonly string[]; from: number; to: number },
): Promise<IncidentTime[]> {
  const [first, last] = [from, to].map((second) => new Date(second * 1000).toISOString()) as [string, string]
  const rows = await state
    .selectFrom('incident')
    .select('summary')
    .where('account', '=', account)
    .where('started_at', '<', last)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', first)]))
    .orderBy('started_at', 'desc')
    .limit(maxIncidents)
    .execute()
  const watched = new PrefixSet(prefixes)
  return rows.flatMap(({ summary }) => {
    // Written by writeIncident and by nobody else.
    const { started_at, ended_at, targets } = JSON.parse(summary) as IncidentSummary
    if (!targets.some((target) => watched.overlaps(target))) return []
    return [{ from: Date.parse(started_at) / 1000, to: ended_at === null ? Infinity : Date.parse(ended_at) / 1000 }]
  })
}

/** Whether a minute lies in one of them, or touches it. @param minute its first second */
export function inIncident(minute: number, incidents: readonly IncidentTime[]): boolean {
  return incidents.some(({ from, to }) => minute < to && minute + 60 > from)
}

/** Addresses that some prefixes cover. */
class PrefixSet {
  /** In order and apart: a prefix within another is left out. */
  readonly #ranges: AddressRange[] = []

  constructor(prefixes: readonly string[]) {
    // Of two that begin together the larger comes first.
    const ranges = prefixes
      .flatMap((text) => parsePrefix(text) ?? [])
      .toSorted((a, b) => compareWords(a.start, b.start) || compareWords(b.end, a.end))
    for (const range of ranges) {
      const last = this.#ranges.at(-1)
      if (last === undefined || !contains(last, range)) this.#ranges.push(range)
    }
  }

  overlaps(prefix: string): boolean {
    const range = parsePrefix(prefix)
    if (range === undefined) return false
    // The last one that begins at or before its end.
    let [low, high] = [0, this.#ranges.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = this.#ranges[middle]
      if (at !== undefined && compareWords(at.start, range.end) <= 0) low = middle + 1
      else high = middle
    }
    const found = this.#ranges[low - 1]
    return found !== undefined && compareWords(found.end, range.start) >= 0
  }
}
