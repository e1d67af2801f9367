// The threads of the collectors as the main thread sees them: what one learns the others are told, and a thread that is
// started again knows all of it. The threads here are doubles that are told to fail.
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { configSchema } from '../contract/config.ts'
import type { TappedDatagram } from '../contract/datagram-tap.ts'
import type { RuleCounts } from '../contract/rule-counts.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { ruleId, watchedRule } from '../enrich/testing/watched-rules.ts'
import { CollectorPool } from './collector-pool.ts'
import type { ThreadPort } from './collector-thread.ts'
import { createLedger } from './exporter.ts'
import { packReports } from './exporter-reports.ts'
import { unpackMemories } from './memory-pack.ts'
import type { ExporterMemory, FromWorker, ToWorker, WorkerConfig } from './messages.ts'
import { TapRecords } from './tap-records.ts'

class ThreadDouble extends EventEmitter implements ThreadPort {
  readonly config: WorkerConfig
  readonly told: ToWorker[] = []

  constructor(config: WorkerConfig) {
    super()
    this.config = config
  }

  postMessage(message: ToWorker): void {
    this.told.push(message)
    if (message.kind === 'stop') this.emit('exit')
  }

  say(message: FromWorker): void {
    this.emit('message', message)
  }

  /** Opens its sockets and reports, as a thread does within its first second. */
  open(setsWaiting = 0): void {
    const { worker } = this.config
    this.say({ kind: 'open', worker, listeners: [{ host: '127.0.0.1', port: 2055, receiveBuffer: 2 ** 30, kernelDrops: 0 }] })
    this.say({
      kind: 'status',
      worker,
      ledger: { ...createLedger(), sets_pended: setsWaiting },
      setsWaiting,
      whole: true,
      exporters: packReports([]),
      senders: [],
      sendersForgotten: 0,
      listeners: [],
      faults: {},
      evicted: { templates: 0, domains: 0, samplers: 0, notes: 0 },
    })
  }

  get memories(): ExporterMemory[] {
    return [...unpackMemories(this.config.memory)]
  }
}

const origin = { exporter: '192.0.2.1', protocol: 9, domain: 0 }
const sampler = (id: number): ExporterMemory => ({ ...origin, kind: 'sampler', id, rate: 100 })

let dir: string
let threads: ThreadDouble[]
let known: ExporterMemory[]
let pool: CollectorPool
let forgotten: number[]
/** Runs while the pool reads what is known. */
let meanwhile: () => void

beforeEach(async () => {
  vi.useFakeTimers()
  dir = mkdtempSync(path.join(tmpdir(), 'drawbridge-pool-'))
  threads = []
  known = [sampler(1)]
  forgotten = []
  meanwhile = () => undefined
  writeFileSync(path.join(dir, 'old-0.pending'), '')
  pool = new CollectorPool(
    { collect: configSchema.parse({ collect: { workers: 2 } }).collect, run: 'run', ledgerDir: dir, samplesPerSecond: 0 },
    {
      log: { warn: () => undefined, error: () => undefined } as never,
      now: () => 1_700_000_000_000,
      enrich: joinTables({}),
      seal: () => Promise.resolve(true),
      recall: async () => {
        const read = [...known]
        await Promise.resolve()
        meanwhile()
        return read
      },
      remember: (memory) => known.push(memory),
      forget: (_exporter, _protocol, _domain, id) => forgotten.push(id),
      keepSamples: () => undefined,
      routers: [],
      spawn: (config) => {
        const thread = new ThreadDouble(config)
        threads.push(thread)
        queueMicrotask(() => thread.open())
        return thread
      },
    },
  )
  await pool.start()
})
afterEach(async () => {
  await pool.stop()
  vi.useRealTimers()
  rmSync(dir, { recursive: true })
})

function thread(number: number): ThreadDouble {
  const found = threads[number]
  if (found === undefined) throw new Error(`there is no thread ${number}`)
  return found
}

async function fail(number: number): Promise<void> {
  thread(number).say({ kind: 'failed', worker: number, message: 'out of luck' })
  await vi.advanceTimersByTimeAsync(1000)
}

describe('threads', () => {
  it('know what was told in earlier runs, in memory that they share', () => {
    expect(thread(0).memories).toEqual([sampler(1)])
    expect(thread(1).config.memory.buffer).toBe(thread(0).config.memory.buffer)
  })

  it('are told what another one learns and what it is told to forget', () => {
    thread(0).say({ kind: 'memory', worker: 0, memory: sampler(2) })
    thread(0).say({ kind: 'forgotten', worker: 0, ...origin, id: 256 })
    expect(thread(1).told).toEqual([
      { kind: 'memory', memory: sampler(2) },
      { kind: 'forgotten', ...origin, id: 256 },
    ])
    expect(thread(0).told).toEqual([])
    expect(known).toEqual([sampler(1), sampler(2)])
    expect(forgotten).toEqual([256])
  })

  it('are all told what somebody else has learnt of a router', () => {
    pool.learn([sampler(2)])
    for (const number of [0, 1]) expect(thread(number).told).toEqual([{ kind: 'memory', memory: sampler(2) }])
    expect(known).toEqual([sampler(1), sampler(2)])
  })
})

describe('a thread that is started again', () => {
  it('knows what was told since the start, and what is told while that is read', async () => {
    thread(0).say({ kind: 'memory', worker: 0, memory: sampler(2) })
    meanwhile = () => thread(0).say({ kind: 'memory', worker: 0, memory: sampler(3) })
    await fail(1)
    expect(thread(2).memories).toEqual([sampler(1), sampler(2)])
    expect(thread(2).told).toEqual([{ kind: 'memory', memory: sampler(3) }])
    expect(pool.threadFailures).toBe(1)
  })

  it('takes over the waiting sets of the one that failed, and of no other', async () => {
    expect(thread(0).config.inheritedPending).toEqual(['old-0.pending'])
    expect(thread(1).config.inheritedPending).toEqual([])
    for (const name of ['run-0', 'run-1']) writeFileSync(path.join(dir, `${name}.pending`), '')
    await fail(1)
    expect(thread(2).config.inheritedPending).toEqual(['run-1.pending'])
    await fail(0)
    // With those of earlier runs, as long as their files are there.
    expect(thread(3).config.inheritedPending).toEqual(['old-0.pending', 'run-0.pending'])
  })

  it('leaves a balanced ledger: what waited is dropped, and waits anew where it was saved', async () => {
    thread(1).open(5)
    expect(pool.ledger()).toMatchObject({ sets_pended: 5, sets_waiting: 5 })
    await fail(1)
    expect(pool.ledger()).toMatchObject({ sets_pended: 5, sets_waiting: 0, sets_pending_evicted: 5 })
    thread(2).open(4)
    expect(pool.ledger()).toMatchObject({ sets_pended: 9, sets_waiting: 4, sets_pending_evicted: 5 })
  })

  it('is tried again, ever later, while it cannot be', async () => {
    const recall = vi.spyOn(known, Symbol.iterator)
    recall.mockImplementation(() => {
      throw new Error('the disk is gone')
    })
    await fail(1)
    await vi.advanceTimersByTimeAsync(1999)
    expect(recall).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(recall).toHaveBeenCalledTimes(2)
    recall.mockRestore()
    await vi.advanceTimersByTimeAsync(4000)
    expect(threads).toHaveLength(3)
  })
})

describe('the tap of datagrams', () => {
  const watch = { addresses: ['192.0.2.1', '2001:DB8::1'], unregistered: true }
  const wanted = { keys: [0x010200c0, [0xb80d0120, 0, 0, 0x01000000].join(':')], unregistered: true }
  const told = (number: number) => thread(number).told.filter((message) => message.kind === 'tap')

  it('reaches every thread, also one that is started again, until nobody watches', async () => {
    expect(thread(0).config.tap).toBeNull()
    pool.watchDatagrams(watch)
    for (const number of [0, 1]) expect(told(number)).toEqual([{ kind: 'tap', wanted }])
    await fail(1)
    expect(thread(2).config.tap).toEqual(wanted)
    pool.watchDatagrams(null)
    expect(told(2)).toEqual([{ kind: 'tap', wanted: null }])
  })

  it('stops no thread by an address that is none', () => {
    expect(() => pool.watchDatagrams({ addresses: ['192.0.2'], unregistered: false })).toThrow('"192.0.2" is no IP address')
    expect(told(0)).toEqual([])
  })

  it('has what the threads copy told to the listener, and what they refuse added up', () => {
    const heard: TappedDatagram[] = []
    pool.onDatagrams((datagrams) => heard.push(...datagrams))
    const records = new TapRecords()
    records.add({ at: 5, source: [0, 0, 0xffff0000, 0x010200c0], sourcePort: 7, listener: 1, missed: 3 }, Uint8Array.of(9))
    thread(0).say({ kind: 'tapped', records: records.take() ?? new Uint8Array(0), refused: 3 })
    thread(1).say({ kind: 'tapped', records: new Uint8Array(0), refused: 4 })
    expect(heard).toEqual([{ at: 5, source: '192.0.2.1', sourcePort: 7, listener: 1, missed: 3, bytes: Uint8Array.of(9) }])
    expect(pool.datagramsNotTapped()).toBe(7)
  })
})

describe('rules', () => {
  const rules = [watchedRule(1, ['203.0.113.0/24']), watchedRule(2, ['2001:db8::/32'])]
  const tables = (number: number) =>
    thread(number)
      .told.filter((message) => message.kind === 'rules')
      .map(({ table }) => table?.rules ?? null)

  it('reach every thread at once, later changes together, and a thread that is started again', async () => {
    expect(thread(0).config.rules).toBeNull()
    pool.watch(rules.slice(0, 1))
    expect(tables(1)).toEqual([[ruleId(1)]])
    pool.watch([])
    pool.watch(rules)
    await vi.advanceTimersByTimeAsync(499)
    expect(tables(0)).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(tables(0)).toEqual([[ruleId(1)], [ruleId(1), ruleId(2)]])
    await fail(1)
    expect(thread(2).config.rules?.rules).toEqual([ruleId(1), ruleId(2)])
    pool.watch([])
    expect(tables(2)).toEqual([null])
  })

  it('stay as they were when the new ones cannot be compiled', async () => {
    pool.watch(rules)
    pool.watch([watchedRule(3, ['no prefix'])])
    await vi.advanceTimersByTimeAsync(500)
    expect(tables(0)).toEqual([[ruleId(1), ruleId(2)]])
  })

  it('have what the threads count told to the listener, and doubts added up', () => {
    const heard: RuleCounts[] = []
    pool.onRuleCounts((counts) => heard.push(counts))
    for (const number of [0, 1]) {
      const counts = {
        thread: number,
        closed: 9,
        rules: [],
        from: 10,
        seconds: 0,
        bytes: new Float64Array(0),
        packets: new Float64Array(0),
      }
      thread(number).say({ kind: 'rule-counts', counts, doubts: { moved: 1, early: 2, earlyBytes: number } })
      thread(number).say({ kind: 'rule-counts', counts, doubts: { moved: 2, early: 3, earlyBytes: 10 + number } })
    }
    expect(heard.map(({ thread }) => thread)).toEqual([0, 0, 1, 1])
    expect(pool.ruleDoubts()).toEqual({ moved: 4, early: 6, earlyBytes: 21 })
  })
})
