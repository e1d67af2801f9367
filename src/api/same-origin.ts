// Tells whether a browser's request comes from our own page. A cookie alone proves a browser, not a page: another
// program on the same host name but another port is the same site for SameSite, and old browsers ignore it.
import type { IncomingHttpHeaders } from 'node:http'

export type OriginProof = 'same' | 'foreign' | 'absent'

/**
 * Browsers send Sec-Fetch-Site where they know it, and Origin with every request that changes something.
 * @param publicOrigin origin by which people reach the server through a proxy that rewrites Host
 */
export function originProof(headers: IncomingHttpHeaders, publicOrigin: string | undefined): OriginProof {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'foreign'
  const { origin, host } = headers
  if (origin === undefined) return 'absent'
  if (origin === publicOrigin) return 'same'
  return URL.canParse(origin) && new URL(origin).host === host ? 'same' : 'foreign'
}
