// Whose routers are registered: what one account sends must never be shown to another.
import type { RegisteredRouter } from '../../contract/collector-status.ts'

export class Registered {
  readonly #owners: ReadonlyMap<string, number>

  constructor(routers: readonly RegisteredRouter[]) {
    this.#owners = new Map(routers.map(({ address, account }) => [address, account]))
  }

  /** The account that has registered an address. */
  readonly ownerOf = (address: string): number | undefined => this.#owners.get(address)

  /** Addresses of the routers of an account. */
  of(account: number): string[] {
    return [...this.#owners].filter(([, owner]) => owner === account).map(([address]) => address)
  }

  /** Whether an account may see datagrams of a sender. */
  maySee(account: number, source: string, agent: string | null): boolean {
    const owners = [source, agent].flatMap((address) => (address === null ? [] : [this.#owners.get(address)]))
    return owners.every((owner) => owner === undefined || owner === account)
  }
}
