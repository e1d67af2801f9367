// Sends what the editor asks to the server, with the session of the page.
import { ApiFailure, requestJson } from '../api/envelope.ts'
import { messages } from '../messages.ts'

export interface GraphqlQuestion {
  readonly query: string
  readonly variables?: unknown
  readonly operationName?: string | null | undefined
}

/**
 * @returns the answer as it came, also one that is only errors: the editor shows them
 * @throws ApiFailure when nobody is signed in any more, or nothing answers
 */
export async function askGraphql({ query, variables, operationName }: GraphqlQuestion): Promise<object> {
  const { status, body } = await requestJson({
    method: 'POST',
    path: '/client/v4/graphql',
    body: { query, variables: variables ?? null, operationName: operationName ?? null },
  })
  if (status === 401 || typeof body !== 'object' || body === null) throw new ApiFailure(status, 0, messages.failure.title(status))
  return body
}
