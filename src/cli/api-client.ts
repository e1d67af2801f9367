// Talks to a running server over its HTTP API, for commands that ask what only the server knows.
import type { Command } from 'commander'
import { CommandError } from './command-error.ts'

export interface ApiFlagValues {
  readonly url?: string
  readonly token?: string
}

const defaultUrl = 'http://127.0.0.1:8080'
/** A backtest answers within a minute. */
const timeoutMs = 70_000

/** Adds the flags that say which server is meant and who asks. */
export function addApiFlags(command: Command): Command {
  return command
    .option('--url <url>', `address of the server (default: DRAWBRIDGE_URL or ${defaultUrl})`)
    .option('--token <secret>', 'API token; better in DRAWBRIDGE_TOKEN, where other users of the machine do not see it')
}

interface Envelope {
  readonly success: boolean
  readonly errors: readonly { readonly message: string }[]
  readonly result: unknown
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
   * @param path from `/mnm` or `/drawbridge` on
   * @returns `result` of the answer, in the shape that the route is documented to have
   */
  async call<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
    this.#account ??= await this.#firstAccount()
    return (await this.#send(method, `/accounts/${this.#account}${path}`, body)) as T
  }

  async #firstAccount(): Promise<string> {
    const accounts = (await this.#send('GET', '/accounts')) as readonly { readonly id: string }[]
    const [account] = accounts
    if (account === undefined) throw new CommandError('the token belongs to no account')
    return account.id
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#fetch(method, path, body)
    const answer = await envelopeOf(response)
    if (answer === undefined) {
      const next = 'name the address of Drawbridge with --url'
      throw new CommandError(`${this.#url} answered ${response.status} and does not speak the API of Drawbridge`, { next })
    }
    if (answer.success) return answer.result
    const message = answer.errors.map((error) => error.message).join('; ')
    if (response.status === 401 || response.status === 403)
      throw new CommandError(`the server does not take the token: ${message}`, { next: this.#next })
    throw new CommandError(message)
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' }
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(timeoutMs) }
    if (body !== undefined) init.body = JSON.stringify(body)
    try {
      return await fetch(`${this.#url}/client/v4${path}`, init)
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      const next = 'drawbridge serve, or name the address of a running server with --url'
      throw new CommandError(`no server answers at ${this.#url}: ${cause}`, { next })
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

async function envelopeOf(response: Response): Promise<Envelope | undefined> {
  let body: unknown
  try {
    body = await response.json()
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const isEnvelope = typeof body === 'object' && body !== null && 'success' in body && 'errors' in body && Array.isArray(body.errors)
  // Its shape is that of every answer of the API.
  return isEnvelope ? (body as Envelope) : undefined
}
