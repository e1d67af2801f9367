// How long a request's body may take to come, and bodies of bytes, which are read as they come and never gathered.
import type { FastifyInstance } from 'fastify'
import type { IncomingMessage, Server } from 'node:http'
import { ApiError } from '../contract/api-errors.ts'

/** For a whole body; for a body of bytes, without a single one of them. */
const patienceMs = 30_000
/** A body that nobody reads to its end is thrown away so long, so that its sender gets to read the answer. */
const lingerMs = 5000

/** Node's own limit is one for all requests, and an upload takes as long as it takes. */
export class RequestBodies {
  readonly #timers = new WeakMap<IncomingMessage, NodeJS.Timeout>()

  /** From now on bodies are given up after a while. */
  watch(server: FastifyInstance): void {
    server.server.requestTimeout = 0
    server.server.headersTimeout = patienceMs
    server.addHook('onRequest', async ({ raw }) => {
      if (hasBody(raw)) this.#begin(raw, server.server)
    })
  }

  #begin(raw: IncomingMessage, server: Server): void {
    const timer = setTimeout(() => {
      if (!raw.complete) server.emit('clientError', new RequestTimeoutError(), raw.socket)
    }, patienceMs)
    this.#timers.set(raw, timer)
    raw.once('close', () => clearTimeout(timer))
  }

  /** The body of a request that nobody has read from. @throws ApiError invalid_request where it breaks off */
  async *bytesOf(raw: IncomingMessage): AsyncGenerator<Uint8Array> {
    const timer = this.#timers.get(raw)
    try {
      // Its end would close the connection before the answer.
      for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
        timer?.refresh()
        // Without an encoding, which nobody has set, chunks are Buffers.
        yield chunk as Buffer
      }
    } catch (error) {
      throw new ApiError('invalid_request', {
        reason: `the body has broken off (${error instanceof Error ? error.message : 'no reason is known'})`,
      })
    } finally {
      if (!raw.readableEnded) throwAway(raw)
    }
  }
}

/** What Node says when a request takes too long; fastify answers it with 408. */
class RequestTimeoutError extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT'
  constructor() {
    super('Request timeout')
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function throwAway(raw: IncomingMessage): void {
  const timer = setTimeout(() => raw.destroy(), lingerMs)
  raw.once('close', () => clearTimeout(timer))
  raw.resume()
}
