// A line of the audit log as a sentence: who did what to what, by the facts that the line has.
import type { AuditLine } from '../../contract/settings.ts'
import { roles } from '../../contract/scopes.ts'
import { messages } from '../messages.ts'
import { auditMessages } from '../messages/audit.ts'
import { serverSettingsMessages } from '../messages/server-settings.ts'
import { settingsMessages } from '../messages/settings.ts'

const text = auditMessages
type Facts = Readonly<Record<string, unknown>>

// What has a name is called by it; the rest by its target. Facts of one action each, so the first that is there is it.
const nameKeys = ['email', 'name', 'prefix', 'cidr', 'destination_conf', 'colo'] as const
const nested = ['rule', 'after', 'prefix', 'to', 'config'] as const
const shownNames = 3

function factsIn(value: unknown): Facts | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : undefined
}

function nameIn(facts: Facts): string | undefined {
  const found = nameKeys.map((key) => facts[key]).find((value) => typeof value === 'string' && value !== '')
  return typeof found === 'string' ? found : undefined
}

function namesOf(list: unknown): string | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined
  const names = list.map((item) => nameIn(factsIn(item) ?? {}) ?? messages.none)
  return messages.list(names.length > shownNames ? [...names.slice(0, shownNames), text.more(names.length - shownNames)] : names)
}

/** Ids are long and say nothing: their beginning is enough to find them again. */
function shortTarget(target: string): string {
  return /^[\da-f]{32}$/.test(target) ? target.slice(0, 8) : target
}

const settingNames: Readonly<Record<string, string>> = {
  ...serverSettingsMessages.data.names,
  own_networks: serverSettingsMessages.networks.title,
}

/** `Single flows 7 → 5` where both are figures. */
function settingChange(name: string, { from, to }: Facts = {}): string {
  const known = settingNames[name] ?? name
  return typeof from === 'number' && typeof to === 'number' ? `${known} ${from} → ${to}` : known
}

/** What it was done to. */
export function subjectOf({ action, target, detail }: AuditLine): string {
  if (action === 'settings.edit') return messages.list(target.split(' ').map((name) => settingChange(name, factsIn(detail[name]))))
  const inner = nested.map((key) => factsIn(detail[key])).find((facts) => facts !== undefined && nameIn(facts) !== undefined)
  return nameIn(detail) ?? (inner && nameIn(inner)) ?? namesOf(detail['rules']) ?? shortTarget(target)
}

const roleIn = (facts: unknown) => factsIn(facts)?.['role']

function roleName(role: unknown): string | undefined {
  const known = roles.find((name) => name === role)
  return known && settingsMessages.roles[known]
}

function deedOf(line: AuditLine): string {
  const what = subjectOf(line)
  const from = roleName(roleIn(line.detail['from']))
  const to = roleName(roleIn(line.detail['to']))
  if (line.action === 'member.edit' && from !== undefined && to !== undefined && from !== to) return text.roleChange(what, from, to)
  return text.deeds[line.action]?.(what) ?? text.other(line.action, what)
}

/** `Administrator made the rule SYN flood`. */
export function sentenceOf(line: AuditLine): string {
  return text.line(line.user?.name ?? text.nobody, deedOf(line))
}

/** The reason that somebody gave, empty where none was asked for. */
export function reasonOf({ detail: { why } }: AuditLine): string {
  return typeof why === 'string' ? why : ''
}

/** How an action is called in the list of filters. */
export function nounName(noun: string): string {
  return text.nouns[noun] ?? noun
}
