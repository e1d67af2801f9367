// Where this machine takes flows: whether a datagram to an address and port comes to a listener.
import { isIPv4 } from 'node:net'
import { formatWords, parseWords } from '../address-words.ts'
import { parseListenAddress } from '../listen-address.ts'

/** `socket`: a listener takes it, if nothing on the way drops it. */
export type Destination = 'port' | 'family' | 'socket'

export class ListenerSet {
  /** Hosts by port, in canonical form. */
  readonly #hosts = new Map<number, readonly string[]>()

  /** @param listeners as `[::]:2055`; @throws Error when one is written otherwise */
  constructor(listeners: readonly string[]) {
    for (const text of listeners) {
      const { host, port } = parseListenAddress(text)
      this.#hosts.set(port, [...(this.#hosts.get(port) ?? []), formatWords(parseWords(host))])
    }
  }

  get ports(): number[] {
    return [...this.#hosts.keys()]
  }

  /** Ports with listeners of IPv4 alone. */
  get portsWithoutIpv6(): number[] {
    return [...this.#hosts].filter(([, hosts]) => hosts.every((host) => isIPv4(host))).map(([port]) => port)
  }

  /** @param address canonical text */
  judge(address: string, port: number): Destination {
    const hosts = this.#hosts.get(port)
    if (hosts === undefined) return 'port'
    // The IPv6 wildcard takes IPv4 too.
    const takes = (host: string) => host === '::' || host === address || (host === '0.0.0.0' && isIPv4(address))
    return hosts.some(takes) ? 'socket' : 'family'
  }
}
