// The engine's process: restarted when it dies, gone when its parent is, not kept from starting by what a dead one left.
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EmbeddedSupervisor } from './embedded-supervisor.ts'
import { EmbeddedFlowStore } from './embedded-flow-store.ts'
import { buildEmbeddedEntry, type BuiltEntry } from './testing/embedded-entry.ts'
import { until } from './testing/flow-batches.ts'

let entry: BuiltEntry
let dir: string
let supervisor: EmbeddedSupervisor
beforeAll(async () => {
  entry = await buildEmbeddedEntry()
})
afterAll(() => entry.remove())
const settings = () => ({ data: dir, database: 'drawbridge', memoryMib: 512, httpPort: 0 })
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'supervisor-'))
  supervisor = new EmbeddedSupervisor({ ...settings(), entry: entry.file })
})
afterEach(async () => {
  await supervisor.stop()
  rmSync(dir, { recursive: true, force: true })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('the supervisor', () => {
  it('starts, restarts after kill -9, stops', async () => {
    const events: string[] = []
    supervisor.on('up', () => events.push('up'))
    supervisor.on('down', () => events.push('down'))
    await supervisor.start()
    const first = supervisor.pid ?? 0
    process.kill(first, 'SIGKILL')
    await until(() => events.length === 3)
    expect(events).toEqual(['up', 'down', 'up'])
    expect(supervisor.pid).not.toBe(first)
    expect(supervisor.counters()).toEqual({ starts: 2, deaths: 1, stuck: 0 })
    const second = supervisor.pid ?? 0
    await supervisor.stop()
    expect(isRunning(second)).toBe(false)
    expect(supervisor.up).toBe(false)
    expect(supervisor.counters()).toMatchObject({ deaths: 1 })
  })

  it('is not kept from starting by the socket and half a body of a dead process', async () => {
    writeFileSync(path.join(dir, 'clickhouse.sock'), '')
    mkdirSync(path.join(dir, 'clickhouse-inserts'))
    writeFileSync(path.join(dir, 'clickhouse-inserts', 'half'), 'x')
    await supervisor.start()
    expect(existsSync(path.join(dir, 'clickhouse-inserts', 'half'))).toBe(false)
  })

  it('says why when the program cannot run, and does not try for ever', async () => {
    const broken = path.join(dir, 'broken.mjs')
    writeFileSync(broken, "process.send({ kind: 'failed', reason: 'run `npm install chdb`' }, () => process.exit(78))")
    const hopeless = new EmbeddedSupervisor({ ...settings(), entry: broken })
    await expect(hopeless.start()).rejects.toThrow(/npm install chdb/)
    expect(hopeless.counters()).toMatchObject({ starts: 1 })
  })

  it('leaves the data folder of a running engine alone', async () => {
    await supervisor.start()
    const second = fork(entry.file, [JSON.stringify(settings())], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const code = await new Promise((resolve) => second.once('exit', resolve))
    expect(code).toBe(1)
    expect(supervisor.up).toBe(true)
    expect(existsSync(supervisor.socketPath)).toBe(true)
  })
})

describe('an engine whose parent was killed', () => {
  it('ends, and the next one starts on its folder', async () => {
    const parent = path.join(dir, 'parent.mjs')
    writeFileSync(
      parent,
      `import { fork } from 'node:child_process'
       const child = fork(${JSON.stringify(entry.file)}, [${JSON.stringify(JSON.stringify(settings()))}], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
       child.on('message', (message) => process.send({ ...message, pid: child.pid }))`,
    )
    const killed = fork(parent, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const { pid } = await new Promise<{ pid: number }>((resolve) =>
      killed.once('message', (message) => resolve(message as { pid: number })),
    )
    killed.kill('SIGKILL')
    await until(() => !isRunning(pid))
    await supervisor.start()
    expect(supervisor.up).toBe(true)
  })
})

describe('the flow store', () => {
  it('makes its tables once and knows them again; refuses those of a newer program', async () => {
    const make = () => new EmbeddedFlowStore({ ...settings(), entry: entry.file })
    const first = make()
    await first.start()
    await first.command('insert into schema_migrations (version, name) values (99, {n:String})', { n: 'later' })
    await first.stop()
    await expect(make().start()).rejects.toThrow(/schema version 99/)
  })

  it('makes its tables whole after a crash in the middle of making them', async () => {
    const store = new EmbeddedFlowStore({ ...settings(), entry: entry.file })
    await store.start()
    await store.command('drop table flows_1h_mv')
    await store.command('truncate table schema_migrations')
    await store.stop()
    const again = new EmbeddedFlowStore({ ...settings(), entry: entry.file })
    await again.start()
    const { rows } = await again.query('select name from system.tables where database = currentDatabase() order by name')
    await again.stop()
    const tables = [
      'flows',
      'flows_1h',
      'flows_1h_mv',
      'flows_1h_total',
      'flows_1h_total_mv',
      'flows_1m',
      'flows_1m_mv',
      'flows_top_1h',
      'interface_counters',
      'rule_minutes',
      'schema_migrations',
    ]
    expect(rows).toEqual(tables.map((name) => ({ name })))
  })
})
