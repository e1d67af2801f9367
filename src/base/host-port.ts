// Reads and writes `host:port`, with IPv6 addresses in brackets.

export interface HostPort {
  /** IPv4 or IPv6 address without brackets, or a name. */
  readonly host: string
  /** 0 to 65535. */
  readonly port: number
}

// The port has at most five digits; IPv6 needs its brackets, or the last group would be taken for the port.
const pattern = /^(?:\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?)\]|([^[\]:\s]+)):(\d{1,5})$/

/** `203.0.113.1:2055`, `[2001:db8::1]:2055`, `collector.example.net:2055`; undefined for anything else. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const host = match[1] ?? match[2] ?? ''
  const port = Number(match[3])
  return port > 65535 ? undefined : { host, port }
}

/** The opposite of `parseHostPort`. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
