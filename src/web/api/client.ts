// The query client: what is retried, and that a 401 anywhere leads to the sign-in page.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiFailure } from './envelope.ts'

// Two more attempts: enough for a restart of the server, short enough to show an error before the reader gives up.
const attempts = 2

function mayHelp(failures: number, error: Error): boolean {
  const final = error instanceof ApiFailure && error.status >= 400 && error.status < 500
  return !final && failures < attempts
}

/** @param onSignedOut called when the server no longer knows the session */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiFailure && error.status === 401) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: mayHelp, retryDelay: 1000, refetchOnWindowFocus: true, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
}
