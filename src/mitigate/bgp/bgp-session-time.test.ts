import { describe, expect, it } from 'vitest'
import { encodeKeepalive } from '../../wire/bgp/bgp-framer.ts'
import { encodeOpen } from '../../wire/bgp/bgp-open.ts'
import { rest, type MemoryConnection } from './testing/memory-connection.ts'
import { establish, sessionScene, theirOpen, update } from './testing/session-scene.ts'

describe('time', () => {
  it('sends a KEEPALIVE every third of the smaller hold time', async () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    const counts = []
    for (let i = 0; i < 4; i++) {
      all.timers.advance(9_999)
      await rest()
      counts.push(connection.ofType('keepalive').length)
      all.timers.advance(1)
      connection.arrive(encodeKeepalive())
      await rest()
      counts.push(connection.ofType('keepalive').length)
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4, 5])
  })

  it('ends a session in which nothing is heard for the hold time', async () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    all.timers.advance(20_000)
    connection.arrive(update)
    all.timers.advance(29_999)
    expect(all.session.state).toBe('Established')
    all.timers.advance(1)
    await rest()
    expect(all.session.state).toBe('Idle')
    expect(connection.ofType('notification')[0]?.notification).toMatchObject({ code: 4, subcode: 0 })
    expect(connection.isEnded).toBe(true)
    expect(all.session.lastError).toBe('we ended the session: Hold Timer Expired (nothing heard for 30 s)')
    expect(all.told).toEqual(['established', `failed: ${all.session.lastError}`, 'lost'])
  })

  it('watches nothing when the neighbour asks for a hold time of 0', async () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all, { holdSeconds: 0 })
    await rest()
    all.timers.advance(24 * 3600_000)
    await rest()
    expect(all.session.state).toBe('Established')
    expect(connection.ofType('keepalive')).toHaveLength(1)
    expect(all.timers.remaining).toEqual([])
  })

  it.each([
    ['Connect', 5000, 'no answer within 5 s', () => undefined],
    [
      'OpenSent',
      240_000,
      'we ended the session: Hold Timer Expired (no OPEN came)',
      (connection: MemoryConnection) => connection.events.connected(),
    ],
    [
      'OpenConfirm',
      30_000,
      'we ended the session: Hold Timer Expired (nothing heard for 30 s)',
      (connection: MemoryConnection) => {
        connection.events.connected()
        connection.arrive(encodeOpen(theirOpen))
      },
    ],
  ])('does not wait for ever in %s', (state, ms, reason, bring) => {
    const { session, network, timers } = sessionScene()
    session.start()
    bring(network.last)
    expect(session.state).toBe(state)
    timers.advance(ms - 1)
    expect(session.state).toBe(state)
    timers.advance(1)
    expect([session.state, session.lastError]).toEqual(['Idle', reason])
  })

  it('names what both sides have to share when no answer comes', () => {
    const { session, timers } = sessionScene({ password: 'secret', ttl_security: 1 })
    session.start()
    timers.advance(5000)
    expect(session.lastError).toMatch(/TCP MD5 password and ttl_security must fit on both sides/)
    expect(session.lastError).not.toContain('secret')
  })

  it('tries again after pauses that double up to a minute, and begins anew after a session', () => {
    const all = sessionScene({ connect_seconds: 10 })
    const { session, network, timers } = all
    const pauses: number[] = []
    const pause = () => {
      network.last.events.closed('connect ECONNREFUSED')
      pauses.push(...timers.remaining)
      timers.advance(timers.remaining[0] ?? 0)
    }
    session.start()
    for (let i = 0; i < 5; i++) pause()
    establish(all)
    pause()
    pause()
    expect(pauses).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 10_000, 20_000])
    expect(session.lastError).toBe('connect ECONNREFUSED')
  })

  it('does not shorten a pause of more than a minute', () => {
    const { session, network, timers } = sessionScene({ connect_seconds: 300 })
    session.start()
    for (let i = 0; i < 3; i++) {
      network.last.events.closed('')
      expect(timers.remaining).toEqual([300_000])
      timers.advance(300_000)
    }
  })
})

describe('a neighbour that does not read', () => {
  it('has the session ended when too much waits for it', () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    connection.isStalled = true
    const megabyte = new Uint8Array(1024 * 1024)
    for (let i = 0; i < 9; i++) all.session.send(megabyte)
    expect(all.session.state).toBe('Idle')
    expect(all.session.lastError).toMatch(/does not read/)
    expect(connection.unsent).toBeLessThanOrEqual(9 * megabyte.length)
  })

  it('has it ended after 8 minutes without taking anything, although it says that it lives', async () => {
    const all = sessionScene()
    all.session.start()
    const connection = establish(all)
    await rest()
    connection.isStalled = true
    const live = (seconds: number) => {
      for (let i = 0; i < seconds; i += 10) {
        all.timers.advance(10_000)
        connection.arrive(encodeKeepalive())
      }
    }
    live(300)
    connection.flush(1)
    live(470)
    expect(all.session.state).toBe('Established')
    live(10)
    expect([all.session.state, all.session.lastError]).toEqual(['Idle', 'it has read nothing for 480 s'])
  })
})
