// Checks version 4 signatures of S3 requests as AWS describes them ("Signature Calculations for the Authorization Header").
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface S3Key {
  readonly secret: string
  /** Which the request has to bring along; none for lasting keys. */
  readonly token?: string
}

const mostSkewMs = 15 * 60_000

/**
 * @param keys by their ids
 * @returns S3's code for what is wrong, undefined when nothing is
 */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  { keys, region }: { readonly keys: ReadonlyMap<string, S3Key>; readonly region: string },
): string | undefined {
  const { authorization = '', 'x-amz-date': date, 'x-amz-content-sha256': bodyHash } = request.headers
  const [, id = '', day, place, signed = '', given = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? []
  if (day === undefined || typeof date !== 'string' || typeof bodyHash !== 'string') return 'AccessDenied'
  const key = keys.get(id)
  if (!key) return 'InvalidAccessKeyId'
  if (key.token !== request.headers['x-amz-security-token']) return 'InvalidToken'
  if (place !== region) return 'AuthorizationHeaderMalformed'
  if (Math.abs(Date.now() - readDate(date)) > mostSkewMs) return 'RequestTimeTooSkewed'
  if (bodyHash !== 'UNSIGNED-PAYLOAD' && bodyHash !== sha256(body)) return 'XAmzContentSHA256Mismatch'
  const scope = `${day}/${place}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(request, signed.split(';'), bodyHash))].join('\n')
  const signingKey = [day, place, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${key.secret}`))
  return timingSafeEqual(hmac(signingKey, text), Buffer.from(given, 'hex')) ? undefined : 'SignatureDoesNotMatch'
}

function canonicalRequest({ method = '', url = '', headers }: IncomingMessage, signed: readonly string[], bodyHash: string): string {
  const [path = '', query = ''] = url.split('?')
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
  const values = signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`)
  return [method, path, pairs.toSorted().join('&'), values.join(''), signed.join(';'), bodyHash].join('\n')
}

/** `20260131T235959Z`. */
function readDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
