import { createServer, Socket, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import { connectTcp, type BgpConnection, type TransportTarget } from './bgp-transport.ts'
import { openProtectedSocket } from './protected-socket.ts'

const servers: Server[] = []
const connections: BgpConnection[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

/** An echo. @param fd a socket that is not bound yet; without, one of its own */
async function listen(host: string, fd?: number): Promise<{ port: number; accepted: Socket[] }> {
  const accepted: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket)
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => (fd === undefined ? server.listen(0, host, resolve) : server.listen({ fd }, resolve)))
  return { port: (server.address() as AddressInfo).port, accepted }
}

/** Connects, and keeps what happens. */
function connect(target: Partial<TransportTarget> & { port: number }) {
  const told: string[] = []
  const whole = { address: '127.0.0.1', sourceAddress: '', password: '', ttlSecurity: 0, ...target }
  const connection = connectTcp(whole, {
    connected: () => void told.push('connected'),
    data: (chunk) => void told.push(Buffer.from(chunk).toString()),
    closed: (reason) => void told.push(`closed: ${reason}`),
  })
  connections.push(connection)
  return { connection, told }
}

/** Whether the kernel has TCP MD5 signatures (CONFIG_TCP_MD5SIG); a socket that has nothing else shows it. */
function kernelSigns(): boolean {
  if (process.platform !== 'linux') return false
  try {
    new Socket({ fd: openProtectedSocket({ address: '127.0.0.1', family: 4, password: 'x', ttlSecurity: 0 }) }).destroy()
    return true
  } catch (error) {
    if (error instanceof Error && /TCP MD5/.test(error.message)) return false
    throw error
  }
}

const toldOf = (told: readonly string[], count: number) => until(`${count} events`, () => (told.length >= count ? told : undefined))

describe('a connection', () => {
  it('carries bytes both ways and ends in order', async () => {
    const { port, accepted } = await listen('127.0.0.1')
    const { connection, told } = connect({ port, sourceAddress: '127.0.0.9' })
    await toldOf(told, 1)
    const server = await until('the connection', () => accepted[0])
    expect([connection.localAddress, server.remoteAddress]).toEqual(['127.0.0.9', '127.0.0.9'])
    await new Promise<void>((resolve) => connection.write(Buffer.from('hello'), resolve))
    await toldOf(told, 2)
    server.end()
    expect(await toldOf(told, 3)).toEqual(['connected', 'hello', 'closed: '])
    expect(connection.unsent).toBe(0)
  })

  it('says why it could not be made', async () => {
    const { port } = await listen('127.0.0.1')
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const { told } = connect({ port })
    expect(await toldOf(told, 1)).toEqual([expect.stringMatching(/^closed: .*ECONNREFUSED/)])
  })

  it('tells nothing after its end, and sends what was written before', async () => {
    const { port, accepted } = await listen('127.0.0.1')
    const { connection, told } = connect({ port })
    await toldOf(told, 1)
    let received = ''
    const server = await until('the connection', () => accepted[0])
    const ended = new Promise((resolve) => server.on('end', resolve).on('data', (chunk: Buffer) => (received += chunk.toString())))
    connection.write(Buffer.from('last words'))
    connection.end()
    await ended
    expect([received, told]).toEqual(['last words', ['connected']])
  })

  it('is cut when the other side does not read', async () => {
    const { port, accepted } = await listen('127.0.0.1')
    const { connection, told } = connect({ port })
    await toldOf(told, 1)
    const server = await until('the connection', () => accepted[0])
    server.unpipe()
    server.pause()
    let taken = false
    connection.write(Buffer.alloc(64 * 1024 * 1024), () => (taken = true))
    expect(connection.unsent).toBeGreaterThan(0)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    connection.end()
    vi.advanceTimersByTime(1000)
    vi.useRealTimers()
    // What the system had taken arrives, and then the end instead of the rest.
    const ended = new Promise((resolve) => server.once('end', resolve).once('close', resolve))
    server.resume()
    await ended
    expect([taken, server.bytesRead < 64 * 1024 * 1024]).toEqual([false, true])
  })

  it('can be ended before it stands', async () => {
    const { port, accepted } = await listen('127.0.0.1')
    const early = connect({ port })
    early.connection.end()
    const { told } = connect({ port })
    await toldOf(told, 1)
    await until('the second connection', () => accepted.find((socket) => !socket.readableEnded && !socket.destroyed))
    expect(early.told).toEqual([])
  })
})

describe.runIf(process.platform === 'linux')('a protected connection', () => {
  const password = 'k\u00e9y of the session'

  it.runIf(kernelSigns()).each(['127.0.0.1', '::1'])('signs with TCP MD5 over %s', async (host) => {
    const family = host === '::1' ? 6 : 4
    // Listening without an address binds it to any, and the key is for what comes from there.
    const { port } = await listen(host, openProtectedSocket({ address: host, family, password, ttlSecurity: 0 }))
    const right = connect({ address: host, port, password })
    await toldOf(right.told, 1)
    right.connection.write(Buffer.from('signed'))
    expect(await toldOf(right.told, 2)).toEqual(['connected', 'signed'])
    const others = [connect({ address: host, port, password: 'another' }), connect({ address: host, port })]
    // The kernel drops their packets, so nothing ever comes; a later connection with the key shows that time has passed.
    const later = connect({ address: host, port, password })
    await toldOf(later.told, 1)
    expect(others.map(({ told }) => told)).toEqual([[], []])
  })

  it.each(['127.0.0.1', '::1'])('accepts from as many hops as allowed over %s', async (address) => {
    const { port } = await listen(address)
    // Loopback is no hop, but the kernel begins with a TTL of 64: 254 hops let it pass, 1 does not.
    const far = connect({ address, port, ttlSecurity: 254 })
    expect(await toldOf(far.told, 1)).toEqual(['connected'])
    const near = connect({ address, port, ttlSecurity: 1 })
    const later = connect({ address, port, ttlSecurity: 254 })
    await toldOf(later.told, 1)
    expect(near.told).toEqual([])
  })

  it('comes from the address that was chosen', async () => {
    const { port } = await listen('127.0.0.1')
    const { connection, told } = connect({ port, sourceAddress: '127.0.0.7', ttlSecurity: 254 })
    await toldOf(told, 1)
    expect(connection.localAddress).toBe('127.0.0.7')
  })

  it('says why it could not be made', async () => {
    const { told } = connect({ port: 1, password: 'x'.repeat(81) })
    expect(await toldOf(told, 1)).toEqual(['closed: the TCP MD5 password has 81 bytes; 80 are possible'])
    const refused = connect({ port: 1, ttlSecurity: 254 })
    expect(await toldOf(refused.told, 1)).toEqual([expect.stringMatching(/^closed: .*ECONNREFUSED/)])
  })
})
