// Makes a server of the test's own process reachable inside a network namespace: TCP there, a Unix socket between, TCP here.
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

import type { Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'

export class NamespaceRelay {
  readonly #child: NamespaceChild
  readonly #server: Server
  readonly #path: string

  /**
   * @param port of the server on this side's loopback
   * @param path of the Unix socket
   */
  constructor(namespace: Namespace, port: number, path: string) {
    this.#path = path
    this.#child = new NamespaceChild(namespace, join(import.meta.dirname, 'relay-program.mjs'))
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      near.pipe(far).pipe(near)
      near.on('error', () => far.destroy())
      far.on('error', () => near.destroy())
    })
  }

  /** Listens on this port of all addresses of the namespace. */
  async start(port: number): Promise<void> {
    this.#server.listen(this.#path)
    await once(this.#server, 'listening')
    await this.#child.ask({ port, path: this.#path })
  }

  stop(): void {
    this.#child.disconnect()
    this.#server.close()
  }
}
