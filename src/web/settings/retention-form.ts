// How long data is to be kept: what was typed, what is wrong with it, and what a change does to what is stored.
import {
  retentionNames,
  type RetentionName,
  type Setting,
  type Settings,
  type SettingsChange,
  type StoredTier,
} from '../../contract/settings.ts'

const day = 86_400_000
/** Of the configuration: a hundred years. */
export const mostDays = 36_500

/** By name: what was typed, or null for the default. What was not touched is not there. */
export type RetentionForm = Readonly<Partial<Record<RetentionName, string | null>>>

/** Days that a form asks for; undefined where it is no number of days. */
export function daysOf(form: RetentionForm, name: RetentionName, setting: Setting<number>): number | undefined {
  const typed = form[name]
  if (typed === undefined) return setting.value
  if (typed === null) return setting.default
  return /^[1-9]\d{0,4}$/.test(typed.trim()) && Number(typed) <= mostDays ? Number(typed) : undefined
}

export type RetentionProblem = { readonly kind: 'number' } | { readonly kind: 'order'; readonly longer: RetentionName }

// What is summed up is kept as long as what it was summed up from.
const order: readonly (readonly [RetentionName, RetentionName])[] = [
  ['raw_days', 'minute_days'],
  ['minute_days', 'hour_days'],
  ['top_days', 'hour_days'],
]

export function retentionProblem(form: RetentionForm, name: RetentionName, { retention }: Settings): RetentionProblem | undefined {
  const days = daysOf(form, name, retention[name])
  if (days === undefined) return { kind: 'number' }
  if (form[name] === undefined) return undefined
  const longer = order.find(([first, second]) => first === name && (daysOf(form, second, retention[second]) ?? days) < days)?.[1]
  return longer === undefined ? undefined : { kind: 'order', longer }
}

/** What is to be sent for one; undefined where nothing changes. */
function wantedDays(form: RetentionForm, name: RetentionName, setting: Setting<number>): number | null | undefined {
  if (form[name] === null) return setting.source === 'settings' ? null : undefined
  const days = daysOf(form, name, setting)
  return days === setting.value ? undefined : days
}

/** What is to be sent; only what differs from what holds. */
export function retentionChange(form: RetentionForm, { retention }: Settings): NonNullable<SettingsChange['retention']> {
  const wanted = retentionNames.map((name) => [name, wantedDays(form, name, retention[name])] as const)
  return Object.fromEntries(wanted.filter(([, days]) => days !== undefined))
}

const tiers: Readonly<Partial<Record<RetentionName, StoredTier['name']>>> = {
  raw_days: 'raw',
  minute_days: 'minute',
  hour_days: 'hour',
  top_days: 'top',
}

export function tierOf({ stored }: Settings, name: RetentionName): StoredTier | undefined {
  return stored?.find((tier) => tier.name === tiers[name])
}

export interface Estimate {
  /** Bytes that a shorter time deletes. */
  readonly drops: number
  /** Before this everything is deleted, ms since 1970. */
  readonly before: number
  /** Bytes that will be there once the time is full, at the present rate; undefined where nothing tells. */
  readonly full: number | undefined
}

// Less than that tells nothing about a day's worth.
const leastSpan = 3_600_000

/** As if every day brought as much as the mean of those that are stored. */
export function estimate({ bytes, oldest }: StoredTier, days: number, now: number): Estimate {
  const span = oldest === null ? 0 : now - Date.parse(oldest)
  const before = now - days * day
  const perMs = span < leastSpan ? undefined : bytes / span
  return {
    drops: perMs === undefined ? 0 : Math.round(Math.max(0, span - days * day) * perMs),
    before,
    full: perMs === undefined ? undefined : Math.round(perMs * days * day),
  }
}

export interface Outlook {
  /** Bytes that the change deletes. */
  readonly drops: number
  /** Whether a time becomes shorter, also of what has no bytes to tell. */
  readonly shortens: boolean
  /** Bytes that are needed beyond those in use, once every tier is full. */
  readonly needs: number
}

/** What the whole form does. */
export function outlook(form: RetentionForm, settings: Settings, now: number): Outlook {
  const change = retentionChange(form, settings)
  const after = (name: RetentionName) => daysOf(form, name, settings.retention[name]) ?? settings.retention[name].value
  const stored = retentionNames.flatMap((name) => {
    const tier = tierOf(settings, name)
    return tier === undefined ? [] : [{ tier, changed: name in change, ...estimate(tier, after(name), now) }]
  })
  return {
    drops: stored.reduce((sum, { changed, drops }) => sum + (changed ? drops : 0), 0),
    shortens: retentionNames.some((name) => name in change && after(name) < settings.retention[name].value),
    needs: stored.reduce((sum, { tier, full }) => sum + (full === undefined ? 0 : full - tier.bytes), 0),
  }
}
