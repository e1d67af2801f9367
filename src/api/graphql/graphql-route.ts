// The GraphQL endpoint on the server: who may ask, what a request looks like, and how failures are told.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireScope } from '../../app/scopes.ts'
import { parseInput } from '../../app/validation.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { z } from 'zod'
import type { Principal } from '../../app/context.ts'
import type { Authenticated, Authenticator } from '../authenticator.ts'
import { basePath } from '../route-table.ts'
import type { GraphqlService } from './graphql-service.ts'

export const graphqlPath = `${basePath}/graphql`

const input = z.object(
  {
    query: z.string({ error: 'must be text' }),
    variables: z.record(z.string(), z.unknown(), { error: 'must be a JSON object' }).nullish(),
    operationName: z.string({ error: 'must be text' }).nullish(),
  },
  { error: 'must be a JSON object with a query' },
)

/** Clients that name it want the answer as the specification has it; some of them do not read the original's. */
const specificationType = 'application/graphql-response+json'

/** Adds the endpoint to a scope whose requests are authenticated before. */
export function addGraphqlRoute(
  server: FastifyInstance,
  { service, authenticator }: { readonly service: GraphqlService; readonly authenticator: Authenticator },
): void {
  server.post(graphqlPath, async (request, reply) => {
    const body = parseInput(input, request.body, 'invalid_request')
    const principal = principalNamed(authenticator.who(request), body)
    requireScope(principal, 'analytics:read')
    const bySpecification = request.headers.accept?.includes(specificationType) === true
    const text = await service.run({ principal, body, bySpecification, signal: goneSignal(request, reply) })
    return reply.type('application/json').send(text)
  })
  server.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: graphqlPath,
    handler: async (_request, reply) => {
      reply.header('allow', 'POST')
      throw new ApiError('method_not_allowed')
    },
  })
}

/**
 * The path names no account: the first that the question names and the credential may use is the one that is asked about. The
 * resolvers refuse every other.
 */
function principalNamed({ principal, principals }: Authenticated, { query, variables }: z.output<typeof input>): Principal {
  if (principals.length === 1) return principal
  const named = `${query} ${JSON.stringify(variables)}`.match(/\b[0-9a-f]{32}\b/g) ?? []
  return named.flatMap((id) => principals.filter(({ account }) => account.id === id))[0] ?? principal
}

/** Aborted when the client hangs up before it has its answer. */
function goneSignal(_request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
