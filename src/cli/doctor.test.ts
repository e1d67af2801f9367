// The command doctor: its text, and what it does with a server, without one, and with a configuration that cannot be used.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTestServer, type TestServer } from '../api/testing/test-server.ts'
import type { DoctorReport } from '../contract/doctor.ts'
import { localAccessFile } from '../contract/local-access.ts'
import { doctorText } from './doctor-text.ts'
import { cliCommands, createProgram, runProgram } from './program.ts'

describe('the text', () => {
  const report: DoctorReport = {
    state: 'failed',
    server: true,
    findings: [
      { check: 'node', state: 'ok', text: 'Node.js 20.19.0 runs Drawbridge.', advice: '', command: '' },
      { check: 'receive_buffer', state: 'warning', text: 'The buffer is small.', advice: 'Allow more.', command: 'sudo sysctl --system' },
      { check: 'clock', state: 'unknown', text: 'Nobody knows.', advice: 'Look.', command: '' },
      { check: 'self_test', state: 'failed', text: '1 of 2 ways failed.', advice: 'Mend it.', command: 'journalctl' },
    ],
    self_test: [
      {
        protocol: 'ipfix',
        listener: '[::1]:2055',
        state: 'ok',
        sent: 10,
        decoded: 10,
        stored: 10,
        exact: true,
        milliseconds: 3120,
        text: '',
      },
      {
        protocol: 'sflow5',
        listener: '127.0.0.1:6343',
        state: 'failed',
        sent: 10,
        decoded: 0,
        stored: 0,
        exact: false,
        milliseconds: 1,
        text: 'none of 2 datagrams arrived',
      },
    ],
  }

  it('has a line for each finding, and under it what mends it', () => {
    expect(doctorText(report)).toBe(`The running server was asked.

✓ node            Node.js 20.19.0 runs Drawbridge.
! receive_buffer  The buffer is small.
                  Allow more.
                  $ sudo sysctl --system
? clock           Nobody knows.
                  Look.
✗ self_test       1 of 2 ways failed.
                  Mend it.
                  $ journalctl

Self test
✓ ipfix           [::1]:2055: 10 flows sent, decoded and stored, bytes and packets exact, 3.1 s
✗ sflow5          127.0.0.1:6343: none of 2 datagrams arrived

Not ready: 1 failed, 1 to look at, 1 not known.
`)
  })

  it('ends with a verdict', () => {
    const verdict = (count: number) =>
      doctorText({ ...report, findings: report.findings.slice(0, count), self_test: [] })
        .trimEnd()
        .split('\n')
        .at(-1)
    expect([verdict(1), verdict(2), verdict(3)]).toEqual([
      'Ready to take flows.',
      'Ready to take flows; 1 to look at.',
      'Ready to take flows; 1 to look at, 1 not known.',
    ])
  })
})

describe('the command', () => {
  let server: TestServer
  let folder: string
  let out = ''
  let err = ''

  beforeAll(async () => {
    server = await startTestServer()
    folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-doctor-cli-'))
  })
  afterAll(async () => {
    await server?.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    vi.stubEnv('DRAWBRIDGE_TOKEN', '')
    vi.stubEnv('DRAWBRIDGE_URL', '')
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true))
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true))
  })
  afterEach(() => {
    process.exitCode = undefined
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  async function run(...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    out = ''
    err = ''
    const code = await runProgram(createProgram(cliCommands), ['doctor', ...argv])
    return { code, out, err }
  }
  /** Ports that any machine has. */
  const anyPorts = ['--set', 'collect.listen=[::]:0', '--set', 'http.port=0']

  it('asks the server of the data folder, or the one that is named', async () => {
    writeFileSync(path.join(folder, localAccessFile), JSON.stringify({ url: server.url, secret: server.token }))
    const local = await run('--data', folder, '--json')
    rmSync(path.join(folder, localAccessFile))
    expect(local).toEqual({ code: 0, out: '{"state":"ok","server":true,"findings":[],"self_test":[]}\n', err: '' })
    const named = await run('--url', server.url, '--token', server.token, '--no-self-test')
    expect([named.code, named.out.split('\n')[0]]).toEqual([0, 'The running server was asked.'])
  })

  it('looks by itself where none runs, also after one that was killed', async () => {
    writeFileSync(path.join(folder, localAccessFile), JSON.stringify({ url: 'http://127.0.0.1:9', secret: 'x' }))
    const { out } = await run('--data', folder, '--json', '--no-self-test', ...anyPorts)
    // The command prints a report.
    const report = JSON.parse(out) as DoctorReport
    expect(report).toMatchObject({ server: false, self_test: [] })
    const checks = [
      'node',
      'config',
      'data_folder',
      'disk',
      'memory',
      'store',
      'ports',
      'receive_buffer',
      'firewall',
      'clock',
      'addresses',
      'captures',
    ]
    expect([...new Set(report.findings.map(({ check }) => check))]).toEqual(checks)
  })

  it('says what is wrong with a configuration, and fails', async () => {
    const { code, out } = await run('--data', folder, '--set', 'http.prot=1', '--no-self-test')
    expect(code).toBe(1)
    expect(out).toMatch(/✗ config {10}--set: there is no option http\.prot[^]*\$ drawbridge config check\n/)
  })

  it('does not look elsewhere when a server was named', async () => {
    const { code, err } = await run('--url', 'http://127.0.0.1:9', '--token', 'x', '--no-self-test')
    expect([code, err]).toEqual([1, expect.stringMatching(/no server answers at http:\/\/127\.0\.0\.1:9/)])
  })

  it('says why a ClickHouse server is not tested', async () => {
    const { code, out } = await run(
      '--data',
      folder,
      '--json',
      '--set',
      'store.kind=clickhouse',
      '--set',
      'store.url=http://127.0.0.1:9',
      ...anyPorts,
    )
    // The command prints a report.
    const { findings } = JSON.parse(out) as DoctorReport
    const told = findings.filter(({ check }) => check === 'store' || check === 'self_test').map(({ state, command }) => [state, command])
    expect([code, told]).toEqual([
      1,
      [
        ['failed', 'curl -sS http://127.0.0.1:9/ping'],
        ['unknown', 'drawbridge serve'],
      ],
    ])
  })
})
