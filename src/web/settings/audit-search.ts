// What the address bar holds of the audit log: which lines are shown.
import type { AuditQuestion } from '../api/settings-queries.ts'

const hour = 3_600_000
/** Milliseconds of each span; `any` has no bound. */
const spans = { any: undefined, '1h': hour, '24h': 24 * hour, '7d': 168 * hour, '30d': 720 * hour, '90d': 2160 * hour } as const
export type SpanName = keyof typeof spans
export const spanNames = Object.keys(spans) as readonly SpanName[]

export interface AuditSearch {
  readonly action: string
  readonly user: string
  readonly since: SpanName
}

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readAuditSearch(search: Readonly<Record<string, unknown>>): AuditSearch {
  const { action, user, since } = search
  return {
    action: typeof action === 'string' && /^[a-z][a-z\d_]{0,63}\.[a-z\d_]{0,64}$/.test(action) ? action : '',
    user: typeof user === 'string' && /^[\da-f]{32}$/.test(user) ? user : '',
    since: spanNames.find((name) => name === since) ?? 'any',
  }
}

/** The shortest search parameters that mean it. */
export function writeAuditSearch({ action, user, since }: AuditSearch): Record<string, string> {
  return { ...(action !== '' && { action }), ...(user !== '' && { user }), ...(since !== 'any' && { since }) }
}

export function questionOf({ action, user, since }: AuditSearch): AuditQuestion {
  return { action, user, span: spans[since] }
}

/** The parts before the dot, and the actions of the one that is chosen. */
export function actionChoices(actions: readonly string[], chosen: string): readonly string[] {
  const nouns = [...new Set(actions.map((action) => `${action.split('.', 1)[0]}.`))]
  const noun = chosen === '' ? '' : `${chosen.split('.', 1)[0]}.`
  const known = noun === '' || nouns.includes(noun) ? nouns : [...nouns, noun]
  const single = actions.filter((action) => noun !== '' && action.startsWith(noun))
  return known.flatMap((name) => (name === noun ? [name].concat(single) : name))
}
