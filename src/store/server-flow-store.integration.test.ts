// The store on a server over TCP: here the embedded engine behind a port, which is ClickHouse's own protocol as well.
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreUnavailableError } from './errors.ts'
import { ServerFlowStore } from './server-flow-store.ts'
import { Spool } from './spool.ts'
import { openState, type State } from './state.ts'
import { buildEmbeddedEntry, type BuiltEntry } from './testing/embedded-entry.ts'
import { makeEmbeddedStore, type TestStore } from './testing/embedded-store.ts'
import { makeBatch, sumsOf } from './testing/flow-batches.ts'

let entry: BuiltEntry
let test: TestStore
let state: State
let door: Server
let store: ServerFlowStore

beforeAll(async () => {
  entry = await buildEmbeddedEntry()
  test = makeEmbeddedStore(entry)
  state = await openState(path.join(test.dir, 'state.sqlite'))
  await test.store.supervisor.start()
  door = createServer((socket) => {
    const inner = connect(test.store.supervisor.socketPath)
    socket.pipe(inner).pipe(socket)
    socket.on('error', () => inner.destroy())
    inner.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  // A TCP server that listens has an address of this kind.
  const { port } = door.address() as AddressInfo
  store = new ServerFlowStore({ url: `http://127.0.0.1:${port}`, user: 'default', password: '', database: 'drawbridge' })
})
afterAll(async () => {
  await store.stop()
  door.close()
  await state.close()
  await test.remove()
  await entry.remove()
})

describe('the server store', () => {
  it('makes its tables, sends segments once, and answers', async () => {
    await store.start()
    expect(store.ready).toBe(true)
    const spool = new Spool({ dir: path.join(test.dir, 'spool'), maxBytes: 1e9 }, { state })
    // Larger than one chunk of the stream, so that the body really is streamed.
    const batch = makeBatch(20_000, 11)
    const segment = await spool.seal({ name: 'r-0-1', run: 'r', batch, routers: {} })
    for (let turn = 0; turn < 3; turn++) await store.insertSegment(segment)
    const truth = sumsOf(batch)
    const { rows } = await store.query(
      `select count() as n, sum(bytes) as b from flows union all select sum(flows), sum(bytes) from flows_1m union all select sum(flows), sum(bytes) from flows_1h`,
    )
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ n: String(truth.rows), b: String(truth.bytes) })))
  })

  it('starts without its server, and says that it is not ready', async () => {
    const away = new ServerFlowStore({ url: 'http://127.0.0.1:1', user: 'default', password: '', database: 'drawbridge' })
    await away.start()
    expect(away.ready).toBe(false)
    await expect(away.query('select 1')).rejects.toThrow(StoreUnavailableError)
    await away.stop()
  })
})
