import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../../../test/lab/poll.ts'
import { systemClock } from '../../base/clock.ts'
import { encodeMessage, messageType } from '../../wire/bgp/bgp-framer.ts'
import { encodeNotification } from '../../wire/bgp/bgp-notification.ts'
import { BgpDriver } from './bgp-driver.ts'
import { BgpPeer } from './testing/bgp-peer.ts'
import { bringUp, driverInMemory, driverRoute, type SettledCall } from './testing/driver-scene.ts'
import { rest, type MemoryConnection } from './testing/memory-connection.ts'
import { driverConfig } from './testing/neighbor-config.ts'

const refreshIpv4 = encodeMessage(messageType.routeRefresh, [Uint8Array.of(0, 1, 0, 1)])
const peers: BgpPeer[] = []
const drivers: BgpDriver[] = []
const servers: Server[] = []
const sockets = new Set<Socket>()
const log = { info: () => {}, warn: () => {} }

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.stop()))
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function peer(overrides: ConstructorParameters<typeof BgpPeer>[0] = {}, port = 0): Promise<BgpPeer> {
  const found = await new BgpPeer(overrides).listen('127.0.0.1', port)
  peers.push(found)
  return found
}

/** A driver, and what it has told. */
function driverFor(neighbors: readonly object[]) {
  const settled: SettledCall[] = []
  const driver = new BgpDriver(driverConfig(...neighbors), {
    clock: systemClock,
    log,
    settled: (id, direction, outcome) => void settled.push({ id, direction, outcome }),
    random: () => 0,
  })
  drivers.push(driver)
  return { driver, settled }
}

const established = (driver: BgpDriver, count: number) =>
  until(`${count} sessions`, () =>
    driver.status().neighbors.filter(({ state }) => state === 'Established').length === count ? true : undefined,
  )
const tableOf = (peer: BgpPeer, size: number) =>
  until(`${size} routes`, () => (peer.table.size === size ? [...peer.table.keys()].sort() : undefined))
const updatesOf = (peer: BgpPeer) => peer.messages.flatMap((message) => (message.type === 'update' ? [message.update] : []))
/** A neighbour whose state is what it is about; its routes have next hops for both families. */
const neighbor = (peer: BgpPeer, more: object = {}) => ({
  port: peer.port,
  connect_seconds: 1,
  divert: { next_hop_ipv6: '2001:db8::1' },
  ...more,
})

describe('announcing', () => {
  it('reaches every neighbour that is to have it, and is withdrawn from them', async () => {
    const [one, two, blackholes] = [await peer(), await peer(), await peer()]
    const { driver } = driverFor([neighbor(one), neighbor(two), neighbor(blackholes, { name: 'drop', purposes: ['blackhole'] })])
    await driver.start([])
    await established(driver, 3)
    const route = driverRoute('divert', '203.0.113.0/24')
    expect(await driver.announce(route)).toEqual({ kind: 'done', already: false, detail: 'sent to edge1 and edge2' })
    await Promise.all([tableOf(one, 1), tableOf(two, 1)])
    expect(one.table.get('203.0.113.0/24')).toMatchObject({ asPath: [64_500], nextHop: new Uint8Array([127, 0, 0, 1]) })
    expect(await driver.announce(route)).toEqual({ kind: 'done', already: true, detail: 'sent to edge1 and edge2' })
    const blackhole = driverRoute('blackhole', '203.0.113.9/32')
    expect(await driver.announce(blackhole)).toMatchObject({ detail: 'sent to edge1, edge2 and drop' })
    await tableOf(blackholes, 1)
    expect(await driver.withdraw(route)).toEqual({ kind: 'done', already: false, detail: 'withdrawn from edge1 and edge2' })
    expect(await tableOf(one, 1)).toEqual(['203.0.113.9/32'])
    expect(await driver.withdraw(route)).toEqual({ kind: 'done', already: true, detail: 'no neighbour was to have it' })
    expect(updatesOf(blackholes).flatMap(({ unreach }) => unreach.flatMap(({ nlri }) => nlri))).toEqual([])
  })

  it('works for all families, with what was agreed on', async () => {
    const all = await peer()
    const families = ['ipv4', 'ipv6', 'ipv4-flowspec', 'ipv6-flowspec']
    const { driver } = driverFor([neighbor(all, { families })])
    await driver.start([])
    await established(driver, 1)
    const routes = (['divert', 'flowspec'] as const).flatMap((purpose) => [
      driverRoute(purpose, '203.0.113.0/24'),
      driverRoute(purpose, '2001:db8::/32'),
    ])
    for (const route of routes) expect(await driver.announce(route)).toMatchObject({ kind: 'done' })
    expect(await tableOf(all, 4)).toEqual(['2001:db8::/32', '203.0.113.0/24', 'destination 2001:db8::/32', 'destination 203.0.113.0/24'])
    expect(driver.status().neighbors[0]).toMatchObject({ families, routes_sent: 4, graceful_restart_seconds: 120 })
    for (const route of routes) await driver.withdraw(route)
    expect(await tableOf(all, 0)).toEqual([])
  })

  it('waits for a neighbour when none is there, and tells when one has it', async () => {
    const late = await peer()
    const { port } = late
    await late.close()
    peers.pop()
    const { driver, settled } = driverFor([{ port, connect_seconds: 1 }])
    const route = driverRoute('divert', '203.0.113.0/24')
    await driver.start([])
    await until('a failure', () => driver.status().neighbors[0]?.last_error || undefined)
    const outcome = await driver.announce(route)
    expect(outcome).toEqual({ kind: 'delayed', retryAt: null, detail: expect.stringMatching(/^edge1 is \w+: connect ECONNREFUSED/) })
    expect(settled).toEqual([])
    const again = await peer({}, port)
    await tableOf(again, 1)
    await until('the answer', () => settled[0])
    expect(settled).toEqual([{ id: route.id, direction: 'announce', outcome: { kind: 'done', already: false, detail: 'sent to edge1' } }])
  })

  it('tells of those that have it and of those that are away', async () => {
    const here = await peer()
    const gone = await peer()
    const { port } = gone
    await gone.close()
    peers.pop()
    const { driver } = driverFor([neighbor(here), { port, connect_seconds: 1 }])
    await driver.start([])
    await established(driver, 1)
    await until('a failure', () => driver.status().neighbors[1]?.last_error || undefined)
    const route = driverRoute('divert', '203.0.113.0/24')
    expect(await driver.announce(route)).toMatchObject({
      kind: 'done',
      detail: expect.stringMatching(/^sent to edge1; edge2 is \w+: connect ECONNREFUSED/),
    })
    expect(await driver.withdraw(route)).toEqual({
      kind: 'done',
      already: false,
      detail: 'withdrawn from edge1; not connected to edge2: what is still there goes 120 s after the session was lost, or when it is back',
    })
  })

  it('is refused where no neighbour could ever have it', async () => {
    const { driver, settled } = driverFor([{ purposes: ['divert'], families: ['ipv4'], port: 1 }])
    const routes = [driverRoute('blackhole', '203.0.113.1/32'), driverRoute('divert', '2001:db8::/32'), driverRoute('divert', 'nonsense')]
    const reasons = [/no neighbour takes blackhole of 203.0.113.1\/32.*advertise\.bgp/, /no neighbour takes divert of 2001/, /nonsense/]
    for (const [index, route] of routes.entries()) {
      expect(await driver.announce(route)).toEqual({ kind: 'refused', detail: expect.stringMatching(reasons[index] ?? /^$/) })
      expect(driver.preview(route)).toEqual([])
    }
    await driver.start(routes)
    expect(settled.map(({ id, outcome }) => [id, outcome.kind])).toEqual(routes.map(({ id }) => [id, 'refused']))
  })

  it('says what keeps a neighbour from having it', async () => {
    const ipv4Only = await peer({ families: ['ipv4'] })
    const { driver } = driverFor([neighbor(ipv4Only)])
    await driver.start([])
    await established(driver, 1)
    const route = driverRoute('divert', '2001:db8::/32')
    expect(await driver.announce(route)).toEqual({
      kind: 'delayed',
      retryAt: null,
      detail: 'edge1 cannot have it: the neighbour does not take ipv6',
    })
    expect(driver.preview(route)).toEqual([
      { driver: 'bgp', to: 'edge1 (127.0.0.1, AS 64501)', ready: false, lines: ['the neighbour does not take ipv6'], hex: '' },
    ])
  })

  it('does not wait for a neighbour that does not read', async () => {
    const { driver, network, timers, settled } = await driverInMemory(2)
    const [reads, stalls] = network.connections as [MemoryConnection, MemoryConnection]
    stalls.isStalled = true
    const route = driverRoute('divert', '203.0.113.0/24')
    const outcome = driver.announce(route)
    await rest()
    expect(reads.ofType('update').at(-1)?.update.reach).toHaveLength(1)
    timers.advance(1000)
    expect(await outcome).toEqual({ kind: 'done', already: false, detail: 'sent to edge1; edge2 does not read what it is sent' })
    reads.isStalled = true
    const later = driver.announce(driverRoute('divert', '203.0.113.128/25', 'later'))
    await rest()
    timers.advance(1000)
    expect(await later).toMatchObject({
      kind: 'delayed',
      detail: 'edge1 does not read what it is sent; edge2 does not read what it is sent',
    })
    stalls.flush(2)
    expect(settled).toEqual([
      {
        id: 'later',
        direction: 'announce',
        outcome: { kind: 'done', already: false, detail: 'sent to edge2; edge1 does not read what it is sent' },
      },
    ])
    const gone = driver.withdraw(route)
    await rest()
    timers.advance(1000)
    expect(await gone).toEqual({ kind: 'done', already: false, detail: 'sent to edge1 and edge2, not read there yet' })
  })

  it('answers when the session ends while it waits, and is settled by the next one', async () => {
    const { driver, network, timers, settled } = await driverInMemory(1)
    network.last.isStalled = true
    const route = driverRoute('divert', '203.0.113.0/24')
    const outcome = driver.announce(route)
    network.last.events.closed('read ECONNRESET')
    expect(await outcome).toEqual({ kind: 'delayed', retryAt: null, detail: 'edge1 is Idle: the connection was lost: read ECONNRESET' })
    timers.advance(10_000)
    bringUp(network.last)
    await rest()
    expect(settled.map(({ id }) => id)).toEqual([route.id])
    expect(await driver.announce(route)).toEqual({ kind: 'done', already: true, detail: 'sent to edge1' })
  })

  it('has no answer left over for what is withdrawn while it waits', async () => {
    const { driver, network, timers, settled } = await driverInMemory(1)
    network.last.isStalled = true
    const route = driverRoute('divert', '203.0.113.0/24')
    const outcome = driver.announce(route)
    const gone = driver.withdraw(route)
    timers.advance(1000)
    expect(await outcome).toEqual({ kind: 'error', detail: 'it was withdrawn meanwhile' })
    expect(await gone).toMatchObject({ kind: 'done' })
    network.last.flush(10)
    expect(settled).toEqual([])
  })

  it('sends the table once to a neighbour that asks for it again and again without reading', async () => {
    const { driver, network } = await driverInMemory(1)
    await driver.announce(driverRoute('divert', '203.0.113.0/24'))
    const connection = network.last
    connection.isStalled = true
    connection.arrive(...Array.from({ length: 1000 }, () => refreshIpv4))
    const waiting = connection.unsent
    connection.flush(1)
    expect([waiting < 100, connection.unsent]).toEqual([true, waiting])
    connection.flush(100)
    expect(connection.unsent).toBe(0)
  })
})

describe('a session', () => {
  it('begins with all routes, then says that these are all', async () => {
    const { driver } = driverFor([])
    expect(driver.status()).toMatchObject({ configured: false, ready: false, neighbors: [] })
    const routes = [
      driverRoute('divert', '203.0.113.0/24'),
      driverRoute('divert', '2001:db8::/32'),
      driverRoute('blackhole', '203.0.113.9/32'),
    ]
    const first = await peer()
    const started = driverFor([neighbor(first)])
    await started.driver.start(routes)
    await until('End-of-RIB', () => (updatesOf(first).filter(({ endOfRib }) => endOfRib !== null).length === 2 ? true : undefined))
    expect([...first.table.keys()].sort()).toEqual(['2001:db8::/32', '203.0.113.0/24', '203.0.113.9/32'])
    expect(updatesOf(first).map(({ endOfRib, reach }) => endOfRib ?? reach.length)).toEqual([1, 1, 1, 'ipv4', 'ipv6'])
    expect(started.settled).toEqual([])
  })

  it('that is lost leaves the routes, and the next one has them again', async () => {
    const flapping = await peer()
    const { driver, settled } = driverFor([neighbor(flapping)])
    await driver.start([driverRoute('divert', '203.0.113.0/24')])
    await tableOf(flapping, 1)
    flapping.send(encodeNotification({ code: 6, subcode: 4, data: new Uint8Array(0) }))
    await until('the loss', () => driver.status().neighbors[0]?.last_error || undefined)
    expect(driver.status().neighbors[0]?.last_error).toMatch(/the neighbour ended the session: Cease: Administrative Reset/)
    await driver.announce(driverRoute('blackhole', '203.0.113.9/32'))
    await driver.withdraw(driverRoute('divert', '203.0.113.0/24'))
    await until('a second session', () => (flapping.sessions === 2 ? true : undefined))
    await until('the rest of the routes', () => (flapping.table.has('203.0.113.9/32') ? true : undefined))
    expect([...flapping.table.keys()]).toEqual(['203.0.113.9/32'])
    await until('the answer', () => settled[0])
    expect(settled.map(({ id }) => id)).toEqual(['blackhole 203.0.113.9/32'])
    const opens = flapping.messages.flatMap((message) => (message.type === 'open' ? [message.open.gracefulRestart?.restarting] : []))
    expect(opens).toEqual([true, false])
  })

  it('ends with the driver without withdrawing and without NOTIFICATION', async () => {
    const stays = await peer()
    const { driver } = driverFor([neighbor(stays)])
    await driver.start([driverRoute('divert', '203.0.113.0/24')])
    await tableOf(stays, 1)
    await driver.stop()
    await until('the end', () => (stays.closed === 1 ? true : undefined))
    expect(stays.messages.filter(({ type }) => type === 'notification')).toEqual([])
    expect(updatesOf(stays).flatMap(({ unreach }) => unreach.flatMap(({ nlri }) => nlri))).toEqual([])
    expect(driver.counts()).toEqual([
      { name: 'edge1', established: 1, notificationsSent: 0, notificationsReceived: 0, updatesIgnored: 0, updatesSent: 1 },
    ])
  })
})

describe('a neighbour that is not in order', () => {
  it('does not keep the others from having their routes', async () => {
    const fine = await peer()
    // Bytes that are no BGP, an end at once, silence.
    const answers = [
      (socket: Socket) => socket.write(Buffer.alloc(100_000, 0x42)),
      (socket: Socket) => socket.resetAndDestroy(),
      () => undefined,
    ]
    const ports = await Promise.all(answers.map((answer) => badServer(answer)))
    const { driver } = driverFor([...ports.map((port) => ({ port, connect_seconds: 1 })), neighbor(fine)])
    await driver.start([driverRoute('divert', '203.0.113.0/24')])
    await tableOf(fine, 1)
    const told = [
      /^we ended the session: Message Header Error: Connection Not Synchronized/,
      /ECONNRESET|EPIPE|closed the connection/,
      /^$/,
    ]
    for (const [index, expected] of told.entries()) {
      await until(`what edge${index + 1} has done`, () => expected.test(driver.status().neighbors[index].last_error) || undefined)
    }
    expect(await driver.announce(driverRoute('blackhole', '203.0.113.9/32'))).toMatchObject({
      kind: 'done',
      detail: expect.stringMatching(/^sent to edge4; edge1 is /),
    })
  })

  it('is logged when its session ends, and when the reason that keeps it away changes', async () => {
    const { network, timers, logged } = await driverInMemory(1)
    for (const reason of ['reset', 'refused', 'refused', 'unreachable']) {
      network.last.events.closed(reason)
      timers.advance(timers.remaining[0])
    }
    bringUp(network.last)
    expect(logged).toEqual([
      'BGP session established',
      'BGP session lost: the connection was lost: reset',
      'no BGP session: refused',
      'no BGP session: unreachable',
      'BGP session established',
    ])
  })
})

/** A server that is no BGP speaker. */
async function badServer(answer: (socket: Socket) => unknown): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.resume()
    answer(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe('the preview', () => {
  it('is byte for byte what is sent', async () => {
    const { driver, network } = await driverInMemory(1)
    const route = driverRoute('blackhole', '203.0.113.9/32')
    const [message] = driver.preview(route)
    const write = vi.spyOn(network.last, 'write')
    await driver.announce(route)
    expect(message?.hex).toBe(Buffer.from(write.mock.calls[0]?.[0] ?? []).toString('hex'))
    expect(message).toMatchObject({
      driver: 'bgp',
      to: 'edge1 (127.0.0.1, AS 64501)',
      ready: true,
      lines: [
        'announce 203.0.113.9/32',
        'NEXT_HOP 192.0.2.1',
        'ORIGIN IGP',
        'AS_PATH 64500',
        'COMMUNITIES 65535:666 BLACKHOLE, 65535:65281 NO_EXPORT',
      ],
    })
  })

  it('says what is not known before the first session', () => {
    const { driver } = driverFor([
      { port: 1 },
      { port: 1, divert: { next_hop_ipv4: '192.0.2.9' } },
      { port: 1, source_address: '192.0.2.8' },
    ])
    const messages = driver.preview(driverRoute('divert', '203.0.113.0/24'))
    expect(messages.map(({ ready }) => ready)).toEqual([false, false, false])
    expect(messages[0]).toMatchObject({ hex: '', lines: [expect.stringMatching(/not known before it is up; set .*next_hop_ipv4/)] })
    expect(messages[1]?.lines).toContain('NEXT_HOP 192.0.2.9')
    expect(messages[2]?.lines).toContain('NEXT_HOP 192.0.2.8')
  })
})
