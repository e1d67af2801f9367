// A server of our own in a temporary folder, with a registered router and a token, for benchmarks.
import { spawn, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/process/main.js', import.meta.url))

/**
 * Starts a server; `set` are further options as `path=value`, `scopes` those of the token where the usual ones do not do.
 * `kept` is a data folder that stays; without one a folder is made and removed again.
 */
export async function startServer({ router = '127.0.0.1', set = [], scopes = [], kept } = {}) {
  const data = kept ?? mkdtempSync(path.join(tmpdir(), 'drawbridge-bench-'))
  const options = ['http.port=0', 'collect.listen=127.0.0.1:0', 'log.format=json', 'log.level=warn', ...set]
  const child = spawn(process.execPath, [main, 'serve', '--data', data, ...options.flatMap((option) => ['--set', option])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ready = await readAnnouncement(child)
  const token = JSON.parse(
    execFileSync(
      process.execPath,
      [main, 'token', 'create', '--data', data, '--name', 'bench', ...scopes.flatMap((scope) => ['--scope', scope]), '--json'],
      {
        encoding: 'utf8',
      },
    ),
  )
  const server = { ...ready, pid: child.pid, data, token: token.token ?? token.secret ?? token.value }
  server.api = (method, where, body) => call(server, method, where, body)
  const [account] = await server.api('GET', '/accounts')
  server.account = account.id
  const routers = `/accounts/${account.id}/drawbridge/routers`
  const known = await server.api('GET', routers)
  if (!known.some(({ address }) => address === router)) await server.api('POST', routers, { address: router })
  server.stop = async () => {
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    if (kept === undefined) rmSync(data, { recursive: true, force: true })
  }
  return server
}

function readAnnouncement(child) {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)))
    child.stdout.on('data', (chunk) => {
      text += chunk
      const url = /running at (\S+)/.exec(text)?.[1]
      const port = /taken on UDP 127\.0\.0\.1:(\d+)/.exec(text)?.[1]
      if (url !== undefined && port !== undefined) resolve({ url, port: Number(port) })
    })
  })
}

async function call(server, method, where, body) {
  const response = await fetch(`${server.url}/client/v4${where}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const envelope = await response.json()
  if (!envelope.success) throw new Error(`${method} ${where}: ${JSON.stringify(envelope.errors)}`)
  return envelope.result
}

/** Runs the command `simulate` and returns what it sent. */
export async function simulate(port, { records, rate, protocol = 'netflow9', seed = 1 }) {
  const args = [
    main,
    'simulate',
    '--to',
    `127.0.0.1:${port}`,
    '--protocol',
    protocol,
    '--records',
    String(records),
    '--rate',
    String(rate),
    '--seed',
    String(seed),
    '--json',
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`simulate ended with code ${code}`)
  return JSON.parse(text)
}
