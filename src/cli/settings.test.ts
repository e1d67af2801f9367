// The commands settings and audit against a server: what they show, change, ask before, and refuse.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import type { TestFlows } from '../app/testing/test-context.ts'
import type { AuditPage, Settings } from '../contract/settings.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'
import { settingsText } from './settings-text.ts'

const rows = [{ table: 'flows', rows: '1200', bytes: '34000', oldest: 1_700_000_000 }]
const flows = { ready: true, query: async () => ({ rows, rowsRead: 0, bytesRead: 0, elapsedSeconds: 0 }) } as unknown as TestFlows

let server: TestServer
let out = ''
let err = ''

beforeAll(async () => {
  server = await startTestServer({ flows })
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

/** Output and exit code of a command. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  out = ''
  err = ''
  const code = await runProgram(createProgram(cliCommands), argv)
  return { code, out, err }
}

describe('settings', () => {
  it('are shown with where they come from, and with what is stored', async () => {
    const { out } = await run('settings')
    expect(out).toMatch(/^NAME +VALUE +FROM +IN THE CONFIGURATION\nraw_days +7 days +default +store\.retention\.raw_days\n/)
    expect(out).toMatch(/\nown_networks +private addresses +default +enrich\.own_networks\n/)
    expect(out).toMatch(/\nevery flow +1200 +34 kB +2023-11-14T22:13:20\.000Z\nsums by minute +0 +0 B +nothing yet\n/)
    expect(JSON.parse((await run('settings', 'show', '--json')).out)).toMatchObject({ retention: { raw_days: { value: 7 } } })
  })

  it('say when the store is away', () => {
    const none = { value: 1, source: 'default', default: 1, key: 'k' } as const
    const retention = Object.fromEntries(['raw_days'].map((name) => [name, none]))
    const settings = {
      retention: new Proxy(retention, { get: () => none }),
      own_networks: { ...none, value: ['10.0.0.0/8'] },
      stored: null,
      free_bytes: null,
    } as unknown as Settings
    expect(settingsText(settings)).toContain('own_networks   10.0.0.0/8  default')
    expect(settingsText(settings)).toContain('The store does not answer; drawbridge doctor says why.\n')
  })

  it('are changed and reset, by either name', async () => {
    expect((await run('settings', 'set', 'raw_days', '14')).out).toMatch(/\nraw_days +14 days +settings +/)
    expect(server.context.config.store.retention.raw_days).toBe(14)
    const { out } = await run('settings', 'set', 'enrich.own_networks', '203.0.113.0/24,198.51.100.0/24', '2001:db8::/32')
    expect(out).toMatch(/\nown_networks +3 prefixes +settings/)
    expect(out).toContain('Own networks:\n  203.0.113.0/24\n  198.51.100.0/24\n  2001:db8::/32\n')
    await run('settings', 'set', 'own_networks', 'private')
    expect(server.context.settings.describe().own_networks).toMatchObject({ value: [], source: 'settings' })
    await run('settings', 'reset', 'own_networks')
    expect(server.context.settings.describe().own_networks).toMatchObject({ value: [], source: 'default' })
  })

  it('ask before anything that is stored is deleted', async () => {
    const { code, err } = await run('settings', 'set', 'store.retention.raw_days', '3')
    expect([code, err]).toEqual([2, expect.stringContaining('nothing was changed\nNext: the same command with --yes')])
    expect((await run('settings', 'reset', 'raw_days')).code).toBe(2)
    expect((await run('settings', 'set', 'raw_days', '3', '--yes', '--json')).code).toBe(0)
    expect(server.context.config.store.retention.raw_days).toBe(3)
    expect((await run('settings', 'reset', 'raw_days')).code).toBe(0)
  })

  it.each([
    [['set', 'raw_day', '3'], 2, 'there is no setting "raw_day"; did you mean raw_days?\nNext: drawbridge settings'],
    [['set', 'raw_days', 'ever'], 1, 'store.retention.raw_days is the text "ever"; it has to be a whole number from 1 to 36500'],
    [['set', 'own_networks', 'home'], 1, 'enrich.own_networks holds "home", which is not a prefix'],
    [['set', 'hour_days'], 2, "missing required argument 'value'"],
  ])('refuse %j', async (argv, code, message) => {
    const refused = await run('settings', ...argv)
    expect([refused.code, refused.err]).toEqual([code, expect.stringContaining(message)])
  })
})

describe('audit', () => {
  it('tells who changed what, page after page', async () => {
    const line = {
      at: '2026-01-01T11:00:00.000Z',
      account: 1,
      user: server.context.local.user.id,
      via: 'token',
      detail: '{"a":"\\u001b[2J"}',
    }
    const lines = Array.from({ length: 260 }, (_, index) => ({ ...line, action: 'router.edit', target: `10.0.0.${index % 250}` }))
    await server.context.state.insertInto('audit').values(lines).execute()
    const all = JSON.parse((await run('audit', '--action', 'router.', '--limit', '1000', '--json')).out) as AuditPage
    expect([all.lines.length, all.next]).toEqual([260, null])
    const { out } = await run('audit', '--action', 'router.edit', '--user', 'ADMIN@localhost', '--limit', '2', '--since', '2025-12-31')
    expect(out).toMatch(
      /^TIME +WHO +VIA +ACTION +WHAT +DETAIL\n2026-01-01T11:00:00\.000Z +admin@localhost +token +router\.edit +10\.0\.0\.9 +\{"a":"/,
    )
    expect(out).toMatch(/\nThere are older lines: --before \d+\n$/)
    expect(out).not.toContain('\u001B')
    const [, second] = all.lines
    const rest = JSON.parse(
      (await run('audit', '--before', String(second?.id), '--action', 'router.', '--limit', '1', '--json')).out,
    ) as AuditPage
    expect(rest.lines[0]?.id).toBe(all.lines[2]?.id)
    expect((await run('audit', '--action', 'rule.none')).out).toBe('No line of the audit log is like that.\n')
  })

  it.each([
    [['--action', 'rule'], 1, 'action must be an action like rule.edit'],
    [['--user', 'nobody@example.com'], 2, 'there is no member "nobody@example.com"'],
    [['--since', 'yesterday'], 2, 'It is to be 30m, 12h or 7d'],
    [['--limit', '10001'], 2, 'must be a whole number from 1 to 10000'],
  ])('refuses %j', async (argv, code, message) => {
    const refused = await run('audit', ...argv)
    expect([refused.code, refused.err]).toEqual([code, expect.stringContaining(message)])
  })
})
