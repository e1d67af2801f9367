// Signs in, and goes where somebody wanted to go.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { signIn, signInByPassword } from '../api/actions.ts'
import type { Member } from '../../contract/member.ts'
import { accountsQuery } from '../api/queries.ts'
import { meQuery } from '../api/settings-queries.ts'
import { shownAccount } from '../shell/account.ts'
import { keepWay } from './way.ts'

export type Credential =
  | { readonly way: 'secret'; readonly secret: string; readonly invited: boolean }
  | { readonly way: 'password'; readonly email: string; readonly password: string }

/** Somebody who has to be asked for a password before going on. */
export interface Newcomer {
  readonly account: string
  readonly me: Member
}

function send(credential: Credential): Promise<void> {
  return credential.way === 'secret' ? signIn(credential.secret) : signInByPassword(credential.email, credential.password)
}

/** @param onNewcomer who came by an invitation and has no password yet */
export function useSignIn(onNewcomer: (newcomer: Newcomer) => void) {
  const client = useQueryClient()
  const leave = useLeave()
  return useMutation({
    mutationFn: send,
    onSuccess: async (_, credential) => {
      client.clear()
      keepWay(credential.way)
      const newcomer = credential.way === 'secret' && credential.invited ? await newcomerOf() : undefined
      if (newcomer === undefined) await leave()
      else onNewcomer(newcomer)
    },
  })

  async function newcomerOf(): Promise<Newcomer | undefined> {
    try {
      const account = shownAccount(await client.fetchQuery(accountsQuery))
      if (account === undefined) return undefined
      const me = await client.fetchQuery(meQuery(account.id))
      return me.has_password ? undefined : { account: account.id, me }
    } catch {
      // Signed in all the same: a password can be set later, in the settings.
      return undefined
    }
  }
}

/** Goes to the page that somebody wanted, or to the first. */
export function useLeave(): () => Promise<void> {
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })
  return () => navigate({ href: next ?? '/', replace: true })
}
