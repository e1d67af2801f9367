// Tests the command router-check against a listening server, with collectors that copy what the test gives them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import { testTime as begin } from '../app/testing/test-context.ts'
import type { RouterCheck } from '../contract/router-check.ts'
import { createExporter } from '../sim/exporters/create-exporter.ts'
import { Traffic } from '../sim/traffic.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

/** Of the terminal where the tests run, if they do. */
const rows = Object.getOwnPropertyDescriptor(process.stdout, 'rows')

let server: TestServer
let folder: string
let out = ''
let err = ''
/** Called with all that was printed until then. */
let onPrint: (text: string) => void = () => undefined

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-check-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  vi.stubEnv('DRAWBRIDGE_TOKEN', server.token)
  vi.stubEnv('DRAWBRIDGE_URL', server.url)
  vi.stubEnv('NO_COLOR', '')
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    onPrint(out)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  Object.defineProperty(process.stdout, 'isTTY', { value: false, configurable: true })
})
afterEach(() => {
  onPrint = () => undefined
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
  if (rows === undefined) Reflect.deleteProperty(process.stdout, 'rows')
  else Object.defineProperty(process.stdout, 'rows', rows)
})

/** Output and exit code of the command. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  out = ''
  err = ''
  process.exitCode = undefined
  const code = await runProgram(createProgram(cliCommands), ['router-check', ...argv])
  process.exitCode = undefined
  return { code, out, err }
}

const interrupt = () => process.emit('SIGINT')
const openChecks = () => server.context.checks.list(1)

describe('router-check', () => {
  it('shows how it stands, and again when it is interrupted; then the check is over', async () => {
    onPrint = interrupt
    const { code, out: shown } = await run('192.0.2.1')
    expect(code).toBe(130)
    expect(shown).toMatch(/^Router +192\.0\.2\.1\nListening +\[::\]:2055\n\n… waiting datagrams /)
    expect(shown.match(/^… waiting graph/gm)).toHaveLength(2)
    expect(shown).toMatch(/\nStopped; waiting: datagrams, .*\.\n$/)
    expect(await openChecks()).toEqual([])
  })

  it('ends with 1 when the time is over, and prints JSON', async () => {
    const { code, out: printed } = await run('--json', '--timeout', '0s')
    expect(code).toBe(1)
    expect(JSON.parse(printed)).toMatchObject({ expected: null, sender: null, steps: expect.any(Array) } satisfies Partial<RouterCheck>)
  })

  it('writes in place on a terminal, and no more than it has room for', async () => {
    Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true })
    Object.defineProperty(process.stdout, 'rows', { value: 10, configurable: true })
    onPrint = interrupt
    const { out: shown } = await run('192.0.2.1')
    const [, first = '', last = ''] = shown.split('\u001B[H').map((text) => text.replaceAll('\u001B', 'ESC'))
    expect(shown.startsWith('\u001B[2J')).toBe(true)
    expect(first.match(/ESC\[K\n/g)).toHaveLength(9)
    expect(first).toMatch(/\n\(\d+ more lines\)ESC\[K\nESC\[J$/)
    expect(first).toContain('ESC[36m… waiting ESC[0mdatagrams')
    expect(last).toMatch(/… waiting ESC\[0mgraph .*ESC\[K\nESC\[K\nStopped; waiting: /)
    vi.stubEnv('NO_COLOR', '1')
    expect((await run('192.0.2.1')).out).not.toContain('\u001B[36m')
  })

  it('saves what came', async () => {
    const file = path.join(folder, 'router.pcap')
    const exporter = createExporter('netflow5', { domain: 1, sampling: 1, bootedAt: begin - 60_000, agent: Uint8Array.of(192, 0, 2, 1) })
    const traffic = new Traffic({ seed: 1, ipv6Share: 0 })
    const [bytes = Buffer.of()] = exporter.encode([traffic.next()], begin)
    onPrint = () => {
      server.context.tap.hear([{ at: begin, source: '192.0.2.1', sourcePort: 4711, listener: 0, missed: 0, bytes }], false)
      interrupt()
    }
    expect((await run('192.0.2.1', '--pcap', file)).err).toMatch(
      /^\d+ B are in .*router\.pcap\.\nNext: drawbridge decode .*router\.pcap\n$/,
    )
    expect((await readFile(file)).includes(bytes)).toBe(true)
  })

  it('writes no file when nothing came, and does not write over one', async () => {
    const file = path.join(folder, 'first.pcap')
    const { code, err: told } = await run('192.0.2.1', '--timeout', '0s', '--pcap', file)
    expect([code, told]).toEqual([1, 'No file is written: nothing has been received from 192.0.2.1 since the check began\n'])
    await writeFile(file, 'precious')
    const refused = await run('192.0.2.1', '--pcap', file)
    expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is there already\nNext: ') })
    expect(await readFile(file, 'utf8')).toBe('precious')
    expect(await openChecks()).toEqual([])
  })

  it.each([
    [['--timeout', 'long'], 2, 'It is to be a time like 90s, 5m or 1h.'],
    [['router.example.net'], 1, 'expected must be an IPv4 or IPv6 address'],
    [['--guide', 'nobody'], 1, 'GET router-configs lists them\nNext: drawbridge router-config\n'],
    [['--pcap', '-'], 2, 'name a file'],
    [['a', 'b'], 2, 'too many arguments'],
  ])('%j is refused', async (argv, code, message) => {
    expect(await run(...argv)).toMatchObject({ code, err: expect.stringContaining(message) })
  })
})
