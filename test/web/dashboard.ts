// The server under the page tests: the real one with simulated routers, on ports and data of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../lab/poll.ts'
import { repository } from '../requirements.ts'

export interface RunningDashboard {
  /** Without a slash at the end. */
  readonly url: string
  /** Secret of the one-time sign-in link. */
  readonly secret: string
  readonly stop: () => Promise<void>
}

const settings = ['http.port=0', 'collect.listen=127.0.0.1:0', 'collect.receive_buffer_mib=4', 'collect.seal_seconds=0.5', 'log.level=warn']

/**
 * Starts the demo, with more settings as `--set` takes them. DRAWBRIDGE_PAGE_URL and DRAWBRIDGE_PAGE_SECRET take one that already runs, for work on the pages.
 */
export async function startDashboard(more: readonly string[] = []): Promise<RunningDashboard> {
  const { DRAWBRIDGE_PAGE_URL: url, DRAWBRIDGE_PAGE_SECRET: secret } = process.env
  if (url !== undefined && secret !== undefined) return { url, secret, stop: () => Promise.resolve() }
  const data = await mkdtemp(join(tmpdir(), 'drawbridge-pages-'))
  const flags = ['serve', '--demo', '--data', data, ...[...settings, ...more].flatMap((setting) => ['--set', setting])]
  const child = spawn(join(repository, 'bin', 'drawbridge'), flags, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const stop = () => stopServer(child, data)
  try {
    const link = await until(
      'the sign-in link',
      () => {
        if (child.exitCode !== null) throw new Error(`the server ended:\n${output}`)
        return /(http:\/\/\S+)\/sign-in#(\S+)/.exec(output) ?? undefined
      },
      90_000,
    )
    return { url: link[1] ?? '', secret: decodeURIComponent(link[2] ?? ''), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function stopServer(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  await rm(data, { recursive: true, force: true })
}
