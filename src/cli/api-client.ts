// Talks to a running server over its HTTP API, for commands that ask what only the server knows.
import type { Command } from 'commander'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { ApiRefusal, type ApiErrorItem } from './api-refusal.ts'
import { CommandError } from './command-error.ts'

export interface ApiFlagValues {
  readonly url?: string
  readonly token?: string
}

const defaultUrl = 'http://127.0.0.1:8080'
/** A backtest answers within a minute. */
const timeoutMs = 70_000
/** What can be cancelled may take longer: the server has limits of its own. */
const patientMs = 600_000
/** A server that is gone without a word is noticed some minutes later, by the kernel. */
const keepAliveMs = 30_000
const basePath = '/client/v4'

/** Adds the flags that say which server is meant and who asks. */
export function addApiFlags(command: Command): Command {
  return command
    .option('--url <url>', `address of the server (default: DRAWBRIDGE_URL or ${defaultUrl})`)
    .option('--token <secret>', 'API token; better in DRAWBRIDGE_TOKEN, where other users of the machine do not see it')
}

/** The same, for commands that print for people or as JSON. */
export function addApiAndJsonFlags(command: Command): Command {
  return addApiFlags(command).option('--json', 'print JSON')
}

interface Envelope {
  readonly success: boolean
  readonly errors: readonly ApiErrorItem[]
  readonly result: unknown
}

/** Nobody answers: the server is not started, or just starts again. */
export class ServerUnreachableError extends CommandError {
  constructor(url: string, cause: unknown) {
    const { message } = cause instanceof Error ? cause : { message: String(cause) }
    const next = 'drawbridge serve, or name the address of a running server with --url'
    super(`no server answers at ${url}: ${message}`, { next })
  }
}

export class ApiClient {
  readonly #url: string
  readonly #token: string
  readonly #next: string
  #account: string | undefined

  /**
   * @param scopes what the token has to have, where one with the usual scopes does not do
   * @throws CommandError without a token, or with a URL that is none
   */
  constructor({ url, token }: ApiFlagValues, scopes: readonly string[] = []) {
    this.#url = baseOf(url ?? (process.env['DRAWBRIDGE_URL'] || defaultUrl))
    this.#next = tokenAdvice(scopes)
    const secret = token ?? process.env['DRAWBRIDGE_TOKEN']
    if (!secret) throw new CommandError('this command asks the server and needs an API token', { next: this.#next, exitCode: 2 })
    this.#token = secret
  }

  /**
   * Asks below the token's account.
   * @param path from `/mnm`, `/pcaps` or `/drawbridge` on
   * @param signal ends the waiting; whoever gives one waits longer
   * @returns `result` of the answer, in the shape that the route is documented to have
   * @throws ApiRefusal, ServerUnreachableError, CommandError
   */
  async call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    this.#account ??= await this.#firstAccount()
    return (await this.#send(method, `/accounts/${this.#account}${path}`, body, signal)) as T
  }

  /**
   * Opens an answer that is a file, or a stream that lasts and is silent for as long as it likes, for which fetch has no patience.
   * @param signal ends it
   * @param body is posted; left out, the path is asked with GET
   * @throws ApiRefusal, ServerUnreachableError, CommandError
   */
  async bytes(path: string, signal: AbortSignal, body?: unknown): Promise<AsyncIterable<Uint8Array>> {
    this.#account ??= await this.#firstAccount()
    const response = await this.#open(`/accounts/${this.#account}${path}`, signal, body)
    const { statusCode: status = 0 } = response
    // Streams without an encoding are of bytes.
    if (status === 200) return response as AsyncIterable<Uint8Array>
    return this.#refused(status, this.#envelope(status, await this.#reached(() => text(response))), body)
  }

  async #firstAccount(): Promise<string> {
    const accounts = (await this.#send('GET', '/accounts')) as readonly { readonly id: string }[]
    const [account] = accounts
    if (account === undefined) throw new CommandError('the token belongs to no account')
    return account.id
  }

  async #send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const { status, content } = await this.#fetch(method, path, body, signal)
    if (status === 204) return undefined
    const answer = this.#envelope(status, content)
    return answer.success ? answer.result : this.#refused(status, answer, body)
  }

  #envelope(status: number, content: string): Envelope {
    const answer = envelopeOf(content)
    if (answer !== undefined) return answer
    const next = 'name the address of Drawbridge with --url'
    throw new CommandError(`${this.#url} answered ${status} and does not speak the API of Drawbridge`, { next })
  }

  #refused(status: number, { errors }: Envelope, body?: unknown): never {
    if (status !== 401 && status !== 403) throw new ApiRefusal(errors, body)
    const message = errors.map((error) => error.message).join('; ')
    throw new CommandError(`the server does not take the token: ${message}`, { next: this.#next })
  }

  get #headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' }
  }

  async #fetch(
    method: string,
    path: string,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<{ readonly status: number; readonly content: string }> {
    const ends = signal === undefined ? AbortSignal.timeout(timeoutMs) : AbortSignal.any([signal, AbortSignal.timeout(patientMs)])
    const init: RequestInit = { method, headers: this.#headers, signal: ends }
    if (body !== undefined) init.body = JSON.stringify(body)
    return await this.#reached(async () => {
      const response = await fetch(`${this.#url}${basePath}${path}`, init)
      return { status: response.status, content: await response.text() }
    })
  }

  /** @throws ServerUnreachableError when the connection fails */
  async #reached<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw new ServerUnreachableError(this.#url, error instanceof Error ? (error.cause ?? error) : error)
    }
  }

  async #open(path: string, signal: AbortSignal, body?: unknown): Promise<IncomingMessage> {
    const request = this.#url.startsWith('https:') ? httpsRequest : httpRequest
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        // Errors that come after the answer has begun are those of its bytes too: whoever reads them hears of it.
        const method = body === undefined ? 'GET' : 'POST'
        const opened = request(`${this.#url}${basePath}${path}`, { method, headers: this.#headers, signal }, resolve).on('error', reject)
        opened.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs)).end(body === undefined ? undefined : JSON.stringify(body))
      })
    } catch (error) {
      if (signal.aborted) throw error
      throw new ServerUnreachableError(this.#url, error)
    }
  }
}

function tokenAdvice(scopes: readonly string[]): string {
  const flags = scopes.length === 0 ? '' : ` --scope ${scopes.join(' ')}`
  return `drawbridge token create --name cli${flags} on the server, then export DRAWBRIDGE_TOKEN=SECRET here`
}

function baseOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new CommandError(`${JSON.stringify(text)} is not an address like ${defaultUrl}`, { exitCode: 2 })
  }
  return text.replace(/\/+$/, '')
}

function envelopeOf(content: string): Envelope | undefined {
  let body: unknown
  try {
    body = JSON.parse(content)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const isEnvelope = typeof body === 'object' && body !== null && 'success' in body && 'errors' in body && Array.isArray(body.errors)
  // Its shape is that of every answer of the API.
  return isEnvelope ? (body as Envelope) : undefined
}
