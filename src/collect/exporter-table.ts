// Who may send: registered routers by address, and a bounded list of those who send without being registered.
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { addressKey, formatWords, type AddressWords } from './address-words.ts'
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
  readonly #senders = new Map<number | string, Sender>()
  sendersForgotten = 0

  /** Replaces the registered routers; what is known of those that stay is kept. */
  register(routers: readonly RegisteredRouter[]): void {
    const next = new Map<number | string, Exporter>()
    for (const router of routers) {
      const exporter = new Exporter(router)
      const known = this.#exporters.get(exporter.key)
      known?.configure(router)
      next.set(exporter.key, known ?? exporter)
      this.#senders.delete(exporter.key)
    }
    this.#exporters = next
    this.#forgetAgents()
  }

  /** A sender whose sFlow agent address has been registered is a sender no more. */
  #forgetAgents(): void {
    const registered = new Set([...this.#exporters.values()].map((exporter) => exporter.address))
    for (const [key, sender] of this.#senders)
      if (sender.agentAddress !== null && registered.has(sender.agentAddress)) this.#senders.delete(key)
  }

  find(address: AddressWords): Exporter | undefined {
    return this.#exporters.get(addressKey(address))
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
