// Requests to one bucket: the few that captures need, with bounds on time and on what an answer may hold. The SDK is loaded when
// the first client is opened: it is large, and most processes never need it.
import type * as S3Module from '@aws-sdk/client-s3'
import type { IncomingMessage } from 'node:http'
import { BucketError, bucketErrorOf } from './bucket-error.ts'
import type { BucketAccess } from './destination.ts'
import { endpointLookup, endpointObjection } from './endpoint-guard.ts'

export interface BucketClientConfig {
  readonly connectMs?: number
  /** How long a connection may stand still. */
  readonly stallMs?: number
}

/** A part of an upload that the store has. */
export interface UploadedPart {
  readonly number: number
  readonly etag: string
}

export interface ObjectAnswer {
  readonly body: AsyncIterable<Uint8Array>
  /** Its ETag. */
  readonly version: string
  /** Of the body. */
  readonly bytes: number
}

/** Names an unfinished upload. */
export interface Upload {
  readonly key: string
  readonly id: string
}

/** A body may take its time at 128 KiB/s; slower uplinks do not deliver captures. */
const slowestBytesPerMs = 128
/** Answers other than objects are short XML. */
const maxAnswerBytes = 1_048_576
const pcapType = 'application/vnd.tcpdump.pcap'

type Sdk = typeof S3Module
type S3Client = S3Module.S3Client

/**
 * All methods @throws BucketError. Nothing is tried twice here: callers know how patient they can be.
 */
export class BucketClient {
  readonly #sdk: Sdk
  readonly #s3: S3Client
  readonly #bucket: string
  readonly #host: string
  readonly #stallMs: number

  constructor(sdk: Sdk, s3: S3Client, place: { readonly bucket: string; readonly host: string; readonly stallMs: number }) {
    this.#sdk = sdk
    this.#s3 = s3
    this.#bucket = place.bucket
    this.#host = place.host
    this.#stallMs = place.stallMs
  }

  async putText(key: string, text: string): Promise<void> {
    const body = Buffer.from(text)
    const command = new this.#sdk.PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: body,
      ContentLength: body.length,
      ContentType: 'text/plain',
    })
    await this.#told(key, () => this.#s3.send(command, this.#within(0)))
  }

  /** Bytes of an object. */
  async objectBytes(key: string): Promise<number> {
    const command = new this.#sdk.HeadObjectCommand({ Bucket: this.#bucket, Key: key })
    const { ContentLength } = await this.#told(key, () => this.#s3.send(command, this.#within(0)))
    return ContentLength ?? 0
  }

  /**
   * An object as it comes; leaving the loop over its body ends the request.
   * @param place which byte to begin with, and of which version; from the beginning unless told
   */
  async object(key: string, place?: { readonly from: number; readonly version: string }): Promise<ObjectAnswer> {
    const rest = place ? { Range: `bytes=${place.from}-`, IfMatch: place.version } : {}
    const command = new this.#sdk.GetObjectCommand({ Bucket: this.#bucket, Key: key, ...rest })
    const { Body, ETag, ContentLength } = await this.#told(key, () => this.#s3.send(command))
    // On Node a body is the incoming message, which yields buffers.
    const body = Body as unknown as AsyncIterable<Uint8Array>
    return { body: this.#chunks(key, body), version: ETag ?? '', bytes: ContentLength ?? 0 }
  }

  async *#chunks(key: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body
    } catch (error) {
      throw this.#error(key, error)
    }
  }

  /** @returns id of the upload */
  async beginUpload(key: string): Promise<Upload> {
    const command = new this.#sdk.CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key, ContentType: pcapType })
    const { UploadId } = await this.#told(key, () => this.#s3.send(command, this.#within(0)))
    if (UploadId === undefined || UploadId === '') throw new BucketError('NotS3', { host: this.#host })
    return { key, id: UploadId }
  }

  /** @param number from 1 */
  async putPart({ key, id }: Upload, number: number, bytes: Uint8Array): Promise<UploadedPart> {
    const command = new this.#sdk.UploadPartCommand({
      Bucket: this.#bucket,
      Key: key,
      UploadId: id,
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.length,
    })
    const { ETag } = await this.#told(key, () => this.#s3.send(command, this.#within(bytes.length)))
    if (ETag === undefined) throw new BucketError('NotS3', { host: this.#host })
    return { number, etag: ETag }
  }

  /** @param parts in order of their numbers */
  async completeUpload({ key, id }: Upload, parts: readonly UploadedPart[]): Promise<void> {
    const command = new this.#sdk.CompleteMultipartUploadCommand({
      Bucket: this.#bucket,
      Key: key,
      UploadId: id,
      MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
    })
    // Stores put the parts together before they answer.
    await this.#told(key, () => this.#s3.send(command, { abortSignal: AbortSignal.timeout(10 * this.#stallMs) }))
  }

  /** Closes its connections and forgets the keys. */
  close(): void {
    this.#s3.destroy()
  }

  #within(bytes: number): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#stallMs + Math.ceil(bytes / slowestBytesPerMs)) }
  }

  async #told<T>(key: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (error) {
      throw this.#error(key, error)
    }
  }

  #error(key: string, error: unknown): BucketError {
    return bucketErrorOf(error, { bucket: this.#bucket, key, host: this.#host })
  }
}

/** @throws BucketError when the endpoint is no address that a store can have */
export async function openBucketClient(
  access: BucketAccess,
  { connectMs = 10_000, stallMs = 30_000 }: BucketClientConfig = {},
): Promise<BucketClient> {
  const { endpoint, region, bucket } = access
  const host = endpoint === '' ? `S3 in ${region}` : (URL.parse(endpoint)?.host ?? endpoint)
  if (endpoint !== '' && endpointObjection(endpoint) !== undefined) throw new BucketError('RefusedAddress', { host })
  // On Node 20 the SDK would print a warning about its future, with which nobody at the server can do anything.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const sdk = await import('@aws-sdk/client-s3')
  const connections = { keepAlive: true, maxSockets: 8, lookup: endpointLookup() }
  const s3 = new sdk.S3Client({
    region,
    ...(endpoint === '' ? {} : { endpoint, forcePathStyle: true }),
    ...(access.access_key_id === '' ? {} : { credentials: credentialsOf(access) }),
    // Checksums beyond those of version 4 signatures are not known to all stores.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A store that does not know it would cost 6 s for each part.
    expectContinueHeader: false,
    ignoreConfiguredEndpointUrls: true,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: stallMs, httpAgent: connections, httpsAgent: connections },
  })
  boundAnswers(s3, host)
  return new BucketClient(sdk, s3, { bucket, host, stallMs })
}

function credentialsOf({ access_key_id, secret_access_key, session_token }: BucketAccess): {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
} {
  const keys = { accessKeyId: access_key_id, secretAccessKey: secret_access_key }
  return session_token === '' ? keys : { ...keys, sessionToken: session_token }
}

/** The SDK gathers an answer in memory before it reads it: a hostile server could send one without end. */
function boundAnswers(s3: S3Client, host: string): void {
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args)
        if (commandName === 'GetObjectCommand') return result
        // The response of Node's handler; its body is the incoming message.
        const { body } = result.response as { readonly body: IncomingMessage }
        let bytes = 0
        body.on('data', (chunk: Uint8Array) => {
          bytes += chunk.length
          if (bytes > maxAnswerBytes) body.destroy(new BucketError('NotS3', { host }))
        })
        // The listener has set it flowing; the SDK's reader starts it again.
        body.pause()
        return result
      },
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' },
  )
}
