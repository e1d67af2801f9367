// Starts a server for the doctor's self test, with a data folder and ports of its own, and ends it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Config } from '../contract/config.ts'
import type { DoctorFinding, DoctorReport, SelfTestResult } from '../contract/doctor.ts'
import { localAccessFile, type LocalAccess } from '../contract/local-access.ts'
import { found, printable } from '../setup/doctor/finding.ts'
import { ApiClient } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { interruptedExitCode } from './stop-signals.ts'

export interface LoneTest {
  readonly findings: readonly DoctorFinding[]
  readonly results: readonly SelfTestResult[]
}

/** The engine makes its tables in a second or two; a machine that is busy or slow takes longer. */
const startMs = 90_000
const stopMs = 20_000
/** Of what the server says when it cannot start, for the finding. */
const longestComplaint = 2000

/** @param findings of this machine: where the store is missing there is nothing to start */
export async function testLoneServer(config: Config, findings: readonly DoctorFinding[], signal: AbortSignal): Promise<LoneTest> {
  if (config.store.kind !== 'embedded') {
    return untested(
      'The flows are stored by a ClickHouse server, which is not filled with tests.',
      'Start Drawbridge and ask again.',
      'drawbridge serve',
    )
  }
  const broken = findings.find(({ check, state }) => check === 'store' && state === 'failed')
  if (broken !== undefined) return untested('There was no self test: the flow store is missing.', broken.advice, broken.command)
  const folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-doctor-'))
  const server = new LoneServer(folder, config)
  try {
    await server.start(signal)
    return await askToTest(folder, signal)
  } catch (error) {
    if (signal.aborted) throw new CommandError('interrupted', { exitCode: interruptedExitCode })
    const why = server.complaint || (error instanceof Error ? error.message : String(error))
    const text = `A server for the self test could not be started: ${printable(why)}.`
    return {
      findings: [
        found('self_test', 'failed', text, { advice: 'Mend what it says, or start one to see more.', command: 'drawbridge serve' }),
      ],
      results: [],
    }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function untested(text: string, advice: string, command: string): LoneTest {
  return { findings: [found('self_test', 'unknown', text, { advice, command })], results: [] }
}

async function askToTest(folder: string, signal: AbortSignal): Promise<LoneTest> {
  // The server writes this shape.
  const { url, secret } = JSON.parse(readFileSync(path.join(folder, localAccessFile), 'utf8')) as LocalAccess
  const report = await new ApiClient({ url, token: secret }).call<DoctorReport>('POST', '/drawbridge/doctor', undefined, signal)
  return { findings: report.findings.filter(({ check }) => check === 'self_test'), results: report.self_test }
}

class LoneServer {
  /** The last that it has said on standard error. */
  complaint = ''
  readonly #folder: string
  readonly #config: Config
  #child: ChildProcess | undefined

  constructor(folder: string, config: Config) {
    this.#folder = folder
    this.#config = config
  }

  /** Resolves when it answers. @throws Error when it ends before, or takes too long */
  async start(signal: AbortSignal): Promise<void> {
    // Run from its own folder and without our variables: no configuration of the user's server is its own.
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DRAWBRIDGE_')))
    const [, program = ''] = process.argv
    const child = spawn(process.execPath, [program, 'serve', '--data', this.#folder, ...settings(this.#config)], {
      cwd: this.#folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.complaint = (this.complaint + text).slice(-longestComplaint).trim()))
    const wait = AbortSignal.any([signal, AbortSignal.timeout(startMs)])
    await Promise.race([firstLine(child, wait), ended(child, wait)])
    if (!existsSync(path.join(this.#folder, localAccessFile))) throw new Error('it does not say how it is reached')
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'close')
    const deadline = setTimeout(() => child.kill('SIGKILL'), stopMs)
    child.kill('SIGTERM')
    await gone
    clearTimeout(deadline)
  }
}

/** The hosts that the user's server listens on, with ports that are free. */
function settings({ collect, store }: Config): string[] {
  const hosts = [...new Set(collect.listen.map((text) => text.replace(/:\d+$/, ':0')))]
  const values = {
    'collect.listen': hosts.join(','),
    'collect.workers': '1',
    'collect.seal_seconds': '0.2',
    'http.host': '127.0.0.1',
    'http.port': '0',
    'store.memory_mib': String(store.memory_mib),
    'captures.samples_mib': '0',
    'log.level': 'error',
  }
  return Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`])
}

/** It speaks once, when it listens. */
async function firstLine(child: ChildProcess, signal: AbortSignal): Promise<void> {
  if (child.stdout === null) throw new Error('the output of the server is not read')
  await once(createInterface({ input: child.stdout }), 'line', { signal })
}

async function ended(child: ChildProcess, signal: AbortSignal): Promise<never> {
  await once(child, 'close', { signal })
  throw new Error('it ended by itself')
}
