// Addresses of this machine: a packet socket sees packets too that are only routed through it.
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { formatWords, parseWords } from '../address-words.ts'

/** Addresses come and go, and asking for each packet would cost more than the packet. */
const lifetimeMs = 5000

export class LocalAddresses {
  #addresses: ReadonlySet<string> = new Set()
  #readAt = -Infinity

  /** @param address canonical text */
  has(address: string, now: number): boolean {
    if (Math.abs(now - this.#readAt) >= lifetimeMs) {
      this.#addresses = new Set(ownAddresses())
      this.#readAt = now
    }
    return this.#addresses.has(address) || (isIPv4(address) && address.startsWith('127.'))
  }
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.map(({ address }) => formatWords(parseWords(address)))
}
