// What an address with a port reaches, as listeners are written and as sockets have them.
import { parseHostPort, type HostPort } from '../../base/host-port.ts'
import { parseIpAddress } from '../../base/ip-prefix.ts'

/** Its host is IPv4 or IPv6 text. */
export type Endpoint = HostPort

/** @throws Error for a text that is no address with a port */
export function parseEndpoint(text: string): Endpoint {
  const endpoint = parseHostPort(text)
  if (endpoint === undefined || parseIpAddress(endpoint.host) === undefined) {
    throw new Error(`${JSON.stringify(text)} is no address with a port`)
  }
  return endpoint
}

const isSix = (host: string) => host.includes(':')

/** Whether datagrams to one of them can be datagrams to the other. A socket on `::` takes IPv4 too. */
export function overlaps(a: Endpoint, b: Endpoint): boolean {
  if (a.port !== b.port) return false
  if (a.host === b.host || a.host === '::' || b.host === '::') return true
  return isSix(a.host) === isSix(b.host) && (a.host === '0.0.0.0' || b.host === '0.0.0.0')
}

export function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.')
}

/** Families by which an address can be reached. */
export function familiesOf(host: string): readonly (4 | 6)[] {
  if (host === '::') return [4, 6]
  return isSix(host) ? [6] : [4]
}
