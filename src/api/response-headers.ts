// Headers that every answer carries, so that a browser neither runs, frames nor keeps what it should not.
import type { FastifyReply } from 'fastify'

/**
 * Scripts only from our own files. Styles also inline: the charts and components set them on elements. Pictures and fonts
 * also from data: URLs, which the style sheets contain.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

export function addSecurityHeaders(reply: FastifyReply): void {
  reply.headers(headers)
}

/** Answers are not kept by caches; only the dashboard's files say otherwise, on the raw response. */
export function forbidCaching(reply: FastifyReply): void {
  if (!reply.raw.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
}
