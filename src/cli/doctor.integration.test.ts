// The doctor where no server runs: it starts one of its own, sends it flows, and leaves nothing behind.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs, repository } from '../../test/requirements.ts'
import type { DoctorReport } from '../contract/doctor.ts'
import { configProtocols } from '../contract/router-config.ts'

const main = path.join('dist', 'process', 'main.js')
const skip = needs({ paths: [main] })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'doctor-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.skipIf(skip !== undefined)('brings flows of each protocol through a server of its own, and takes it away', async () => {
  const args = ['doctor', '--json', '--data', path.join(folder, 'data'), '--set', 'collect.listen=[::]:0', '--set', 'http.port=0']
  const env = { PATH: process.env['PATH'], TMPDIR: folder }
  const run = promisify(execFile)(process.execPath, [path.join(repository, main), ...args], { cwd: folder, env })
  // Something else may be wrong with the machine of the tests: then it exits with 1.
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error)
  // The command prints a report.
  const { server, findings, self_test: results } = JSON.parse(stdout) as DoctorReport
  expect(results.filter(({ state }) => state === 'failed')).toEqual([])
  expect(new Set(results.map(({ protocol }) => protocol))).toEqual(new Set(configProtocols))
  expect({ server, tested: findings.filter(({ check }) => check === 'self_test').map(({ state }) => state) }).toEqual({
    server: false,
    tested: ['ok'],
  })
  expect(await readdir(folder)).toEqual([])
})
