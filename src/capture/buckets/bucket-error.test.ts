import { describe, expect, it } from 'vitest'
import { BucketError, type BucketErrorCode, bucketErrorOf } from './bucket-error.ts'

const at = { bucket: 'pcaps', key: 'a/pcap_1.pcap', host: 'minio.example' }

/** As the SDK throws it. */
function answered(name: string, status: number, more: object = {}): Error {
  return Object.assign(new Error('said by the store: <secret>'), { name, $metadata: { httpStatusCode: status }, ...more })
}

/** As Node's sockets throw it. */
function failed(code: string): Error {
  return Object.assign(new Error('said by the system'), { code })
}

describe('bucketErrorOf', () => {
  it.each<[Error, BucketErrorCode, boolean]>([
    [answered('NoSuchBucket', 404), 'NoSuchBucket', true],
    [answered('AccessDenied', 403), 'AccessDenied', true],
    [answered('Error', 403, { Code: 'AccessDenied' }), 'AccessDenied', true],
    [answered('UnknownError', 403), 'AccessDenied', true],
    [answered('403', 403), 'AccessDenied', true],
    [answered('InvalidAccessKeyId', 403), 'InvalidAccessKeyId', true],
    [answered('SignatureDoesNotMatch', 403), 'SignatureDoesNotMatch', true],
    [answered('ExpiredToken', 400), 'ExpiredToken', true],
    [answered('QuotaExceeded', 403), 'QuotaExceeded', true],
    [answered('XMinioStorageFull', 507), 'QuotaExceeded', true],
    [answered('UnknownError', 507), 'QuotaExceeded', true],
    [answered('EntityTooLarge', 400), 'EntityTooLarge', true],
    [answered('PermanentRedirect', 301), 'WrongRegion', true],
    [answered('NoSuchUpload', 404), 'NoSuchUpload', true],
    [answered('KMS.DisabledException', 400), 'Refused', true],
    [answered('SyntaxError', 200), 'NotS3', true],
    [answered('SlowDown', 503), 'SlowDown', false],
    [answered('InternalError', 500), 'ServiceUnavailable', false],
    [answered('BadGateway', 502), 'ServiceUnavailable', false],
    [answered('RequestTimeTooSkewed', 403), 'RequestTimeTooSkewed', false],
    [failed('ENOTFOUND'), 'NameNotFound', false],
    [failed('ECONNREFUSED'), 'ConnectionRefused', false],
    [failed('EHOSTUNREACH'), 'Unreachable', false],
    [failed('ECONNRESET'), 'ConnectionCut', false],
    [failed('EPIPE'), 'ConnectionCut', false],
    [failed('HPE_INVALID_CONSTANT'), 'NotS3', true],
    [failed('ERR_SSL_WRONG_VERSION_NUMBER'), 'NotS3', true],
    [failed('SELF_SIGNED_CERT_IN_CHAIN'), 'Certificate', true],
    [failed('CERT_HAS_EXPIRED'), 'Certificate', true],
    [failed('ERR_TLS_CERT_ALTNAME_INVALID'), 'Certificate', true],
    [Object.assign(new Error('aborted'), { name: 'AbortError' }), 'Timeout', false],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'NoKeys', true],
    [new Error('anything'), 'Unknown', false],
  ])('%s %#', (error, code, lasting) => {
    const { message, ...found } = bucketErrorOf(error, at)
    expect(found).toMatchObject({ code, lasting })
    expect(message).not.toMatch(/said by|[{}]/)
  })

  it('says what to do, and by which name the store calls it', () => {
    expect(bucketErrorOf(answered('XMinioStorageFull', 507), at).message).toBe(
      'bucket pcaps is full (XMinioStorageFull); make room or raise its quota',
    )
    expect(bucketErrorOf(answered('UnknownError', 418), at).message).toBe(
      'minio.example refuses the request (HTTP 418); look at the log of the store',
    )
  })

  it('repeats nothing of a hostile answer', () => {
    const hostile = answered('Error', 400, { Code: 'x\r\n<script>', code: 'constructor' })
    expect(bucketErrorOf(hostile, at).message).toBe(
      'minio.example refuses the request (constructor, HTTP 400); look at the log of the store',
    )
    expect(bucketErrorOf(null, at).code).toBe('Unknown')
  })

  it('keeps an error that is one already', () => {
    const error = new BucketError('TooManyParts')
    expect(bucketErrorOf(error, at)).toBe(error)
  })
})
