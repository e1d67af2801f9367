// Stands between a real exporter and the collector, and changes one thing in what passes.
import { join } from 'node:path'

import type { Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'

/** What becomes of a datagram: none or several, in order. */
export type Alteration = (datagram: Buffer) => readonly Buffer[]

interface Destination {
  readonly address: string
  readonly port: number
}

/** A program in the exporter's namespace takes its datagrams on loopback; what they become is sent from there too. */
export class AlteringRelay {
  readonly #child: NamespaceChild
  #failure: unknown
  #isStopped = false

  constructor(namespace: Namespace, to: Destination, alter: Alteration) {
    this.#child = new NamespaceChild(namespace, join(import.meta.dirname, 'udp-program.mjs'), {
      note: (message) => void this.#pass(message as { readonly datagram: string }, to, alter),
    })
  }

  /** Listens on this port of the namespace's loopback. */
  async start(port: number): Promise<void> {
    await this.#child.ask({ port })
  }

  /** @throws Error why a datagram could not be sent on before */
  stop(): void {
    this.#isStopped = true
    this.#child.disconnect()
    if (this.#failure !== undefined) throw new Error('the relay did not pass all on', { cause: this.#failure })
  }

  async #pass({ datagram }: { readonly datagram: string }, to: Destination, alter: Alteration): Promise<void> {
    try {
      for (const altered of alter(Buffer.from(datagram, 'base64'))) await this.#child.ask({ datagram: altered.toString('base64'), to })
    } catch (error) {
      if (!this.#isStopped) this.#failure ??= error
    }
  }
}
