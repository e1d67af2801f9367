// The commands query, top and export against a server that answers as the contract says: what they ask, what they print, how they end.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { json } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../api/testing/eventually.ts'
import { apiErrors } from '../contract/api-errors.ts'
import {
  flowExportSchema,
  flowQuestionSchema,
  type FlowAnswerView,
  type FlowFigures,
  type FlowGroupView,
} from '../contract/flow-question.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: Record<string, unknown>
  readonly response: ServerResponse
}

let server: Server
let folder: string
let asked: Asked[] = []
/** Answers what is asked below the flows of the account. */
let answer: (asked: Asked) => void
let out = ''
let err = ''
/** Called after each print. */
let onPrint: () => void = () => undefined

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-query-'))
  server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '' } = request
  if (url.endsWith('/accounts')) return succeed(response, [{ id: 'a'.repeat(32) }])
  const body = method === 'POST' ? ((await json(request)) as Record<string, unknown>) : {}
  const one = { method, path: url.split('/drawbridge/flows')[1] ?? '', body, response }
  asked.push(one)
  answer(one)
}

function succeed(response: ServerResponse, result: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ success: true, errors: [], messages: [], result }))
}

function refuse(response: ServerResponse, error: Record<string, unknown>): void {
  response.writeHead(400).end(JSON.stringify({ success: false, errors: [error], messages: [], result: null }))
}

beforeEach(() => {
  asked = []
  const address = server.address()
  vi.stubEnv('DRAWBRIDGE_TOKEN', 'secret')
  vi.stubEnv('DRAWBRIDGE_URL', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  vi.spyOn(process.stdout, 'write').mockImplementation(printed((text) => (out += text)))
  vi.spyOn(process.stderr, 'write').mockImplementation(printed((text) => (err += text)))
  terminal(false)
})
afterEach(() => {
  onPrint = () => undefined
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
})

/** Calls back as streams do: writers wait for it. */
function printed(keep: (text: string) => void) {
  return (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    keep(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    const done = rest.find((one) => typeof one === 'function')
    if (done) process.nextTick(done)
    onPrint()
    return true
  }
}

function terminal(is: boolean): void {
  for (const stream of [process.stdout, process.stderr]) Object.defineProperty(stream, 'isTTY', { value: is, configurable: true })
}

async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  out = ''
  err = ''
  process.exitCode = undefined
  const code = await runProgram(createProgram(cliCommands), argv)
  process.exitCode = undefined
  return { code, out, err }
}

const rate = (average: number) => ({ average, p95: average * 2, max: average * 3 })
function figures(bits: number, share: number): FlowFigures {
  const sums = { bits: bits * 3600, packets: bits * 3.6, flows: 10 }
  return { ...sums, share, bits_per_second: rate(bits), packets_per_second: rate(bits / 1000) }
}
function group(key: FlowGroupView['key'], labels: FlowGroupView['labels'], sums: FlowFigures): FlowGroupView {
  return { key, labels, ...sums }
}

const view: FlowAnswerView = {
  from: '2026-01-01T11:00:00Z',
  to: '2026-01-01T12:00:00Z',
  tier: 'raw',
  tier_reason: 'every flow: dst_port is kept in no sums',
  exact: true,
  complete: true,
  since: '2025-12-25T12:00:00Z',
  by: ['sourceAS', 'destinationPort'],
  groups: [
    group({ sourceAS: 13_335, destinationPort: 443 }, { sourceAS: 'CLOUD\u001B[2JFLARE' }, figures(1_500_000_000, 0.75)),
    group(
      { sourceAS: 64_500, destinationPort: 53 },
      {},
      { ...figures(250_000_000, 0.125), bits_per_second: { average: 250_000_000, p95: null, max: null } },
    ),
  ],
  other: figures(250_000_000, 0.125),
  total: figures(2_000_000_000, 1),
  inflation: { factor: 1.8, routers: 3 },
  question: { id: 'x', elapsed_ms: 5, rows_read: 100, bytes_read: 1000 },
}
const answered =
  (result: FlowAnswerView) =>
  ({ response }: Asked) =>
    succeed(response, result)

describe('query', () => {
  it('asks what the flags say, in a form that the server takes', async () => {
    answer = answered(view)
    const flags = [
      '--by',
      'src_as,dst_port',
      '--from',
      '2026-01-01',
      '--to',
      '2026-01-01T12:30+01:00',
      '--limit',
      '5',
      '--order',
      'packets',
    ]
    expect(
      (await run('query', 'dst', 'port', '443', ...flags, '--previous', '--reverse', '--distinct', '--series', '--tier', 'raw')).code,
    ).toBe(0)
    const { id, ...body } = asked[0]?.body ?? {}
    expect(asked.map(({ method, path: where }) => `${method} ${where}`)).toEqual(['POST /query'])
    expect(body).toEqual({
      filter: 'dst port 443',
      by: ['src_as', 'dst_port'],
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-01T12:30:00+01:00',
      limit: 5,
      order: 'packets',
      previous: true,
      reverse: true,
      distinct: true,
      series: true,
      tier: 'raw',
    })
    expect(flowQuestionSchema.safeParse({ id, ...body }).success).toBe(true)
    await run('query')
    expect(asked[1]?.body).toMatchObject({ filter: '', by: [], last: '1h', limit: 10, order: 'bits', series: false, tier: 'auto' })
  })

  it('prints a table with names, shares, the rest and the total, and where it comes from', async () => {
    answer = answered(view)
    const shown = await run('query', '--by', 'src_as,dst_port')
    expect(shown).toEqual({
      code: 0,
      err: '',
      out: [
        'SRC_AS                  DST_PORT    BITS/S       P95       MAX  PACKETS/S    SHARE',
        '13335   CLOUD [2JFLARE  443       1.5 Gb/s    3 Gb/s  4.5 Gb/s   1.5 Mp/s   75.0 %  ███████▌',
        '64500                   53        250 Mb/s         –         –   250 kp/s   12.5 %  █▎',
        'Other                             250 Mb/s  500 Mb/s  750 Mb/s   250 kp/s   12.5 %',
        'Total                               2 Gb/s    4 Gb/s    6 Gb/s     2 Mp/s  100.0 %',
        '',
        '2026-01-01T11:00:00Z to 2026-01-01T12:00:00Z: every flow: dst_port is kept in no sums; 3 routers counted the traffic 1.80 times; --distinct counts each flow once',
        '',
      ].join('\n'),
    })
    expect((await run('query', '--by', 'src_as,dst_port', '--json')).out).toBe(`${JSON.stringify(view)}\n`)
    answer = answered({ ...view, by: [], groups: [group({}, {}, view.total)], other: null })
    expect((await run('query')).out.split('\n').slice(1, 3)).toEqual([expect.stringMatching(/^Total +2 Gb\/s /), ''])
  })

  it('shows the time before, the other direction, the course, and a plot of the total', async () => {
    const course = { bits: [0, 1, 2, 4], packets: [0, 0, 0, 0] }
    const sums = { bits: 1_000_000_000 * 3600, packets: 1, flows: 1 }
    const more = (of: FlowFigures, previous: FlowFigures['previous'] = sums): FlowFigures => ({
      ...of,
      previous,
      reverse: sums,
      series: course,
    })
    const [first, second] = view.groups as [FlowGroupView, FlowGroupView]
    const groups = [
      { ...first, ...more(first) },
      { ...second, ...more(second, { bits: 0, packets: 0, flows: 0 }) },
    ]
    const steps = { from: view.from, seconds: 900, count: 4 }
    answer = answered({ ...view, groups, steps, inflation: null, complete: false, total: more(view.total, null), other: null })
    const { out: shown } = await run('query', '--by', 'src_as,dst_port', '--previous', '--reverse', '--plot')
    const lines = shown.split('\n')
    expect(lines[0]).toMatch(/^ +4 b\/s │ *█+$/)
    expect(lines).toContainEqual(expect.stringMatching(/^13335 .* 1 Gb\/s +▲ 50 % +1 Gb\/s +▁▃▅█$/))
    expect(lines).toContainEqual(expect.stringMatching(/^64500 .* 0 b\/s +new +1 Gb\/s +▁▃▅█$/))
    expect(lines).toContainEqual(expect.stringMatching(/^Total .* – +– +1 Gb\/s +▁▃▅█$/))
    expect(shown).toMatch(/kept in no sums; nothing is kept from before 2025-12-25T12:00:00Z\n$/)
    expect(asked[0]?.body).toMatchObject({ series: true, previous: true, reverse: true })
  })

  it('says what to do when there is nothing', async () => {
    const nothing = { bits: 0, packets: 0, flows: 0, share: 0, bits_per_second: rate(0), packets_per_second: rate(0) }
    answer = answered({ ...view, groups: [], other: null, total: nothing, inflation: null })
    expect((await run('query', '--by', 'src')).out).toMatch(/^No flow of that time matches\.\nNext: ask for a longer time with --last/)
  })

  it('prints CSV as it comes', async () => {
    answer = ({ response, path: where }) => response.writeHead(200).end(where === '/query?format=csv' ? 'row,bits\r\ntotal,1\r\n' : '')
    expect(await run('query', '--csv')).toEqual({ code: 0, out: 'row,bits\r\ntotal,1\r\n', err: '' })
    expect((await run('query', '--csv', '--json')).code).toBe(2)
  })

  it('underlines what is wrong in a filter, and says what other refusals say', async () => {
    const fault = { from: 9, to: 11, expected: ['and', 'or'] }
    answer = ({ response }) =>
      refuse(response, { code: apiErrors.filter_invalid.code, message: 'Invalid filter: expected and, not "an"', fault })
    const found = await run('query', 'proto 17 an port 53')
    expect(found.code).toBe(1)
    expect(found.err).toMatch(/^drawbridge: .*\n {2}proto 17 an port 53\n {11}\^\^\n {2}expected: and, or\n/)
    answer = ({ response }) =>
      refuse(response, { code: apiErrors.flow_question_invalid.code, message: 'Invalid question: by[0] there is no dimension sorce' })
    expect(await run('query', '--by', 'sorce', '--csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Next: drawbridge query --help'),
    })
  })

  it.each([
    [['query', '--last', '1h', '--from', '2026-01-01'], 'say either --last or --from'],
    [['query', '--to', '2026-01-01'], '--to needs --from'],
    [['query', '--from', 'yesterday'], 'must be a time such as'],
    [['query', '--by', 'a,,b'], 'must be names with commas'],
    [['query', '--by', 'a,b,c,d,e,f,g'], 'can be 6 names at the most'],
    [['query', '--order', 'bytes'], 'bits, packets, flows'],
    [['export', '--format', 'csv'], '--output'],
    [['export', '--format', 'xml', '--output', 'x'], 'csv, ndjson, parquet'],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, err: told } = await run(...argv)
    expect(code).toBe(2)
    expect(told).toContain(message)
    expect(asked).toEqual([])
  })

  it('cancels the question when it is told to end', async () => {
    let left = false
    answer = ({ method, response }) => {
      if (method === 'DELETE') return succeed(response, null)
      response.on('close', () => (left = true))
      process.emit('SIGINT')
    }
    expect(await run('query')).toEqual({ code: 130, out: '', err: 'drawbridge: the question was cancelled\n' })
    const [question, cancelled] = asked
    expect(`${cancelled?.method} ${cancelled?.path}`).toBe(`DELETE /queries/${String(question?.body['id'])}`)
    await eventually(() => left).toBe(true)
  })

  it('shows on a terminal how far a question is', async () => {
    terminal(true)
    let question: ServerResponse | undefined
    const running = { id: '', text: '', started_at: '', elapsed_ms: 1400, rows_read: 2_500_000, rows_to_read: 1e7, progress: 0.25 }
    answer = ({ method, response }) => {
      if (method === 'POST') question = response
      else succeed(response, running)
    }
    onPrint = () => {
      if (!err.includes('25 %') || question === undefined) return
      succeed(question, view)
      question = undefined
    }
    const shown = await run('query', '--by', 'src_as,dst_port')
    expect(shown.err).toContain('1 s, 2.5 million rows read, 25 %; Ctrl+C cancels')
    expect(shown.out).toContain('Total')
  })
})

describe('top', () => {
  it.each([
    [[], ['src'], ''],
    [['dst-port', 'proto udp'], ['dst_port'], 'proto udp'],
    [['dst', 'port', '53'], ['dst'], 'port 53'],
    [['dst port 53'], ['src'], 'dst port 53'],
    [['udp', 'and', 'dst', 'port', '53'], ['src'], 'udp and dst port 53'],
    [['interface'], ['router', 'in_if'], ''],
    [['sourceAS'], ['sourceAS'], ''],
  ])('%j counts %j of %j', async (words, by, filter) => {
    answer = answered(view)
    expect((await run('top', ...words)).code).toBe(0)
    expect(asked[0]?.body).toMatchObject({ by, filter, last: '15m' })
  })

  it('watches until it is told to end', async () => {
    answer = answered(view)
    onPrint = () => process.emit('SIGINT')
    expect(await run('top', 'src-as', '--watch')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Total') })
    expect(asked).toHaveLength(1)
  })
})

describe('export', () => {
  it('writes the file that comes, whole', async () => {
    answer = ({ response }) => response.writeHead(200).end('bytes of a file')
    const file = path.join(folder, 'flows.parquet')
    const flags = ['--last', '10m', '--format', 'parquet', '--output', file, '--columns', 'src_addr,estimated_bits', '--limit', '7']
    expect(await run('export', 'proto 17', ...flags)).toEqual({ code: 0, err: '', out: `${file}: 15 B\n` })
    expect(await readFile(file, 'utf8')).toBe('bytes of a file')
    const body = { filter: 'proto 17', last: '10m', format: 'parquet', columns: ['src_addr', 'estimated_bits'], limit: 7 }
    expect(asked.map(({ path: where }) => where)).toEqual(['/export'])
    expect(asked[0]?.body).toEqual(body)
    expect(flowExportSchema.safeParse(body).success).toBe(true)
    expect((await run('export', ...flags)).err).toContain('is there already')
    expect((await run('export', ...flags, '--force')).code).toBe(0)
  })

  it('leaves no file behind when the server breaks off, refuses, or somebody cancels', async () => {
    const before = await readdir(folder)
    const file = path.join(folder, 'broken.csv')
    answer = ({ response }) => response.writeHead(200).write('some', () => response.destroy())
    expect(await run('export', '--output', file)).toMatchObject({ code: 1, err: expect.stringContaining('before all were there') })
    const fault = { from: 0, to: 3, expected: [] }
    answer = ({ response }) => refuse(response, { code: apiErrors.filter_invalid.code, message: 'Invalid filter', fault })
    expect(await run('export', 'abc', '--output', file)).toMatchObject({
      code: 1,
      err: expect.stringContaining('\n  abc\n  ^^^\nNext: drawbridge query'),
    })
    answer = ({ response }) => response.writeHead(200).write('some', () => process.emit('SIGINT'))
    expect(await run('export', '--output', file)).toEqual({ code: 130, out: '', err: 'drawbridge: the export was cancelled\n' })
    expect(await readdir(folder)).toEqual(before)
  })
})
