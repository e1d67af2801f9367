// Follows a live check until flows are on the graph: looks each second, and registers the router when that was asked for.
import { apiErrors } from '../contract/api-errors.ts'
import type { CheckSender, RouterCheck, RouterCheckRequest } from '../contract/router-check.ts'
import { ServerUnreachableError, type ApiClient } from './api-client.ts'
import { ApiRefusal } from './api-refusal.ts'
import { pause } from './capture-follow.ts'
import { isOnGraph } from './router-check-text.ts'

/** Below the account. */
export const checksPath = '/drawbridge/router-checks'

export interface Watch {
  readonly request: RouterCheckRequest
  /** Register the router, once it is known which one it is. */
  readonly register: boolean
  /** Ends it. */
  readonly signal: AbortSignal
  readonly everyMs: number
  /** How long at most. */
  readonly forMs: number
  /** Whether anybody still reads what is shown. */
  readonly wanted: () => boolean
  /** @param note what is to be said beside it; empty for nothing */
  readonly show: (check: RouterCheck, note: string) => Promise<void>
}

/** @returns the check as it was last seen */
export async function watchRouterCheck(client: Pick<ApiClient, 'call'>, watch: Watch): Promise<RouterCheck> {
  const registration = new Registration(client, watch)
  const until = performance.now() + watch.forMs
  let check = await client.call<RouterCheck>('POST', checksPath, watch.request)
  await watch.show(check, '')
  while (!isOnGraph(check) && !watch.signal.aborted && watch.wanted() && performance.now() < until) {
    await registration.consider(check)
    await pause(watch.everyMs, watch.signal)
    if (watch.signal.aborted) break
    const found = await look(client, check, watch.request)
    check = found ?? check
    await watch.show(check, found === undefined ? 'No server answers; asking again.' : registration.note)
  }
  return check
}

/** Undefined while no server answers. One that has started again knows nothing of the check: it is opened anew. */
async function look(client: Pick<ApiClient, 'call'>, { id }: RouterCheck, request: RouterCheckRequest): Promise<RouterCheck | undefined> {
  try {
    return await client.call<RouterCheck>('GET', `${checksPath}/${id}`)
  } catch (error) {
    if (hasEnded(error)) return await client.call<RouterCheck>('POST', checksPath, request)
    if (error instanceof ServerUnreachableError) return undefined
    throw error
  }
}

/** Whether the server says that there is no such check any more. */
export function hasEnded(error: unknown): boolean {
  return error instanceof ApiRefusal && error.code === apiErrors.router_check_not_found.code
}

/** Registers at most one router: the one that was named, or the only one that began to send. */
class Registration {
  readonly #client: Pick<ApiClient, 'call'>
  #wanted: boolean
  /** What has come of it. */
  note = ''

  constructor(client: Pick<ApiClient, 'call'>, { register }: Watch) {
    this.#client = client
    this.#wanted = register
  }

  async consider({ senders, expected }: RouterCheck): Promise<void> {
    if (!this.#wanted) return
    // What is named is meant: its first flows are not thrown away.
    if (expected !== null) return await this.#register(expected)
    const unregistered = senders.filter(({ registered }) => !registered)
    const meant = unregistered.filter((sender) => sender.is_new)
    const [only, ...others] = meant
    if (only !== undefined && others.length === 0) await this.#register(only.address)
    else if (unregistered.length > 0) this.note = doubtText(meant.length > 0 ? meant : unregistered)
  }

  async #register(address: string): Promise<void> {
    this.#wanted = false
    await this.#client.call('POST', '/drawbridge/routers', { address })
    this.note = `${address} is registered.`
  }
}

/** Senders that are offered; the check has a list of all. */
const mostNamed = 5

/** Nobody but the user knows which of them is the router. */
function doubtText(senders: readonly CheckSender[]): string {
  const commands = senders.slice(0, mostNamed).map(({ address }) => `drawbridge router-check ${address} --register`)
  return `Nothing is registered: it is not clear which of these is the router.\nNext: ${commands.join('\n  or: ')}`
}
