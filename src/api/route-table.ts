// The form of a route of the v4 API and how a table of them is put on the server: who may call it, what it answers, and
// a proper answer to every other method on its path.
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { AppContext, Principal } from '../app/context.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { ApiToken } from '../contract/member.ts'
import type { Authenticated, Authenticator } from './authenticator.ts'
import { ByteAnswer, noContent, sendBytes } from './byte-answer.ts'
import { successBody } from './envelope.ts'
import type { RequestBodies } from './request-bodies.ts'

export interface Call {
  readonly context: AppContext
  /** In the account of the path, where it names one. */
  readonly principal: Principal
  /** In every account that the credential may use. */
  readonly principals: readonly Principal[]
  /** The API token that was used, if one was. */
  readonly token: ApiToken | undefined
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
  /** Below `/client/v4`. One with `:account_id` is open to credentials for that account only. */
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
  const who = authenticator.who(request)
  const { principals, token } = who
  // fastify fills params from the placeholders of the path, as text.
  const params = request.params as Record<string, string>
  const principal = principalIn(params['account_id'], who, pathOf(request))
  const origin = publicUrl ?? `${request.protocol}://${request.host}`
  const { query, body, raw } = request
  const bytes = bodies.bytesOf(raw)
  return { context, principal, principals, token, params, query, body, bytes, signal: signalOf(reply), origin }
}

/**
 * Who asks, in the account that a path names.
 * @throws ApiError no_route for what is no account's id, forbidden for an account that the credential may not use
 */
export function principalIn(account: string | undefined, { principal, principals }: Authenticated, path: string): Principal {
  if (account === undefined) return principal
  if (!accountId.test(account)) throw new ApiError('no_route', { path })
  const found = principals.find((each) => each.account.id === account)
  if (!found) throw new ApiError('forbidden')
  return found
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
