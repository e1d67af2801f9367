// What the address bar holds: time range, unit and filters, so that a link shows the same view to somebody else.
import type { Metric } from '../api/flow-groups.ts'
import { preference } from '../shell/preferences.ts'
import { conditionText, parseCondition, type FlowCondition } from './filter.ts'
import { rangeNames, toTimeText, type RangeName, type TimeChoice } from './time-range.ts'
import { readUnitSearch } from './unit-search.ts'

/** Search parameters as they stand in the URL; what is the default is left out. */
export interface ViewSearch {
  readonly range?: string
  readonly from?: string
  readonly to?: string
  readonly unit?: string
  readonly is?: readonly string[]
  readonly not?: readonly string[]
}

export interface View {
  readonly time: TimeChoice
  readonly metric: Metric
  readonly conditions: readonly FlowCondition[]
}

export const defaultRange: RangeName = '5m'
const mostConditions = 50

/** `?a=1&is=x&is=y` to an object: `is` and `not` are lists, all else is text. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(text)
  const search: Record<string, string | string[]> = {}
  for (const [name, value] of parameters) search[name] = name === 'is' || name === 'not' ? parameters.getAll(name) : value
  return search
}

/** The reverse. `:` and `/` may stand in a query (RFC 3986 §3.4) and are left readable. */
export function writeSearch(search: Readonly<Record<string, unknown>>): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(search)) {
    const values = Array.isArray(value) ? value : [value]
    for (const item of values) {
      if (typeof item !== 'string') continue
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(item).replaceAll('%3A', ':').replaceAll('%2F', '/')}`)
    }
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, mostConditions) : []
}

function readTime(search: Readonly<Record<string, unknown>>): TimeChoice {
  const from = Date.parse(text(search['from']) ?? '')
  const to = Date.parse(text(search['to']) ?? '')
  if (from < to) return { kind: 'fixed', from, to }
  const name = rangeNames.find((range) => range === search['range'])
  return { kind: 'preset', name: name ?? defaultRange }
}

function readConditions(values: unknown, exclude: boolean): FlowCondition[] {
  return texts(values).flatMap((value) => parseCondition(value, exclude) ?? [])
}

/** Reads a view from search parameters of unknown origin; what makes no sense is ignored. */
export function readView(search: Readonly<Record<string, unknown>>): View {
  return {
    time: readTime(search),
    metric: readUnitSearch(search).unit ?? preference('unit'),
    conditions: [...readConditions(search['is'], false), ...readConditions(search['not'], true)],
  }
}

/** The shortest search parameters that mean this view. */
export function writeView(view: View): ViewSearch {
  const is = view.conditions.filter((condition) => !condition.exclude).map(conditionText)
  const not = view.conditions.filter((condition) => condition.exclude).map(conditionText)
  const { time } = view
  return {
    ...(time.kind === 'fixed' ? { from: toTimeText(time.from), to: toTimeText(time.to) } : {}),
    ...(time.kind === 'preset' && time.name !== defaultRange ? { range: time.name } : {}),
    ...(view.metric === 'bits' && preference('unit') === 'bits' ? {} : { unit: view.metric }),
    ...(is.length > 0 ? { is } : {}),
    ...(not.length > 0 ? { not } : {}),
  }
}
