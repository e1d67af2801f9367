// The list of own networks as it was typed, and what of it can be saved.
import { readPrefixes, type PrefixList } from '../view/prefix-list.ts'

/** One a line. */
export function networkText(networks: readonly string[]): string {
  return networks.join('\n')
}

const one = (prefix: string) => prefix.toLowerCase()

/** Whether two lists hold the same, in whatever order. */
export function sameNetworks(some: readonly string[], others: readonly string[]): boolean {
  const wanted = new Set(some.map(one))
  return wanted.size === new Set(others.map(one)).size && others.every((prefix) => wanted.has(one(prefix)))
}

/** Of these the ones that the list lacks, each once. */
export function missingNetworks(list: PrefixList, suggested: readonly string[]): readonly string[] {
  const there = new Set(list.prefixes.map(one))
  return [...new Set(suggested)].filter((prefix) => !there.has(one(prefix)))
}

/** The text with more lines at its end. */
export function withNetworks(typed: string, more: readonly string[]): string {
  return networkText([...(typed.trim() === '' ? [] : [typed.trimEnd()]), ...more])
}

/** The prefix that an error of the API is about: `/own_networks/3` is the fourth of what was sent. */
export function refusedNetwork(pointer: string, typed: string): string | undefined {
  const index = /^\/own_networks\/(\d+)$/.exec(pointer)?.[1]
  return index === undefined ? undefined : readPrefixes(typed).prefixes[Number(index)]
}
