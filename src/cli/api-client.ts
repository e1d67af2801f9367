// Talks to a running server over its HTTP API, for commands that ask what only the server knows.
import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { localAccessFile, type LocalAccess } from '../contract/local-access.ts'
import { ApiRefusal, type ApiErrorItem } from './api-refusal.ts'
import { CommandError } from './command-error.ts'
import { configFromFlags } from './config-flags.ts'

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
    .option(
      '--token <secret>',
      'API token; better in DRAWBRIDGE_TOKEN, where other users of the machine do not see it. None is needed where the data folder can be read',
    )
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

/** Where the server is, and by what it knows who asks. */
interface Access {
  readonly url: string
  readonly token: string
}

export class ApiClient {
  /** Undefined where nobody named one. */
  readonly #url: string | undefined
  readonly #token: string | undefined
  readonly #next: string
  #access: Promise<Access> | undefined
  #account: string | undefined

  /**
   * @param scopes what the token has to have, where one with the usual scopes does not do
   * @throws CommandError with a URL that is none
   */
  constructor({ url, token }: ApiFlagValues, scopes: readonly string[] = []) {
    const named = url ?? process.env['DRAWBRIDGE_URL']
    this.#url = named ? baseOf(named) : undefined
    this.#next = tokenAdvice(scopes)
    this.#token = token ?? process.env['DRAWBRIDGE_TOKEN']
  }

  /** @throws CommandError without a token, where no server of this data folder runs */
  #findAccess(): Promise<Access> {
    this.#access ??= this.#chooseAccess()
    return this.#access
  }

  async #chooseAccess(): Promise<Access> {
    if (this.#token) return { url: this.#url ?? defaultUrl, token: this.#token }
    const local = await localAccess()
    // Only the server that wrote it is told the secret.
    if (local !== undefined && (this.#url ?? local.url) === local.url) return { url: local.url, token: local.secret }
    throw new CommandError('this command asks the server and needs an API token', { next: this.#next, exitCode: 2 })
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
    return this.#refused(status, await this.#envelope(status, await this.#reached(() => text(response))), body)
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
    const answer = await this.#envelope(status, content)
    return answer.success ? answer.result : this.#refused(status, answer, body)
  }

  async #envelope(status: number, content: string): Promise<Envelope> {
    const answer = envelopeOf(content)
    if (answer !== undefined) return answer
    const { url } = await this.#findAccess()
    const next = 'name the address of Drawbridge with --url'
    throw new CommandError(`${url} answered ${status} and does not speak the API of Drawbridge`, { next })
  }

  #refused(status: number, { errors }: Envelope, body?: unknown): never {
    if (status !== 401 && status !== 403) throw new ApiRefusal(errors, body)
    const message = errors.map((error) => error.message).join('; ')
    throw new CommandError(`the server does not take the token: ${message}`, { next: this.#next })
  }

  async #fetch(
    method: string,
    path: string,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<{ readonly status: number; readonly content: string }> {
    const ends = signal === undefined ? AbortSignal.timeout(timeoutMs) : AbortSignal.any([signal, AbortSignal.timeout(patientMs)])
    const { url, token } = await this.#findAccess()
    const init: RequestInit = { method, headers: headersOf(token), signal: ends }
    if (body !== undefined) init.body = JSON.stringify(body)
    return await this.#reached(async () => {
      const response = await fetch(`${url}${basePath}${path}`, init)
      return { status: response.status, content: await response.text() }
    })
  }

  /** @throws ServerUnreachableError when the connection fails */
  async #reached<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      const { url } = await this.#findAccess()
      throw new ServerUnreachableError(url, error instanceof Error ? (error.cause ?? error) : error)
    }
  }

  async #open(path: string, signal: AbortSignal, body?: unknown): Promise<IncomingMessage> {
    const { url, token } = await this.#findAccess()
    const request = url.startsWith('https:') ? httpsRequest : httpRequest
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        // Errors that come after the answer has begun are those of its bytes too: whoever reads them hears of it.
        const method = body === undefined ? 'GET' : 'POST'
        const opened = request(`${url}${basePath}${path}`, { method, headers: headersOf(token), signal }, resolve).on('error', reject)
        opened.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs)).end(body === undefined ? undefined : JSON.stringify(body))
      })
    } catch (error) {
      if (signal.aborted) throw error
      throw new ServerUnreachableError(url, error)
    }
  }
}

function headersOf(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
}

/** What the server that uses the data folder of this configuration wrote; undefined where none runs or the folder is closed. */
async function localAccess(): Promise<LocalAccess | undefined> {
  const { config } = await configFromFlags({})
  try {
    // The server writes this shape.
    return JSON.parse(readFileSync(path.join(config.data, localAccessFile), 'utf8')) as LocalAccess
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) return undefined
    throw error
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
