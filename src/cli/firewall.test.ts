// Tests the command firewall against a listening server with an agent that speaks the protocol.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../api/testing/eventually.ts'
import { TestAgent } from '../api/testing/test-agent.ts'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import { createToken } from '../app/token/create.ts'
import type { FirewallRule } from '../contract/firewall.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

let server: TestServer
let agent: TestAgent
let out = ''
let err = ''
/** Called with all that was printed until then. */
let onPrint: (text: string) => void = () => undefined

beforeAll(async () => {
  const flows = { ready: false, query: () => Promise.reject(new StoreUnavailableError('it is not started')) }
  server = await startTestServer({ flows, settings: { firewall: { protected_prefixes: ['192.0.2.0/24'], count_seconds: 5 } } })
  agent = await TestAgent.connect(server, 'edge', 'ord02')
})
afterAll(async () => {
  agent.close()
  await server.close()
})
beforeEach(() => {
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    onPrint(out)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  // As in a script, wherever the test runs.
  Object.defineProperty(process.stdin, 'isTTY', { value: false, configurable: true })
  Object.defineProperty(process.stdout, 'isTTY', { value: false, configurable: true })
})
afterEach(() => {
  onPrint = () => undefined
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
})

/** Output and exit code of a command. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  out = ''
  err = ''
  process.exitCode = undefined
  const code = await runProgram(createProgram(cliCommands), ['firewall', ...argv])
  process.exitCode = undefined
  return { code, out, err }
}

const filter = 'udp and src port 53 and dst 203.0.113.0/24'
async function added(...flags: string[]): Promise<FirewallRule> {
  return JSON.parse((await run('add', filter, '--why', 'flood', '--json', ...flags)).out) as FirewallRule
}
/** All that tests leave behind. */
const clear = async () => {
  await run('stop', '--why', 'cleared', '--yes')
  await run('resume', '--why', 'cleared')
}

describe('firewall', () => {
  it('begins with nothing, and says what would be there', async () => {
    expect((await run()).out).toBe(
      `There is no firewall rule.
Next: drawbridge firewall add FILTER --why REASON

0 of 50 rules; never touched: BGP, the agents' own connections, TCP port 22 of the agents' hosts, 192.0.2.0/24
`,
    )
    const { code, out: shown } = await run('preview', 'udp', 'and', 'src', 'port', '53', '--interface', 'eth0')
    expect(code).toBe(0)
    expect(shown).toMatch(
      /^Filter +udp and src port 53\nExpected +unknown: no flow of the last 5 minutes tells\nAgents +edge \(ord02\)\n\n/,
    )
    expect(shown).toContain('iifname "eth0" meta nfproto ipv4 meta l4proto 17 ')
    expect(shown).toContain('Protected networks are spared, as source and as destination: 192.0.2.0/24\n')
    expect(shown).toMatch(/Warning: edge has no nftables/)
    expect((await run('preview', 'udp')).out).toContain('Warning: nearly every packet of a protocol or an IP version matches')
    expect(JSON.parse((await run('preview', filter, '--json')).out)).toMatchObject({ filter })
    expect(JSON.parse((await run('list', '--json')).out)).toEqual([])
  })

  it('counts, drops, undoes, extends and withdraws', async () => {
    const { code, out: made } = await run('add', filter, '--why', 'flood', '--for', '2h', '--calm', '100', '--colo', 'ORD')
    expect(code).toBe(0)
    expect(made).toMatch(/^Rule +udp and src port 53 and dst 203\.0\.113\.0\/24 \([0-9a-f]{32}\)$/m)
    expect(made).toMatch(/^Until +2026-01-01T14:00:00\.000Z$/m)
    expect(made).toMatch(/^When calm +withdrawn after 300 s below 100 p\/s$/m)
    const [, id = ''] =
      /^Next: drawbridge firewall watch (\w{8}), then drawbridge firewall enforce \1 --drop --why REASON$/m.exec(made) ?? []
    await eventually(() => agent.orders.at(-1)?.rules.length).toBe(1)
    agent.filters({ packets: 12, bytes: 1200 })
    await eventually(async () => (await run('list')).out).toMatch(
      new RegExp(`^${id} +counts +\\w+ +12 +0 +1 of 1 active +${filter} +${filter}$`, 'm'),
    )
    expect(await run('enforce', id, '--drop', '--why', 'now', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('refused: a rule counts for 5 s before it may drop'),
    })
    expect(await run('enforce', id, '--drop', '--why', 'now', '--force')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no terminal to ask on; nothing was changed\nNext: the same command with --yes\n$/),
    })
    const dropped = await run('enforce', id, '--drop', '--why', 'now', '--force', '--yes')
    expect(dropped.out).toMatch(/^Does +drops$/m)
    expect(dropped.out).toMatch(
      new RegExp(`^Next: drawbridge firewall watch ${id}, then drawbridge firewall undo ${id} --why REASON$`, 'm'),
    )
    expect((await run('enforce', id, '--limit', '5000', '--why', 'rather', '--force', '--yes')).out).toMatch(/^Does +limits to 5 kp\/s$/m)
    expect((await run('undo', id, '--why', 'oops')).out).toMatch(/^Does +drops$/m)
    expect((await run('count', filter, '--why', 'look')).out).toMatch(/^Does +counts$/m)
    expect((await run('extend', id, '--for', '3h', '--why', 'still')).out).toMatch(/^Until +2026-01-01T15:00:00\.000Z$/m)
    expect((await run('show', id)).out).toMatch(/^2026-01-01T12:00:00 +limits to 5 kp\/s +admin@localhost +rather$/m)
    expect((await run('withdraw', id, '--why', 'over')).out).toMatch(/^Does +withdrawn: over\nWhere +ORD$/m)
    const [rule] = JSON.parse((await run('list', '--history', '--json')).out) as FirewallRule[]
    expect(rule).toMatchObject({ state: 'withdrawn', total: { packets: 12 } })
    expect(await run('show', rule?.id ?? '', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"withdrawn_why":"over"') })
    expect(await run('count', rule?.id ?? '', '--why', 'again')).toMatchObject({
      code: 1,
      err: `drawbridge: there is no firewall rule ${rule?.id}\nNext: drawbridge firewall list\n`,
    })
  })

  it('takes the filter of a signature', async () => {
    const id = '5'.repeat(32)
    const row = { id, account: 1, name: 's', state: 'done', source: '{}', ask: '{}', who: 'a', created_at: '', learnt_filter: filter }
    await server.context.state.insertInto('signature').values(row).execute()
    const rule = JSON.parse((await run('add', '--signature', id, '--why', 'learnt', '--json')).out) as FirewallRule
    expect(rule).toMatchObject({ filter, signature_id: id })
    expect(await run('add', 'udp', '--signature', id, '--why', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('its own filter'),
    })
    await clear()
  })

  it('watches until somebody has seen enough, or the rule is withdrawn', async () => {
    const rule = await added('--name', 'flood')
    onPrint = (text) => {
      if (text.split('ID').length > 2) process.emit('SIGINT')
    }
    expect((await run('watch')).out).toMatch(/^(ID +DOES.*\n\w{8} +counts.*\n){2}$/)
    onPrint = (text) => {
      if (text.split('\n').length === 2) void server.context.filtering.withdraw(1, rule.id, { who: 'eve@example.net', why: 'over' })
    }
    const { code, out: watched } = await run('watch', 'flood', '--json')
    expect(code).toBe(0)
    const states = watched
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as FirewallRule[])[0]?.state)
    expect([states[0], states.at(-1)]).toEqual(['counting', 'withdrawn'])
  })

  it('watches in place on a terminal', async () => {
    const { id } = await added('--name', 'in place')
    Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true })
    onPrint = () => process.emit('SIGINT')
    const { out: shown } = await run('watch', id.slice(0, 8))
    // What begins a sequence that moves the cursor.
    expect(shown.replaceAll('\u001B', 'ESC')).toMatch(/^ESC\[2JESC\[HRule +in place .*ESC\[K\n[^]*ESC\[J$/)
    await clear()
  })

  it('stops and resumes', async () => {
    await added()
    expect(await run('stop', '--why', 'it drops customers')).toMatchObject({ code: 2 })
    expect((await run('stop', '--why', 'it drops customers', '--yes')).out).toMatch(
      /^STOPPED by admin@localhost at 2026-01-01T12:00:00\.000Z: it drops customers\nNext: drawbridge firewall resume --why REASON\n0 of 50 rules/,
    )
    expect(await run('add', filter, '--why', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('the firewall is stopped by admin@localhost'),
    })
    expect((await run('resume', '--why', 'settled')).out).toMatch(/^0 of 50 rules/)
  })

  it('finds no rule that is not meant', async () => {
    await added('--name', 'one')
    await added('--name', 'twin')
    await added('--name', 'twin')
    const lost = (name: string) => run('withdraw', name, '--why', 'x')
    expect((await lost('onee')).err).toBe('drawbridge: there is no firewall rule onee; did you mean one?\nNext: drawbridge firewall list\n')
    expect((await lost('twin')).err).toBe(
      'drawbridge: 2 firewall rules are meant by twin; name one by its id\nNext: drawbridge firewall list\n',
    )
    expect((await lost('')).code).toBe(1)
    expect((await run('list')).out).toContain('3 of 50 rules')
    await clear()
  })

  it.each([
    [['add', filter], "required option '--why <reason>' not specified"],
    [['add', '--why', 'x'], 'a rule needs a filter that says which packets\nNext: drawbridge capture fields'],
    [['add', filter, '--why', 'x', '--for', 'long'], 'It is to be a time like 30m, 12h or 2d.'],
    [['add', filter, '--why', 'x', '--calm', '-1'], 'must be a whole number from 1 on'],
    [['preview'], 'a rule needs a filter that says which packets'],
    [['enforce', 'x', '--why', 'x'], 'say either --drop or --limit PACKETS'],
    [['enforce', 'x', '--why', 'x', '--drop', '--limit', '5'], 'say either --drop or --limit PACKETS'],
    [['enforce', '--why', 'x', '--drop'], "missing required argument 'rule'"],
    [['extend', 'x', '--why', 'x'], "required option '--for <time>' not specified"],
    [['drop'], 'too many arguments'],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, err: told } = await run(...argv)
    expect([code, told]).toEqual([2, expect.stringContaining(message)])
  })

  it('shows what is wrong with a filter, and which scope a token lacks', async () => {
    expect(await run('add', 'udp and sport 99999', '--why', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('  udp and sport 99999\n                ^^^^^\n'),
    })
    const { secret } = await createToken(server.context, server.context.local, { name: 'r', scopes: ['firewall:read'] })
    vi.stubEnv('DRAWBRIDGE_TOKEN', secret)
    expect((await run('list')).code).toBe(0)
    expect(await run('add', filter, '--why', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('drawbridge token create --name cli --scope firewall:write'),
    })
  })
})
