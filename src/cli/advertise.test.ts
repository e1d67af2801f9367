// Tests the commands prefix, advertise, withdraw and advertisements against a server with a fake peer, and holds advertise
// to the table of hostile requests.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import { arrange, hostileOptions } from '../app/advertisement/testing/hostile-situation.ts'
import { refusals } from '../contract/advertisement.ts'
import { hostileRequests, type HostileRequest } from '../mitigate/testing/hostile-requests.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

const prefix = '203.0.113.0/24'
let out = ''
let err = ''

beforeEach(() => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  // As in a script, wherever the test runs.
  Object.defineProperty(process.stdin, 'isTTY', { value: false, configurable: true })
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
})

function use(server: TestServer): void {
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
}

/** Output and exit code of a command. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  out = ''
  err = ''
  process.exitCode = undefined
  const code = await runProgram(createProgram(cliCommands), argv)
  process.exitCode = undefined
  return { code, out, err }
}

describe('the commands', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer()
    use(server)
  })
  afterEach(() => server.close())

  const add = () => run('prefix', 'add', prefix, '--as', '64500')
  const routes = () => [...server.context.peer.table.keys()]

  it('register, lock and remove prefixes', async () => {
    expect(await run('prefix', 'list')).toMatchObject({ code: 0, out: expect.stringContaining('Next: drawbridge prefix add') })
    const flags = ['--divert-max-length', '25', '--blackhole-min-length', 'none', '--flowspec', '--approval', '--description', 'edge']
    expect((await run('prefix', 'add', prefix, '--as', '64500', '--driver', 'bgp', 'webhook', ...flags)).out).toMatch(
      /^Registered 203\.0\.113\.0\/24 \([0-9a-f]{32}\)\n$/,
    )
    expect((await run('prefix', 'list')).out).toMatch(
      /^203\.0\.113\.0\/24 +AS64500 +bgp webhook +divert to \/25, flowspec +with approval +edge$/m,
    )
    expect((await run('prefix', 'lock', prefix, '--why', 'moving')).out).toMatch(/^Locked/)
    expect(JSON.parse((await run('prefix', 'list', '--json')).out)).toMatchObject([
      { locked: true, lock_reason: 'moving', automatic: true },
    ])
    expect((await run('prefix', 'unlock', prefix)).out).toMatch(/^Unlocked/)
    expect(await run('prefix', 'remove', '203.0.114.0/24')).toMatchObject({
      code: 1,
      err: 'drawbridge: there is no registered prefix 203.0.114.0/24; did you mean 203.0.113.0/24?\nNext: drawbridge prefix list\n',
    })
    expect((await run('prefix', 'remove', prefix)).out).toMatch(/^Removed/)
  })

  it('show what would be sent, and then nothing is sent or recorded', async () => {
    await add()
    const { code, out: shown } = await run('advertise', prefix, '--why', 'flood', '--dry-run')
    expect(code).toBe(0)
    expect(shown).toMatch(
      /^203\.0\.113\.0\/24 \(divert\), inside 203\.0\.113\.0\/24 of AS64500, until 2026-01-02T12:00:00.000Z at the latest\n/,
    )
    expect(shown).toContain(`bgp to peer\n  announce ${prefix}\n`)
    expect(shown).toMatch(/Nothing was sent\.\n$/)
    expect([routes(), JSON.parse((await run('advertisements', '--history', '--json')).out)]).toEqual([[], []])
    expect(JSON.parse((await run('advertise', prefix, '--why', 'flood', '--dry-run', '--json')).out)).toMatchObject({ route: { prefix } })
  })

  it('announce what is confirmed, show it, and withdraw it', async () => {
    await add()
    expect(await run('advertise', prefix, '--why', 'flood')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no terminal to ask on; nothing was changed\nNext: the same command with --yes\n$/),
    })
    expect(routes()).toEqual([])
    expect(await run('advertise', prefix, '--why', 'flood', '--for', '2h', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^203\.0\.113\.0\/24 by bgp: announced, sent to peer \([0-9a-f]{32}\)\n$/),
    })
    expect((await run('advertisements')).out).toMatch(
      /^203\.0\.113\.0\/24 +divert +bgp +announced +\w+ +2026-01-01T14:00:00\.000Z +admin@localhost: flood +[0-9a-f]{32}$/m,
    )
    expect((await run('advertisements')).out).toContain('1 of 50 announcements; bgp ready\n')
    expect(await run('withdraw', prefix, '--why', 'over')).toMatchObject({ code: 2 })
    expect((await run('withdraw', prefix, '--why', 'over', '--yes')).out).toMatch(/^203\.0\.113\.0\/24 by bgp: withdrawn/)
    expect(routes()).toEqual([])
    expect((await run('advertisements')).out).toMatch(/^Nothing is announced\./)
    expect((await run('advertisements', 'list', '--history', '--prefix', prefix)).out).toContain('withdrawn')
    expect(await run('withdraw', prefix, '--why', 'again', '--yes')).toMatchObject({
      code: 1,
      err: `drawbridge: nothing is announced of ${prefix}\nNext: drawbridge advertisements\n`,
    })
  })

  it('end with 1 when the driver refuses', async () => {
    await add()
    const [driver] = server.context.drivers
    if (driver) driver.answer = () => ({ outcome: { kind: 'refused', detail: 'not on demand' }, reaches: false })
    expect(await run('advertise', prefix, '--why', 'flood', '--yes')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^203\.0\.113\.0\/24 by bgp: failed, not on demand/),
    })
  })

  it('stop everything, and resume', async () => {
    await add()
    await run('advertise', prefix, '--why', 'flood', '--yes')
    expect(await run('advertisements', 'stop', '--why', 'a peer asked')).toMatchObject({ code: 2 })
    expect((await run('advertisements', 'stop', '--why', 'a peer asked', '--withdraw', '--yes')).out).toMatch(
      /^STOPPED by admin@localhost at .*: a peer asked\nNext: drawbridge advertisements resume/,
    )
    expect(routes()).toEqual([])
    expect((await run('advertisements', 'resume', '--why', 'settled')).out).toBe('0 of 50 announcements; bgp ready\n')
  })

  it.each([
    [['advertise', prefix], "required option '--why <reason>' not specified"],
    [['advertise', prefix, '--why', 'x', '--for', 'long'], 'It is to be a time like 30m, 12h or 2d.'],
    [['advertise', prefix, '--why', 'x', '--purpose', 'hijack'], 'Allowed choices are divert, blackhole.'],
    [['prefix', 'add', prefix], "required option '--as <number>' not specified"],
    [['prefix', 'add', prefix, '--as', 'AS64500'], 'It is to be a whole number.'],
    [['withdraw', '--why', 'x'], "missing required argument 'prefix'"],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, err: told } = await run(...argv)
    expect(code).toBe(2)
    expect(told).toContain(message)
  })

  it('say which scope a token lacks', async () => {
    const { createToken } = await import('../app/token/create.ts')
    const { secret } = await createToken(server.context, server.context.local, { name: 'r', scopes: ['advertisements:read'] })
    vi.stubEnv('DRAWBRIDGE_TOKEN', secret)
    expect(await run('prefix', 'add', prefix, '--as', '64500')).toMatchObject({
      code: 1,
      err: expect.stringContaining('drawbridge token create --name cli --scope prefixes:write advertisements:write'),
    })
  })
})

/** What the command has flags for. */
const keys = new Set(['prefix', 'purpose', 'driver', 'until'])
const requests = hostileRequests.filter(
  ({ body, ruleOnly, untyped }) =>
    !ruleOnly && !untyped && body['purpose'] !== 'flowspec' && Object.keys(body).every((key) => keys.has(key)),
)

function argumentsOf({ body }: HostileRequest): string[] {
  const flags = Object.entries(body).filter(([key]) => key !== 'prefix')
  return ['advertise', String(body['prefix']), '--why', 'x', ...flags.flatMap(([key, value]) => [`--${key}`, String(value)])]
}

describe('advertise is refused', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(hostileServer())
    await arrange(server.context, {}, undefined)
  })
  afterAll(() => server.close())

  it.each(requests.filter(({ situation }) => !situation).map((request) => [request.name, request] as const))('%s', async (_, request) => {
    use(server)
    for (const flag of ['--yes', '--dry-run']) {
      const { code, err: told } = await run(...argumentsOf(request), flag)
      expect(code).toBe(1)
      expect(told).toContain(`cannot be announced: ${refusals[request.refusal]}`)
    }
    expect(server.context.peer.log).toEqual([])
  })
})

describe('advertise is refused', () => {
  let server: TestServer | undefined
  afterEach(() => server?.close())

  it.each(requests.filter(({ situation }) => situation).map((request) => [request.name, request] as const))('%s', async (_, request) => {
    server = await startTestServer(hostileServer(request))
    await arrange(server.context, request.situation ?? {}, request.body['prefix'])
    use(server)
    const before = [...server.context.peer.log]
    const { code, err: told } = await run(...argumentsOf(request), '--yes')
    expect(code).toBe(1)
    expect(told).toContain(`cannot be announced: ${refusals[request.refusal]}`)
    expect(server.context.peer.log).toEqual(before)
  })
})

it('is tested with a table that is long enough', () => {
  expect(requests.length).toBeGreaterThan(80)
})

function hostileServer({ situation = {} }: Partial<HostileRequest> = {}) {
  const { config, drivers } = hostileOptions(situation)
  return { settings: config, drivers }
}
