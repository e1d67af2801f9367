// The command routers against a server, and its texts.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import type { RouterStatus } from '../contract/collector-status.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'
import { routersText } from './routers-text.ts'

let server: TestServer
let out = ''
let err = ''

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.close())
beforeEach(() => {
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Exit code of a command; its output is in `out` and `err`. */
async function run(...argv: string[]): Promise<number> {
  out = ''
  err = ''
  return await runProgram(createProgram(cliCommands), argv)
}

const routers = async () => (await server.call('GET', `${server.account}/drawbridge/routers`)).body.result as RouterStatus[]

describe('routers', () => {
  it('says how to begin where there are none', async () => {
    expect(await run('routers')).toBe(0)
    expect(out).toContain('No router is registered.\nNext: drawbridge router-config\n')
  })

  it('registers, changes and removes one, also of IPv6', async () => {
    expect(await run('routers', 'add', '2001:DB8::1', '--name', 'edge 1', '--sampling', '1000')).toBe(0)
    expect(out).toMatch(/^2001:db8::1 +edge 1 +waiting +never +0\.0 +1 in 1000, by router/m)
    expect(await run('routers', 'edit', '2001:db8::1', '--sampling', 'default', '--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ address: '2001:db8::1', name: 'edge 1', sampling_override: null })
    expect((await routers()).map(({ address }) => address)).toEqual(['2001:db8::1'])
    expect(await run('routers', 'list', '--json')).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ routers: [{ address: '2001:db8::1' }], unregistered: [] })
    expect(await run('routers', 'remove', '2001:db8::1')).toBe(0)
    expect(out).toContain('To take it back: drawbridge routers add 2001:db8::1')
    expect(await routers()).toEqual([])
  })

  it.each([
    [['edit', '192.0.2.1'], 2, 'nothing is to be changed\nNext: drawbridge routers edit 192.0.2.1 --sampling 1000'],
    [['edit', '192.0.2.1', '--sampling', '0'], 2, 'must be a whole number from 1 on, or default'],
    [['edit', '192.0.2.1', '--sampling', '10'], 1, '192.0.2.1'],
    [['add', 'nobody'], 1, 'nobody is not an IPv4 or IPv6 address'],
    [['remove', '192.0.2.1/../../rules'], 1, '192.0.2.1/../../rules'],
  ])('refuses %j', async (argv, code, message) => {
    expect(await run('routers', ...argv)).toBe(code)
    expect(err).toContain(message)
    expect(out).toBe('')
  })
})

describe('the text', () => {
  it('names who sends without being registered, and nothing that moves the cursor', () => {
    const sender = {
      address: '192.0.2.9',
      agent_address: '10.0.0.9',
      protocols: ['sflow5'],
      datagrams: 12,
      first_seen: '2026-01-01T11:00:00Z',
      last_seen: '2026-01-01T11:59:30Z',
    } as const
    const router = { address: '192.0.2.1', name: 'a\u001B[2J', last_seen: '2026-01-01T11:59:59Z', silent: true, protocols: ['ipfix'] }
    const rest = { flows_per_second: 12.4, loss: 0.0123, sampling_rate: 100, sampling_source: 'options', sampling_override: null }
    // What the text reads of a status.
    const text = routersText([{ ...router, ...rest } as unknown as RouterStatus], [sender], Date.UTC(2026, 0, 1, 12))
    expect(text).toMatch(/^192\.0\.2\.1 +a.*silent +1 s ago +ipfix +12 +1 in 100, by options +1\.2 %$/m)
    expect(text).toContain('  192.0.2.9 (agent 10.0.0.9, sflow5, 12 datagrams, 30 s ago)\nNext: drawbridge routers add ADDRESS\n')
    expect(text).not.toContain('\u001B')
  })
})
