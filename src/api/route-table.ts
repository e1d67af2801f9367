// The form of a route of the v4 API and how a table of them is put on the server: who may call it, what it answers, and
// a proper answer to every other method on its path.
import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'
import type { AppContext, Principal } from '../app/context.ts'
import type { TokenView } from '../app/token/rows.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { Authenticator } from './authenticator.ts'
import { successBody } from './envelope.ts'

export interface Call {
  readonly context: AppContext
  readonly principal: Principal
  /** The API token that was used, if one was. */
  readonly token: TokenView | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: unknown
  /** Parsed JSON, undefined without a body. */
  readonly body: unknown
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/client/v4`. One with `:account_id` is open to that account's own credentials only. */
  readonly path: string
  /** What it returns is the result, or an Answer. */
  readonly handle: (call: Call) => unknown
}

export const basePath = '/client/v4'

const allMethods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const accountId = /^[0-9a-f]{32}$/

/** Adds the routes to a scope whose requests are authenticated before. */
export function addRoutes(
  server: FastifyInstance,
  routes: readonly Route[],
  dependencies: { readonly context: AppContext; readonly authenticator: Authenticator },
): void {
  for (const { method, path, handle } of routes) {
    server.route({
      method,
      url: basePath + path,
      handler: async (request) => successBody(await handle(callOf(request, dependencies))),
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) refuseOtherMethods(server, path, routes)
}

function refuseOtherMethods(server: FastifyInstance, path: string, routes: readonly Route[]): void {
  const allowed: readonly HTTPMethods[] = routes.filter((route) => route.path === path).map(({ method }) => method)
  const method = allMethods.filter((method) => !allowed.includes(method))
  server.route({
    method: [...method],
    url: basePath + path,
    handler: async (_request, reply) => {
      reply.header('allow', allowed.join(', '))
      throw new ApiError('method_not_allowed')
    },
  })
}

function callOf(request: FastifyRequest, { context, authenticator }: { context: AppContext; authenticator: Authenticator }): Call {
  const { principal, token } = authenticator.who(request)
  // fastify fills params from the placeholders of the path, as text.
  const params = request.params as Record<string, string>
  const account = params['account_id']
  if (account !== undefined) {
    if (!accountId.test(account)) throw new ApiError('no_route', { path: pathOf(request) })
    if (account !== principal.account.id) throw new ApiError('forbidden')
  }
  return { context, principal, token, params, query: request.query, body: request.body }
}

/** Path of a request without its query, below the base path as Cloudflare prints it. */
export function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?')
  return path.startsWith(basePath) ? path.slice(basePath.length) : path
}
