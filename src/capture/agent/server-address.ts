// How an agent reaches the server: addresses made of the configured one, TLS files, and the refusal of plain text.
import { readFile } from 'node:fs/promises'
import type { AgentConfig } from '../../contract/agent-config.ts'
import { agentEnrolPath, agentSocketPath } from '../../contract/agent-protocol.ts'

export type ServerAddress = Pick<AgentConfig, 'server' | 'ca' | 'client_certificate' | 'client_key' | 'allow_plaintext'>

export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** The configuration does not let the agent connect. The message says what to change. */
export class ServerAddressError extends Error {
  override readonly name = 'ServerAddressError'
}

/** @throws ServerAddressError for a connection without TLS that is not allowed */
export function socketUrl(address: ServerAddress): URL {
  return serverUrl(address, agentSocketPath, { tls: 'wss:', plain: 'ws:' })
}

/** @throws ServerAddressError as socketUrl */
export function enrolUrl(address: ServerAddress): URL {
  return serverUrl(address, agentEnrolPath, { tls: 'https:', plain: 'http:' })
}

/** Reads the files anew: certificates are renewed while agents run. @throws ServerAddressError with the file's name */
export async function readTlsFiles({ ca, client_certificate, client_key }: ServerAddress): Promise<TlsFiles> {
  if ((client_certificate === null) !== (client_key === null)) {
    throw new ServerAddressError('client_certificate and client_key belong together; set both, or none')
  }
  return {
    ...(ca === null ? {} : { ca: await readPem('ca', ca) }),
    ...(client_certificate === null ? {} : { cert: await readPem('client_certificate', client_certificate) }),
    ...(client_key === null ? {} : { key: await readPem('client_key', client_key) }),
  }
}

/** Whether the address can only be this host. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function serverUrl(
  { server, allow_plaintext }: ServerAddress,
  path: string,
  schemes: { readonly tls: string; readonly plain: string },
): URL {
  const base = new URL(server)
  const tls = base.protocol === 'https:' || base.protocol === 'wss:'
  if (!tls && !allow_plaintext && !isLoopback(base.hostname)) {
    throw new ServerAddressError(
      `${base.origin} is not encrypted: packets and the agent's token could be read on the way. ` +
        `Put a TLS proxy before the server and use its https:// address (docs/captures.md), or set allow_plaintext: true for a network that you trust`,
    )
  }
  // The setter of URL.protocol does not change between http and ws.
  return new URL(`${tls ? schemes.tls : schemes.plain}//${base.host}${base.pathname.replace(/\/+$/, '')}${path}`)
}

async function readPem(option: string, file: string): Promise<string> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new ServerAddressError(`${option}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  if (!text.includes('-----BEGIN ')) throw new ServerAddressError(`${option}: ${file} is not a PEM file`)
  return text
}
