// A real HTTP server that behaves as Cloudflare's addressing API is documented: registered prefixes and their BGP prefixes,
// on-demand flags and locks, a cooldown between changes, changes that take time, the envelope. Its time is the test's.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ServedParent {
  readonly id: string
  readonly cidr: string
  approved: string
  readonly bgp: ServedBgpPrefix[]
}

export interface ServedBgpPrefix {
  readonly id: string
  readonly cidr: string
  enabled: boolean
  locked: boolean
  signalled: boolean
  advertised: boolean
  /** A change that was accepted and has not happened yet. */
  coming: { readonly advertised: boolean; readonly at: number } | undefined
  changedAt: number
}

export interface ServedCall {
  readonly method: string
  /** Behind the account. */
  readonly path: string
  readonly body: string
  readonly authorization: string
}

/** Answers a call in place of the server. */
export type Interruption = (call: ServedCall, response: ServerResponse) => void

export interface CloudflareServer {
  /** `http://127.0.0.1:<port>/client/v4` */
  readonly url: string
  readonly calls: ServedCall[]
  readonly parents: ServedParent[]
  /** How the next calls are answered, first in first out; undefined lets one through. */
  readonly interruptions: (Interruption | undefined)[]
  /** How long accepted changes take, ms. */
  changeMs: number
  register(cidr: string, bgpCidrs: readonly string[], state?: Partial<ServedBgpPrefix>): ServedParent
  bgpPrefix(cidr: string): ServedBgpPrefix
  close(): Promise<void>
}

export const servedAccount = '6f91088a406011ed95aed352566e8d4c'
export const servedToken = 'token-of-the-account'
const cooldownMs = 15 * 60_000

class ApiFault extends Error {
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** @param now ms since 1970 */
export async function startCloudflareServer(now: () => number): Promise<CloudflareServer> {
  const api = new AddressingApi(now)
  const server = createServer((request, response) => void serve(api, request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  return Object.assign(api, {
    url: `http://127.0.0.1:${port}/client/v4`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  })
}

/** Interrupts with an error in the envelope. */
export function failWith(status: number, code: number, message: string, headers: Readonly<Record<string, string>> = {}): Interruption {
  return (_call, response) => send(response, status, { success: false, errors: [{ code, message }], messages: [], result: null }, headers)
}

async function serve(api: AddressingApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const { method = '', url = '', headers } = request
  const path = url.replace(`/client/v4/accounts/${servedAccount}/addressing`, '')
  const call = { method, path, body: Buffer.concat(chunks).toString(), authorization: headers.authorization ?? '' }
  api.calls.push(call)
  const interruption = api.interruptions.shift()
  if (interruption) return interruption(call, response)
  try {
    send(response, 200, { success: true, errors: [], messages: [], result: api.answer(call) })
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error
    failWith(error.status, error.code, error.message)(call, response)
  }
}

function send(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

class AddressingApi {
  readonly calls: ServedCall[] = []
  readonly parents: ServedParent[] = []
  readonly interruptions: (Interruption | undefined)[] = []
  changeMs = 0
  readonly #now: () => number
  #ids = 0

  constructor(now: () => number) {
    this.#now = now
  }

  register(cidr: string, bgpCidrs: readonly string[], state: Partial<ServedBgpPrefix> = {}): ServedParent {
    const bgp = bgpCidrs.map((text) => ({ ...this.#newBgpPrefix(text), ...state }))
    const parent = { id: this.#newId(), cidr, approved: 'V', bgp }
    this.parents.push(parent)
    return parent
  }

  bgpPrefix(cidr: string): ServedBgpPrefix {
    const found = this.parents.flatMap(({ bgp }) => bgp).find((prefix) => prefix.cidr === cidr)
    if (!found) throw new Error(`there is no BGP prefix ${cidr}`)
    this.#settle(found)
    return found
  }

  answer({ method, path, body, authorization }: ServedCall): unknown {
    if (authorization !== `Bearer ${servedToken}`) throw new ApiFault(403, 10_000, 'Authentication error')
    const [, prefixes, parentId, , , bgpId, ...more] = path.split('/')
    if (prefixes !== 'prefixes' || more.length > 0) throw new ApiFault(404, 7003, `Could not route to ${path}`)
    if (parentId === undefined) return this.parents.map((parent) => this.#shownParent(parent))
    const parent = this.parents.find(({ id }) => id === parentId)
    if (!parent) throw new ApiFault(404, 1001, 'Prefix not found')
    if (method === 'POST') return this.#create(parent, JSON.parse(body) as { cidr: string })
    if (bgpId === undefined) return parent.bgp.map((prefix) => this.#shown(prefix))
    const prefix = parent.bgp.find(({ id }) => id === bgpId)
    if (!prefix) throw new ApiFault(404, 1001, 'BGP prefix not found')
    return method === 'PATCH' ? this.#change(prefix, JSON.parse(body) as { on_demand: { advertised: boolean } }) : this.#shown(prefix)
  }

  #create(parent: ServedParent, { cidr }: { cidr: string }): object {
    const prefix = this.#newBgpPrefix(cidr)
    parent.bgp.push(prefix)
    return this.#shown(prefix)
  }

  #change(prefix: ServedBgpPrefix, { on_demand: { advertised } }: { on_demand: { advertised: boolean } }): object {
    this.#settle(prefix)
    if (!prefix.enabled) throw new ApiFault(400, 1003, 'On demand is not enabled')
    if (prefix.locked) throw new ApiFault(400, 1004, 'The prefix is locked')
    const now = this.#now()
    if ((prefix.coming?.advertised ?? prefix.advertised) === advertised) return this.#shown(prefix)
    if (now - prefix.changedAt < cooldownMs) throw new ApiFault(429, 1002, 'The advertisement status was changed too recently')
    prefix.changedAt = now
    prefix.coming = { advertised, at: now + this.changeMs }
    return this.#shown(prefix)
  }

  #settle(prefix: ServedBgpPrefix): void {
    if (!prefix.coming || prefix.coming.at > this.#now()) return
    prefix.advertised = prefix.coming.advertised
    prefix.coming = undefined
  }

  #newBgpPrefix(cidr: string): ServedBgpPrefix {
    const flags = { enabled: true, locked: false, signalled: false, advertised: false }
    return { id: this.#newId(), cidr, ...flags, coming: undefined, changedAt: Number.NEGATIVE_INFINITY }
  }

  #newId(): string {
    return (++this.#ids).toString(16).padStart(32, '0')
  }

  #shownParent({ id, cidr, approved }: ServedParent): object {
    return { id, cidr, approved, account_id: servedAccount, asn: 64_500, description: '', on_demand_enabled: true, on_demand_locked: false }
  }

  #shown(prefix: ServedBgpPrefix): object {
    this.#settle(prefix)
    const { id, cidr, enabled, locked, signalled, advertised } = prefix
    return {
      id,
      cidr,
      asn: 64_500,
      asn_prepend_count: 0,
      auto_advertise_withdraw: false,
      bgp_signal_opts: { enabled: signalled, modified_at: null },
      on_demand: {
        advertised: enabled ? advertised : null,
        advertised_modified_at: null,
        on_demand_enabled: enabled,
        on_demand_locked: locked,
      },
    }
  }
}
