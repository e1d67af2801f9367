// Why a store refuses, in words: one table from the error codes of S3 and of sockets to a reason and the next step.

interface ErrorRow {
  /** `{bucket}`, `{key}` and `{host}` are filled in. */
  readonly reason: string
  readonly next: string
  /** Trying again does not help. */
  readonly lasting: boolean
}

const checkKeys = 'check access-key-id and secret-access-key and add the bucket again'
const grantPut = 'allow s3:PutObject on its folder to the key'
const makeRoom = 'make room or raise its quota'
const checkNetwork = 'check the address, and firewalls between here and there'
const waitForIt = 'wait, or capture less at a time'

const rows = {
  NoSuchBucket: { reason: 'there is no bucket {bucket} at {host}', next: 'make it, or correct its name', lasting: true },
  NoSuchKey: { reason: 'there is no object {key} in bucket {bucket}', next: 'it was deleted or never written', lasting: true },
  NoSuchUpload: {
    reason: 'the unfinished upload is gone from bucket {bucket}',
    next: 'check who aborts uploads there, and its lifecycle rules',
    lasting: true,
  },
  AccessDenied: { reason: 'bucket {bucket} refuses the key', next: grantPut, lasting: true },
  AllAccessDisabled: { reason: 'bucket {bucket} is closed', next: 'ask the provider of the bucket', lasting: true },
  InvalidAccessKeyId: { reason: '{host} does not know the access key', next: checkKeys, lasting: true },
  SignatureDoesNotMatch: { reason: 'the secret does not belong to the access key', next: checkKeys, lasting: true },
  InvalidToken: { reason: 'the session token is not valid', next: checkKeys, lasting: true },
  ExpiredToken: { reason: 'the session token has expired', next: 'add the bucket again with a new one', lasting: true },
  NoKeys: {
    reason: 'there are no keys for bucket {bucket}',
    next: 'add access-key-id and secret-access-key to the destination, or set them in the configuration under captures',
    lasting: true,
  },
  // The SDK has taken the time of the answer for the next try.
  RequestTimeTooSkewed: {
    reason: 'the clock of this host is wrong by more than 15 minutes',
    next: 'timedatectl set-ntp true',
    lasting: false,
  },
  QuotaExceeded: { reason: 'bucket {bucket} is full', next: makeRoom, lasting: true },
  EntityTooLarge: { reason: 'the object is larger than {host} takes', next: 'set a lower byte_limit', lasting: true },
  WrongRegion: { reason: 'bucket {bucket} is in another region', next: 'give its region: ?region=…', lasting: true },
  InvalidPart: { reason: '{host} has lost a part of the upload', next: 'capture again', lasting: true },
  MethodNotAllowed: { reason: '{host} is no S3 server, or the bucket forbids writing', next: 'check endpoint', lasting: true },
  RefusedAddress: {
    reason: '{host} is not an address that a store can have',
    next: 'give the address of a store as endpoint',
    lasting: true,
  },
  NotS3: { reason: '{host} does not answer as an S3 server does', next: 'check endpoint', lasting: true },
  TooManyParts: {
    reason: 'the object is full: S3 takes no more than 10 000 parts',
    next: 'set byte_limit, by which larger parts are made',
    lasting: true,
  },
  Refused: { reason: '{host} refuses the request', next: 'look at the log of the store', lasting: true },
  NotHere: { reason: '{key} is on the host of the agent', next: 'fetch it from there', lasting: true },
  SlowDown: { reason: '{host} takes requests more slowly than packets come', next: waitForIt, lasting: false },
  ServiceUnavailable: { reason: '{host} is not available', next: waitForIt, lasting: false },
  NameNotFound: { reason: 'the name {host} is not known', next: 'check its spelling and the resolver of this host', lasting: false },
  ConnectionRefused: { reason: '{host} refuses the connection', next: checkNetwork, lasting: false },
  Unreachable: { reason: '{host} cannot be reached', next: checkNetwork, lasting: false },
  ConnectionCut: { reason: 'the connection to {host} was cut', next: checkNetwork, lasting: false },
  Timeout: { reason: '{host} does not answer in time', next: checkNetwork, lasting: false },
  Certificate: {
    reason: 'the certificate of {host} is not trusted by this host',
    next: 'give Node the CA of the store: NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    lasting: true,
  },
  Unknown: { reason: '{host} has answered with an error', next: 'look at the log of the store', lasting: false },
} as const satisfies Record<string, ErrorRow>

export type BucketErrorCode = keyof typeof rows

/** Codes of S3's error answers (its API reference, "Error responses"), of MinIO, of Node's sockets and TLS, that mean the same as a row. */
const synonyms: Record<string, BucketErrorCode> = {
  NotFound: 'NoSuchKey',
  Forbidden: 'AccessDenied',
  AccountProblem: 'AllAccessDisabled',
  Unauthorized: 'InvalidAccessKeyId',
  AuthorizationHeaderMalformed: 'WrongRegion',
  PermanentRedirect: 'WrongRegion',
  IllegalLocationConstraintException: 'WrongRegion',
  InvalidRegion: 'WrongRegion',
  TokenRefreshRequired: 'ExpiredToken',
  ExpiredTokenException: 'ExpiredToken',
  CredentialsProviderError: 'NoKeys',
  XMinioStorageFull: 'QuotaExceeded',
  XMinioAdminBucketQuotaExceeded: 'QuotaExceeded',
  InsufficientStorage: 'QuotaExceeded',
  InvalidPartOrder: 'InvalidPart',
  EntityTooSmall: 'InvalidPart',
  RequestTimeout: 'Timeout',
  TimeoutError: 'Timeout',
  AbortError: 'Timeout',
  ETIMEDOUT: 'Timeout',
  InternalError: 'ServiceUnavailable',
  OperationAborted: 'ServiceUnavailable',
  ThrottlingException: 'SlowDown',
  TooManyRequests: 'SlowDown',
  ENOTFOUND: 'NameNotFound',
  EAI_AGAIN: 'NameNotFound',
  ECONNREFUSED: 'ConnectionRefused',
  EHOSTUNREACH: 'Unreachable',
  ENETUNREACH: 'Unreachable',
  ECONNRESET: 'ConnectionCut',
  EPIPE: 'ConnectionCut',
  HPE_INVALID_CONSTANT: 'NotS3',
  EPROTO: 'NotS3',
}

/** For answers whose code says nothing: by the HTTP status. */
const statuses: Record<number, BucketErrorCode> = {
  301: 'WrongRegion',
  307: 'ServiceUnavailable',
  401: 'InvalidAccessKeyId',
  403: 'AccessDenied',
  404: 'NoSuchBucket',
  405: 'MethodNotAllowed',
  408: 'Timeout',
  413: 'EntityTooLarge',
  429: 'SlowDown',
  503: 'SlowDown',
  507: 'QuotaExceeded',
}

interface BucketErrorDetails {
  /** Fills the braces of the reason. */
  readonly bucket?: string
  readonly key?: string
  readonly host?: string
  /** What the store has called it. */
  readonly answer?: string
}

/** A store has refused or cannot be reached. The message is fit for people: it holds no secret. */
export class BucketError extends Error {
  override readonly name = 'BucketError'
  readonly code: BucketErrorCode
  readonly reason: string
  /** What to do about it. */
  readonly next: string
  /** Trying again does not help. */
  readonly lasting: boolean

  constructor(code: BucketErrorCode, details: BucketErrorDetails = {}) {
    const row: ErrorRow = rows[code]
    const { answer } = details
    const reason = row.reason.replaceAll(/\{(bucket|key|host)\}/g, (_, name: 'bucket' | 'key' | 'host') => details[name] ?? name)
    const told = answer === undefined ? reason : `${reason} (${answer})`
    super(`${told}; ${row.next}`)
    this.code = code
    this.reason = told
    this.next = row.next
    this.lasting = row.lasting
  }
}

/**
 * What a failed request to a store means.
 * @param error of the SDK or of a socket. It is not kept as a cause: it holds what was sent, and what a foreign server has answered.
 */
export function bucketErrorOf(error: unknown, at: { readonly bucket: string; readonly key: string; readonly host: string }): BucketError {
  if (error instanceof BucketError) return error
  const { names, status } = signsOf(error)
  for (const name of names) {
    const code = codeOf(name)
    if (code) return new BucketError(code, { ...at, answer: name })
  }
  const answer = [names[0], status === undefined ? undefined : `HTTP ${status}`].filter((text) => text !== undefined).join(', ')
  return new BucketError(codeOfStatus(status), { ...at, ...(answer === '' ? {} : { answer }) })
}

/** What errors of the SDK and of Node may have. */
interface ErrorSigns {
  readonly name?: unknown
  readonly code?: unknown
  readonly Code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown }
}

/** Names that say nothing about what went wrong. */
const emptyNames = new Set(['Error', 'TypeError', 'SyntaxError', 'AggregateError', 'Unknown', 'UnknownError', 'S3ServiceException'])

function signsOf(error: unknown): { readonly names: readonly string[]; readonly status: number | undefined } {
  // Anything can be thrown; each field is checked before it is used.
  const signs = (typeof error === 'object' && error !== null ? error : {}) as ErrorSigns
  const status = signs.$metadata?.httpStatusCode
  const names = [signs.Code, signs.code, signs.name].filter(
    (name): name is string => typeof name === 'string' && /^[\w.]{1,64}$/.test(name),
  )
  return {
    names: [...new Set(names)].filter((name) => !emptyNames.has(name) && !/^\d+$/.test(name)),
    status: typeof status === 'number' ? status : undefined,
  }
}

function codeOf(name: string): BucketErrorCode | undefined {
  if (Object.hasOwn(rows, name)) return name as BucketErrorCode
  if (Object.hasOwn(synonyms, name)) return synonyms[name]
  if (name === 'ERR_SSL_WRONG_VERSION_NUMBER' || name === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return 'NotS3'
  if (/^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/.test(name)) return 'Certificate'
  return undefined
}

function codeOfStatus(status: number | undefined): BucketErrorCode {
  if (status === undefined) return 'Unknown'
  const code = statuses[status]
  if (code) return code
  if (status >= 500) return 'ServiceUnavailable'
  if (status >= 400) return 'Refused'
  // An answer that says it worked, and is not what S3 says.
  return status < 300 ? 'NotS3' : 'Unknown'
}
