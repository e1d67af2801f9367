// Addresses with ports, as listeners are written and as sockets have them.
import { parseIpAddress } from '../../base/ip-prefix.ts'

export interface Endpoint {
  /** IPv4 or IPv6 text. */
  readonly host: string
  readonly port: number
}

/** `192.0.2.1:2055`, `[::]:2055`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** @throws Error for a text that formatEndpoint would not write */
export function parseEndpoint(text: string): Endpoint {
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text) ?? []
  const host = six ?? four
  if (host === undefined || parseIpAddress(host) === undefined) throw new Error(`${JSON.stringify(text)} is no address with a port`)
  return { host, port: Number(port) }
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
