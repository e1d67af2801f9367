// Adj-RIB-Out (RFC 4271 §3.2) of one neighbour: which routes it is to have, which it was sent, and what is to be sent now.
import type { PathAttributes, UpdateForm } from '../../wire/bgp/bgp-attributes.ts'
import type { BgpFamily } from '../../wire/bgp/bgp-family.ts'
import { encodeAnnouncement, encodeWithdrawal } from '../../wire/bgp/bgp-update.ts'
import type { DriverRoute } from '../driver.ts'
import { attributesOf, nlriOf, type AttributeTerms, type RouteNlri } from './outbound-route.ts'

/** What is sent with a session: its terms, and the families that both sides take. */
export interface SessionTerms extends AttributeTerms, UpdateForm {
  readonly families: readonly BgpFamily[]
}

/** Messages of routes with the same attributes, or of withdrawals. */
export interface Batch {
  readonly messages: readonly Uint8Array[]
  /** To be called when the neighbour has them. @returns ids of the advertisements that it has now */
  taken(): readonly string[]
}

/**
 * `sent`: the neighbour has it. `queued`: written, but not read yet. `shadowed`: another advertisement of the same prefix
 * or match stands before it. Anything else is a sentence why the neighbour cannot be sent it. Undefined for what it is
 * not to have.
 */
export type RouteStanding = { readonly kind: 'sent' | 'queued' | 'shadowed' } | { readonly kind: 'unsendable'; readonly why: string }

/** What a neighbour takes for one route, and who wants it there. */
interface Entry {
  readonly nlri: RouteNlri
  /** By id of the advertisement, the latest last. */
  readonly wanted: Map<string, DriverRoute>
  sent: Sent | null
}

interface Sent {
  readonly id: string
  readonly attributes: string
  isTaken: boolean
}

interface Sendable {
  readonly entry: Entry
  readonly route: DriverRoute
  readonly attributes: PathAttributes
  /** The same text for the same attributes. */
  readonly signature: string
}

export class AdjRibOut {
  readonly #entries = new Map<string, Entry>()
  /** Key of the entry by id of the advertisement. */
  readonly #keys = new Map<string, string>()
  #terms: SessionTerms | null = null

  /** Routes that the neighbour has, as far as we know. */
  get sentCount(): number {
    let count = 0
    for (const { sent } of this.#entries.values()) if (sent?.isTaken) count++
    return count
  }

  has(id: string): boolean {
    return this.#keys.has(id)
  }

  standing(id: string): RouteStanding | undefined {
    const entry = this.#entries.get(this.#keys.get(id) ?? '')
    if (entry === undefined || this.#terms === null) return undefined
    if (entry.sent?.id === id) return { kind: entry.sent.isTaken ? 'sent' : 'queued' }
    const route = entry.wanted.get(id)
    if (route === undefined) return undefined
    const attributes = this.#attributes(entry, route, this.#terms)
    return typeof attributes === 'string' ? { kind: 'unsendable', why: attributes } : { kind: 'shadowed' }
  }

  /** A session begins: the neighbour has nothing. @returns everything that it is to have */
  begin(terms: SessionTerms): Batch[] {
    this.#terms = terms
    return this.#announceAll([...this.#entries.values()])
  }

  /** The session is over. What the neighbour has kept of it does not count. */
  end(): void {
    this.#terms = null
    for (const entry of this.#entries.values()) entry.sent = null
  }

  /** All routes of a family once more. */
  refresh(family: BgpFamily): Batch[] {
    return this.#announceAll([...this.#entries.values()].filter(({ nlri }) => nlri.family === family))
  }

  /** @returns what is to be sent for it now: nothing without a session, or when it is there already */
  add(route: DriverRoute): Batch[] {
    const nlri = nlriOf(route.route)
    const entry = this.#entries.get(nlri.key) ?? { nlri, wanted: new Map(), sent: null }
    entry.wanted.delete(route.id)
    entry.wanted.set(route.id, route)
    this.#entries.set(nlri.key, entry)
    this.#keys.set(route.id, nlri.key)
    return this.#settle(entry)
  }

  /** @returns what is to be sent now: a withdrawal, or the advertisement that stood behind it */
  remove(id: string): Batch[] {
    const entry = this.#entries.get(this.#keys.get(id) ?? '')
    if (entry === undefined) return []
    this.#keys.delete(id)
    entry.wanted.delete(id)
    if (entry.wanted.size === 0) this.#entries.delete(entry.nlri.key)
    return this.#settle(entry)
  }

  /** Brings the neighbour from what it was sent to what it is to have. */
  #settle(entry: Entry): Batch[] {
    if (this.#terms === null) return []
    const sendable = this.#sendable(entry, this.#terms)
    if (sendable === null) return this.#withdraw(entry)
    if (entry.sent?.id === sendable.route.id && entry.sent.attributes === sendable.signature) return []
    return [this.#announce([sendable], this.#terms)]
  }

  #withdraw(entry: Entry): Batch[] {
    if (entry.sent === null) return []
    entry.sent = null
    return [{ messages: encodeWithdrawal(entry.nlri.family, [entry.nlri.nlri]), taken: () => [] }]
  }

  #announceAll(entries: readonly Entry[]): Batch[] {
    const terms = this.#terms
    if (terms === null) return []
    const groups = new Map<string, Sendable[]>()
    for (const entry of entries) {
      const sendable = this.#sendable(entry, terms)
      if (sendable === null) continue
      const key = `${entry.nlri.family} ${sendable.signature}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [sendable])
      else group.push(sendable)
    }
    return [...groups.values()].map((group) => this.#announce(group, terms))
  }

  /** @param group of one family and with the same attributes */
  #announce(group: readonly Sendable[], terms: SessionTerms): Batch {
    const [{ entry, attributes }] = group as readonly [Sendable]
    const nlri = group.map(({ entry }) => entry.nlri.nlri)
    const messages = encodeAnnouncement({ family: entry.nlri.family, nlri, attributes }, terms)
    const sent = group.map(({ entry, route, signature }) => {
      entry.sent = { id: route.id, attributes: signature, isTaken: false }
      return { entry, mark: entry.sent }
    })
    return { messages, taken: () => takenIds(sent) }
  }

  /** The advertisement that the neighbour is to have of those that it would take for the same route. */
  #sendable(entry: Entry, terms: SessionTerms): Sendable | null {
    for (const route of byRank(entry)) {
      const attributes = this.#attributes(entry, route, terms)
      if (typeof attributes !== 'string') return { entry, route, attributes, signature: JSON.stringify(attributes, hexBytes) }
    }
    return null
  }

  #attributes({ nlri }: Entry, route: DriverRoute, terms: SessionTerms): PathAttributes | string {
    if (!terms.families.includes(nlri.family)) return `the neighbour does not take ${nlri.family}`
    return attributesOf(route, nlri.family, terms)
  }
}

/** Dropping the traffic stands before diverting it; else the latest stands first. */
function byRank({ wanted }: Entry): DriverRoute[] {
  const routes = [...wanted.values()].reverse()
  return [...routes.filter(({ route }) => route.purpose === 'blackhole'), ...routes.filter(({ route }) => route.purpose !== 'blackhole')]
}

function takenIds(sent: readonly { readonly entry: Entry; readonly mark: Sent }[]): string[] {
  // Withdrawn or replaced meanwhile: then it says nothing of what is there now.
  const current = sent.filter(({ entry, mark }) => entry.sent === mark)
  for (const { mark } of current) mark.isTaken = true
  return current.map(({ mark }) => mark.id)
}

/** Attributes hold bytes, which JSON does not know. */
function hexBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
