// A flood of UDP packets from a host of the lab, which can be begun and ended for each address.
import { join } from 'node:path'

import type { Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'

export class Flood {
  readonly #child: NamespaceChild

  /** Starts the sender; it ends with this process or by `stop`. */
  constructor(namespace: Namespace) {
    this.#child = new NamespaceChild(namespace, join(import.meta.dirname, 'flood-sender.mjs'))
  }

  /**
   * @param rates packets a second by address; 0 ends its flood, others go on
   * @returns when the first of them were sent, ms since 1970
   */
  async set(rates: Readonly<Record<string, number>>): Promise<number> {
    return ((await this.#child.ask({ rates })) as { at: number }).at
  }

  stop(): void {
    this.#child.disconnect()
  }
}
