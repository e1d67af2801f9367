// Requests that become a WebSocket: a small table of paths beside fastify's routes, which never see them.
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError } from '../contract/api-errors.ts'
import { failureBody } from './envelope.ts'
import { knownFailure } from './failures.ts'

export interface UpgradeRequest {
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** First bytes behind the request. */
  readonly head: Buffer
  /** By the placeholders of the path. */
  readonly params: Readonly<Record<string, string>>
}

export interface Upgrade {
  /** The whole path; a part that begins with a colon is a placeholder. */
  readonly path: string
  /** Takes the socket over, or throws before it has. */
  handle(upgrade: UpgradeRequest): void | Promise<void>
  /** Ends the connections that were taken over: the server waits for that when it stops, though not for long. */
  readonly stop?: () => void | Promise<void>
}

export interface UpgradesDependencies {
  /** @throws ApiError when the address has asked too often */
  readonly limit: (address: string) => void
  /** Told of faults of our own. */
  readonly onFault: (error: unknown) => void
}

/** Upgrades that are being decided at a time; each takes a look into the state. */
const maxPending = 256

export class Upgrades {
  readonly #server: Server
  readonly #table: readonly { readonly pattern: RegExp; readonly upgrade: Upgrade }[]
  readonly #deps: UpgradesDependencies
  /** Not handed over yet. */
  readonly #pending = new Set<Duplex>()
  /** All of them: the server waits for their end when it closes, and knows no way to bring it about. */
  readonly #sockets = new Set<Duplex>()

  constructor(server: Server, table: readonly Upgrade[], deps: UpgradesDependencies) {
    this.#server = server
    this.#table = table.map((upgrade) => ({ pattern: patternOf(upgrade.path), upgrade }))
    this.#deps = deps
  }

  start(): void {
    this.#server.on('upgrade', (request, socket, head) => {
      // Without a listener a reset connection would end the process.
      socket.on('error', () => socket.destroy())
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      if (request.headers.upgrade?.toLowerCase() === 'websocket') void this.#decide(request, socket, head)
      else this.#passOn(request, socket, head)
    })
  }

  /** Ends what is not decided, and lets those who took a socket over end it in their own words. */
  async stop(): Promise<void> {
    for (const socket of this.#pending) socket.destroy()
    await Promise.all(this.#table.map(async ({ upgrade }) => upgrade.stop?.()))
  }

  /** Ends what is left. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async #decide(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (this.#pending.size >= maxPending) return refuse(socket, new ApiError('too_many_requests', { seconds: 1 }))
    this.#pending.add(socket)
    try {
      this.#deps.limit(request.socket.remoteAddress ?? '')
      const { upgrade, params } = this.#find(pathOf(request))
      await upgrade.handle({ request, socket, head, params })
    } catch (error) {
      const known = knownFailure(error)
      if (!known) this.#deps.onFault(error)
      refuse(socket, known ?? new ApiError('internal'))
    } finally {
      this.#pending.delete(socket)
    }
  }

  #find(path: string): { readonly upgrade: Upgrade; readonly params: Readonly<Record<string, string>> } {
    for (const { pattern, upgrade } of this.#table) {
      const match = pattern.exec(path)
      if (match) return { upgrade, params: { ...match.groups } }
    }
    throw new ApiError('no_route', { path })
  }

  /**
   * RFC 9110 §7.8: an upgrade may be left unanswered. Node hands over all of them once it has a listener, also `h2c`, which
   * some clients offer with every first request: such a one is put back into the connection without the offer.
   */
  #passOn(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.unshift(Buffer.concat([requestHead(request), head]))
    this.#server.emit('connection', socket)
  }
}

/** Headers that belong to the offer (RFC 7540 §3.2). */
const offered = new Set(['upgrade', 'http2-settings'])

function requestHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    const lower = name.toLowerCase()
    if (!offered.has(lower)) lines.push(`${name}: ${lower === 'connection' ? withoutOffer(value) : value}`)
  }
  // Node decodes headers as Latin-1.
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

function withoutOffer(connection: string): string {
  const kept = connection.split(',').filter((option) => !offered.has(option.trim().toLowerCase()))
  return kept.length === 0 ? 'keep-alive' : kept.join(',')
}

/** Our own paths have letters, digits, slashes and hyphens, which stand for themselves in a pattern. */
function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => (part.startsWith(':') ? `(?<${part.slice(1)}>[^/]+)` : part))
  return new RegExp(`^${parts.join('/')}$`)
}

const pathOf = ({ url = '' }: IncomingMessage) => url.split('?', 1)[0] ?? ''

/** Answers in the place of a WebSocket. */
function refuse(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(failureBody(error))
  const { status } = error.row
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
