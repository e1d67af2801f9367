// The live check as long as the page is open: opened with it, asked for every second while the page is to be seen,
// opened again when it has expired meanwhile, closed when the page is left.
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { RouterCheck, RouterCheckRequest } from '../../contract/router-check.ts'
import { ApiFailure } from '../api/envelope.ts'
import { closeCheck, lookAtCheck, openCheck } from '../api/router-check-actions.ts'
import { useAccount } from '../shell/account.ts'

const lookInterval = 1000
// What was refused will be refused again, unless somebody closes a check elsewhere.
const refusedInterval = 5000

async function lookOrOpen(account: string, request: RouterCheckRequest, known: RouterCheck | undefined, signal: AbortSignal) {
  if (known !== undefined) {
    try {
      return await lookAtCheck(account, known.id, signal)
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 404)) throw error
    }
  }
  const opened = await openCheck(account, request)
  // The page was left while it was being opened: nobody would close it.
  if (signal.aborted) closeCheck(account, opened.id)
  return opened
}

export function useRouterCheck({ expected = '', guide = '' }: RouterCheckRequest): UseQueryResult<RouterCheck> {
  const account = useAccount()
  const client = useQueryClient()
  const queryKey = useMemo(() => ['router-check', account, expected, guide] as const, [account, expected, guide])
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      const request = { ...(expected && { expected }), ...(guide && { guide }) }
      return lookOrOpen(account, request, client.getQueryData<RouterCheck>(queryKey), signal)
    },
    refetchInterval: ({ state }) => (state.error instanceof ApiFailure && state.error.status > 0 ? refusedInterval : lookInterval),
    retry: false,
    placeholderData: keepPreviousData,
  })
  useEffect(() => {
    const leave = () => {
      const known = client.getQueryData<RouterCheck>(queryKey)
      if (known !== undefined) closeCheck(account, known.id)
      client.removeQueries({ queryKey, exact: true })
    }
    // Closing the tab unmounts nothing.
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      leave()
    }
  }, [account, client, queryKey])
  return query
}
