// The command `rule` against a real server with stored flows.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestFlowStore, type TestFlowStore } from '../api/testing/test-flow-store.ts'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import { testTime } from '../app/testing/test-context.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

let flows: TestFlowStore
let server: TestServer
let directory: string
let out = ''
let err = ''
const now = testTime / 1000
const times = ['--from', '2026-01-01T11:00:00Z', '--to', '2026-01-01T12:00:00Z']

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'drawbridge-cli-'))
  flows = await startTestFlowStore()
  server = await startTestServer({ flows: flows.store })
  // 8 Mb/s, and 24 for a minute in the middle.
  await flows.store.command(
    `INSERT INTO flows (time_received, account, dst_addr, bytes, packets, sampling_rate) SELECT ${now - 3600} + number, 1,
       toIPv6('::ffff:203.0.113.1'), if(number BETWEEN 1800 AND 1859, 3, 1) * 1000000, 1000, 1 FROM numbers(3600)`,
  )
  await server.call('POST', `${server.account}/mnm/config`, { name: 'test', default_sampling: 1 })
  const rule = { name: 'edge', type: 'threshold', prefixes: ['203.0.113.0/24'], automatic_advertisement: false }
  await server.call('POST', `${server.account}/mnm/rules`, { ...rule, bandwidth_threshold: 20_000_000, duration: '30s' })
})
afterAll(async () => {
  await server?.close()
  await flows?.close()
  await rm(directory, { recursive: true, force: true })
})

beforeEach(() => {
  out = ''
  err = ''
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
})

const rule = (...argv: string[]) => runProgram(createProgram(cliCommands), ['rule', ...argv])

describe('rule list and show', () => {
  it('print a table, or JSON', async () => {
    expect(await rule('list')).toBe(0)
    expect(out).toMatch(/^NAME +TYPE +STATE +NOW +LIMIT +PREFIXES\nedge +threshold .*20 Mb\/s for 30s +203\.0\.113\.0\/24\n$/)
    out = ''
    expect(await rule('show', 'edge')).toBe(0)
    expect(out).toMatch(/^Name +edge\nId +[0-9a-f]{32}\nType +threshold\n/)
    out = ''
    expect(await rule('show', 'edge', '--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ name: 'edge', duration: '30s', bandwidth_threshold: 20_000_000 })
  })

  it('know no other rule', async () => {
    expect(await rule('show', 'other')).toBe(1)
    expect(err).toBe('drawbridge: there is no rule other\nNext: drawbridge rule list\n')
  })
})

describe('rule backtest', () => {
  it('draws history with the threshold, and lists when the rule would have fired', async () => {
    expect(await rule('backtest', 'edge', ...times)).toBe(0)
    expect(out).toContain('2026-01-01T11:00:00.000Z to 2026-01-01T12:00:00.000Z, by 1 s')
    expect(out).toMatch(/^ +20 Mb\/s │╌+█+╌+$/m)
    expect(out).toContain('The rule would have fired once.')
    expect(out).toMatch(
      /^2026-01-01T11:30:00.000Z +2026-01-01T11:30:30.000Z +2026-01-01T11:31:00.000Z +24 Mb\/s +20 Mb\/s +203\.0\.113\.1 \(100 %\)$/m,
    )
  })

  it('tries a change', async () => {
    expect(await rule('backtest', 'edge', '--duration', '5m', ...times)).toBe(0)
    expect(out).toContain('The rule would not have fired. It was beyond its limit for 60 s at the longest.')
  })

  it('tries a rule of the flags, and one of a file', async () => {
    expect(await rule('backtest', '--prefix', '203.0.113.1', '--packets', '0.9k', '--duration', '1m', ...times, '--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ firings: [{ metric: 'packets', limit: 900, ended_at: null }] })
    const file = path.join(directory, 'rule.json')
    await writeFile(file, JSON.stringify({ type: 'zscore', prefixes: ['203.0.113.0/24'], drawbridge: { seasonal: true } }))
    out = ''
    expect(await rule('backtest', '--file', file, '--sensitivity', 'low', ...times, '--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ firings: [] })
  })

  it.each([
    [[], 2, 'which rule? There is neither a name, nor --file, nor --prefix\nNext: drawbridge rule list'],
    [['--prefix', 'x'], 1, 'Invalid rule request body: prefixes[0] "x" is not a prefix'],
    [['--prefix', '192.0.2.1', '--bandwidth', '1g'], 2, '"1g" is not a rate like 800M or 2.5G'],
    [['edge', '--from', 'yesterday'], 1, 'from must be a time like'],
    [['--file', '/nonexistent/rule.json'], 2, '/nonexistent/rule.json cannot be read as a rule'],
  ])('%j fails', async (argv, code, message) => {
    expect(await rule('backtest', ...argv)).toBe(code)
    expect(err).toContain(message)
  })
})

describe('rule suggest', () => {
  it('says what fits, and on what it rests', async () => {
    expect(await rule('suggest', '203.0.113.0/24')).toBe(0)
    expect(out).toMatch(/^bandwidth_threshold +48000000 +the largest minute had 24 Mb\/s, 2026-01-01T11:30:00.000Z\n/)
    expect(out).toContain('Note: This rests on less than a day of history')
  })
})

describe('the server', () => {
  it('must be there, and must know the token', async () => {
    expect(await rule('list', '--url', 'http://127.0.0.1:1')).toBe(1)
    expect(err).toContain('drawbridge: no server answers at http://127.0.0.1:1: ')
    expect(err).toContain('Next: drawbridge serve, or name the address of a running server with --url')
    err = ''
    expect(await rule('list', '--token', 'wrong')).toBe(1)
    expect(err).toMatch(/does not take the token: .*\nNext: drawbridge token create/)
    err = ''
    vi.stubEnv('DRAWBRIDGE_TOKEN', '')
    expect(await rule('list')).toBe(2)
    expect(err).toMatch(/needs an API token\nNext: drawbridge token create/)
    err = ''
    expect(await rule('list', '--token', 'x', '--url', 'localhost:8080')).toBe(2)
    expect(err).toContain('"localhost:8080" is not an address like http://127.0.0.1:8080')
  })

  it('must be Drawbridge', async () => {
    expect(await rule('list', '--url', `${server.url}/elsewhere`)).toBe(1)
    expect(err).toMatch(/answered \d+ and does not speak the API of Drawbridge|Could not route/)
  })
})
