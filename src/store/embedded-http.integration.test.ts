// The embedded engine through ClickHouse's own client and protocol: questions, inserts, errors, limits, the read-only port.
import { Agent, request as httpRequest } from 'node:http'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNative } from './native-encoder.ts'
import { buildEmbeddedEntry, type BuiltEntry } from './testing/embedded-entry.ts'
import { makeEmbeddedStore, type TestStore } from './testing/embedded-store.ts'
import { makeBatch, sumsOf, until } from './testing/flow-batches.ts'

let entry: BuiltEntry
let test: TestStore
let client: ClickHouseClient
let port: number

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

beforeAll(async () => {
  entry = await buildEmbeddedEntry()
  port = await freePort()
  test = makeEmbeddedStore(entry, port)
  await test.store.start()
  // A plain client as any program would make it: only the socket is ours.
  const agent = new Agent({ socketPath: test.store.supervisor.socketPath } as ConstructorParameters<typeof Agent>[0])
  client = createClient({ url: 'http://localhost', http_agent: agent, database: 'drawbridge', compression: { response: true } })
})
afterAll(async () => {
  await client.close()
  await test.remove()
  await entry.remove()
})

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

function send(options: {
  port?: number
  path: string
  method?: string
  headers?: Record<string, string>
  body?: Buffer | string
}): Promise<Reply> {
  const { path: url, method = 'GET', headers = {}, body } = options
  const where = options.port === undefined ? { socketPath: test.store.supervisor.socketPath } : { host: '127.0.0.1', port: options.port }
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...where, path: url, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

const ask = (sql: string, on?: number) => send({ path: `/?query=${encodeURIComponent(sql)}`, ...(on === undefined ? {} : { port: on }) })

describe('the client of ClickHouse', () => {
  it('pings', async () => expect(await client.ping()).toMatchObject({ success: true }))

  it.each(['JSONEachRow', 'JSON', 'JSONCompact'] as const)('reads %s', async (format) => {
    const answer = await client.query({ query: 'select number as n from numbers(3)', format })
    const json: unknown = await answer.json()
    const rows = [0, 1, 2].map((n) => (format === 'JSONCompact' ? [n] : { n }))
    const got: unknown = format === 'JSONEachRow' ? json : (json as { readonly data: unknown }).data
    expect(got).toEqual(rows)
  })

  it('binds parameters of every awkward kind', async () => {
    const text = `it's \\ a\ttab\nand "quotes" {x:String} ; -- é`
    const answer = await client.query({
      query:
        "select {t:String} as t, {l:Array(String)} as l, {n:Nullable(String)} as n, {i:IPv6} as i, {d:DateTime('UTC')} as d, {u:UInt64} as u",
      query_params: { t: text, l: ["a'b", 'c\\'], n: null, i: '2001:db8::1', d: new Date(1_700_000_000_000), u: '18446744073709551615' },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    })
    expect(await answer.json()).toEqual([
      { t: text, l: ["a'b", 'c\\'], n: null, i: '2001:db8::1', d: '2023-11-14 22:13:20', u: '18446744073709551615' },
    ])
  })

  it('keeps the parameters and settings of queries at the same time apart', async () => {
    const one = async (x: number) => {
      const answer = await client.query({
        query: "select {x:UInt32} as x, getSetting('max_block_size') as s, sleep(0.05) as z",
        query_params: { x },
        format: 'JSONEachRow',
        clickhouse_settings: { max_block_size: String(1000 + x), output_format_json_quote_64bit_integers: 0 },
      })
      return (await answer.json<{ x: number; s: number }>())[0]
    }
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    expect(await Promise.all(numbers.map((x) => one(x)))).toEqual(numbers.map((x) => ({ x, s: 1000 + x, z: 0 })))
  })

  it('inserts binary and text bodies', async () => {
    await client.command({ query: 'create table bodies (a UInt8, b String) engine = MergeTree order by a' })
    const native = Buffer.concat([Buffer.of(1, 2, 1), Buffer.from('a'), Buffer.of(5), Buffer.from('UInt8'), Buffer.of(0, 255)])
    const { stream } = await client.exec({ query: 'INSERT INTO bodies (a) FORMAT Native', values: Readable.from([native]) })
    stream.resume()
    await client.insert({ table: 'bodies', values: [{ a: 7, b: "x'\n" }], format: 'JSONEachRow' })
    await send({ path: '/?database=drawbridge', method: 'POST', body: "insert into bodies values (8, 'y')" })
    const zipped = gzipSync('9,z\n')
    await send({
      path: `/?query=${encodeURIComponent('insert into bodies format CSV')}`,
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: zipped,
    })
    const answer = await client.query({ query: 'select * from bodies order by a', format: 'JSONCompactEachRow' })
    expect(await answer.json()).toEqual([
      [0, ''],
      [7, "x'\n"],
      [8, 'y'],
      [9, 'z'],
      [255, ''],
    ])
    expect(statSync(path.join(test.dir, 'clickhouse-inserts')).isDirectory()).toBe(true)
  })

  it.each([
    ['select * from missing', 60, 404],
    ['select from where', 62, 400],
    ['select nope', 47, 404],
    ["select throwIf(1, 'x')", 395, 500],
  ])('gets the error of %j', async (sql, code, status) => {
    await expect(client.query({ query: sql })).rejects.toMatchObject({ code: String(code) })
    expect(await send({ path: '/', method: 'POST', body: sql })).toMatchObject({
      status,
      headers: { 'x-clickhouse-exception-code': String(code) },
    })
  })

  it('is told format, query id and summary', async () => {
    const { headers } = await send({ path: '/?query=select+number+from+numbers(5)+format+CSV&query_id=my-id' })
    expect(headers).toMatchObject({
      'x-clickhouse-format': 'CSV',
      'x-clickhouse-query-id': 'my-id',
      'content-type': 'text/csv; charset=UTF-8',
    })
    expect(JSON.parse(String(headers['x-clickhouse-summary']))).toMatchObject({ read_rows: '5' })
  })
})

describe('the store', () => {
  it('gives 64-bit integers exactly', async () => {
    const { rows } = await test.store.query('select toUInt64(18446744073709551615) as n, toInt64(-9007199254740993) as i')
    expect(rows).toEqual([{ n: '18446744073709551615', i: '-9007199254740993' }])
  })

  it.each([
    ['time', 'select count() from numbers(100000000000) where number % 7 = 3', { timeoutSeconds: 1 }],
    ['memory', 'select groupArray(number) from numbers(100000000)', { maxMemoryBytes: 20_000_000 }],
    ['rows', 'select number from numbers(1000)', { maxRows: 10 }],
  ])('ends a query at its limit of %s', async (limit, sql, options) => {
    await expect(test.store.query(sql, options)).rejects.toMatchObject({ name: 'StoreQueryError', limit })
  })

  it('cancels in the engine what nobody waits for', async () => {
    const asker = new AbortController()
    const running = async () => {
      const { rows } = await test.store.query(
        "select query from system.processes where query like '%\\_\\_cancelled%' and query not like '%processes%'",
      )
      return rows.length
    }
    const question = test.store.query('select count() as __cancelled from numbers(100000000000) where number % 7 = 3', {
      signal: asker.signal,
    })
    // Taken at once: a refusal that nobody has met yet ends the process.
    const refused = question.then(
      () => undefined,
      (error: unknown) => error,
    )
    await until(async () => (await running()) === 1)
    asker.abort()
    expect(await refused).toMatchObject({ limit: 'cancelled' })
    await until(async () => (await running()) === 0)
  })

  it('answers pings while every place is taken, and turns away what cannot wait', async () => {
    const slow = Array.from({ length: 90 }, () => ask('select sleep(0.2)'))
    expect(await send({ path: '/ping' })).toMatchObject({ status: 200, body: 'Ok.\n' })
    const statuses = (await Promise.all(slow)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
    // Four run and 64 wait; what comes when a place has become free is taken too.
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(68)
  })

  it('reads what the encoder writes, column for column', async () => {
    const batch = makeBatch(500, 3)
    const { columns } = encodeNative(batch)
    expect(columns.length).toBe(9)
    const file = path.join(test.dir, 'check.native')
    writeFileSync(file, Buffer.concat(encodeNative(batch).chunks))
    const { rows } = await test.store.query<Record<string, unknown>>(
      `select toUInt32(time_received) as t, account as a, hex(router) as r, hex(src_addr) as s, protocol as p, src_as as x, bytes as b, packets as k,
       sampling_rate as f from file('${file}', 'Native')`,
    )
    const { time_received: t, account, router, src_addr: src, protocol, src_as: as, bytes, packets, sampling_rate: rate } = batch.columns
    const hexOf = (words: Uint32Array<ArrayBuffer>, row: number) =>
      Buffer.from(words.buffer, row * 16, 16)
        .toString('hex')
        .toUpperCase()
    expect(rows).toEqual(
      Array.from({ length: 500 }, (_, row) => ({
        t: t[row],
        a: account[row],
        r: hexOf(router, row),
        s: hexOf(src, row),
        p: protocol[row],
        x: as[row],
        b: String(bytes[row * 2]),
        k: String(packets[row * 2]),
        f: rate[row],
      })),
    )
    expect(sumsOf(batch).rows).toBe(500)
  })
})

describe('the folder', () => {
  it('is closed to others', () => {
    const modes = ['clickhouse.sock', 'clickhouse.xml', 'clickhouse'].map((name) => statSync(path.join(test.dir, name)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o700])
  })
})

describe('the read-only port', () => {
  it('answers questions about the tables', async () => {
    expect(await ask('select count() from flows', port)).toMatchObject({ status: 200, body: '0\n' })
    expect(await send({ port, path: '/?max_threads=1&readonly=0', method: 'POST', body: 'select 1' })).toMatchObject({
      status: 200,
      body: '1\n',
    })
  })

  it.each([
    'insert into bodies (a) values (1)',
    'drop table flows',
    'select 1; drop table flows',
    'kill query where 1',
    "select file('/etc/hostname')",
    "select * from file('/etc/hostname', 'LineAsString')",
    "desc file('/etc/hostname', 'LineAsString')",
    'select * from default.`/etc/hostname`',
    'select * from `/etc/hostname`',
    "select * from '/etc/hostname'",
    "insert into function file('/tmp/x', 'CSV', 'a UInt8') select 1",
    'set readonly = 0',
    'select 1 settings readonly = 0',
    'create temporary table x (a UInt8)',
    "select * from url('http://127.0.0.1:1/', 'CSV', 'a UInt8')",
  ])('refuses %j', async (sql) => {
    const reply = await ask(sql, port)
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.body).not.toContain('\t')
  })

  it('writes no file', async () => {
    const target = path.join(test.dir, 'outfile')
    expect((await ask(`select 1 into outfile '${target}'`, port)).status).toBe(403)
    expect(existsSync(target)).toBe(false)
  })

  it('refuses an insert by POST with a body', async () => {
    const url = `/?query=${encodeURIComponent('insert into bodies format CSV')}`
    expect((await send({ port, path: url, method: 'POST', body: '1,a\n' })).status).toBe(403)
  })

  it('answers only to loopback names', async () => {
    expect((await send({ port, path: '/?query=select+1', headers: { host: 'attacker.example' } })).status).toBe(403)
  })
})
