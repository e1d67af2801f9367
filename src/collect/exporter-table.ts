// Who may send: registered routers by address, and a bounded list of those who send without being registered.
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { addressKey, formatWords, parseWords, type AddressWords } from './address-words.ts'
import { CollectorBudgets, collectorLimits, type CollectorLimits } from './collector-budgets.ts'
import { Exporter } from './exporter.ts'

/** A sender without registration, as one thread saw it. Times are milliseconds since 1970. */
export interface Sender {
  readonly address: string
  agentAddress: string | null
  protocols: number
  datagrams: number
  readonly firstSeen: number
  lastSeen: number
}

/** Unregistered senders that are remembered; a flood from forged addresses pushes out whoever was silent longest. */
const maxSenders = 512

export class ExporterTable {
  #exporters = new Map<number | string, Exporter>()
  #byText = new Map<string, Exporter>()
  readonly #senders = new Map<number | string, Sender>()
  sendersForgotten = 0
  readonly budgets: CollectorBudgets

  constructor(limits: CollectorLimits = collectorLimits) {
    this.budgets = new CollectorBudgets(limits)
  }

  /**
   * Replaces the registered routers; what is known of those that stay is kept.
   * @returns those that are no longer registered
   */
  register(routers: readonly RegisteredRouter[]): readonly Exporter[] {
    const next = new Map<number | string, Exporter>()
    for (const router of routers) {
      const key = addressKey(parseWords(router.address))
      const exporter = next.get(key) ?? this.#exporters.get(key) ?? new Exporter(router, this.budgets)
      exporter.configure(router)
      next.set(key, exporter)
      this.#senders.delete(key)
    }
    const gone = [...this.#exporters.values()].filter((exporter) => !next.has(exporter.key))
    for (const exporter of gone) exporter.release()
    this.#exporters = next
    this.#byText = new Map([...next.values()].map((exporter) => [exporter.address, exporter]))
    this.#forgetAgents()
    return gone
  }

  /** A sender whose sFlow agent address has been registered is a sender no more. */
  #forgetAgents(): void {
    const registered = this.#byText
    for (const [key, sender] of this.#senders)
      if (sender.agentAddress !== null && registered.has(sender.agentAddress)) this.#senders.delete(key)
  }

  find(address: AddressWords): Exporter | undefined {
    return this.#exporters.get(addressKey(address))
  }

  /** The registered router that a datagram belongs to: by its sFlow agent address, otherwise by where it came from. */
  owner(source: AddressWords, agent: AddressWords | null): Exporter | undefined {
    return (agent === null ? undefined : this.find(agent)) ?? this.find(source)
  }

  /** By the text of its address, as it is registered. */
  findByText(address: string): Exporter | undefined {
    return this.#byText.get(address)
  }

  exporters(): Iterable<Exporter> {
    return this.#exporters.values()
  }

  senders(): Iterable<Sender> {
    return this.#senders.values()
  }

  /** Remembers who sent a flow datagram without being registered. */
  noteSender(source: AddressWords, agent: AddressWords | null, protocolBit: number, now: number): void {
    const key = addressKey(source)
    let sender = this.#senders.get(key)
    if (sender === undefined) {
      if (this.#senders.size >= maxSenders) this.#forgetSender()
      sender = { address: formatWords(source), agentAddress: null, protocols: 0, datagrams: 0, firstSeen: now, lastSeen: now }
    } else this.#senders.delete(key)
    // Deleted and set again: the map's order is then the order of last sight.
    this.#senders.set(key, sender)
    sender.datagrams++
    sender.lastSeen = now
    sender.protocols |= protocolBit
    const agentText = agent === null ? null : formatWords(agent)
    sender.agentAddress = agentText === sender.address ? null : agentText
  }

  #forgetSender(): void {
    const [oldest] = this.#senders.keys()
    if (oldest === undefined) return
    this.#senders.delete(oldest)
    this.sendersForgotten++
  }
}
