// The spool: sealing, its bound, and every state that a crash can leave.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { SpoolFullError } from './errors.ts'
import { encodeNative } from './native-encoder.ts'
import { SegmentRows } from './segment-rows.ts'
import { Spool, writeAll } from './spool.ts'
import { openState, type State } from './state.ts'
import { makeBatch } from './testing/flow-batches.ts'

let dir: string
let state: State
let folder: string
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'spool-'))
  folder = path.join(dir, 'spool')
  mkdirSync(folder)
  state = await openState(path.join(dir, 'state.sqlite'))
})
afterEach(async () => {
  await state.close()
  rmSync(dir, { recursive: true })
})

const batch = makeBatch(100, 7)
const content = Buffer.concat(encodeNative(batch).chunks)
const routers = { '192.0.2.1': 60, '192.0.2.2': 40 }
const request = (name: string) => ({ name, run: 'r1', batch, routers })
const makeSpool = (maxBytes = 1_000_000) => new Spool({ dir: folder, maxBytes }, { state })

describe('sealing', () => {
  it('leaves one whole file and one row', async () => {
    const segment = await makeSpool().seal(request('r1-0-1'))
    expect(segment).toEqual({
      name: 'r1-0-1',
      run: 'r1',
      path: path.join(folder, 'r1-0-1.native'),
      rows: 100,
      bytes: content.length,
      routers,
    })
    expect(readdirSync(folder)).toEqual(['r1-0-1.native'])
    expect(readFileSync(segment.path)).toEqual(content)
    expect(await new SegmentRows(state.db).stateOf('r1-0-1')).toBe('sealed')
  })

  it('is refused when the bound is reached, and goes on when a segment has gone', async () => {
    const spool = makeSpool(content.length * 2)
    await spool.seal(request('r1-0-1'))
    await spool.seal(request('r1-0-2'))
    await expect(spool.seal(request('r1-0-3'))).rejects.toThrow(SpoolFullError)
    expect(spool.counters()).toMatchObject({ full: 1, sealed_segments: 2 })
    await spool.discard('r1-0-1')
    await spool.seal(request('r1-0-3'))
    expect(spool.bytes).toBe(content.length * 2)
  })

  it('takes no name twice and harms neither the first file nor the first row', async () => {
    await makeSpool().seal(request('r1-0-1'))
    // A second spool has not seen the first one's names: it meets the file and the row.
    await expect(makeSpool().seal({ ...request('r1-0-1'), batch: makeBatch(5, 1) })).rejects.toThrow(/UNIQUE/)
    expect(readdirSync(folder)).toEqual(['r1-0-1.native'])
    expect(readFileSync(path.join(folder, 'r1-0-1.native'))).toEqual(content)
    expect(await new SegmentRows(state.db).stateOf('r1-0-1')).toBe('sealed')
  })

  it.each(['../x-0-1', 'a-b', "a-b-c'", 'a-b-c.tmp', ''])('refuses the name %j', async (name) => {
    await expect(makeSpool().seal(request(name))).rejects.toThrow(RangeError)
    expect(readdirSync(folder)).toEqual([])
  })

  it('of an empty batch is refused', async () => {
    await expect(makeSpool().seal({ ...request('r1-0-1'), batch: createFlowBatch(1) })).rejects.toThrow(RangeError)
  })
})

describe('recovery', () => {
  it('finds what is sealed, in the order of sealing', async () => {
    let now = 1_000_000
    const spool = new Spool({ dir: folder, maxBytes: 1e6 }, { state, now: () => (now += 1000) })
    for (const name of ['r1-1-1', 'r1-0-1', 'r1-1-2']) await spool.seal(request(name))
    const fresh = makeSpool()
    expect((await fresh.recover()).map(({ name }) => name)).toEqual(['r1-1-1', 'r1-0-1', 'r1-1-2'])
    expect(fresh.bytes).toBe(content.length * 3)
  })

  it('gives its name to a file that a crash left between row and rename', async () => {
    const segment = await makeSpool().seal(request('r1-0-1'))
    renameSync(segment.path, path.join(folder, 'r1-0-1.tmp'))
    expect(await makeSpool().recover()).toEqual([segment])
    expect(readdirSync(folder)).toEqual(['r1-0-1.native'])
  })

  it('deletes a file that a crash left before the row', async () => {
    writeFileSync(path.join(folder, 'r1-0-1.tmp'), content.subarray(0, 50))
    const spool = makeSpool()
    expect(await spool.recover()).toEqual([])
    expect(readdirSync(folder)).toEqual([])
    expect(spool.counters()).toMatchObject({ unfinished_deleted: 1 })
  })

  it('deletes a file whose segment is stored', async () => {
    await makeSpool().seal(request('r1-0-1'))
    await new SegmentRows(state.db).markStored('r1-0-1', '2026-01-01T00:00:00.000Z')
    expect(await makeSpool().recover()).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it('puts a segment aside that the state does not know', async () => {
    writeFileSync(path.join(folder, 'r9-0-1.native'), content)
    const spool = makeSpool()
    expect(await spool.recover()).toEqual([])
    expect(readdirSync(folder)).toEqual(['r9-0-1.native.unknown'])
    expect(spool.counters()).toMatchObject({ quarantined: 1 })
  })

  it('counts a row whose file is gone', async () => {
    const segment = await makeSpool().seal(request('r1-0-1'))
    rmSync(segment.path)
    const spool = makeSpool()
    expect(await spool.recover()).toEqual([])
    expect(spool.counters()).toMatchObject({ missing_files: 1 })
  })
})

describe('pruning', () => {
  it('keeps the sums of each run, over any number of prunings', async () => {
    const rows = new SegmentRows(state.db)
    const add = async (name: string, run: string, at: string) => {
      await rows.addSealed({ name, run, rows: 10, bytes: 100, routers: { a: 4, b: 6 } }, at)
      await rows.markStored(name, at)
    }
    await add('r1-0-1', 'r1', '2026-01-01T00:00:00.000Z')
    await add('r1-0-2', 'r1', '2026-01-01T01:00:00.000Z')
    await add('r2-0-1', 'r2', '2026-01-01T02:00:00.000Z')
    await add('r1-0-3', 'r1', '2026-01-03T00:00:00.000Z')
    expect(await rows.prune('2026-01-02T00:00:00.000Z')).toBe(3)
    expect(await rows.prune('2026-01-02T00:00:00.000Z')).toBe(0)
    expect(await rows.prune('2026-01-04T00:00:00.000Z')).toBe(1)
    const left = await state.db.selectFrom('segment').select(['run', 'rows', 'bytes', 'routers', 'state']).orderBy('run').execute()
    expect(left).toEqual([
      { run: 'r1', rows: 30, bytes: 300, routers: '{"a":12,"b":18}', state: 'stored' },
      { run: 'r2', rows: 10, bytes: 100, routers: '{"a":4,"b":6}', state: 'stored' },
    ])
  })

  it('leaves what is not stored', async () => {
    const rows = new SegmentRows(state.db)
    await rows.addSealed({ name: 'r1-0-1', run: 'r1', rows: 1, bytes: 1, routers: {} }, '2020-01-01T00:00:00.000Z')
    expect(await rows.prune('2026-01-01T00:00:00.000Z')).toBe(0)
    expect(await rows.sealed()).toHaveLength(1)
  })
})

describe('writeAll', () => {
  it('goes on in the middle of a buffer when a write was partial', async () => {
    const got: Buffer[] = []
    // Writes three bytes at the most, as a full disk buffer or a signal can make the kernel do.
    const writev = (buffers: readonly NodeJS.ArrayBufferView[]) => {
      const bytes = Buffer.concat(buffers as Buffer[]).subarray(0, 3)
      got.push(Buffer.from(bytes))
      return Promise.resolve({ bytesWritten: bytes.length, buffers: [...buffers] })
    }
    await writeAll({ writev } as unknown as Parameters<typeof writeAll>[0], [
      Buffer.from('ab'),
      Buffer.alloc(0),
      Buffer.from('cdefgh'),
      Buffer.from('i'),
    ])
    expect(Buffer.concat(got).toString()).toBe('abcdefghi')
  })
})
