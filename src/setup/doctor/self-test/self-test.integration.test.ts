// The self test against real collectors; what they seal is the store.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { needs, repository } from '../../../../test/requirements.ts'
import { formatWords } from '../../../collect/address-words.ts'
import { CollectorPool, type SealRequest } from '../../../collect/collector-pool.ts'
import { RecvmmsgReceiver } from '../../../collect/recvmmsg-receiver.ts'
import { configSchema } from '../../../contract/config.ts'
import { exportProtocol } from '../../../contract/flow-columns.ts'
import { joinTables } from '../../../enrich/enrich-tables.ts'
import { runSelfTest, type AskedStore } from './self-test.ts'

const worker = path.join('dist', 'collect', 'worker.js')
const skip = process.platform === 'linux' ? needs({ paths: [worker] }) : 'loopback has one address'
const never = new AbortController().signal
const clock = { now: () => Date.now() }

interface Row {
  readonly domain: number
  readonly protocol: string | undefined
  readonly router: string
  readonly account: number
  readonly bytes: number
  readonly packets: number
}

const u64 = (column: Uint32Array, row: number) => (column[row * 2] ?? 0) + (column[row * 2 + 1] ?? 0) * 2 ** 32

function rowsOf({ batch }: SealRequest): Row[] {
  const { columns } = batch
  return Array.from({ length: batch.rows }, (_, row) => ({
    domain: columns.observation_domain[row] ?? 0,
    protocol: Object.entries(exportProtocol).find(([, code]) => code === columns.export_protocol[row])?.[0],
    router: formatWords([...columns.router.subarray(row * 4, row * 4 + 4)] as unknown as Parameters<typeof formatWords>[0]),
    account: columns.account[row] ?? 0,
    bytes: u64(columns.bytes, row),
    packets: u64(columns.packets, row),
  }))
}

describe.skipIf(skip !== undefined)('the self test', () => {
  let dir: string
  let pool: CollectorPool
  const stored: Row[] = []
  const remembered: unknown[] = []
  let thief: RecvmmsgReceiver | undefined

  const store: AskedStore = {
    async query() {
      const groups = new Map<string, Row[]>()
      for (const row of stored) {
        const key = `${row.domain} ${row.protocol} ${row.router}`
        groups.set(key, [...(groups.get(key) ?? []), row])
      }
      const rows = [...groups.values()].map((group) => ({
        domain: group[0]?.domain,
        protocol: group[0]?.protocol,
        router: group[0]?.router,
        flows: String(group.length),
        bytes: String(group.reduce((sum, { bytes }) => sum + bytes, 0)),
        packets: String(group.reduce((sum, { packets }) => sum + packets, 0)),
      }))
      return { rows }
    },
  }

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'drawbridge-self-test-'))
    const collect = configSchema.parse({ collect: { workers: 2, listen: ['[::]:0'], seal_seconds: 0.2 } }).collect
    pool = new CollectorPool(
      { collect, run: 'run', ledgerDir: dir, samplesPerSecond: 0 },
      {
        log: { warn: () => undefined, error: (fields: unknown) => expect.unreachable(JSON.stringify(fields)) } as never,
        now: Date.now,
        enrich: joinTables({}),
        seal: async (request) => stored.push(...rowsOf(request)) > 0,
        recall: () => Promise.resolve([]),
        remember: (memory) => remembered.push(memory),
        forget: () => undefined,
        keepSamples: () => undefined,
        routers: [{ account: 1, address: '127.9.9.9', samplingOverride: null, accountSampling: 1 }],
        spawn: (config) => new Worker(path.join(repository, worker), { workerData: config }),
      },
    )
    await pool.start()
  })
  afterEach(() => {
    thief?.close()
    thief = undefined
    stored.length = 0
  })
  afterAll(async () => {
    await pool?.stop()
    rmSync(dir, { recursive: true })
  })

  const run = (flows: AskedStore = store, signal = never) => runSelfTest({ sealSeconds: 0.2 }, { collectors: pool, flows, clock }, signal)

  it('brings the flows of four protocols through, over IPv4 and IPv6, and is seen by nobody', async () => {
    const { results, skipped } = await run()
    const failed = results.filter(({ exact }) => !exact)
    expect({ failed, skipped, count: results.length }).toEqual({ failed: [], skipped: [], count: 8 })
    expect(new Set(stored.map(({ account }) => account))).toEqual(new Set([0]))
    expect({ remembered, routers: pool.routers(0), unregistered: pool.unregistered() }).toEqual({
      remembered: [],
      routers: [],
      unregistered: [],
    })
    expect([...pool.traffic.routers().keys()]).toEqual(['127.9.9.9'])
    expect(pool.allRouters().map(({ address }) => address)).toEqual(['127.9.9.9'])
  })

  it('lives with routers that are registered meanwhile, and leaves out an address that is one', async () => {
    const router = (address: string) => ({ account: 2, address, samplingOverride: null, accountSampling: 1 })
    pool.register([router('::1')])
    const testing = run()
    pool.register([router('::1'), router('127.9.9.8')])
    expect([pool.routers(0).length > 0, pool.allRouters().map(({ address }) => address)]).toEqual([true, ['::1', '127.9.9.8']])
    const { results, skipped } = await testing
    expect({ skipped, exact: results.filter(({ exact }) => exact).length }).toEqual({ skipped: ['::1'], exact: 5 })
    // An sFlow agent tells an address of its own.
    expect(results.filter(({ listener }) => listener.startsWith('[')).map(({ protocol }) => protocol)).toEqual(['sflow5'])
    pool.register([])
  })

  it('says that nothing arrives where another socket takes it', async () => {
    const [address] = pool.boundAddresses()
    thief = new RecvmmsgReceiver({ listen: [{ host: '127.0.0.1', port: address?.port ?? 0 }], receiveBuffer: 65_536, shared: true })
    thief.open()
    const ended = new AbortController()
    // What comes by IPv6 is all that there will be.
    const untilHalf: AskedStore = {
      query: (sql) => {
        if (stored.length === 40) ended.abort()
        return store.query(sql)
      },
    }
    const { results } = await run(untilHalf, ended.signal)
    const [four, six] = ['127', '[::1]'].map((host) => results.filter(({ listener }) => listener.startsWith(host)))
    expect(four?.map(({ state, decoded, text }) => [state, decoded, text.startsWith('nothing arrived')])).toEqual(
      Array.from({ length: 4 }, () => ['failed', 0, true]),
    )
    expect(six?.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('says what the store says when it does not take the flows, and takes its routers away', async () => {
    const ended = new AbortController()
    const away: AskedStore = {
      query: () => {
        if (pool.routers(0).reduce((sum, { ledger }) => sum + ledger.records_decoded, 0) === 80) ended.abort()
        return Promise.reject(new Error('the flow store is away'))
      },
    }
    const { results } = await run(away, ended.signal)
    expect(new Set(results.map(({ decoded, text }) => `${decoded} ${text}`))).toEqual(
      new Set(['10 10 flows were decoded and not stored: the flow store is away']),
    )
    expect(pool.routers(0)).toEqual([])
  })
})
