// A rule from what somebody looks at: its prefixes, a name, and a limit that what is usual there stays below. Pure.
import type { FlowGroup, Metric } from '../api/flow-groups.ts'
import { dimensionNames, type Dimension, type FlowCondition } from './filter.ts'
import { networkOf } from './networks.ts'
import type { Point } from './series.ts'
import { readUnitSearch, type UnitSearch } from './unit-search.ts'

/** Search parameters of the page that makes a rule; all but the unit only fill in its form. */
export interface NewRuleSearch extends UnitSearch {
  readonly name?: string
  /** With commas between them. */
  readonly prefixes?: string
  /** A second, in the unit; a whole number. */
  readonly limit?: string
  /** Dimensions of the view that no rule knows, with commas between them. */
  readonly left?: string
  /** The filter of a question of which no rule knows more than destinations. */
  readonly beside?: string
}

const longest = { name: 256, prefixes: 4096, beside: 4096 } as const

/** Reads search parameters of unknown origin. */
export function readNewRuleSearch(search: Readonly<Record<string, unknown>>): NewRuleSearch {
  const { name, prefixes, limit, beside } = search
  const left = leftOf(search['left'])
  return {
    ...readUnitSearch(search),
    ...(typeof name === 'string' && name.length <= longest.name && name !== '' ? { name } : {}),
    ...(typeof prefixes === 'string' && prefixes.length <= longest.prefixes && /^[0-9a-f:./,]+$/i.test(prefixes) ? { prefixes } : {}),
    ...(typeof limit === 'string' && /^[1-9]\d{0,15}$/.test(limit) ? { limit } : {}),
    ...(left.length > 0 ? { left: left.join() } : {}),
    ...(typeof beside === 'string' && beside.length <= longest.beside && beside !== '' ? { beside } : {}),
  }
}

/** The dimensions in a list with commas. */
export function leftOf(list: unknown): Dimension[] {
  return typeof list === 'string' ? list.split(',').flatMap((name) => dimensionNames.find((known) => known === name) ?? []) : []
}

const hostPrefix = (address: string) => `${address}/${address.includes(':') ? 128 : 32}`

// With less than half of the traffic a destination is not what the view is about.
const mostly = 0.5

/** The network of the destination that gets most of it. */
function busiestOf({ destinations, metric }: Looked): string[] {
  const [first] = destinations.toSorted((a, b) => b[metric] - a[metric])
  const total = destinations.reduce((sum, group) => sum + group[metric], 0)
  const network = first !== undefined && first[metric] >= total * mostly ? networkOf(String(first.key)) : undefined
  return network === undefined ? [] : [network]
}

// Twice what is usual leaves room for a busy hour, and is passed by what deserves a look.
const room = 2

/** Two digits are all that such a limit is worth. */
const roundUp = (value: number) => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.ceil(value / unit) * unit
}

/** Twice the median: a spike in the view does not raise it. Half of the peak where there is traffic in the spike only. */
export function limitOfView(points: readonly Point[]): number | undefined {
  const sorted = points.map(([, value]) => value).sort((a, b) => a - b)
  const peak = sorted.at(-1) ?? 0
  if (peak < 1) return undefined
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  return roundUp(Math.max(1, median >= 1 ? median * room : peak / 2))
}

export interface Looked {
  readonly metric: Metric
  /** The first destinations of what is looked at. */
  readonly destinations: readonly FlowGroup[]
  readonly points: readonly Point[]
}

/** @param named what the filters name; where they name nothing the destination that gets most of it stands in */
function ruleOf(looked: Looked, named: readonly string[]): NewRuleSearch {
  const prefixes = named.length > 0 ? named : busiestOf(looked)
  const limit = limitOfView(looked.points)
  return {
    unit: looked.metric,
    ...(prefixes[0] === undefined ? {} : { name: `to-${prefixes[0].replaceAll(/[:/]+/g, '-')}`, prefixes: prefixes.join() }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  }
}

/** What a rule cannot say of a view: it has nothing but prefixes. */
const unsaid = ({ dimension, exclude }: FlowCondition) => dimension !== 'destinationAddress' || exclude

export function ruleOfView({ conditions, ...looked }: Looked & { readonly conditions: readonly FlowCondition[] }): NewRuleSearch {
  const named = conditions.filter((condition) => !unsaid(condition)).map(({ value }) => hostPrefix(value))
  const left = [...new Set(conditions.filter(unsaid).map(({ dimension }) => dimension))]
  return { ...ruleOf(looked, named), ...(left.length > 0 ? { left: left.join() } : {}) }
}

/** `dst 192.0.2.1`, `destinationAddress = 192.0.2.0/24`, `dst in {192.0.2.1, 2001:db8::/48}`. */
const destinationCondition = /^(?:dst|destination|destinationAddress|ip\.dst|dst\.ip)\s+(?:==?\s*|in\s*)?(\{[\s\d.,:/a-f]+\}|[\d.:/a-f]+)$/i

/**
 * The prefixes that a filter names, where nothing in it is an alternative to them, and whether it says more.
 * What is written in another way is found by who gets the traffic.
 */
function destinationsIn(filter: string): { readonly named: readonly string[]; readonly more: boolean } {
  const text = filter.trim()
  if (text === '') return { named: [], more: false }
  if (/[()"]|\bor\b|\|\|/i.test(text)) return { named: [], more: true }
  const found = text.split(/\s+and\s+|\s*&&\s*/i).map((part) => destinationCondition.exec(part)?.[1])
  const list = found.find((value) => value !== undefined)
  const values = list === undefined ? [] : list.replaceAll(/[{}]/g, '').split(/[\s,]+/)
  const named = values.filter((value) => value !== '').map((value) => (value.includes('/') ? value : hostPrefix(value)))
  return { named, more: found.length !== 1 || list === undefined }
}

/** A rule of a question in the filter language. */
export function ruleOfQuestion({ filter, ...looked }: Looked & { readonly filter: string }): NewRuleSearch {
  const { named, more } = destinationsIn(filter)
  return { ...ruleOf(looked, named), ...(more && filter.length <= longest.beside ? { beside: filter.trim() } : {}) }
}
