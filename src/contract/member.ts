// People of an account, how they sign in, and API tokens, as the wire has them.
import type { Role, Scope } from './scopes.ts'

/** Somebody who may sign in to an account. Times are RFC 3339 in UTC. */
export interface Member {
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
  readonly role: Role
  /** Whether this is who asks. */
  readonly you: boolean
  /** False for somebody who was invited and has not been here yet. */
  readonly joined: boolean
  readonly has_password: boolean
  readonly created_at: string
  /** Null for who never signed in. */
  readonly last_seen_at: string | null
  /** Browsers that are signed in. */
  readonly sessions: number
  /** Tokens that can be used. */
  readonly tokens: number
}

/** A member and the link to sign in with, once. The secret of the link is in this answer and nowhere else. */
export interface Invitation {
  readonly member: Member
  /**
   * Path and fragment below the address of the dashboard: `/sign-in#link=…`. No mail is sent. Null for somebody who also belongs
   * to an account that whoever asks does not administer, and signs in there.
   */
  readonly link: string | null
  readonly expires_at: string | null
}

/** A browser that is signed in. */
export interface BrowserSession {
  readonly id: string
  /** Whether it is the one that asks. */
  readonly this_one: boolean
  readonly created_at: string
  readonly used_at: string
  readonly expires_at: string
  /** How it was opened. */
  readonly with: 'link' | 'password' | 'token'
  /** What the browser said of itself, shortened; null for sessions from before this was kept. */
  readonly user_agent: string | null
}

/** An API token or global key without its secret, which nobody can show again. */
export interface ApiToken {
  readonly id: string
  /** `key` is a global key, used with X-Auth-Email and X-Auth-Key. */
  readonly kind: 'token' | 'key'
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly created_at: string
  readonly expires_at: string | null
  readonly revoked_at: string | null
  readonly last_used_at: string | null
  /** Whose it is: what it may do ends where this member's role ends. */
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
}

/** The answer to the making of a token. */
export interface NewApiToken extends ApiToken {
  readonly secret: string
}

/** Characters of a password, at the least and at the most. */
export const passwordLength = { least: 12, most: 256 } as const
