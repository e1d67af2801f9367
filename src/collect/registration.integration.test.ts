// Real collector threads: what the main thread told them is known when the next datagram is handed on, although they
// wait for datagrams in the kernel.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs, repository } from '../../test/requirements.ts'
import { until } from '../../test/lab/poll.ts'
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { configSchema } from '../contract/config.ts'
import type { TappedDatagram } from '../contract/datagram-tap.ts'
import { exportProtocol } from '../contract/flow-columns.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { netflow9 } from '../wire/testing/datagram-writer.ts'
import { CollectorPool } from './collector-pool.ts'

const worker = path.join('dist', 'collect', 'worker.js')
const skip = process.platform === 'linux' ? needs({ paths: [worker] }) : 'loopback has one address'
const routers = Array.from({ length: 40 }, (_, index) => `127.0.1.${index + 1}`)

function registered(addresses: readonly string[]): RegisteredRouter[] {
  return addresses.map((address) => ({ account: 1, address, samplingOverride: null, accountSampling: 1 }))
}

describe.skipIf(skip !== undefined)('a router', () => {
  let dir: string
  let pool: CollectorPool

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'drawbridge-registration-'))
    pool = new CollectorPool(
      {
        collect: configSchema.parse({ collect: { workers: 1, listen: ['127.0.0.1:0'] } }).collect,
        run: 'run',
        ledgerDir: dir,
        samplesPerSecond: 0,
      },
      {
        log: { warn: () => undefined, error: (fields: unknown) => expect.unreachable(JSON.stringify(fields)) } as never,
        now: Date.now,
        enrich: joinTables({}),
        seal: () => Promise.resolve(true),
        recall: () => Promise.resolve([]),
        remember: () => undefined,
        forget: () => undefined,
        keepSamples: () => undefined,
        routers: [],
        spawn: (config) => new Worker(path.join(repository, worker), { workerData: config }),
      },
    )
    await pool.start()
  })
  afterAll(async () => {
    await pool.stop()
    rmSync(dir, { recursive: true })
  })

  it('is known to the datagram that leaves right after it was registered', async () => {
    const port = pool.boundAddresses()[0]?.port
    const template = netflow9((d) => d.set(0, (s) => s.template(256, [[8, 4]])))
    for (const [index, address] of routers.entries()) {
      const socket = createSocket('udp4')
      socket.bind(0, address)
      await once(socket, 'listening')
      pool.register(registered(routers.slice(0, index + 1)))
      await new Promise((sent) => socket.send(template, port, '127.0.0.1', sent))
      socket.close()
    }
    await until('the datagrams', () => (pool.ledger().datagrams_received === routers.length ? true : undefined), 10_000)
    expect(pool.ledger()).toMatchObject({ templates_received: routers.length, datagrams_unregistered: 0 })
  })

  it('is understood by what it told before it was registered, once somebody passes that on', async () => {
    const exporter = '127.0.2.1'
    const socket = createSocket('udp4')
    socket.bind(0, exporter)
    await once(socket, 'listening')
    const port = pool.boundAddresses()[0]?.port
    const data = netflow9((d) => d.set(256, (s) => s.uint(0xc6336401, 4)))
    const send = () => new Promise((sent) => socket.send(data, port, '127.0.0.1', sent))
    pool.register(registered([...routers, exporter]))
    await send()
    const fields = [{ element: 8, enterprise: 0, length: 4 }]
    pool.learn([{ kind: 'template', exporter, protocol: exportProtocol.netflow9, domain: 0, id: 256, fields, scope: null }])
    await send()
    await until('both flows', () => (pool.ledger().records_decoded === 2 ? true : undefined), 10_000)
    expect(pool.ledger().sets_waiting).toBe(0)
    socket.close()
  })

  it('has its datagrams handed to who watches, from the next one on', async () => {
    const heard: TappedDatagram[] = []
    pool.onDatagrams((datagrams) => heard.push(...datagrams))
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.1.1')
    await once(socket, 'listening')
    const port = pool.boundAddresses()[0]?.port
    const send = (text: string) => new Promise((sent) => socket.send(text, port, '127.0.0.1', sent))
    pool.watchDatagrams({ addresses: ['127.0.1.1'], unregistered: false })
    await send('one')
    await send('two')
    await until('two datagrams', () => (heard.length === 2 ? true : undefined), 10_000)
    expect(heard.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['one', 'two'])
    expect(heard[0]).toMatchObject({ source: '127.0.1.1', sourcePort: socket.address().port, listener: 0, missed: 0 })
    pool.watchDatagrams(null)
    socket.close()
  })
})
