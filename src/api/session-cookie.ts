// The cookie that holds the secret of a browser session.
import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionMilliseconds } from '../app/session/rows.ts'

const name = 'drawbridge_session'

export function sessionSecret(request: FastifyRequest): string | undefined {
  return request.cookies[name]
}

/** Of a request that is no ordinary one and passes by the cookie parser. */
export function cookieSecret(header: string | undefined): string | undefined {
  return header === undefined ? undefined : fastifyCookie.parse(header)[name]
}

/** @param secure whether people reach the server by HTTPS */
export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  // No script can read it, and no other site can make a browser send it.
  reply.setCookie(name, secret, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: sessionMilliseconds / 1000 })
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(name, { path: '/', httpOnly: true, sameSite: 'strict', secure })
}
