// What counts as astray, for how long, and how much of it is kept.
import { beforeEach, describe, expect, it } from 'vitest'
import { exportProtocol } from '../../contract/flow-columns.ts'
import { ListenerSet } from './listener-set.ts'
import type { StrayDatagram } from './stray-datagram.ts'
import { StrayTable } from './stray-table.ts'

let now: number
let heard: Map<string, number>
let table: StrayTable

beforeEach(() => {
  now = 1_700_000_000_000
  heard = new Map()
  table = new StrayTable({ now: () => now, lastHeard: (address) => heard.get(address) ?? 0 })
})

function datagram(changes: Partial<StrayDatagram> = {}): StrayDatagram {
  return { at: now, source: '192.0.2.1', address: '192.0.2.9', port: 9995, protocol: exportProtocol.netflow9, agent: null, ...changes }
}

describe('a datagram to where nobody listens', () => {
  it('is shown at once with all of the same way, the latest first, for a minute', () => {
    table.note(datagram(), 'port')
    table.note(datagram({ address: '2001:db8::9', port: 2055, at: now + 1 }), 'family')
    table.note(datagram({ at: now + 2 }), 'port')
    const first = { source: '192.0.2.1', address: '192.0.2.9', port: 9995, protocol: 'netflow9', datagrams: 2, reason: 'port' }
    const second = { ...first, address: '2001:db8::9', port: 2055, datagrams: 1, reason: 'family' }
    expect(table.strays()).toEqual([first, second])
    now += 60_002
    expect(table.strays()).toEqual([first])
    now++
    expect(table.strays()).toEqual([])
  })

  it('is kept of 256 ways at most, of which who was silent longest gives way', () => {
    table.note(datagram({ port: 1 }), 'port')
    table.note(datagram({ port: 2 }), 'port')
    for (let port = 1000; port < 1254; port++) table.note(datagram({ port }), 'port')
    table.note(datagram({ port: 1, at: now + 1 }), 'port')
    for (let port = 2000; port < 2002; port++) table.note(datagram({ port, at: now + 2 }), 'port')
    const ports = table.strays().map(({ port }) => port)
    expect(ports).toHaveLength(256)
    expect(ports).toContain(1)
    expect(ports).not.toContain(2)
    expect(ports).not.toContain(1000)
  })
})

describe('a datagram to a listener', () => {
  it('is blocked when the collectors have not heard its sender after a while', () => {
    table.note(datagram({ port: 2055 }), 'socket')
    expect(table.strays()).toEqual([])
    now += 3000
    expect(table.strays()).toMatchObject([{ port: 2055, reason: 'blocked', datagrams: 1 }])
  })

  it('is none when its sender is heard, by its source or its sFlow agent', () => {
    table.note(datagram({ port: 2055 }), 'socket')
    table.note(datagram({ source: '192.0.2.2', agent: '192.0.2.3' }), 'socket')
    heard.set('192.0.2.1', now + 1)
    heard.set('192.0.2.3', now - 999)
    now += 3000
    expect(table.strays()).toEqual([])
  })

  it('is blocked when its sender was heard before and is not any more', () => {
    heard.set('192.0.2.1', now - 1001)
    table.note(datagram({ port: 2055 }), 'socket')
    now += 3000
    expect(table.strays()).toMatchObject([{ reason: 'blocked' }])
  })

  it('does not push out what goes elsewhere', () => {
    table.note(datagram(), 'port')
    for (let i = 0; i < 300; i++) table.note(datagram({ source: `198.51.100.${i}` }), 'socket')
    expect(table.strays()).toHaveLength(1)
    now += 3000
    expect(table.strays()).toHaveLength(257)
  })
})

describe('listeners', () => {
  it.each([
    [['[::]:2055'], '192.0.2.9', 2055, 'socket'],
    [['[::]:2055'], '2001:db8::9', 2055, 'socket'],
    [['[::]:2055'], '192.0.2.9', 9995, 'port'],
    [['0.0.0.0:2055'], '192.0.2.9', 2055, 'socket'],
    [['0.0.0.0:2055'], '2001:db8::9', 2055, 'family'],
    [['127.0.0.1:2055'], '192.0.2.9', 2055, 'family'],
    [['192.0.2.9:2055', '[2001:DB8::9]:2055'], '2001:db8::9', 2055, 'socket'],
    [['192.0.2.9:2055', '[::]:6343'], '192.0.2.9', 2055, 'socket'],
    [[], '192.0.2.9', 2055, 'port'],
  ] as const)('%j and a datagram to %s port %i: %s', (listeners, address, port, expected) => {
    expect(new ListenerSet(listeners).judge(address, port)).toBe(expected)
  })

  it('of IPv4 alone leave their ports to others', () => {
    const listeners = new ListenerSet(['0.0.0.0:2055', '192.0.2.9:6343', '[2001:db8::9]:6343', '[::]:4739'])
    expect(listeners.ports).toEqual([2055, 6343, 4739])
    expect(listeners.portsWithoutIpv6).toEqual([2055])
  })
})
