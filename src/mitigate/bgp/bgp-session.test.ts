import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeKeepalive, encodeMessage, messageType } from '../../wire/bgp/bgp-framer.ts'
import { encodeNotification, shutdownCommunication } from '../../wire/bgp/bgp-notification.ts'
import { encodeOpen } from '../../wire/bgp/bgp-open.ts'
import { rest, type MemoryConnection } from './testing/memory-connection.ts'
import { localSpeaker } from './testing/neighbor-config.ts'
import { establish, refreshIpv6, sessionScene, theirOpen, update } from './testing/session-scene.ts'

describe('a session that comes up', () => {
  it('goes from Idle to Established and tells what it can do', async () => {
    const all = sessionScene({ families: ['ipv4', 'ipv6', 'ipv4-flowspec'], hold_seconds: 45 })
    const { session, network, told } = all
    const states = [session.state]
    session.start()
    states.push(session.state)
    network.last.events.connected()
    states.push(session.state)
    network.last.arrive(encodeOpen(theirOpen))
    states.push(session.state)
    network.last.arrive(encodeKeepalive())
    states.push(session.state)
    await rest()
    expect(states).toEqual(['Idle', 'Connect', 'OpenSent', 'OpenConfirm', 'Established'])
    expect(told).toEqual(['established'])
    expect(session.agreement).toEqual({ families: ['ipv4', 'ipv6'], as4: true, holdSeconds: 30, gracefulRestartSeconds: null })
    expect(network.last.messages.map(({ type }) => type)).toEqual(['open', 'keepalive'])
    expect(network.last.ofType('open')[0]?.open).toMatchObject({
      as: 64_500,
      holdSeconds: 45,
      families: ['ipv4', 'ipv6', 'ipv4-flowspec'],
      as4: true,
      routeRefresh: true,
      gracefulRestart: {
        restarting: true,
        notification: true,
        seconds: 120,
        families: [
          { family: 'ipv4', forwarding: true },
          { family: 'ipv6', forwarding: true },
          { family: 'ipv4-flowspec', forwarding: true },
        ],
      },
    })
  })

  it('says that it has restarted until all routes were sent once', async () => {
    const all = sessionScene({ connect_seconds: 10 })
    all.session.start()
    for (const last of [false, true]) {
      establish(all)
      await rest()
      if (last) all.session.endRestart()
      all.network.last.events.closed('')
      all.timers.advance(10_000)
    }
    all.network.last.events.connected()
    await rest()
    const opens = all.network.connections.map((connection) => connection.ofType('open')[0]?.open.gracefulRestart?.restarting)
    expect(opens).toEqual([true, true, false])
  })

  it('knows how long the neighbour keeps our routes when it helps, also without families of its own', () => {
    const all = sessionScene()
    all.session.start()
    establish(all, { gracefulRestart: { restarting: false, notification: false, seconds: 7, families: [] } })
    expect(all.session.agreement?.gracefulRestartSeconds).toBe(120)
  })

  it('takes a neighbour without capabilities for one of IPv4 and two-byte AS numbers', () => {
    const all = sessionScene({ families: ['ipv6', 'ipv4'] })
    all.session.start()
    establish(all, { families: [], as4: false, routeRefresh: false })
    expect(all.session.agreement).toMatchObject({ families: ['ipv4'], as4: false })
  })

  it('reads messages that arrive byte by byte', () => {
    const all = sessionScene()
    all.session.start()
    all.network.last.events.connected()
    for (const byte of [...encodeOpen(theirOpen), ...encodeKeepalive()]) all.network.last.arrive(Uint8Array.of(byte))
    expect(all.session.state).toBe('Established')
  })
})

describe('a neighbour that is not the one', () => {
  const version5 = encodeOpen(theirOpen)
  version5[19] = 5
  const zeroId = encodeOpen({ ...theirOpen, routerId: new Uint8Array(4) })
  const holdOne = encodeOpen(theirOpen)
  holdOne.set([0, 1], 22)
  const ours = { as: 64_500, routerId: Uint8Array.of(192, 0, 2, 1) }
  it.each([
    ['another version', {}, version5, [2, 1], [0, 4]],
    ['another AS', {}, encodeOpen({ ...theirOpen, as: 64_999 }), [2, 2], []],
    ['another AS of four bytes', {}, encodeOpen({ ...theirOpen, as: 4_200_000_000 }), [2, 2], []],
    ['no BGP identifier', {}, zeroId, [2, 3], []],
    ['our own AS and BGP identifier', { as: 64_500 }, encodeOpen({ ...theirOpen, ...ours }), [2, 3], []],
    ['a hold time of 1 s', {}, holdOne, [2, 6], []],
    [
      'no common family',
      { families: ['ipv4-flowspec', 'ipv6'] },
      encodeOpen({ ...theirOpen, families: ['ipv4'] }),
      [2, 7],
      [1, 4, 0, 1, 0, 133, 1, 4, 0, 2, 0, 1],
    ],
  ])('is refused with %s', async (_name, written, open, [code, subcode], data) => {
    const { session, network } = sessionScene(written)
    session.start()
    network.last.events.connected()
    network.last.arrive(open)
    await rest()
    const sent = network.last.ofType('notification').map(({ notification }) => notification)
    expect(sent).toEqual([{ code, subcode, data: Uint8Array.from(data) }])
    expect([session.state, network.last.isEnded]).toEqual(['Idle', true])
    expect(session.lastError).toMatch(/^we ended the session: OPEN Message Error: /)
  })

  it('is accepted with our BGP identifier when its AS is another one (RFC 6286)', () => {
    const all = sessionScene()
    all.session.start()
    establish(all, { routerId: localSpeaker.routerId })
    expect(all.session.state).toBe('Established')
  })
})

describe('messages that the state does not expect', () => {
  const open = encodeOpen(theirOpen)
  const keepalive = encodeKeepalive()
  it.each([
    ['KEEPALIVE in OpenSent', [], keepalive, 1],
    ['UPDATE in OpenSent', [], update, 1],
    ['ROUTE-REFRESH in OpenSent', [], refreshIpv6, 1],
    ['OPEN in OpenConfirm', [open], open, 2],
    ['UPDATE in OpenConfirm', [open], update, 2],
    ['ROUTE-REFRESH in OpenConfirm', [open], refreshIpv6, 2],
    ['OPEN in Established', [open, keepalive], open, 3],
  ])('%s ends the session', async (_name, before, message, subcode) => {
    const { session, network } = sessionScene()
    session.start()
    network.last.events.connected()
    network.last.arrive(...before, message)
    await rest()
    const data = Uint8Array.of(message[18] ?? 0)
    expect(network.last.ofType('notification').map(({ notification }) => notification)).toEqual([{ code: 5, subcode, data }])
    expect(session.state).toBe('Idle')
  })

  it('says and handles nothing after its end, whatever stood behind in the same segment', async () => {
    const { session, network, told } = sessionScene()
    session.start()
    network.last.events.connected()
    network.last.arrive(Buffer.concat([encodeOpen({ ...theirOpen, as: 1 }), encodeOpen(theirOpen), encodeKeepalive()]))
    await rest()
    expect(told).toEqual([`failed: ${session.lastError}`])
    expect(network.last.messages.map(({ type }) => type)).toEqual(['open', 'notification'])
  })
})

describe('the neighbour', () => {
  it('ends the session with a NOTIFICATION, which is not answered but told', async () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    connection.arrive(encodeNotification({ code: 6, subcode: 2, data: shutdownCommunication('router upgrade') }))
    await rest()
    expect(all.session.lastError).toMatch(/^the neighbour ended the session: Cease.*"router upgrade"$/)
    expect(connection.ofType('notification')).toEqual([])
    expect(all.session.counts).toMatchObject({ established: 1, notificationsReceived: 1, notificationsSent: 0 })
    expect(all.told.at(-1)).toBe('lost')
  })

  it('is remembered by what it said until the next session, whatever fails meanwhile', () => {
    const all = sessionScene({ connect_seconds: 10 })
    all.session.start()
    establish(all).arrive(encodeNotification({ code: 6, subcode: 2, data: shutdownCommunication('router upgrade') }))
    for (const pause of [10_000, 20_000]) {
      all.timers.advance(pause)
      all.network.last.events.closed('connect ECONNREFUSED')
      expect(all.session.lastError).toMatch(/ECONNREFUSED.*; before that the neighbour ended the session: Cease.*"router upgrade"$/)
    }
    all.timers.advance(40_000)
    establish(all)
    all.network.last.events.closed('read ECONNRESET')
    expect(all.session.lastError).not.toContain('router upgrade')
  })

  it('is asked whether it knows us when it closes without a word', () => {
    const { session, network } = sessionScene()
    session.start()
    network.last.events.connected()
    network.last.events.closed('read ECONNRESET')
    expect(session.lastError).toBe(
      'the connection was lost: read ECONNRESET before its OPEN came; does it have a neighbour with our address and AS?',
    )
  })

  it('sends routes, which are counted and ignored', () => {
    const all = sessionScene()
    all.session.start()
    establish(all).arrive(update, update)
    expect([all.session.state, all.session.counts.updatesIgnored]).toEqual(['Established', 2])
  })

  it('asks for the routes of a family again; other families and marks are ignored', () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    const others = [
      [0, 1, 0, 133],
      [0, 25, 0, 65],
      [0, 2, 1, 1],
    ].map((body) => encodeMessage(messageType.routeRefresh, [Uint8Array.from(body)]))
    connection.arrive(...others, refreshIpv6)
    expect(all.told).toEqual(['established', 'refresh ipv6'])
  })
})

describe('the end', () => {
  it('closes without NOTIFICATION and leaves no timer', async () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    all.session.stop()
    await rest()
    expect([connection.isEnded, connection.ofType('notification'), all.timers.remaining]).toEqual([true, [], []])
    expect([all.session.state, all.told]).toEqual(['Idle', ['established', 'lost']])
  })

  it('leaves no timer in any state, and nothing begins after it', () => {
    for (const bring of [() => undefined, (c: MemoryConnection) => c.events.connected(), (c: MemoryConnection) => c.events.closed('')]) {
      const { session, network, timers } = sessionScene()
      session.start()
      bring(network.last)
      session.stop()
      expect(timers.remaining).toEqual([])
      expect(network.connections).toHaveLength(1)
    }
  })
})

describe('hostile bytes', () => {
  const header = (length: number, type: number) => Uint8Array.from([...Array<number>(16).fill(255), length >> 8, length & 255, type])
  it.each([
    ['no marker', new Uint8Array(19), [1, 1]],
    ['a length below the header', header(18, 4), [1, 2]],
    ['a length beyond what is allowed', header(65_535, 2), [1, 2]],
    ['an unknown type', header(19, 99), [1, 3]],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n'), [1, 1]],
  ])('%s ends the session', async (_name, bytes, [code, subcode]) => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    connection.arrive(bytes)
    await rest()
    expect(connection.ofType('notification')[0]?.notification).toMatchObject({ code, subcode })
    expect(all.session.state).toBe('Idle')
  })

  it('never throw, and leave a session that is up or planned', () => {
    const messages = [
      encodeOpen(theirOpen),
      encodeKeepalive(),
      update,
      refreshIpv6,
      encodeNotification({ code: 6, subcode: 4, data: new Uint8Array(3) }),
    ]
    const changed = fc.tuple(fc.constantFrom(...messages), fc.nat(), fc.integer({ min: 0, max: 255 })).map(([message, at, value]) => {
      const copy = Uint8Array.from(message)
      copy[at % copy.length] = value
      return copy
    })
    const input = fc.array(
      fc.oneof({ weight: 3, arbitrary: changed }, { weight: 2, arbitrary: fc.constantFrom(...messages) }, fc.uint8Array({ maxLength: 60 })),
    )
    fc.assert(
      fc.property(fc.boolean(), input, (established, chunks) => {
        const all = sessionScene()
        all.session.start()
        all.network.last.events.connected()
        if (established) all.network.last.arrive(encodeOpen(theirOpen), encodeKeepalive())
        all.network.last.arrive(...chunks)
        const { state } = all.session
        expect(state === 'Idle' ? all.network.last.isEnded : !all.network.last.isEnded).toBe(true)
        all.timers.advance(3600_000)
        expect(all.network.connections.length).toBeGreaterThan(1)
      }),
      { numRuns: 500 },
    )
  })
})
