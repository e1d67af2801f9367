// The cookie that holds the secret of a browser session.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionMilliseconds } from '../app/session/rows.ts'

const name = 'drawbridge_session'

export function sessionSecret(request: FastifyRequest): string | undefined {
  return request.cookies[name]
}

/** @param secure whether people reach the server by HTTPS */
export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  // No script can read it, and no other site can make a browser send it.
  reply.setCookie(name, secret, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: sessionMilliseconds / 1000 })
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(name, { path: '/', httpOnly: true, sameSite: 'strict', secure })
}
