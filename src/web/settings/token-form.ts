// What a new token may do: presets, groups of scopes, and which come along with others.
import { hasScope, roleScopes, scopeNames, type Scope } from '../../contract/scopes.ts'

export const presetNames = ['read', 'terraform', 'grafana', 'all', 'choose'] as const
export type PresetName = (typeof presetNames)[number]

/** Of every preset but `choose`, which has those that somebody chose. */
const presets: Readonly<Record<Exclude<PresetName, 'choose'>, readonly Scope[]>> = {
  read: roleScopes.viewer,
  terraform: ['mnm:admin', 'notifications:write'],
  grafana: ['mnm:read', 'analytics:read'],
  all: ['admin'],
}

export const scopeGroups = {
  monitoring: ['mnm:read', 'mnm:write', 'mnm:admin'],
  flows: ['analytics:read'],
  alerts: ['notifications:read', 'notifications:write'],
  advertising: ['advertisements:read', 'advertisements:write', 'prefixes:write'],
  captures: ['captures:read', 'captures:packets', 'captures:write', 'agents:write'],
  filtering: ['signatures:read', 'signatures:write', 'firewall:read', 'firewall:write'],
  administration: ['admin'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export const groupNames = Object.keys(scopeGroups) as readonly (keyof typeof scopeGroups)[]

export interface TokenForm {
  readonly name: string
  readonly preset: PresetName
  /** What was chosen one by one. */
  readonly chosen: readonly Scope[]
  /** Days, or `never`. */
  readonly end: string
}

export const newTokenForm: TokenForm = { name: '', preset: 'read', chosen: ['mnm:read'], end: '90' }

export function scopesOf({ preset, chosen }: Pick<TokenForm, 'preset' | 'chosen'>): readonly Scope[] {
  return preset === 'choose' ? chosen : presets[preset]
}

/** Whether a scope comes along with another one that is chosen. */
export function comesAlong(chosen: readonly Scope[], scope: Scope): boolean {
  return hasScope(
    chosen.filter((other) => other !== scope),
    scope,
  )
}

/** Those that say it all: what comes along with others is left out. */
export function shortest(chosen: readonly Scope[]): readonly Scope[] {
  return chosen.filter((scope) => !comesAlong(chosen, scope))
}

/** Whether somebody with these scopes may give them away. */
export function mayGive(own: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every((scope) => hasScope(own, scope))
}

/** The preset that these scopes are, if they are one. */
export function presetOf(granted: readonly Scope[]): Exclude<PresetName, 'choose'> | undefined {
  const all = (list: readonly Scope[]) => scopeNames.filter((scope) => hasScope(list, scope)).join(' ')
  const wanted = all(granted)
  return presetNames.find((name) => name !== 'choose' && all(presets[name]) === wanted) as Exclude<PresetName, 'choose'> | undefined
}

const day = 86_400_000

/** RFC 3339; undefined for a token without an end. */
export function endOf(end: string, now: number): string | undefined {
  return end === 'never' ? undefined : new Date(now + Number(end) * day).toISOString()
}
