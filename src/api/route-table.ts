// The form of a route of the v4 API and how a table of them is put on the server: who may call it, what it answers, and
// a proper answer to every other method on its path.
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { AppContext, Principal } from '../app/context.ts'
import type { TokenView } from '../app/token/rows.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { Authenticator } from './authenticator.ts'
import { ByteAnswer, noContent, sendBytes } from './byte-answer.ts'
import { successBody } from './envelope.ts'
import type { RequestBodies } from './request-bodies.ts'

export interface Call {
  readonly context: AppContext
  readonly principal: Principal
  /** The API token that was used, if one was. */
  readonly token: TokenView | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: unknown
  /** Parsed JSON, undefined without a body. */
  readonly body: unknown
  /** The body of a route that takes bytes, as it comes. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Aborts when the answer is sent or the client has gone. */
  readonly signal: AbortSignal
  /** By which the client reaches the server: the public URL, or what it asked for. Without a slash at the end. */
  readonly origin: string
}

export interface RouteDependencies {
  readonly context: AppContext
  readonly authenticator: Authenticator
  readonly publicUrl: string | undefined
  readonly bodies: RequestBodies
  /** Told of an answer that broke off in the middle. */
  readonly onFault: (error: unknown) => void
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/client/v4`. One with `:account_id` is open to that account's own credentials only. */
  readonly path: string
  /** What it returns is the result, an Answer, a ByteAnswer, or `noContent`. */
  readonly handle: (call: Call) => unknown
  /** Its body is bytes, of any length: the handler keeps to a limit. Otherwise it is JSON. */
  readonly takesBytes?: boolean
}

export const basePath = '/client/v4'

const allMethods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const accountId = /^[0-9a-f]{32}$/

/** Adds the routes to a scope whose requests are authenticated before. */
export function addRoutes(server: FastifyInstance, routes: readonly Route[], dependencies: RouteDependencies): void {
  addHandlers(
    server,
    routes.filter(({ takesBytes }) => takesBytes !== true),
    dependencies,
  )
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    addHandlers(
      scope,
      routes.filter(({ takesBytes }) => takesBytes === true),
      dependencies,
    )
  })
  for (const path of new Set(routes.map((route) => route.path))) refuseOtherMethods(server, path, routes)
}

function addHandlers(server: FastifyInstance, routes: readonly Route[], dependencies: RouteDependencies): void {
  for (const { method, path, handle } of routes) {
    server.route({
      method,
      url: basePath + path,
      handler: async (request, reply) => {
        const answer = await handle(callOf(request, reply, dependencies))
        if (answer instanceof ByteAnswer) return sendBytes({ request, reply }, answer, dependencies.onFault)
        if (answer === noContent) return reply.code(204).send()
        return successBody(answer)
      },
    })
  }
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

function callOf(request: FastifyRequest, reply: FastifyReply, dependencies: RouteDependencies): Call {
  const { context, authenticator, publicUrl, bodies } = dependencies
  const { principal, token } = authenticator.who(request)
  // fastify fills params from the placeholders of the path, as text.
  const params = request.params as Record<string, string>
  checkAccount(params['account_id'], principal, pathOf(request))
  const origin = publicUrl ?? `${request.protocol}://${request.host}`
  const { query, body, raw } = request
  return { context, principal, token, params, query, body, bytes: bodies.bytesOf(raw), signal: signalOf(reply), origin }
}

/** @throws ApiError no_route for what is no account's id, forbidden for another account's */
export function checkAccount(account: string | undefined, principal: Principal, path: string): void {
  if (account === undefined) return
  if (!accountId.test(account)) throw new ApiError('no_route', { path })
  if (account !== principal.account.id) throw new ApiError('forbidden')
}

function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}

/** Path of a request without its query, below the base path as Cloudflare prints it. */
export function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?')
  return path.startsWith(basePath) ? path.slice(basePath.length) : path
}
