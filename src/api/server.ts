// The HTTP server: v4 API, GraphQL, sign-in, metrics and the dashboard's files.
import fastifyCookie from '@fastify/cookie'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { AppContext } from '../app/context.ts'
import type { Log } from '../base/log.ts'
import { ApiError } from '../contract/api-errors.ts'
import { Authenticator } from './authenticator.ts'
import { failureBody } from './envelope.ts'
import { bodyLimit, knownFailure } from './failures.ts'
import { graphqlFailure } from './graphql/error-format.ts'
import { addGraphqlRoute, graphqlPath } from './graphql/graphql-route.ts'
import { GraphqlService } from './graphql/graphql-service.ts'
import { addOpenRoutes } from './open-routes.ts'
import { RequestBodies } from './request-bodies.ts'
import { RequestWindow } from './rate-limits.ts'
import { addSecurityHeaders, forbidCaching } from './response-headers.ts'
import { addRoutes, pathOf } from './route-table.ts'
import { accountRoutes } from './routes/account.ts'
import { agentRoutes } from './routes/agents.ts'
import { advertisementRoutes } from './routes/advertisements.ts'
import { alertingRoutes } from './routes/alerting.ts'
import { captureRoutes } from './routes/captures.ts'
import { doctorRoutes } from './routes/doctor.ts'
import { drawbridgeRoutes } from './routes/drawbridge.ts'
import { firewallRoutes } from './routes/firewall.ts'
import { flowRoutes } from './routes/flows.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { memberRoutes } from './routes/members.ts'
import { mnmConfigRoutes } from './routes/mnm-config.ts'
import { mnmRuleRoutes } from './routes/mnm-rules.ts'
import { pcapRoutes } from './routes/pcaps.ts'
import { ruleBacktestRoutes } from './routes/rule-backtest.ts'
import { savedQuestionRoutes } from './routes/saved-questions.ts'
import { setupRoutes } from './routes/setup.ts'
import { settingRoutes } from './routes/settings.ts'
import { signatureRoutes } from './routes/signatures.ts'
import { LiveCaptures } from './live-captures.ts'
import { Upgrades, type Upgrade } from './upgrades.ts'
import { addWebFiles, sendPage, wantsPage } from './web-files.ts'

export interface ApiServerConfig {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Where people reach the server, if a proxy stands in front. */
  readonly publicUrl?: string | undefined
  /** Secret of commands on this machine; without it they need a token as anybody does. */
  readonly localSecret?: string
  /** Folder of the built dashboard. */
  readonly webRoot: string
  /** Requests that one address may send in a window of so many seconds. */
  readonly requestLimit?: { readonly quota: number; readonly seconds: number }
}

export interface ApiServerDependencies {
  readonly app: AppContext
  /** Metrics in the Prometheus text format. */
  readonly metrics: () => Promise<string>
  /** WebSockets of other parts, beside those of the API. */
  readonly upgrades?: readonly Upgrade[]
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
}

export interface BoundAddress {
  readonly host: string
  readonly port: number
  /** `http://127.0.0.1:8080`, or the public URL where there is one; without a slash at the end. */
  readonly url: string
}

export interface RegisteredRoute {
  readonly method: string
  /** With its placeholders. */
  readonly url: string
}

/** 1000 a second from one address; short windows because clients wait as long as they are told (contract §4.4). */
const defaultRequestLimit = { quota: 5000, seconds: 5 }
/** How long requests that are being answered may take when the server stops. */
const stopMilliseconds = 3000
/** A store that restarts is back after that. */
const retryAfterSeconds = 2

export class ApiServer {
  private readonly config: ApiServerConfig
  private readonly dependencies: ApiServerDependencies
  private readonly window: RequestWindow
  private readonly registered: RegisteredRoute[] = []
  private server: FastifyInstance | undefined
  private upgrades: Upgrades | undefined
  private pageBuilt = false

  constructor(config: ApiServerConfig, dependencies: ApiServerDependencies) {
    this.config = config
    this.dependencies = dependencies
    this.window = new RequestWindow(config.requestLimit ?? defaultRequestLimit, { clock: dependencies.app.clock })
  }

  /** @returns where it listens. @throws what node throws when the port is taken */
  async start(): Promise<BoundAddress> {
    const server = fastify({
      bodyLimit,
      // An IPv6 address percent-encoded in a path takes up to 53 characters.
      routerOptions: { maxParamLength: 128 },
      frameworkErrors: (error, request, reply) => {
        void this.fail(error, request, reply)
      },
    })
    this.server = server
    await this.build(server)
    await server.listen({ host: this.config.host, port: this.config.port })
    return this.bound(server)
  }

  /** Every method and path that has a handler, once the server is started. */
  get routes(): readonly RegisteredRoute[] {
    return this.registered
  }

  async stop(): Promise<void> {
    const server = this.server
    this.server = undefined
    if (!server) return
    const timer = setTimeout(() => {
      server.server.closeAllConnections()
      this.upgrades?.cut()
    }, stopMilliseconds)
    await this.upgrades?.stop()
    await server.close()
    clearTimeout(timer)
  }

  private bound(server: FastifyInstance): BoundAddress {
    // A server that listens on TCP has an address of this form.
    const { address, port, family } = server.server.address() as AddressInfo
    const host = family === 'IPv6' ? `[${address}]` : address
    return { host: address, port, url: this.config.publicUrl?.replace(/\/+$/, '') ?? `http://${host}:${port}` }
  }

  private async build(server: FastifyInstance): Promise<void> {
    const { app, metrics } = this.dependencies
    const publicUrl = this.config.publicUrl === undefined ? undefined : new URL(this.config.publicUrl)
    const cookies = { secure: publicUrl?.protocol === 'https:', publicOrigin: publicUrl?.origin }
    const { localSecret } = this.config
    const authenticator = new Authenticator(
      { secureCookies: cookies.secure, publicOrigin: cookies.publicOrigin, localSecret },
      { context: app },
    )
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) this.registered.push({ method: each, url })
    })
    const bodies = new RequestBodies()
    bodies.watch(server)
    takeAnyBody(server)
    await server.register(fastifyCookie)
    server.addHook('onRequest', async (_request, reply) => addSecurityHeaders(reply))
    server.addHook('onSend', async (_request, reply) => forbidCaching(reply))
    server.setErrorHandler((error, request, reply) => this.fail(error, request, reply))
    server.setNotFoundHandler((request, reply) => this.notFound(request, reply))
    addOpenRoutes(server, { context: app, authenticator, cookies, metrics })
    this.addUpgrades(server, authenticator)
    await server.register(async (scope) => {
      scope.addHook('onRequest', async (request, reply) => this.limit(request, reply))
      scope.addHook('onRequest', async (request, reply) => this.authenticate(authenticator, request, reply))
      addRoutes(
        scope,
        [
          ...accountRoutes,
          ...memberRoutes,
          ...mnmConfigRoutes,
          ...mnmRuleRoutes,
          ...ruleBacktestRoutes,
          ...incidentRoutes,
          ...advertisementRoutes,
          ...pcapRoutes,
          ...captureRoutes,
          ...agentRoutes,
          ...settingRoutes,
          ...signatureRoutes,
          ...firewallRoutes,
          ...flowRoutes,
          ...savedQuestionRoutes,
          ...alertingRoutes,
          ...drawbridgeRoutes,
          ...doctorRoutes,
          ...setupRoutes,
        ],
        { context: app, authenticator, publicUrl: publicUrl?.origin, bodies, onFault: this.brokeOff },
      )
      addGraphqlRoute(scope, { service: this.graphql(), authenticator })
    })
    this.pageBuilt = await addWebFiles(server, this.config.webRoot)
  }

  private addUpgrades(server: FastifyInstance, authenticator: Authenticator): void {
    const live = new LiveCaptures({}, { context: this.dependencies.app, authenticator })
    const table = [live.upgrade, ...(this.dependencies.upgrades ?? [])]
    this.upgrades = new Upgrades(server.server, table, {
      limit: (address) => this.limitAddress(address),
      onFault: (err) => this.dependencies.log.error({ err }, 'a WebSocket could not be opened'),
    })
    this.upgrades.start()
  }

  private readonly brokeOff = (err: unknown): void => {
    this.dependencies.log.error({ err }, 'an answer broke off in the middle')
  }

  private graphql(): GraphqlService {
    const { app, log } = this.dependencies
    return new GraphqlService({ app, onFault: (err) => log.error({ err }, 'a GraphQL query failed') })
  }

  private limit(request: FastifyRequest, reply: FastifyReply): void {
    const { quota, seconds } = this.window
    const { allowed, remaining, reset } = this.window.take(request.ip)
    reply.header('ratelimit', `"default";r=${remaining};t=${reset}`)
    reply.header('ratelimit-policy', `"default";q=${quota};w=${seconds}`)
    if (allowed) return
    reply.header('retry-after', reset)
    throw new ApiError('too_many_requests', { seconds: reset })
  }

  private limitAddress(address: string): void {
    const { allowed, reset } = this.window.take(address)
    if (!allowed) throw new ApiError('too_many_requests', { seconds: reset })
  }

  private async authenticate(authenticator: Authenticator, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      await authenticator.authenticate(request, reply)
    } catch (error) {
      const verifying = request.routeOptions.url?.endsWith('/tokens/verify') === true
      if (verifying && error instanceof ApiError && error.error === 'authentication') throw new ApiError('invalid_token')
      throw error
    }
  }

  private notFound(request: FastifyRequest, reply: FastifyReply): unknown {
    if (wantsPage(request)) return sendPage(reply, this.pageBuilt)
    return this.fail(new ApiError('no_route', { path: pathOf(request) }), request, reply)
  }

  private fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = knownFailure(error)
    if (!known) this.dependencies.log.error({ err: error, method: request.method, route: request.routeOptions?.url }, 'a request failed')
    const failure = known ?? new ApiError('internal')
    if (failure.error === 'unavailable') reply.header('retry-after', retryAfterSeconds)
    if (failure.error === 'rate_limited') reply.header('retry-after', failure.values['seconds'])
    // A client that repeats it by itself would wait for up to a minute, and get the same (contract §3.4).
    if (failure.error === 'capture_too_soon') reply.header('x-should-retry', 'false')
    const graphql = request.routeOptions?.url === graphqlPath
    const body = graphql ? graphqlFailure(failure, this.dependencies.app.clock.now()) : failureBody(failure)
    return reply.code(failure.row.status).type('application/json').send(body)
  }
}

/** curl's --data sends JSON as a form, and some clients name no type at all: every body is taken as JSON. */
function takeAnyBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => {
    if (body === '') return done(null)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(new ApiError('bad_json'))
    }
  })
}
