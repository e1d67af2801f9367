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
}

const longest = { name: 256, prefixes: 4096 } as const

/** Reads search parameters of unknown origin. */
export function readNewRuleSearch(search: Readonly<Record<string, unknown>>): NewRuleSearch {
  const { name, prefixes, limit } = search
  const left = leftOf(search['left'])
  return {
    ...readUnitSearch(search),
    ...(typeof name === 'string' && name.length <= longest.name && name !== '' ? { name } : {}),
    ...(typeof prefixes === 'string' && prefixes.length <= longest.prefixes && /^[0-9a-f:./,]+$/i.test(prefixes) ? { prefixes } : {}),
    ...(typeof limit === 'string' && /^[1-9]\d{0,15}$/.test(limit) ? { limit } : {}),
    ...(left.length > 0 ? { left: left.join() } : {}),
  }
}

/** The dimensions in a list with commas. */
export function leftOf(list: unknown): Dimension[] {
  return typeof list === 'string' ? list.split(',').flatMap((name) => dimensionNames.find((known) => known === name) ?? []) : []
}

const hostPrefix = (address: string) => `${address}/${address.includes(':') ? 128 : 32}`

// With less than half of the traffic a destination is not what the view is about.
const mostly = 0.5

/** The destinations that the filters name, else the network of the one that gets most of it. */
function prefixesOf({ conditions, destinations, metric }: Looked): string[] {
  const named = conditions.filter(({ dimension, exclude }) => dimension === 'destinationAddress' && !exclude)
  if (named.length > 0) return named.map(({ value }) => hostPrefix(value))
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
  readonly conditions: readonly FlowCondition[]
  readonly metric: Metric
  /** The first destinations of the view. */
  readonly destinations: readonly FlowGroup[]
  readonly points: readonly Point[]
}

/** What a rule cannot say of a view: it has nothing but prefixes. */
const unsaid = ({ dimension, exclude }: FlowCondition) => dimension !== 'destinationAddress' || exclude

export function ruleOfView(looked: Looked): NewRuleSearch {
  const prefixes = prefixesOf(looked)
  const limit = limitOfView(looked.points)
  const left = [...new Set(looked.conditions.filter(unsaid).map(({ dimension }) => dimension))]
  return {
    unit: looked.metric,
    ...(prefixes[0] === undefined ? {} : { name: `to-${prefixes[0].replaceAll(/[:/]+/g, '-')}`, prefixes: prefixes.join() }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(left.length > 0 ? { left: left.join() } : {}),
  }
}
