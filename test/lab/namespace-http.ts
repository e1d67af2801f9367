// HTTP requests from inside a network namespace, for tests that themselves run outside of it.
import { join } from 'node:path'

import type { Namespace } from './lab.ts'
import { NamespaceChild } from './namespace-child.ts'

export interface HttpRequest {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** One helper process in the namespace; requests may overlap. */
export class NamespaceHttp {
  readonly #namespace: Namespace
  #child: NamespaceChild | undefined

  constructor(namespace: Namespace) {
    this.#namespace = namespace
  }

  start(): void {
    this.#child = new NamespaceChild(this.#namespace, join(import.meta.dirname, 'namespace-fetch.mjs'))
  }

  /** @throws Error when nobody answers */
  async fetch({ url, ...init }: HttpRequest): Promise<HttpAnswer> {
    if (this.#child === undefined) throw new Error('the helper process in the namespace was not started')
    return (await this.#child.ask({ url, init })) as HttpAnswer
  }

  stop(): void {
    this.#child?.disconnect()
  }
}
