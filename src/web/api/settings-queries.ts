// Questions of the settings pages: who I am, who is here, tokens, what is kept, who changed what.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ApiToken, BrowserSession, Member } from '../../contract/member.ts'
import type { AuditPage, Settings } from '../../contract/settings.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

/** Everything that the settings pages read; what they do makes it stale. */
export const settingsKey = (account: string) => ['settings', account] as const

// Others change it rarely: reading it again now and then keeps "seen 2 min ago" true.
const refetchInterval = 30_000

function ask<T>(account: string, rest: string) {
  return queryOptions({
    queryKey: [...settingsKey(account), rest],
    queryFn: ({ signal }) => request<T>({ path: drawbridgePath(account, rest), signal }),
    refetchInterval,
  })
}

export const meQuery = (account: string) => ask<Member>(account, 'me')
export const sessionsQuery = (account: string) => ask<readonly BrowserSession[]>(account, 'me/sessions')
export const membersQuery = (account: string) => ask<readonly Member[]>(account, 'members')
export const tokensQuery = (account: string) => ask<readonly ApiToken[]>(account, 'tokens')
export const serverSettingsQuery = (account: string) => ask<Settings>(account, 'settings')

/** Which lines of the audit log; what is empty is not asked for. */
export interface AuditQuestion {
  /** An action, or the part before the dot with the dot. */
  readonly action: string
  /** Id of a user. */
  readonly user: string
  /** Milliseconds before now; undefined for all. */
  readonly span: number | undefined
}

interface AuditReach {
  readonly before: number | undefined
  readonly limit: number
}

export function readAudit(
  account: string,
  { action, user, span }: AuditQuestion,
  reach: AuditReach,
  signal?: AbortSignal,
): Promise<AuditPage> {
  const parameters = new URLSearchParams({ limit: String(reach.limit) })
  if (action !== '') parameters.set('action', action)
  if (user !== '') parameters.set('user', user)
  if (span !== undefined) parameters.set('since', new Date(Date.now() - span).toISOString())
  if (reach.before !== undefined) parameters.set('before', String(reach.before))
  return request<AuditPage>({ path: drawbridgePath(account, `audit?${parameters}`), ...(signal && { signal }) })
}

const auditPageLines = 50

export function auditQuery(account: string, question: AuditQuestion) {
  return infiniteQueryOptions({
    queryKey: [...settingsKey(account), 'audit', question],
    queryFn: ({ pageParam, signal }) => readAudit(account, question, { before: pageParam, limit: auditPageLines }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}
