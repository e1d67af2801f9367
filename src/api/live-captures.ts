// WebSockets that tell how a capture goes: each message is a Capture as JSON, as GET answers it.
import { WebSocketServer, type WebSocket } from 'ws'
import { followCapture } from '../app/capture/follow.ts'
import type { AppContext } from '../app/context.ts'
import { requireScope } from '../app/scopes.ts'
import { ApiError } from '../contract/api-errors.ts'
import type { Capture } from '../contract/capture.ts'
import type { Authenticator } from './authenticator.ts'
import { basePath, principalIn } from './route-table.ts'
import type { Upgrade, UpgradeRequest } from './upgrades.ts'

export interface LiveCapturesConfig {
  readonly maxConnections?: number
  /** How often it is asked whether the client is there, and may still read. */
  readonly heartbeatMs?: number
}

export interface LiveCapturesDependencies {
  readonly context: AppContext
  readonly authenticator: Authenticator
}

/** Why we close, beside 1000 when the capture is over and 1001 when the server stops. */
const closeCodes = { unauthorized: 4401, fault: 1011 } as const
/** Heartbeats without an answer that a client is given. */
const mostUnanswered = 3

export class LiveCaptures {
  readonly #config: Required<LiveCapturesConfig>
  readonly #deps: LiveCapturesDependencies
  /** Clients have nothing to say. */
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false })
  #deciding = 0

  constructor(config: LiveCapturesConfig, deps: LiveCapturesDependencies) {
    this.#config = { maxConnections: 256, heartbeatMs: 15_000, ...config }
    this.#deps = deps
  }

  get upgrade(): Upgrade {
    const path = `${basePath}/accounts/:account_id/drawbridge/captures/:capture_id/live`
    return { path, handle: (upgrade) => this.#accept(upgrade), stop: () => this.#stop() }
  }

  #stop(): void {
    for (const client of this.#sockets.clients) client.close(1001, 'the server stops')
  }

  async #accept(upgrade: UpgradeRequest): Promise<void> {
    const { maxConnections } = this.#config
    if (this.#sockets.clients.size + this.#deciding >= maxConnections) throw new ApiError('too_many_followers', { count: maxConnections })
    this.#deciding++
    try {
      await this.#follow(upgrade)
    } finally {
      this.#deciding--
    }
  }

  /** What may not be followed is refused while the connection is still HTTP. */
  async #follow({ request, socket, head, params }: UpgradeRequest): Promise<void> {
    const { context, authenticator } = this.#deps
    const who = async () => {
      return principalIn(params['account_id'], await authenticator.authenticateUpgrade(request.headers), request.url ?? '')
    }
    const principal = await who()
    const told = new Newest()
    const id = params['capture_id'] ?? ''
    const unfollow = await followCapture(context, principal, { id, listener: (capture) => told.tell(capture) })
    if (socket.destroyed) return unfollow()
    socket.once('close', unfollow)
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#watch(client, async () => requireScope(await who(), 'captures:read'))
      told.sendTo(client)
    })
  }

  /** @param check throws when the credential is no longer good */
  #watch(client: WebSocket, check: () => Promise<void>): void {
    let unanswered = 0
    const beat = () => {
      if (unanswered === mostUnanswered) return client.terminate()
      unanswered++
      client.ping()
      check().catch((error: unknown) => {
        if (error instanceof ApiError) client.close(closeCodes.unauthorized, 'the credential is no longer valid')
        else client.close(closeCodes.fault, 'the credential could not be checked')
      })
    }
    // After a pause of this thread the answers that wait go first.
    const timer = setInterval(() => setImmediate(beat), this.#config.heartbeatMs)
    client.on('pong', () => (unanswered = 0))
    // A message that is too long, or none of the protocol: ws closes by itself.
    client.on('error', () => client.terminate())
    client.on('close', () => clearInterval(timer))
  }
}

/** Sends the newest state as fast as the client takes it; what comes meanwhile replaces what waits. */
class Newest {
  #client: WebSocket | undefined
  #waiting: Capture | undefined
  #sending = false

  tell(capture: Capture): void {
    this.#waiting = capture
    this.#send()
  }

  sendTo(client: WebSocket): void {
    this.#client = client
    this.#send()
  }

  #send(): void {
    const capture = this.#waiting
    const client = this.#client
    if (!capture || !client || this.#sending || client.readyState !== client.OPEN) return
    this.#waiting = undefined
    this.#sending = true
    client.send(JSON.stringify(capture), () => {
      this.#sending = false
      if (capture.ended_at !== null && !this.#waiting) client.close(1000, 'the capture is over')
      else this.#send()
    })
  }
}
