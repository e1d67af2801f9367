// A real S3 server for tests: s3rver in a process of its own keeps the objects; before it stands what it leaves out, signatures
// and the rules of multipart uploads, and what a test wants to go wrong.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type S3Key, signatureFault } from './s3-signature.ts'

export type S3Operation = 'put' | 'get' | 'head' | 'begin' | 'part' | 'complete' | 'other'

export interface S3Request {
  /** From 1, over all requests. */
  readonly count: number
  readonly operation: S3Operation
  readonly bucket: string
  readonly key: string
  /** Of `part`. */
  readonly partNumber: number
  readonly upload: string
  /** Of the body. */
  readonly bytes: number
  /** Whether it was done as asked. */
  isDone: boolean
}

/** What happens in place of the answer. */
export type S3Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** Cut once so many bytes of the body have come. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Done as asked, but cut before the answer, or within its body. */
  | { readonly kind: 'cut_answer'; readonly afterBytes?: number }
  /** Done as asked once the promise resolves. */
  | { readonly kind: 'wait'; readonly until: Promise<void> }
  /** Answered with a body that never ends. */
  | { readonly kind: 'flood' }

export interface S3Server {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly region: string
  /** May be changed by the test: a deleted key is revoked. */
  readonly keys: Map<string, S3Key>
  /** Ids of keys that may write and not read, as the policy of the original's documentation has it. */
  readonly writeOnly: Set<string>
  readonly requests: S3Request[]
  /** Asked when the headers of a request have come; `bytes` is its announced length. */
  fault: (request: S3Request) => S3Fault | undefined
  /** @returns undefined when there is none */
  object(bucket: string, key: string): Promise<Buffer | undefined>
  stop(): Promise<void>
}

const region = 'eu-test-1'
export const testKey = { access_key_id: 'AKDRAWBRIDGETEST', secret_access_key: 'a+secret/with=signs&more' }
const leastPart = 5 * 1_048_576

export async function startS3Server(buckets: readonly string[]): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-s3-'))
  const script = fileURLToPath(new URL('s3rver.mjs', import.meta.url))
  // Its stores have been deprecated for a while, which it says on standard error.
  const child = spawn(process.execPath, ['--no-deprecation', script, folder, ...buckets], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const front = new S3Front(Number(line))
  const server = createServer((request, response) => void front.take(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  return Object.assign(front, {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  })
}

interface Part {
  readonly etag: string
  readonly bytes: number
}

class S3Front {
  readonly region = region
  readonly keys = new Map<string, S3Key>([[testKey.access_key_id, { secret: testKey.secret_access_key }]])
  readonly writeOnly = new Set<string>()
  readonly requests: S3Request[] = []
  fault: S3Server['fault'] = () => undefined
  readonly #origin: string
  readonly #uploads = new Map<string, Map<number, Part>>()

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`
  }

  async object(bucket: string, key: string): Promise<Buffer | undefined> {
    const answer = await fetch(`${this.#origin}/${bucket}/${key}`)
    const bytes = Buffer.from(await answer.arrayBuffer())
    return answer.ok ? bytes : undefined
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = describe(request, this.requests.length + 1)
    this.requests.push(asked)
    const fault = this.fault(asked)
    const body = await readBody(request, fault?.kind === 'cut' ? fault.afterBytes : Infinity)
    if (!body) return
    if (fault?.kind === 'answer') return refuse(response, fault.status, fault.code)
    if (fault?.kind === 'flood') return flood(response)
    if (fault?.kind === 'wait') await fault.until
    const objection = signatureFault(request, body, this) ?? this.#forbidden(request, asked) ?? this.#uploadFault(asked, body)
    if (objection !== undefined) return refuse(response, objection.startsWith('NoSuch') ? 404 : 403, objection)
    await this.#forward(request, body, { asked, response, cut: fault?.kind === 'cut_answer' ? fault : undefined })
  }

  #forbidden({ headers }: IncomingMessage, { operation }: S3Request): string | undefined {
    const id = /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? ''
    return this.writeOnly.has(id) && !['put', 'begin', 'part', 'complete'].includes(operation) ? 'AccessDenied' : undefined
  }

  /** What S3 refuses and s3rver does not. */
  #uploadFault({ operation, upload }: S3Request, body: Buffer): string | undefined {
    if (operation !== 'part' && operation !== 'complete') return undefined
    const there = this.#uploads.get(upload)
    if (!there) return 'NoSuchUpload'
    if (operation === 'part') return undefined
    const parts = [...body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([text]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(text)?.[1]),
      etag: /<ETag>(?:"|&quot;)?([0-9a-f]+)/.exec(text)?.[1],
    }))
    if (parts.length === 0) return 'MalformedXML'
    if (parts.some(({ number }, at) => at > 0 && number <= (parts[at - 1]?.number ?? 0))) return 'InvalidPartOrder'
    if (parts.some(({ number, etag }) => there.get(number)?.etag !== etag)) return 'InvalidPart'
    return parts.slice(0, -1).some(({ number }) => (there.get(number)?.bytes ?? 0) < leastPart) ? 'EntityTooSmall' : undefined
  }

  async #forward(
    { method = '', url = '', headers }: IncomingMessage,
    body: Buffer,
    {
      asked,
      response,
      cut,
    }: { readonly asked: S3Request; readonly response: ServerResponse; readonly cut: { readonly afterBytes?: number } | undefined },
  ): Promise<void> {
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const answer = await fetch(`${this.#origin}${url}`, {
      method,
      headers: {
        'content-type': headers['content-type'] ?? 'application/octet-stream',
        ...(headers.range === undefined ? {} : { range: headers.range }),
      },
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (answer.ok) this.#remember(asked, body, bytes)
    asked.isDone = answer.ok
    if (cut && cut.afterBytes === undefined) return void response.socket?.destroy()
    const told = ['content-type', 'etag', 'content-length', 'content-range', 'last-modified']
    const kept = told.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name) ?? '']] : []))
    response.writeHead(answer.status, Object.fromEntries(kept))
    if (!cut) return void response.end(bytes)
    response.write(bytes.subarray(0, cut.afterBytes), () => response.socket?.destroy())
  }

  #remember({ operation, upload, partNumber }: S3Request, body: Buffer, answer: Buffer): void {
    if (operation === 'begin') this.#uploads.set(/<UploadId>(\w+)</.exec(answer.toString())?.[1] ?? '', new Map())
    if (operation === 'complete') this.#uploads.delete(upload)
    if (operation !== 'part') return
    this.#uploads.get(upload)?.set(partNumber, { etag: createHash('md5').update(body).digest('hex'), bytes: body.length })
  }
}

function describe({ method, url = '', headers }: IncomingMessage, count: number): S3Request {
  const { pathname, searchParams } = new URL(url, 'http://s3')
  const [, bucket = '', ...key] = decodeURIComponent(pathname).split('/')
  const upload = searchParams.get('uploadId') ?? ''
  const operations: Record<string, S3Operation> = { GET: 'get', HEAD: 'head', PUT: upload === '' ? 'put' : 'part' }
  const posted = searchParams.has('uploads') ? 'begin' : upload === '' ? 'other' : 'complete'
  return {
    count,
    operation: method === 'POST' ? posted : (operations[method ?? ''] ?? 'other'),
    bucket,
    key: key.join('/'),
    partNumber: Number(searchParams.get('partNumber') ?? 0),
    upload,
    bytes: Number(headers['content-length'] ?? 0),
    isDone: false,
  }
}

/** @returns undefined when it was cut, by the other side or on purpose */
async function readBody(request: IncomingMessage, cutAfter: number): Promise<Buffer | undefined> {
  const { socket } = request
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // An incoming message without an encoding yields buffers.
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= cutAfter) break
    }
  } catch {
    // The sender has gone: nobody waits for an answer.
    return undefined
  }
  if (bytes < cutAfter) return Buffer.concat(chunks)
  socket.destroy()
  return undefined
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': text.length }).end(text)
}

function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, 0x20)
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .on('drain', more)
    .on('error', () => response.destroy())
  more()
}
