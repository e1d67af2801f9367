import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { RecordingHost } from '../wire/testing/recording-host.ts'
import { demoRegistrations, demoRouters } from './demo-routers.ts'
import { Simulator } from './simulator.ts'
import { UdpListener } from './testing/udp-listener.ts'

let listener: UdpListener

beforeEach(async () => {
  listener = await UdpListener.open()
})
afterEach(() => listener.close())

const messages: string[] = []
const log = createLog({ level: 'info', format: 'json' }, { write: (line) => void messages.push((JSON.parse(line) as { msg: string }).msg) })

describe('Simulator', () => {
  it('sends decodable datagrams of all its routers, and an attack', async () => {
    const config = { host: '127.0.0.1', port: listener.port, attacks: { first: 0 } }
    const simulator = new Simulator(config, { clock: systemClock, log })
    await simulator.start()
    const senders = () => new Set(listener.received.map(({ address, port }) => `${address}:${port}`))
    await listener.until(() => senders().size === 4 && listener.received.length > 100)
    await simulator.stop()
    const { datagrams, records, sendErrors, attacks } = simulator.counters
    await listener.until(() => listener.received.length === datagrams)
    expect({ sendErrors, attacks }).toEqual({ sendErrors: 0, attacks: 1 })
    expect(messages).toContain('a simulated attack begins')

    const registered = new Set(demoRegistrations().map(({ address }) => address))
    expect(new Set(listener.received.map(({ address }) => address))).toEqual(registered)
    const hosts = new Map<number, RecordingHost>()
    let rows = 0
    for (const { data, port } of listener.received) {
      const host = hosts.get(port) ?? new RecordingHost()
      hosts.set(port, host)
      host.batch.rows = 0
      host.decode(data)
      rows += host.batch.rows
    }
    expect(rows).toBe(records)
    expect([...hosts.values()].flatMap((host) => host.faults)).toEqual([])
    expect([...hosts.values()].flatMap((host) => host.withoutTemplate)).toEqual([])
  })

  it('goes on when nobody listens', async () => {
    listener.close()
    const port = await UdpListener.open().then((other) => {
      const { port } = other
      other.close()
      return port
    })
    listener = await UdpListener.open()
    const simulator = new Simulator({ host: '127.0.0.1', port }, { clock: systemClock, log })
    await simulator.start()
    await listener.until(() => simulator.counters.sendErrors > 0)
    await simulator.stop()
    expect(simulator.counters.datagrams).toBeGreaterThan(0)
  })

  it('can be stopped before and after a failed start', async () => {
    const [router] = demoRouters()
    const routers = [{ ...router, address: '192.0.2.1' }]
    const simulator = new Simulator({ host: '127.0.0.1', port: listener.port, routers }, { clock: systemClock, log })
    await simulator.stop()
    await expect(simulator.start()).rejects.toThrow('EADDRNOTAVAIL')
    await simulator.stop()
  })
})

describe('demoRouters', () => {
  it('have addresses of their own on Linux and share one elsewhere', () => {
    expect(demoRegistrations('linux').map(({ address }) => address)).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'])
    expect(demoRegistrations('darwin')).toEqual([{ address: '127.0.0.1', name: 'demo' }])
    expect(new Set(demoRouters('darwin').map(({ address }) => address)).size).toBe(1)
  })
})
