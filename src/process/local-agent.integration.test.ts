import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../test/lab/poll.ts'
import { needs, repository } from '../../test/requirements.ts'
import { systemClock } from '../base/clock.ts'
import { HubScene, silent, testAccount } from '../capture/testing/hub-scene.ts'
import { startLocalAgent, type LocalAgent } from './local-agent.ts'

const execute = promisify(execFile)
const entry = path.join(repository, 'dist', 'process', 'main.js')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'local-agent-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('an agent for the server’s own host', () => {
  const scene = new HubScene()
  beforeAll(() => scene.start())
  afterAll(() => scene.stop())

  const start = (): Promise<LocalAgent> => {
    const port = Number(new URL(scene.url).port)
    const config = { account: testAccount, colo: 'home01', file: path.join(folder, 'agent.yaml'), host: '0.0.0.0', port, entry }
    return startLocalAgent(config, { state: scene.state, agents: scene.hub, clock: systemClock, log: silent })
  }
  const connected = () => until('its connection', () => scene.hub.agents(testAccount).find((agent) => agent.connected))
  const away = () => until('its absence', () => (scene.hub.connected === 0 ? true : undefined))

  it('connects, comes back after a kill, and is the same one after a restart of the server', async () => {
    const first = await start()
    expect(await connected()).toMatchObject({ id: first.id, name: 'local', colo: 'home01', address: '127.0.0.1' })
    const pid = first.pid() ?? 0
    process.kill(pid, 'SIGKILL')
    await away()
    await connected()
    expect([first.starts(), first.pid() === pid]).toEqual([2, false])
    await first.stop()
    await away()
    const second = await start()
    expect((await connected()).id).toBe(first.id)
    await second.stop()
    expect(scene.hub.agents(testAccount)).toHaveLength(1)
  })

  it('keeps its token in a file that is its owner’s, and out of its command line and environment', async () => {
    const agent = await start()
    await connected()
    const file = path.join(folder, 'agent.yaml')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const token = /^token: (.+)$/m.exec(await readFile(file, 'utf8'))?.[1] ?? ''
    expect(token).toHaveLength(43)
    for (const where of ['cmdline', 'environ']) expect(await readFile(`/proc/${agent.pid()}/${where}`, 'utf8')).not.toContain(token)
    await agent.stop()
  })
})

describe('the command agent', () => {
  const agent = (...args: string[]) =>
    execute(process.execPath, [entry, 'agent', ...args]).catch((error: { stdout: string; stderr: string; code: number }) => error)

  it('works from its own archive, which has nothing of a server’s packages', async () => {
    await execute(process.execPath, [path.join(repository, 'bin', 'agent-package.mjs'), path.join(folder, 'agent.tgz')])
    await execute('tar', ['-xzf', 'agent.tgz'], { cwd: folder })
    const packed = path.join(folder, 'drawbridge-agent')
    const names = await readdir(path.join(packed, 'node_modules'))
    expect(names).toEqual(expect.arrayContaining(['koffi', 'ws', 'zod']))
    expect(names.filter((name) => /chdb|libsql|fastify|kysely|graphql|react|cloudflare|clickhouse/.test(name))).toEqual([])
    const args = ['agent', 'doctor', '--json', '--config', path.join(folder, 'none.yaml')]
    const { stdout, stderr } = await execute(path.join(packed, 'bin', 'drawbridge'), args).catch(
      (error: { stdout: string; stderr: string }) => error,
    )
    expect(stderr).toBe('')
    const { findings, kernel } = JSON.parse(stdout) as { kernel: string; findings: { id: string; command: string | null }[] }
    expect(kernel).not.toBe('')
    expect(findings.find(({ id }) => id === 'enrolled')?.command).toMatch(/^drawbridge agent enroll/)
  })

  it('says what to do next when it cannot run', async () => {
    const bad = path.join(folder, 'bad.yaml')
    await writeFile(bad, 'server: nowhere\n')
    const results = await Promise.all([
      agent('run', '--config', path.join(folder, 'none.yaml')),
      agent('run', '--config', bad),
      agent('enroll', '--config', bad, '--server', 'http://127.0.0.1:1', '--code', 'X'),
      agent('enroll', '--config', path.join(folder, 'new.yaml'), '--server', 'http://127.0.0.1:1', '--code', 'X'),
      agent('enroll', '--config', path.join(folder, 'new.yaml'), '--server', 'http://192.0.2.1', '--code', 'X'),
      agent('enroll', '--config', path.join(bad, 'agent.yaml'), '--server', 'http://127.0.0.1:1', '--code', 'X'),
    ])
    expect(results.map(({ stderr }) => stderr)).toEqual([
      expect.stringMatching(/not enrolled\nNext: drawbridge agent enroll --server URL --code CODE/),
      expect.stringMatching(/bad\.yaml:1: server: has to be an address[^]*Next: correct that/),
      expect.stringMatching(/is there already[^]*Next: .*--force/),
      expect.stringMatching(/cannot be reached: .*nothing listens there; check/),
      expect.stringMatching(/is not encrypted: .*allow_plaintext/),
      expect.stringMatching(/cannot be written: [^]*Next: run it as root/),
    ])
    expect(results.map((result) => 'code' in result && result.code)).toEqual([1, 2, 1, 1, 1, 1])
  })
})

const noSystemd = needs({ commands: ['systemd-analyze'] })

describe.skipIf(noSystemd !== undefined)('units for systemd', () => {
  it.each(['drawbridge-agent.service', 'drawbridge.service'])('are right: %s', async (name) => {
    const text = await readFile(path.join(repository, 'deploy', name), 'utf8')
    const unit = path.join(folder, name)
    // systemd looks whether the program is there.
    await writeFile(unit, text.replace('/usr/local/bin/drawbridge', process.execPath))
    const { stdout, stderr } = await execute('systemd-analyze', ['verify', '--man=no', unit])
    expect(stdout + stderr).toBe('')
  })
})
