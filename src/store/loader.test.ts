// The loader against a store that fails in every way, with real SQLite and a real spool.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreQueryError, StoreUnavailableError } from './errors.ts'
import { Loader } from './loader.ts'
import type { SealedSegment } from './segment.ts'
import { Spool } from './spool.ts'
import { openState, type State } from './state.ts'
import { makeBatch, until } from './testing/flow-batches.ts'

let dir: string
let state: State
let spool: Spool
let loader: Loader
let taken: string[]
/** What the next inserts throw, by turn. */
let failures: (Error | undefined)[]
let stored: string[]
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'loader-'))
  mkdirSync(path.join(dir, 'spool'))
  state = await openState(path.join(dir, 'state.sqlite'))
  spool = new Spool({ dir: path.join(dir, 'spool'), maxBytes: 1e7 }, { state })
  taken = []
  failures = []
  stored = []
  loader = new Loader({ store: { insertSegment }, spool, state, onStored: ({ name }) => stored.push(name) })
})
afterEach(async () => {
  await loader.stop()
  await state.close()
  rmSync(dir, { recursive: true })
})

function insertSegment({ name }: SealedSegment): Promise<void> {
  taken.push(name)
  const failure = failures.shift()
  return failure ? Promise.reject(failure) : Promise.resolve()
}

const seal = (name: string) => spool.seal({ name, run: 'r', batch: makeBatch(10, 1), routers: { a: 10 } })
const states = async () =>
  (await state.db.selectFrom('segment').select(['name', 'state']).orderBy('name').execute()).map((row) => `${row.name} ${row.state}`)

describe('the loader', () => {
  it('stores in order, writes it down, deletes the file and tells it', async () => {
    loader.start([await seal('r-0-1')])
    loader.add(await seal('r-0-2'))
    expect(await loader.drain()).toBe(true)
    expect([taken, stored]).toEqual([
      ['r-0-1', 'r-0-2'],
      ['r-0-1', 'r-0-2'],
    ])
    expect(await states()).toEqual(['r-0-1 stored', 'r-0-2 stored'])
    expect(readdirSync(path.join(dir, 'spool'))).toEqual([])
    expect([spool.bytes, loader.waiting]).toEqual([0, 0])
    expect(loader.counters()).toMatchObject({ stored_segments: 2, stored_rows: 20 })
  })

  it('repeats a segment until the store is back, before any other', async () => {
    failures = [new StoreUnavailableError('a'), new StoreUnavailableError('b')]
    loader.start([await seal('r-0-1'), await seal('r-0-2')])
    expect(await loader.drain()).toBe(true)
    expect(taken).toEqual(['r-0-1', 'r-0-1', 'r-0-1', 'r-0-2'])
    expect(stored).toEqual(['r-0-1', 'r-0-2'])
    expect(loader.counters()).toMatchObject({ retries_unavailable: 2, retries_refused: 0 })
  })

  it('lets the others pass a segment that is refused', async () => {
    failures = [new StoreQueryError(33, 'cannot read')]
    loader.start([await seal('r-0-1'), await seal('r-0-2')])
    expect(await loader.drain()).toBe(true)
    expect(taken).toEqual(['r-0-1', 'r-0-2', 'r-0-1'])
    expect(stored).toEqual(['r-0-2', 'r-0-1'])
  })

  it('keeps what is not acknowledged for the next start', async () => {
    failures = Array.from({ length: 1000 }, () => new StoreUnavailableError('away'))
    loader.start([await seal('r-0-1')])
    await until(() => taken.length > 0)
    expect(await loader.drain(50)).toBe(false)
    await loader.stop()
    expect(await states()).toEqual(['r-0-1 sealed'])
    const again = new Spool({ dir: path.join(dir, 'spool'), maxBytes: 1e7 }, { state })
    expect((await again.recover()).map(({ name }) => name)).toEqual(['r-0-1'])
  })

  it('has nothing to wait for when it is empty', async () => {
    expect(await loader.drain()).toBe(true)
  })

  it('knows up to which time nothing is missing: not beyond what waits, but no further back than six hours', async () => {
    const [minute, hour] = [60_000, 3_600_000]
    let now = 100 * hour
    const timed = new Loader({ store: { insertSegment }, spool, state, now: () => now })
    expect(timed.settledUntil).toBe(now - 2 * minute)
    timed.add(await seal('r-0-1'))
    now += hour
    timed.add(await seal('r-0-2'))
    expect(timed.settledUntil).toBe(now - hour - 2 * minute)
    now += 9 * hour
    expect(timed.settledUntil).toBe(now - 6 * hour)
    timed.start()
    expect(await timed.drain()).toBe(true)
    await timed.stop()
    expect(timed.settledUntil).toBe(now - 2 * minute)
  })

  it('takes what an earlier run left for as old as can be', async () => {
    failures = Array.from({ length: 1000 }, () => new StoreUnavailableError('away'))
    const now = 100 * 3_600_000
    const timed = new Loader({ store: { insertSegment }, spool, state, now: () => now })
    timed.start([await seal('r-0-1')])
    expect(timed.settledUntil).toBe(now - 6 * 3_600_000)
    await timed.stop()
  })
})
