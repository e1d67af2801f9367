// UDP addresses to listen on, as the configuration writes them: `[::]:2055`, `0.0.0.0:2055`, `127.0.0.1:0`.
import { isIPv4, isIPv6 } from 'node:net'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** @throws Error that says how an address is written */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+)):(?<port>\d{1,5})$/.exec(text)
  const host = match?.groups?.['six'] ?? match?.groups?.['four'] ?? ''
  const port = Number(match?.groups?.['port'] ?? Number.NaN)
  const valid = match?.groups?.['six'] === undefined ? isIPv4(host) : isIPv6(host)
  if (!valid || !(port <= 65535)) {
    throw new Error(`collect.listen: "${text}" is no UDP address; write [::]:2055 for all addresses or 192.0.2.1:2055 for one`)
  }
  return { host, port }
}

export function formatListenAddress(address: ListenAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}
