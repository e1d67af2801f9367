// Questions about signatures: which there are, and all that is known of one.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Signature } from '../../contract/signature.ts'
import { request, requestPage } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export const signaturesPerPage = 25

const atWork = ({ state }: Pick<Signature, 'state'>) => state === 'queued' || state === 'running'

/** One page, the newest first; without reports. */
export function signaturesQuery(account: string, page: number) {
  return queryOptions({
    queryKey: ['signatures', account, 'list', page],
    queryFn: ({ signal }) =>
      requestPage<Signature>({ path: drawbridgePath(account, `signatures?page=${page}&per_page=${signaturesPerPage}`), signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(atWork) === true ? 1000 : 5000),
    retry: false,
    placeholderData: keepPreviousData,
  })
}

/** One with its report, every second while it is derived or measured. What is done changes only by an edit. */
export function signatureQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['signatures', account, 'one', id],
    queryFn: ({ signal }) => request<Signature>({ path: drawbridgePath(account, `signatures/${id}`), signal }),
    refetchInterval: ({ state }) => (state.data === undefined || atWork(state.data) ? 1000 : 15_000),
    retry: false,
  })
}
