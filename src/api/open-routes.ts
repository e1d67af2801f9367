// Routes outside of the v4 API: health, signing in and out, metrics, enrolment of agents.
import type { FastifyInstance } from 'fastify'
import { inFirstAccount } from '../app/account/first-account.ts'
import type { AppContext } from '../app/context.ts'
import { enrolAgent } from '../app/agent/enrol.ts'
import { requireScope } from '../app/scopes.ts'
import { signIn } from '../app/session/sign-in.ts'
import { signOut } from '../app/session/sign-out.ts'
import { AttemptLimiter } from '../base/attempt-limiter.ts'
import { agentEnrolPath } from '../contract/agent-protocol.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { Authenticator } from './authenticator.ts'
import { successBody } from './envelope.ts'
import { originProof } from './same-origin.ts'
import { clearSessionCookie, setSessionCookie } from './session-cookie.ts'

export interface OpenRoutesDependencies {
  readonly context: AppContext
  readonly authenticator: Authenticator
  readonly cookies: { readonly secure: boolean; readonly publicOrigin: string | undefined }
  /** Metrics in the Prometheus text format. */
  readonly metrics: () => Promise<string>
}

export function addOpenRoutes(server: FastifyInstance, dependencies: OpenRoutesDependencies): void {
  server.get('/health', () => ({ status: 'ok' }))
  addSignIn(server, dependencies)
  addSignOut(server, dependencies)
  addMetrics(server, dependencies)
  addEnrolment(server, dependencies)
}

// One person mistypes a few times in a row; a second of waiting each stops nobody who means well.
const attemptLimits = { each: { burst: 10, perSecond: 0.5 }, all: { burst: 100, perSecond: 10 } }

function addSignIn(server: FastifyInstance, { context, cookies }: OpenRoutesDependencies): void {
  const limiter = new AttemptLimiter(attemptLimits, { clock: context.clock })
  const limit = async (request: { readonly ip: string }) => {
    const seconds = limiter.take(request.ip)
    if (seconds > 0) throw new ApiError('rate_limited', { seconds })
  }
  server.post('/sign-in', { onRequest: limit }, async (request, reply) => {
    const { body, headers } = request
    // Another site must not sign a browser in to an account of its choice.
    if (originProof(headers, cookies.publicOrigin) === 'foreign') throw new ApiError('forbidden')
    const { principal, secret } = await signIn(context, { body, userAgent: headers['user-agent'] })
    setSessionCookie(reply, secret, cookies.secure)
    const { account, user } = principal
    return successBody({ account: { id: account.id, name: account.name }, user: { email: user.email, name: user.name } })
  })
}

function addSignOut(server: FastifyInstance, { context, authenticator, cookies }: OpenRoutesDependencies): void {
  server.post('/sign-out', { onRequest: (request, reply) => authenticator.authenticate(request, reply) }, async (request, reply) => {
    await signOut(context, authenticator.who(request).principal)
    clearSessionCookie(reply, cookies.secure)
    return successBody(null)
  })
}

/** They are of all accounts. */
function addMetrics(server: FastifyInstance, { context, authenticator, metrics }: OpenRoutesDependencies): void {
  server.get('/metrics', { onRequest: (request, reply) => authenticator.authenticate(request, reply) }, async (request, reply) => {
    const { principals } = authenticator.who(request)
    requireScope(await inFirstAccount(context.state, principals), 'mnm:read')
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics())
  })
}

/** Agents have no credential yet: the one-time code in the body is one. Guesses are counted where codes are compared. */
function addEnrolment(server: FastifyInstance, { context }: OpenRoutesDependencies): void {
  server.post(agentEnrolPath, (request) => enrolAgent(context, { body: request.body, address: request.ip }).then(successBody))
}
