// Single flows as a file through HTTP, out of a real engine: every flow once and in order, whatever the format and the size.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../../api/testing/test-flow-store.ts'
import { startTestServer, type TestServer } from '../../api/testing/test-server.ts'
import { flowColumns } from '../../contract/flow-columns.ts'
import { editRouter } from '../router/edit.ts'
import { registerRouter } from '../router/register.ts'
import { createToken } from '../token/create.ts'

let flows: TestFlowStore
let server: TestServer
let folder: string

/** 11:00 to 12:00, the hour before the clock of the test. */
const begin = Date.UTC(2026, 0, 1, 11) / 1000
const many = 300_000
const few = 7
/** A thousand flows a second, each with its number as its bytes; then a few of all kinds; the third account's are nobody else's. */
const manySql = `INSERT INTO flows (time_received, account, router, src_addr, dst_addr, src_port, dst_port, protocol, bytes, packets, sampling_rate, sampling_source)
  SELECT toDateTime({begin:UInt32} + intDiv(number, 1000), 'UTC'), 1, toIPv6('::ffff:192.0.2.1'), toIPv6(concat('::ffff:10.0.', toString(number % 250), '.1')),
  toIPv6('2001:db8::1'), number % 60000, 53, 17, number, 1, 1, 'record' FROM numbers({count:UInt32})`
const rule = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-export-'))
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store })
  await registerRouter(server.context, server.context.local, { address: '192.0.2.9' })
  await editRouter(server.context, server.context.local, { text: '192.0.2.9', body: { sampling_override: 50 } })
  await flows.store.command(manySql, { begin, count: many })
  const at = (seconds: number) => `toDateTime(${begin + 1000 + seconds}, 'UTC')`
  const small = { account: 1, router: "toIPv6('::ffff:192.0.2.9')", sampling_rate: 1, sampling_source: "'unknown'", protocol: 6 }
  await flows.insert([
    {
      ...small,
      time_received: at(0),
      flow_start: "toDateTime64('2026-01-01 11:16:39.125', 3, 'UTC')",
      src_addr: "toIPv6('2001:db8::ffff:192.0.2.1')",
      dst_addr: "toIPv6('::ffff:198.51.100.7')",
      src_mac: '0x0a0b0c',
      src_country: "'DE'",
      direction: "'inbound'",
      tcp_flags: 18,
      bytes: '18446744073709551615',
      packets: 3,
      rule_ids: `[unhex('${rule}'), unhex('00000000000000000000000000000001')]`,
    },
    ...Array.from({ length: few - 1 }, (_, index) => ({ ...small, time_received: at(1 + index), bytes: 100, packets: 2 })),
    { ...small, account: 3, time_received: at(0), bytes: 1, packets: 1 },
  ])
})
afterAll(async () => {
  await server.close()
  await flows.close()
  await rm(folder, { recursive: true, force: true })
})

const exportPath = () => `${server.account}/drawbridge/flows/export`
const range = { from: '2026-01-01T11:00:00Z', to: '2026-01-01T12:00:00Z' }
const smallRange = { from: '2026-01-01T11:16:40Z', to: '2026-01-01T12:00:00Z' }

async function download(body: unknown, signal?: AbortSignal): Promise<Response> {
  return await fetch(exportPath(), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })
}

async function readLines(response: Response, each: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  // A body of fetch gives bytes.
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) each(line)
  }
  expect(rest).toBe('')
}

describe('all flows of an hour', () => {
  const csvLine = /^"([^"]+)",(\d+),"[^"]*"\r$/
  const jsonLine = /^\{"time_received":"([^"]+)","bytes":(\d+),"src_addr":"[^"]*"\}$/
  it.each(['csv', 'ndjson'] as const)('are there once and in order as %s', async (format) => {
    const response = await download({ ...range, format, columns: ['time_received', 'bytes', 'src'] })
    expect(response.status).toBe(200)
    let [count, sum, last, header, inOrder] = [0, 0, '', '', true]
    await readLines(response, (line) => {
      if (format === 'csv' && header === '') {
        header = line
        return
      }
      const [, time = '', bytes = ''] = (format === 'csv' ? csvLine : jsonLine).exec(line) ?? []
      inOrder &&= time >= last
      last = time
      count++
      if (bytes.length < 7) sum += Number(bytes)
    })
    expect(header).toBe(format === 'csv' ? 'time_received,bytes,src_addr\r' : '')
    expect({ inOrder, count, sum }).toEqual({ inOrder: true, count: many + few, sum: (many * (many - 1)) / 2 + 600 })
  })

  it('are there as Parquet, which the engine reads back', async () => {
    const columns = ['time', 'router', 'src', 'bytes', 'rule', 'estimated_packets']
    const response = await download({ ...range, format: 'parquet', columns })
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="flows-20260101T110000Z-20260101T120000Z.parquet"')
    const file = path.join(folder, 'flows.parquet')
    await writeFile(file, Buffer.from(await response.arrayBuffer()))
    const { rows } = await flows.store.query(
      `SELECT count() AS count, sumIf(bytes, bytes < 18446744073709551615) AS bytes, uniqExact(src_addr) AS sources, min(time_received) AS first,
       arraySort(groupUniqArray(router)) AS routers, max(rule_ids) AS rules, sum(estimated_packets) AS estimate FROM file('${file}', 'Parquet')`,
    )
    expect(rows).toEqual([
      {
        count: String(many + few),
        bytes: String((many * (many - 1)) / 2 + 600),
        sources: '252',
        first: expect.stringContaining('2026-01-01 11:00:00') as unknown,
        routers: ['192.0.2.1', '192.0.2.9'],
        rules: ['00000000000000000000000000000001', rule],
        estimate: String(many + (3 + 6 * 2) * 50),
      },
    ])
  })
})

describe('a flow', () => {
  it('is printed as people write it, in every column', async () => {
    const response = await download({ ...smallRange, format: 'ndjson', limit: 1 })
    const names = [...flowColumns.map(({ name }) => name), 'estimated_bits', 'estimated_packets']
    const flow = JSON.parse(await response.text()) as Record<string, unknown>
    expect(Object.keys(flow)).toEqual(names)
    expect(flow).toMatchObject({
      time_received: '2026-01-01T11:16:40Z',
      flow_start: '2026-01-01T11:16:39.125Z',
      router: '192.0.2.9',
      src_addr: '2001:db8::ffff:c000:201',
      dst_addr: '198.51.100.7',
      next_hop: '',
      src_mac: '00:00:00:0a:0b:0c',
      src_country: 'DE',
      dst_country: '',
      direction: 'inbound',
      sampling_source: '',
      tunnel: 'none',
      tcp_flags: 18,
      packets: 3,
      estimated_packets: 150,
      rule_ids: ['00000000000000000000000000000001', rule],
    })
  })

  it('has columns by any of their names, in the order asked for', async () => {
    const response = await download({
      ...smallRange,
      limit: 1,
      columns: ['rule', 'protocolString', 'proto', 'sourceAddress', 'flag_names', 'estimated_packets', 'DATETIME'],
    })
    const header = 'rule_ids,protocolString,protocol,src_addr,tcpFlagsString,estimated_packets,time_received'
    const line = `"00000000000000000000000000000001 ${rule}","TCP",6,"2001:db8::ffff:c000:201","SYN,ACK",150,"2026-01-01T11:16:40Z"`
    expect(await response.text()).toBe(`${header}\r\n${line}\r\n`)
    expect(response.headers.get('content-type')).toContain('text/csv')
  })

  it('is found by a filter of its own columns and printed beside', async () => {
    const response = await download({ ...range, filter: 'src 2001:db8::/32 and dst 198.51.100.7', columns: ['dst', 'protocol'] })
    expect(await response.text()).toBe('dst_addr,protocol\r\n"198.51.100.7",6\r\n')
  })

  it('of nobody is a header and no line', async () => {
    expect(await (await download({ ...range, filter: 'dst 192.0.2.77', columns: ['bytes'] })).text()).toBe('bytes\r\n')
    expect(await (await download({ ...range, filter: 'dst 192.0.2.77', format: 'ndjson' })).text()).toBe('')
  })
})

describe('what is refused', () => {
  const injection = 'bytes) FROM flows; DROP TABLE flows; --'
  it.each([
    [{ columns: ['nonsense'] }, 20060, '/columns/0'],
    [{ columns: ['bytes', injection] }, 20060, '/columns/1'],
    [{ columns: ['*'] }, 20060, '/columns/0'],
    [{ columns: ['src', 'src_addr'] }, 20060, '/columns/1'],
    [{ columns: ['routerName'] }, 20060, '/columns/0'],
    [{ columns: ['datetimeHour'] }, 20060, '/columns/0'],
    [{ columns: ['constructor'] }, 20060, '/columns/0'],
    [{ columns: [] }, 20060, '/columns'],
    [{ columns: Array.from({ length: 101 }, () => 'bytes') }, 20060, '/columns'],
    [{ limit: 10_000_001 }, 20060, '/limit'],
    [{ format: 'xlsx' }, 20060, '/format'],
    [{ filter: 'dst 192.0.2.7 7' }, 20026, '/filter'],
    [{ last: '1h' }, 20060, '/last'],
    [{ id: 'x' }, 20060, '/id'],
  ])('%j', async (body, code, pointer) => {
    const answer = await server.call('POST', exportPath(), { ...range, ...body })
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toMatchObject([{ code, source: { pointer } }])
  })

  it('is said with the nearest name', async () => {
    const { body } = await server.call('POST', exportPath(), { ...range, columns: ['sorce_addr'] })
    expect(body.errors[0]?.message).toContain('columns[0] no column is called sorce_addr; did you mean')
  })

  it('is a token without analytics:read', async () => {
    const { secret } = await createToken(server.context, server.context.local, { name: 'narrow', scopes: ['mnm:admin'] })
    const headers = { authorization: `Bearer ${secret}` }
    const asked = await fetch(exportPath(), { method: 'POST', headers, body: '{}' })
    const running = await fetch(`${server.account}/drawbridge/flows/queries`, { headers })
    expect([asked.status, running.status]).toEqual([403, 403])
  })
})

describe('an export that runs', () => {
  const id = '7b0a4c1e-53a1-4b8e-9d0f-6f1f6a3c2d11'
  const queries = () => `${server.account}/drawbridge/flows/queries`
  const one = () => `${queries()}/${id}`
  /** The client takes a first piece and waits: the answer is larger than what all buffers between hold. */
  const half = async (signal?: AbortSignal) => {
    const response = await download({ ...range, id, format: 'ndjson' }, signal)
    const reader = response.body?.getReader()
    await reader?.read()
    return async () => {
      for (;;) if ((await reader?.read())?.done !== false) return
    }
  }
  const inEngine = async () => {
    const { rows } = await flows.store.query<{ count: string }>(
      "SELECT count() AS count FROM system.processes WHERE query LIKE '%FROM (SELECT%' AND query NOT LIKE '%processes%'",
    )
    return Number(rows[0]?.count)
  }

  it('is seen with its progress, and when it is cancelled its reader can tell', async () => {
    const rest = await half()
    const { body } = await server.call('GET', queries())
    expect(body.result).toMatchObject([{ id, text: 'export as ndjson, all flows, from 2026-01-01T11:00:00Z to 2026-01-01T12:00:00Z' }])
    const [seen] = body.result as { rows_read: number; rows_to_read: number; progress: number }[]
    expect(seen?.rows_read).toBeGreaterThan(0)
    expect(seen?.rows_to_read).toBeGreaterThanOrEqual(many)
    // Nobody holds what the reader has not taken.
    expect(seen?.progress).toBeLessThan(1)
    expect(await server.call('POST', exportPath(), { ...range, id })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 20060, source: { pointer: '/id' } }] },
    })
    expect(await inEngine()).toBe(1)
    expect((await server.call('DELETE', one())).body.result).toEqual({ id })
    await expect(rest()).rejects.toThrow('terminated')
    await expect.poll(inEngine, { timeout: 20_000 }).toBe(0)
    await expect.poll(async () => (await server.call('GET', one())).body.errors[0]?.code, { timeout: 20_000 }).toBe(20061)
    expect((await server.call('DELETE', one())).status).toBe(404)
  })

  it('ends when its reader leaves', async () => {
    const leaving = new AbortController()
    const rest = await half(leaving.signal)
    expect(await inEngine()).toBe(1)
    leaving.abort()
    await expect(rest()).rejects.toThrow(/aborted/)
    await expect.poll(inEngine, { timeout: 20_000 }).toBe(0)
    await expect.poll(async () => (await server.call('GET', queries())).body.result, { timeout: 20_000 }).toEqual([])
  })

  it('breaks off when the engine dies, and is no short file', async () => {
    const rest = await half()
    process.kill(flows.store.supervisor.pid ?? 0, 'SIGKILL')
    await expect(rest()).rejects.toThrow('terminated')
  })
})
