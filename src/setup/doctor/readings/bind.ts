// Tries whether addresses can be bound, and lets go of them at once.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { BindAttempt } from '../checks/ports.ts'
import type { Endpoint } from '../endpoint.ts'

/** @param page of HTTP. Port 0 takes any that is free: it is not tried. */
export async function tryToBind(listeners: readonly Endpoint[], page: Endpoint): Promise<BindAttempt[]> {
  const udp = listeners.map(async (at) => ({ ...at, protocol: 'udp' as const, refused: await udpRefusal(at) }))
  const tcp = { ...page, protocol: 'tcp' as const, refused: await tcpRefusal(page) }
  return [...(await Promise.all(udp)), tcp].filter(({ port }) => port !== 0)
}

function udpRefusal({ host, port }: Endpoint): Promise<string | null> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    socket.once('error', (error) => socket.close(() => resolve(codeOf(error))))
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)))
  })
}

function tcpRefusal({ host, port }: Endpoint): Promise<string | null> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(codeOf(error)))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message
}
