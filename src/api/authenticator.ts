// Finds out who asks: API token, global key with e-mail address, or browser session (contract §4.1).
import type { FastifyReply, FastifyRequest } from 'fastify'
import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { localPrincipal } from '../app/account/first-run.ts'
import type { Principal, StateContext } from '../app/context.ts'
import { verifySession, type VerifiedSession } from '../app/session/verify.ts'
import { verifyKey, verifyToken } from '../app/token/verify.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { ApiToken } from '../contract/member.ts'
import { InvalidHeaderError } from './invalid-header.ts'
import { originProof } from './same-origin.ts'
import { cookieSecret, sessionSecret, setSessionCookie } from './session-cookie.ts'

export interface Authenticated {
  /** In the account of the token, or in that which the session began in. */
  readonly principal: Principal
  /** In every account that the credential may use: one, but for sessions. */
  readonly principals: readonly Principal[]
  /** The API token, where one was used. */
  readonly token: ApiToken | undefined
}

export interface AuthenticatorConfig {
  readonly secureCookies: boolean
  readonly publicOrigin: string | undefined
  /** Of commands on this machine: see contract/local-access.ts. */
  readonly localSecret?: string | undefined
}

const bearer = /^Bearer ([\w.~+/=-]{1,512})$/i
const keyPattern = /^[\w-]{1,512}$/
const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

export class Authenticator {
  private readonly config: AuthenticatorConfig
  private readonly context: StateContext
  private readonly found = new WeakMap<FastifyRequest, Authenticated>()

  constructor(config: AuthenticatorConfig, dependencies: { readonly context: StateContext }) {
    this.config = config
    this.context = dependencies.context
  }

  /**
   * The first kind of credential that the request carries decides. A reply gets the cookie again when the session was extended.
   * @throws ApiError authentication, invalid_headers, forbidden for a change by cookie that does not prove our own page
   */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const found = await this.identify(request.headers)
    this.found.set(request, found ?? (await this.bySession(request, reply)))
  }

  /**
   * Who asks for a WebSocket. A browser's request has to come from our own page: it is no mere reading, as the connection
   * lets another site's page read along.
   * @throws ApiError authentication, invalid_headers, forbidden
   */
  async authenticateUpgrade(headers: IncomingHttpHeaders): Promise<Authenticated> {
    const found = await this.identify(headers)
    if (found) return found
    const { session } = await this.sessionOf(cookieSecret(headers.cookie))
    if (originProof(headers, this.config.publicOrigin) !== 'same') throw new ApiError('forbidden')
    return bySession(session)
  }

  /** Who asks. @throws ApiError authentication when `authenticate` did not run or failed */
  who(request: FastifyRequest): Authenticated {
    const found = this.found.get(request)
    if (!found) throw new ApiError('authentication')
    return found
  }

  /** By what the headers say; undefined when they have no credential and a cookie decides. */
  private async identify(headers: IncomingHttpHeaders): Promise<Authenticated | undefined> {
    const { authorization, 'x-auth-key': key, 'x-auth-email': email, 'x-auth-user-service-key': serviceKey } = headers
    if (authorization !== undefined) return this.byToken(authorization)
    if (key !== undefined || email !== undefined) return this.byKey(key, email)
    if (serviceKey !== undefined) throw new InvalidHeaderError('X-Auth-User-Service-Key is not supported here; use an API token')
    return undefined
  }

  private async byToken(authorization: string): Promise<Authenticated> {
    const secret = bearer.exec(authorization)?.[1]
    if (secret === undefined) throw new InvalidHeaderError('Invalid format for Authorization header')
    if (this.isLocal(secret)) return one(await localPrincipal(this.context))
    const verified = await verifyToken(this.context, secret)
    if (!verified) throw new ApiError('authentication')
    return one(verified.principal, verified.token)
  }

  private isLocal(secret: string): boolean {
    const expected = Buffer.from(this.config.localSecret ?? '')
    const given = Buffer.from(secret)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  private async byKey(key: string | string[] | undefined, email: string | string[] | undefined): Promise<Authenticated> {
    if (typeof key !== 'string' || !keyPattern.test(key)) throw new InvalidHeaderError('Invalid format for X-Auth-Key header')
    if (typeof email !== 'string' || email === '') throw new InvalidHeaderError('Invalid format for X-Auth-Email header')
    const verified = await verifyKey(this.context, { key, email })
    if (!verified) throw new ApiError('authentication')
    return one(verified.principal)
  }

  private async bySession(request: FastifyRequest, reply: FastifyReply): Promise<Authenticated> {
    const { session, secret } = await this.sessionOf(sessionSecret(request))
    const { secureCookies, publicOrigin } = this.config
    if (!reading.has(request.method) && originProof(request.headers, publicOrigin) !== 'same') throw new ApiError('forbidden')
    if (session.extended) setSessionCookie(reply, secret, secureCookies)
    return bySession(session)
  }

  private async sessionOf(secret: string | undefined): Promise<{ readonly session: VerifiedSession; readonly secret: string }> {
    const session = secret === undefined ? undefined : await verifySession(this.context, secret)
    if (secret === undefined || !session) throw new ApiError('authentication')
    return { session, secret }
  }
}

function one(principal: Principal, token?: ApiToken): Authenticated {
  return { principal, principals: [principal], token }
}

function bySession({ principal, principals }: VerifiedSession): Authenticated {
  return { principal, principals, token: undefined }
}
