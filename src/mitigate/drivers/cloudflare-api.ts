// The calls of Cloudflare's addressing API that the driver makes, by Cloudflare's SDK: paced, bounded in time, never repeated
// by the SDK. The SDK is loaded only where Cloudflare is configured: it takes half a second and 50 MB.
import { setTimeout as delay } from 'node:timers/promises'
import type Cloudflare from 'cloudflare'
import type { BGPPrefix } from 'cloudflare/resources/addressing/prefixes/bgp-prefixes'
import type { Config } from '../../contract/config.ts'
import { containsPrefix, equalPrefixes, parseIpPrefix, type IpPrefix } from '../../base/ip-prefix.ts'
import { CallBudget } from './call-budget.ts'

export type CloudflareConfig = Config['advertise']['cloudflare']

/** A prefix that the account has registered. */
export interface ParentPrefix {
  readonly id: string
  readonly prefix: IpPrefix
  /** Cloudflare has checked it. */
  readonly approved: boolean
}

/** A BGP prefix: what is advertised as one route, a registered prefix or a part of it. */
export interface BgpPrefix {
  readonly id: string
  readonly parentId: string
  readonly prefix: IpPrefix
  /** Can be advertised and withdrawn by the API. */
  readonly enabled: boolean
  /** Cannot for now. */
  readonly locked: boolean
  /** Controlled by the customer's BGP sessions with Cloudflare instead. */
  readonly signalled: boolean
  readonly advertised: boolean
}

/** Cloudflare allows a user 1200 calls in five minutes (4 a second) for all programs together. */
const budget = { burst: 30, perSecond: 2 }
const callTimeoutMs = 30_000

export class CloudflareApi {
  readonly #config: CloudflareConfig
  readonly #budget = new CallBudget(budget)
  readonly #underWay = new Set<AbortController>()
  #client: Promise<Cloudflare> | undefined
  #closed = false
  #calls = 0

  constructor(config: CloudflareConfig) {
    this.#config = config
  }

  /** Loads the SDK, so that no call has to wait for it. */
  async open(): Promise<void> {
    await (this.#client ??= openClient(this.#config))
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls
  }

  /** Ends calls that are under way, and lets no more through. */
  close(): void {
    this.#closed = true
    for (const call of this.#underWay) call.abort()
  }

  async parents(): Promise<ParentPrefix[]> {
    const page = await this.#call(({ addressing }, options) => addressing.prefixes.list(this.#account(), options))
    return page.getPaginatedItems().flatMap(({ id, cidr, approved }) => {
      const parsed = parseIpPrefix(cidr ?? '')
      return id !== undefined && parsed ? [{ id, prefix: parsed.prefix, approved: approved === undefined || approved === 'V' }] : []
    })
  }

  async bgpPrefixes(parentId: string): Promise<BgpPrefix[]> {
    const page = await this.#call(({ addressing }, options) => addressing.prefixes.bgpPrefixes.list(parentId, this.#account(), options))
    return page.getPaginatedItems().flatMap((raw) => readBgpPrefix(parentId, raw) ?? [])
  }

  /** It is withdrawn at first. */
  async create(parentId: string, cidr: string): Promise<BgpPrefix> {
    const params = { ...this.#account(), cidr }
    const raw = await this.#call(({ addressing }, options) => addressing.prefixes.bgpPrefixes.create(parentId, params, options))
    return known(readBgpPrefix(parentId, raw))
  }

  /** @returns its state in Cloudflare's answer, which can be the old one for some minutes */
  async advertise({ id, parentId }: BgpPrefix, advertised: boolean): Promise<BgpPrefix> {
    const params = { ...this.#account(), prefix_id: parentId, on_demand: { advertised } }
    const raw = await this.#call(({ addressing }, options) => addressing.prefixes.bgpPrefixes.edit(id, params, options))
    return known(readBgpPrefix(parentId, raw))
  }

  /** A signal of its own for each call: the SDK never lets go of the signals that it is given. */
  async #call<T>(make: (client: Cloudflare, options: { readonly signal: AbortSignal }) => PromiseLike<T>): Promise<T> {
    if (this.#closed) throw new Error('no calls are made any more')
    const ending = new AbortController()
    const options = { signal: ending.signal }
    this.#underWay.add(ending)
    try {
      const wait = this.#budget.take(performance.now())
      if (wait > 0) await delay(wait, undefined, options)
      this.#calls++
      return await make(await (this.#client ??= openClient(this.#config)), options)
    } finally {
      this.#underWay.delete(ending)
    }
  }

  #account(): { account_id: string } {
    return { account_id: this.#config.account_id }
  }
}

/** One look at the account: each list is asked for once. */
export class CloudflareLook {
  readonly #api: CloudflareApi
  readonly #lists = new Map<string, Promise<BgpPrefix[]>>()
  #parents: Promise<ParentPrefix[]> | undefined

  constructor(api: CloudflareApi) {
    this.#api = api
  }

  /** The registered prefixes that a prefix is inside of, the longest first. */
  async parentsOf(prefix: IpPrefix): Promise<ParentPrefix[]> {
    const parents = await (this.#parents ??= this.#api.parents())
    return parents.filter((parent) => containsPrefix(parent.prefix, prefix)).toSorted((a, b) => b.prefix.length - a.prefix.length)
  }

  /** The BGP prefix that is this very prefix. */
  async find(prefix: IpPrefix): Promise<BgpPrefix | undefined> {
    for (const { id } of await this.parentsOf(prefix)) {
      const list = this.#lists.get(id) ?? this.#api.bgpPrefixes(id)
      this.#lists.set(id, list)
      const found = (await list).find((candidate) => equalPrefixes(candidate.prefix, prefix))
      if (found) return found
    }
    return undefined
  }
}

async function openClient({ api_token, base_url }: CloudflareConfig): Promise<Cloudflare> {
  const { default: Client } = await import('cloudflare')
  return new Client({
    apiToken: api_token,
    // Whatever the environment has is not for us.
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    baseURL: base_url,
    timeout: callTimeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    fetchOptions: { redirect: 'manual' },
    fetch: fetchJson,
  })
}

/** The SDK takes an answer that is no JSON for an empty one: that of a proxy would look as if the account had no prefixes. */
async function fetchJson(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  if (response.ok && !(response.headers.get('content-type') ?? '').includes('json')) throw new Error('the answer is no JSON')
  return response
}

function readBgpPrefix(parentId: string, { id, cidr, on_demand, bgp_signal_opts }: BGPPrefix): BgpPrefix | undefined {
  const parsed = parseIpPrefix(cidr ?? '')
  if (id === undefined || parsed === undefined) return undefined
  return {
    id,
    parentId,
    prefix: parsed.prefix,
    enabled: on_demand?.on_demand_enabled === true,
    locked: on_demand?.on_demand_locked === true,
    signalled: bgp_signal_opts?.enabled === true,
    advertised: on_demand?.advertised === true,
  }
}

function known(prefix: BgpPrefix | undefined): BgpPrefix {
  if (!prefix) throw new Error('the answer has no prefix')
  return prefix
}
