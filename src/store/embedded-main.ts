// The process of the embedded ClickHouse: started by the supervisor with its settings as the one argument. It is a
// program and works when it is loaded; nothing imports it.
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ChdbMissingError, EmbeddedEngine } from './embedded-engine.ts'
import { createEmbeddedHttp } from './embedded-http.ts'
import { embeddedFiles, exitHopeless, type EmbeddedMessage, type EmbeddedSettings } from './embedded-settings.ts'

function listen(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
}

function tell(message: EmbeddedMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve()
    // A parent that is gone is met by 'disconnect'.
    else process.send(message, () => resolve())
  })
}

async function main(settings: EmbeddedSettings): Promise<void> {
  const files = embeddedFiles(settings.data)
  mkdirSync(files.clickhouse, { recursive: true, mode: 0o700 })
  // Bodies of inserts that a killed predecessor was reading: their senders got no answer and repeat them. Downloads too.
  for (const folder of [files.inserts, files.downloads]) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
  }
  const engine = await EmbeddedEngine.open(settings)
  // Opening the engine has proved that no other process lives on this folder: a socket here is a dead one's.
  rmSync(files.socket, { force: true })
  const queryMemory = Math.floor((settings.memoryMib * 1024 * 1024) / 2)
  const options = { database: settings.database, inserts: files.inserts, queryMemory }
  const servers = [createEmbeddedHttp(engine, { ...options, readOnly: false })]
  const [socket] = servers
  // Closed to others from the first moment.
  process.umask(0o177)
  if (socket) await listen(socket, { path: files.socket })
  process.umask(0o077)
  chmodSync(files.socket, 0o600)
  const httpPort =
    settings.httpPort === 0 ? 0 : await openPort(servers, createEmbeddedHttp(engine, { ...options, readOnly: true }), settings)
  stopWithParent(servers, engine)
  await tell({ kind: 'ready', httpPort })
}

async function openPort(servers: Server[], port: Server, settings: EmbeddedSettings): Promise<number> {
  await listen(port, { host: '127.0.0.1', port: settings.httpPort })
  servers.push(port)
  // A TCP server that listens has an address of this kind.
  return (port.address() as AddressInfo).port
}

/** Any message of the parent means the end; a parent that died has closed the channel, and its successor needs the folder. */
function stopWithParent(servers: readonly Server[], engine: EmbeddedEngine): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
    engine.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('message', stop)
  process.once('disconnect', stop)
  // Ctrl+C in a terminal and the stop of a service reach the whole group. The parent still has flows to store then, so
  // it alone decides when this process goes.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
}

try {
  // The supervisor is the only one who starts this file; it passes EmbeddedSettings as JSON.
  await main(JSON.parse(process.argv[2] ?? '{}') as EmbeddedSettings)
} catch (error) {
  await tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  process.exit(error instanceof ChdbMissingError ? exitHopeless : 1)
}
