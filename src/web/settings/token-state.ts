// Whether a token works, and how long still.
import type { ApiToken } from '../../contract/member.ts'

export type TokenState = 'usable' | 'ended' | 'revoked'

export function tokenState({ revoked_at: revoked, expires_at: expires }: ApiToken, now: number): TokenState {
  if (revoked !== null) return 'revoked'
  return expires !== null && Date.parse(expires) <= now ? 'ended' : 'usable'
}

const soonSeconds = 14 * 86_400

/** Seconds until its end, where that is soon enough to make a new one. */
export function endsSoon({ expires_at: expires }: ApiToken, now: number): number | undefined {
  if (expires === null) return undefined
  const seconds = (Date.parse(expires) - now) / 1000
  return seconds > 0 && seconds < soonSeconds ? seconds : undefined
}
