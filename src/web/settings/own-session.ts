// How this browser signed in: by token it acts for a program, which must not change what is a person's own.
import { useQuery } from '@tanstack/react-query'
import { sessionsQuery } from '../api/settings-queries.ts'
import { useAccount } from '../shell/account.ts'

/** For so long after a sign-in by link the present password is not asked for: whoever forgot it comes by link. */
const linkMilliseconds = 15 * 60_000

export interface OwnSession {
  readonly byToken: boolean
  /** Whether the server takes a new password without the present one. */
  readonly freshLink: (now: number) => boolean
}

/** While nothing is known, everything is offered: the server has the last word. */
export function useOwnSession(): OwnSession {
  const { data } = useQuery(sessionsQuery(useAccount()))
  const own = data?.find(({ this_one: thisOne }) => thisOne)
  return {
    byToken: own?.with === 'token',
    freshLink: (now) => own?.with === 'link' && now - Date.parse(own.created_at) < linkMilliseconds,
  }
}
