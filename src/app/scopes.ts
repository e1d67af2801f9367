// What a credential may do, and the check that every verb begins with.
import { ApiError } from '../contract/api-errors.ts'
import type { Principal } from './context.ts'

interface ScopeRow {
  readonly description: string
  /** Scopes that it brings along. */
  readonly includes: readonly string[]
  /** Names of the original's permissions that it stands for, for people who move over. */
  readonly cloudflarePermissions: readonly string[]
}

export const scopes = {
  'mnm:read': {
    description: 'Read the configuration, routers, ledger and live traffic',
    includes: [],
    cloudflarePermissions: ['Magic Network Monitoring Config Read'],
  },
  'mnm:write': {
    description: 'Change the configuration and the routers',
    includes: ['mnm:read'],
    cloudflarePermissions: ['Magic Network Monitoring Config Write', 'Magic Network Monitoring Admin'],
  },
  'analytics:read': {
    description: 'Ask questions about flows by GraphQL',
    includes: [],
    cloudflarePermissions: ['Account Analytics Read'],
  },
  admin: {
    description: 'Everything, and tokens',
    includes: ['mnm:read', 'mnm:write', 'analytics:read'],
    cloudflarePermissions: ['Account Settings Write', 'API Tokens Write'],
  },
} as const satisfies Record<string, ScopeRow>

export type Scope = keyof typeof scopes
export const scopeNames = Object.keys(scopes) as readonly Scope[]

/** Whether the scopes of a credential suffice for one. */
export function hasScope(granted: readonly Scope[], wanted: Scope): boolean {
  return granted.some((scope) => scope === wanted || (scopes[scope].includes as readonly Scope[]).includes(wanted))
}

/** @throws ApiError forbidden */
export function requireScope(principal: Principal, wanted: Scope): void {
  if (!hasScope(principal.scopes, wanted)) throw new ApiError('forbidden')
}
