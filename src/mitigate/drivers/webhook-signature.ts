// The signature of what webhooks are sent: who knows the key can tell that it comes from here, and when it was sent.
import { createHmac } from 'node:crypto'

/**
 * Value of the header `drawbridge-signature`: `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "t.body">`.
 * @param now ms since 1970
 */
export function signatureOf(secret: string, body: string, now: number): string {
  const t = Math.floor(now / 1000)
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}
