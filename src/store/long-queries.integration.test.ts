// Queries that take long or much: watched, ended in the engine too, held to their limits without harm to the engine.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoreLimit } from './errors.ts'
import type { FlowDownloadOptions, FlowQueryOptions } from './flow-store.ts'
import { ServerFlowStore } from './server-flow-store.ts'
import { Spool } from './spool.ts'
import { openState } from './state.ts'
import { buildEmbeddedEntry, type BuiltEntry } from './testing/embedded-entry.ts'
import { makeEmbeddedStore, type TestStore } from './testing/embedded-store.ts'
import { makeBatch, until } from './testing/flow-batches.ts'

let entry: BuiltEntry
let test: TestStore
let engine: number | undefined

beforeAll(async () => {
  entry = await buildEmbeddedEntry()
  test = makeEmbeddedStore(entry)
  await test.store.start()
  engine = test.store.supervisor.pid
})
afterAll(async () => {
  await test.remove()
  await entry.remove()
})

/** Takes time and no core. */
const endless = 'select count() from numbers(1000000) where sleepEachRow(0.1) = 0 settings max_block_size = 1'
/** Holds some 30 MiB of what it has seen. */
const large = 'select uniqExact(number % 1000000) from numbers(1000000000000)'

async function inEngine(id: string): Promise<{ readonly memory: number } | undefined> {
  const { rows } = await test.store.query<{ memory: number }>(
    "select toFloat64(memory_usage) as memory from system.processes where Settings['log_comment'] = {id:String}",
    { params: { id } },
  )
  return rows[0]
}

/** Memory of all queries that run, in MiB, but for the one that asks. */
async function memoryInUse(): Promise<number> {
  const { rows } = await test.store.query<{ mib: number }>(
    "select sum(memory_usage) / 1048576 as mib from system.processes where query not like '%memory_usage%'",
  )
  return rows[0]?.mib ?? 0
}

/** The limit that ended a query, null for an answer. Taken at once: a refusal that nobody has met yet ends the process. */
function outcome(query: Promise<unknown>): Promise<StoreLimit> {
  return query.then(
    () => null,
    (error: unknown) => (error as { readonly limit: StoreLimit }).limit ?? Promise.reject(error as Error),
  )
}

async function bytesOf(sql: string, options: FlowDownloadOptions): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of test.store.download(sql, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a query that runs', () => {
  it('tells how far it has come, whatever else runs, and is gone from the engine with its memory when it is cancelled', async () => {
    const asker = new AbortController()
    const ends = ['a', 'b', 'c', 'd'].map((id) =>
      outcome(test.store.query(id === 'a' ? large : endless, { queryId: `long-${id}`, signal: asker.signal, timeoutSeconds: 600 })),
    )
    // Every place is taken: the look at it takes none.
    await until(async () => ((await test.store.progress('long-a'))?.rowsRead ?? 0) > 2_000_000, 120)
    const seen = await test.store.progress('long-a')
    expect(seen?.bytesRead).toBeGreaterThan(16_000_000)
    expect(seen?.elapsedSeconds).toBeGreaterThan(0)
    expect(seen?.rowsToRead).toBeGreaterThan(seen?.rowsRead ?? Infinity)
    expect(await test.store.progress("x' or '1' = '1")).toBeUndefined()
    asker.abort()
    expect(await Promise.all(ends)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    await until(async () => (await inEngine('long-a')) === undefined && (await inEngine('long-d')) === undefined)
    expect(await test.store.progress('long-a')).toBeUndefined()
    await until(async () => (await memoryInUse()) < 20)
  })

  it('ends also when it is cancelled before the engine knows it', async () => {
    const ends = Array.from({ length: 12 }, (_, index) => {
      const asker = new AbortController()
      const end = outcome(test.store.query(endless, { queryId: `early-${index}`, signal: asker.signal, timeoutSeconds: 600 }))
      setTimeout(() => asker.abort(), index)
      return end
    })
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['cancelled']))
    await until(async () => {
      const { rows } = await test.store.query("select 1 from system.processes where Settings['log_comment'] like 'early-%'")
      return rows.length === 0
    })
  })
})

describe('a question beside a segment that is stored', () => {
  it('is the one that waits', async () => {
    const state = await openState(path.join(test.dir, 'state.sqlite'))
    const spool = new Spool({ dir: path.join(test.dir, 'spool'), maxBytes: 1e9 }, { state })
    const segment = await spool.seal({ name: 'r-0-1', run: 'r', batch: makeBatch(10, 1), routers: {} })
    // The view is made in the middle of the insert, with its settings.
    await test.store.command('create table priorities (priority UInt32, wait UInt32) engine = Memory')
    const settings = "toUInt32(getSetting('priority')) as priority, toUInt32(getSetting('low_priority_query_wait_time_ms')) as wait"
    await test.store.command(`create materialized view priorities_mv to priorities as select ${settings} from flows limit 1`)
    await test.store.insertSegment(segment)
    const [asked, stored] = [await test.store.query(`select ${settings}`), await test.store.query('select priority from priorities')]
    expect([asked.rows, stored.rows]).toEqual([[{ priority: 2, wait: 100 }], [{ priority: 1 }]])
    await state.close()
  })
})

describe('an answer of any size', () => {
  it('comes in pieces at its reader’s pace, and ends in the engine when the reader leaves', async () => {
    let [count, memory] = [0, Infinity]
    const rows = test.store.download('select number, hex(number) from numbers(1000000000)', { format: 'CSV', queryId: 'pieces' })
    for await (const bytes of rows) {
      count += bytes.length
      if (count < 5_000_000) continue
      memory = (await inEngine('pieces'))?.memory ?? Infinity
      break
    }
    expect(memory).toBeLessThan(100 * 1024 * 1024)
    await until(async () => (await inEngine('pieces')) === undefined)
  })

  it('is whole or throws, whenever it fails', async () => {
    const fails = (sql: string, format: FlowDownloadOptions['format']) => bytesOf(sql, { format }).catch((error: unknown) => error)
    const late = "select throwIf(number = 1000000, 'late') from numbers(2000000)"
    expect(await fails(late, 'CSV')).toMatchObject({
      name: 'StoreQueryError',
      code: 395,
      message: expect.stringContaining('late') as unknown,
    })
    expect(await fails(late, 'Parquet')).toMatchObject({ name: 'StoreQueryError', code: 395 })
    expect(await fails('select nope', 'JSONEachRow')).toMatchObject({ name: 'StoreQueryError', code: 47 })
    expect(await bytesOf("select 'a\"b,c' as x, 1 as y from numbers(2)", { format: 'CSV' })).toEqual(
      Buffer.from('"a""b,c",1\r\n'.repeat(2)),
    )
    expect(await bytesOf('select 1 from numbers(0)', { format: 'CSV' })).toEqual(Buffer.alloc(0))
    expect((await bytesOf('select 1 as x from numbers(0)', { format: 'Parquet' })).subarray(0, 4).toString()).toBe('PAR1')
  })

  it('made as a file leaves none behind', async () => {
    const asker = new AbortController()
    const end = outcome(bytesOf(`select number from numbers(1000000000000)`, { format: 'Parquet', signal: asker.signal, queryId: 'file' }))
    const files = () => readdirSync(path.join(test.dir, 'clickhouse-downloads'))
    await until(() => files().length === 1)
    asker.abort()
    expect(await end).toBe('cancelled')
    await until(async () => files().length === 0 && (await inEngine('file')) === undefined)
  })
})

describe('a query at a limit', () => {
  const mib = 1024 * 1024
  const addresses = 'IPv6NumToString(toFixedString(sipHash128(number), 16))'
  it.each<[string, string, FlowQueryOptions, StoreLimit]>([
    // They are more than the memory holds: they go on disk.
    [
      'groups',
      `select ${addresses} as a, sum(number) as n from numbers(1000000) group by a order by n desc limit 3`,
      { maxMemoryBytes: 64 * mib },
      null,
    ],
    [
      'a sort',
      'select hex(number) as h from numbers(1000000) order by cityHash64(number) limit 3 offset 999990',
      { maxMemoryBytes: 64 * mib },
      null,
    ],
    ['distinct values', 'select uniqExact(hex(number)) from numbers(10000000)', { maxMemoryBytes: 64 * mib }, 'memory'],
    ['a list', 'select groupArray(number) from numbers(100000000)', { maxMemoryBytes: 64 * mib }, 'memory'],
    ['long values', 'select max(repeat(toString(number), 100000)) from numbers(100000)', { maxMemoryBytes: 64 * mib }, 'memory'],
    [
      'a join',
      'select count() from numbers(10000000) as a join numbers(10000000) as b on a.number = b.number',
      { maxMemoryBytes: 64 * mib },
      'memory',
    ],
    ['time', endless, { timeoutSeconds: 1 }, 'time'],
    ['rows', 'select number from numbers(1000)', { maxRows: 10 }, 'rows'],
  ])('%s: keeps to it', async (_, sql, options, limit) => {
    expect(await outcome(test.store.query(sql, options))).toBe(limit)
    expect((await test.store.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('gives back what all of them together may not have', async () => {
    // Four times half of the engine's memory.
    const ends = await Promise.all(
      Array.from({ length: 4 }, () => outcome(test.store.query('select groupArray(number) from numbers(100000000)'))),
    )
    expect(ends).toEqual(['memory', 'memory', 'memory', 'memory'])
    await until(async () => (await memoryInUse()) < 20)
    // Whatever a query asked for, it was the query that ended.
    expect(test.store.supervisor.pid).toBe(engine)
  })
})

describe('a query on a server', () => {
  it('is ended there when nobody waits for it any more', async () => {
    const asked: string[] = []
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const sql = await text(request)
      asked.push(`${new URL(request.url ?? '', 'http://x').searchParams.get('param_id') ?? ''} ${sql}`)
      if (!sql.startsWith('select')) response.end()
    }
    const server = createServer((request, response) => void answer(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A TCP server that listens has an address of this kind.
    const { port } = server.address() as AddressInfo
    const store = new ServerFlowStore({ url: `http://127.0.0.1:${port}`, user: 'default', password: '', database: 'drawbridge' })
    const asker = new AbortController()
    const end = outcome(store.query('select 1', { queryId: 'left', signal: asker.signal }))
    await until(() => asked.length === 1)
    asker.abort()
    expect(await end).toBe('cancelled')
    await until(() => asked.length === 3)
    expect(asked.slice(1)).toEqual(Array.from({ length: 2 }, () => 'left kill query where query_id = {id:String} async'))
    await store.stop()
    server.closeAllConnections()
    server.close()
  })
})
