// What who is signed in may do, by the scopes that the server tells.
import { useQuery } from '@tanstack/react-query'
import type { Scope } from '../../contract/scopes.ts'
import { statusQuery } from '../api/queries.ts'
import { useAccount } from './account.ts'

/** Whether one of them is there. Undefined while it is not known. */
export function useMayAny(wanted: readonly Scope[]): boolean | undefined {
  const { data } = useQuery(statusQuery(useAccount()))
  return data?.scopes && wanted.some((scope) => data.scopes?.includes(scope))
}

/** Undefined while it is not known: offer it then, the server has the last word. */
export function useMay(scope: Scope): boolean | undefined {
  return useMayAny([scope])
}
