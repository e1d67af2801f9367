// Every flow once in all three tables, whatever dies: segments are sealed and loaded while the engine is killed.
import path from 'node:path'
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest'
import { EmbeddedFlowStore } from './embedded-flow-store.ts'
import { tierTables, totalDimensions, totalTable } from './flow-tables.ts'
import { Loader } from './loader.ts'
import { Retention } from './retention.ts'
import { Spool } from './spool.ts'
import { openState, type State } from './state.ts'
import { buildEmbeddedEntry, type BuiltEntry } from './testing/embedded-entry.ts'
import { makeEmbeddedStore, type TestStore } from './testing/embedded-store.ts'
import { makeBatch, randomNumbers, sumsOf, until } from './testing/flow-batches.ts'

let entry: BuiltEntry
let test: TestStore
let state: State
let spool: Spool
beforeAll(async () => {
  entry = await buildEmbeddedEntry()
})
afterAll(() => entry.remove())
beforeEach(async () => {
  test = makeEmbeddedStore(entry)
  state = await openState(path.join(test.dir, 'state.sqlite'))
  spool = new Spool({ dir: path.join(test.dir, 'spool'), maxBytes: 1e9 }, { state })
  await test.store.start()
})
afterEach(async () => {
  await state.close()
  await test.remove()
})

interface Sums {
  readonly rows: number
  readonly bytes: number
  readonly packets: number
}

async function sumsIn(table: string): Promise<Sums> {
  const flows = table === tierTables.raw ? 'count()' : 'sum(flows)'
  const { rows } = await test.store.query<Record<keyof Sums, string>>(
    `select ${flows} as rows, sum(bytes) as bytes, sum(packets) as packets from ${table}`,
  )
  const [row] = rows
  return { rows: Number(row?.rows), bytes: Number(row?.bytes), packets: Number(row?.packets) }
}

async function expectEverywhere(truth: Sums): Promise<void> {
  const tables = [...Object.values(tierTables), totalTable]
  const found = await Promise.all(tables.map(async (table) => [table, await sumsIn(table)]))
  expect(found).toEqual(tables.map((table) => [table, truth]))
}

const add = (a: Sums, b: Sums): Sums => ({ rows: a.rows + b.rows, bytes: a.bytes + b.bytes, packets: a.packets + b.packets })
const nothing: Sums = { rows: 0, bytes: 0, packets: 0 }

describe('a segment', () => {
  it('inserted three times is there once, also over a restart', async () => {
    const batch = makeBatch(2000, 5)
    const segment = await spool.seal({ name: 'r-0-1', run: 'r', batch, routers: {} })
    await test.store.insertSegment(segment)
    await test.store.insertSegment(segment)
    await test.store.stop()
    const again = makeEmbeddedStoreAt(test.dir)
    await again.start()
    await again.insertSegment(segment)
    const { rows } = await again.query<{ n: string }>('select count() as n from flows union all select sum(flows) from flows_1m')
    await again.stop()
    expect(rows).toEqual([{ n: '2000' }, { n: '2000' }])
  })

  it('is in the totals of the hours, also where those are added later, and once', async () => {
    const batch = makeBatch(3000, 9)
    await test.store.insertSegment(await spool.seal({ name: 'r-0-1', run: 'r', batch, routers: {} }))
    const dimensions = totalDimensions.map(({ name }) => name).join(', ')
    const rowsOf = async (store: EmbeddedFlowStore, table: string) =>
      (await store.query(`select ${dimensions}, sum(bytes), sum(packets), sum(flows) from ${table} group by all order by all`)).rows
    const truth = await rowsOf(test.store, tierTables.hour)
    expect(truth.length).toBeGreaterThan(3)
    expect(await rowsOf(test.store, totalTable)).toEqual(truth)
    // As a program leaves it that did not know them.
    for (const table of [`${totalTable}_mv`, totalTable]) await test.store.command(`drop table ${table}`)
    await test.store.command('truncate table schema_migrations')
    await test.store.stop()
    const later = makeEmbeddedStoreAt(test.dir)
    await later.start()
    expect(await rowsOf(later, totalTable)).toEqual(truth)
    // As after a crash before the migration was noted.
    await later.command('truncate table schema_migrations')
    await later.stop()
    const again = makeEmbeddedStoreAt(test.dir)
    await again.start()
    expect(await rowsOf(again, totalTable)).toEqual(truth)
    await again.insertSegment(await spool.seal({ name: 'r-0-2', run: 'r', batch: makeBatch(500, 10), routers: {} }))
    expect(await rowsOf(again, totalTable)).toEqual(await rowsOf(again, tierTables.hour))
    await again.stop()
  })

  it('over midnight lands in both days, once', async () => {
    const batch = makeBatch(1000, 6, Date.UTC(2026, 0, 5, 0) / 1000 - 150)
    const segment = await spool.seal({ name: 'r-0-1', run: 'r', batch, routers: {} })
    for (let turn = 0; turn < 3; turn++) await test.store.insertSegment(segment)
    await expectEverywhere(sumsOf(batch))
    const { rows } = await test.store.query("select count(distinct partition_id) as n from system.parts where table = 'flows' and active")
    expect(rows).toEqual([{ n: '2' }])
  })

  it('means the same on every tier when the sampling is applied', async () => {
    await test.store.insertSegment(await spool.seal({ name: 'r-0-1', run: 'r', batch: makeBatch(3000, 8), routers: {} }))
    const estimate = 'sum(bytes * sampling_rate) as bits, sum(packets * sampling_rate) as packets'
    const answers = await Promise.all(
      Object.values(tierTables).map(
        async (table) =>
          (await test.store.query(`select src_as, protocol, ${estimate} from ${table} group by src_as, protocol order by all`)).rows,
      ),
    )
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(answers[0]?.length).toBe(40)
  })
})

function makeEmbeddedStoreAt(dir: string): EmbeddedFlowStore {
  return new EmbeddedFlowStore({ data: dir, database: 'drawbridge', memoryMib: 512, httpPort: 0, entry: entry.file })
}

describe('kill -9 of the engine at random moments', () => {
  it('loses no segment and doubles none, in any table', async () => {
    const random = randomNumbers(20_260_105)
    const loader = new Loader({ store: test.store, spool, state })
    loader.start()
    let truth = nothing
    let kills = 0
    const segments = 160
    const killsWanted = 16
    const timers = new Set<NodeJS.Timeout>()
    const killIn = (ms: number) => {
      if (kills >= killsWanted) return
      const timer = setTimeout(() => {
        const { pid } = test.store.supervisor
        if (pid === undefined) return
        kills++
        process.kill(pid, 'SIGKILL')
      }, ms)
      timers.add(timer)
    }
    // Among the inserts, and now and then while the engine starts.
    test.store.supervisor.on('up', () => killIn(random() % 600))
    test.store.supervisor.on('down', () => random() % 4 === 0 && killIn(250 + (random() % 300)))
    killIn(200)
    for (let index = 0; index < segments; index++) {
      const batch = makeBatch(500 + (random() % 4000), index + 1, Date.UTC(2026, 0, 4, 23, 50) / 1000 + index * 20)
      truth = add(truth, sumsOf(batch))
      loader.add(await spool.seal({ name: `r-0-${index}`, run: 'r', batch, routers: {} }))
      await until(() => loader.waiting < 6, 60)
    }
    expect(await loader.drain(60_000)).toBe(true)
    await loader.stop()
    for (const timer of timers) clearTimeout(timer)
    test.store.supervisor.removeAllListeners()
    await until(() => test.store.ready)
    expect(kills).toBeGreaterThanOrEqual(5)
    expect(test.store.counters()['engine_deaths']).toBeGreaterThanOrEqual(5)
    expect(loader.counters()).toMatchObject({ stored_segments: segments, stored_rows: truth.rows })
    await expectEverywhere(truth)
  })
})

describe('retention', () => {
  it('drops what has outlived its tier and keeps the rest', async () => {
    const now = Date.UTC(2026, 5, 20, 12)
    const daysAgo = (days: number) => now / 1000 - days * 86_400
    let index = 0
    for (const days of [0.1, 5, 9, 60, 200, 900]) {
      const batch = makeBatch(100, ++index, daysAgo(days))
      await test.store.insertSegment(await spool.seal({ name: `r-0-${index}`, run: 'r', batch, routers: {} }))
    }
    const retention = new Retention({ rawDays: 7, minuteDays: 90, hourDays: 730, topDays: 730 }, { store: test.store, now: () => now })
    await retention.dropExpired()
    expect([(await sumsIn('flows')).rows, (await sumsIn('flows_1m')).rows, (await sumsIn('flows_1h')).rows]).toEqual([200, 400, 500])
    expect(retention.counters()).toEqual({ dropped_partitions: 4 + 2 + 1 + 1, dropped_rows: expect.any(Number), errors: 0 })
    await retention.dropExpired()
    expect(retention.counters()).toMatchObject({ dropped_partitions: 8 })
    // A shorter time counts at once.
    retention.start()
    retention.keep({ rawDays: 3, minuteDays: 90, hourDays: 730, topDays: 730 })
    await retention.stop()
    expect([(await sumsIn('flows')).rows, (await sumsIn('flows_1m')).rows]).toEqual([100, 400])
  })
})
