// Jobs of signatures over a state and a disk of their own, with a task that ends when a test says so: restarts, the queue, removal,
// and the budget of the disk.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../base/secret.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { configSchema } from '../../contract/config.ts'
import { defaultSignatureAsk, type SignatureReport, type SignatureSource } from '../../contract/signature.ts'
import { openState, type State } from '../../store/state.ts'
import type { SignatureRequest } from '../deriving.ts'
import { shareOf } from '../shares.ts'
import { SignatureJobs } from './signature-jobs.ts'
import { TaskError, type RunTask, type SignatureTask } from './task.ts'
import { attackPackets, fileOf } from './testing/attack-packets.ts'

const now = Date.UTC(2026, 0, 1, 12)
const mebibyte = 1_048_576
/** Of 16 MiB three of them find room, beside what each takes at the least. */
const large = 4 * mebibyte - 2000
const input = { name: 'x', packets: 1, bytes: 1, left_out: 0, first_at: null, last_at: null, cut: 0, learnt_from: 1 }
const report: SignatureReport = {
  ask: defaultSignatureAsk,
  attack: input,
  baseline: null,
  filter: 'udp',
  parts: [],
  held: shareOf(1, 1),
  held_bytes: shareOf(1, 1),
  false: null,
  targets: [],
  junk: [],
  spreads: [],
  warnings: [],
}

let dir: string
let state: State
let jobs: SignatureJobs
let errors: unknown[]
/** Tasks that were begun, and what ends them. */
let begun: { readonly task: SignatureTask; readonly signal: AbortSignal; end(error?: Error): void }[]

const held: RunTask = (task, { signal, progress }) =>
  new Promise((resolve, reject) => {
    progress({ phase: 'learning', share: 0.5, packets: 7 })
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    begun.push({ task, signal, end: (error) => (error ? reject(error) : resolve({ report, renderings: [] })) })
  })

async function open(keepMib = 16): Promise<void> {
  jobs = new SignatureJobs(
    { signatures: configSchema.parse({ signatures: { keep_mib: keepMib, upload_mib: 4 } }).signatures, data: dir },
    {
      state: state.db,
      clock: { now: () => now },
      log: { error: (entry: unknown) => void errors.push(entry) },
      sources: {
        captures: {
          get: (_account, id) => Promise.reject(new ApiError('capture_not_found', { id })),
          download: (_account, id) => Promise.reject(new ApiError('capture_not_found', { id })),
        },
        samples: { search: async () => ({ records: [], packets: 0, keptSince: now }) },
        incident: async () => undefined,
      },
      newId,
      runTask: held,
    },
  )
  await jobs.start()
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'drawbridge-signatures-'))
  state = await openState(path.join(dir, 'state.sqlite'))
  await state.db
    .insertInto('account')
    .values({ number: 1, id: newId(), name: 'Test', created_at: new Date(now).toISOString() })
    .execute()
  errors = []
  begun = []
  await open()
})
afterEach(async () => {
  await jobs.stop()
  await state.close()
  await rm(dir, { recursive: true, force: true })
})

/** A capture file of so many bytes, and a little. */
async function* bytesOf(size: number): AsyncGenerator<Uint8Array> {
  yield fileOf(attackPackets(1))
  for (let left = size; left > 0; left -= mebibyte) yield new Uint8Array(Math.min(left, mebibyte))
}
const upload = async (size = 0, name = 'attack.pcap'): Promise<SignatureSource> => {
  const { id } = await jobs.deriving.upload(1, name, bytesOf(size))
  return { kind: 'file', id, name }
}
const requestOf = (source: SignatureSource): SignatureRequest => ({
  account: 1,
  name: 'one',
  source,
  baseline: null,
  ask: defaultSignatureAsk,
  who: 'admin@localhost',
})
const derive = async (source: SignatureSource) => (await jobs.deriving.derive(requestOf(source))).id
const stateOf = async (id: string) => (await jobs.deriving.get(1, id)).state
const running = (count: number) => expect.poll(() => begun.length, { timeout: 25_000, interval: 1 }).toBe(count)
const onDisk = async (kind: string) => (await readdir(path.join(dir, 'signatures', kind))).toSorted()
const samples: SignatureSource = { kind: 'samples', from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z', filter: null }

describe('jobs', () => {
  it('run one after another, and tell how far they are', async () => {
    const file = await upload()
    const [first, second] = [await derive(file), await derive(file)]
    await running(1)
    expect(await jobs.deriving.get(1, first)).toMatchObject({ state: 'running', progress: { phase: 'learning', share: 0.5, packets: 7 } })
    expect(await jobs.deriving.get(1, second)).toMatchObject({ state: 'queued', progress: { phase: 'reading attack', share: null } })
    expect(jobs.readings()).toMatchObject({ queued: 1, running: 1, done: 0 })
    begun[0].end()
    await running(2)
    expect(await jobs.deriving.get(1, first)).toMatchObject({ state: 'done', filter: 'udp', held: 1, report, progress: { phase: 'done' } })
    begun[1].end()
    await jobs.idle()
    expect((await jobs.deriving.list(1, { limit: 10, offset: 0 })).signatures).toMatchObject([
      { id: second, state: 'done', held: 1, report: null },
      { id: first, state: 'done', held: 1, report: null },
    ])
  })

  it('that wait or run at a stop are done after the next start', async () => {
    const file = await upload()
    const ids = [await derive(file), await derive(file)]
    await running(1)
    await jobs.stop()
    expect(await Promise.all(ids.map(stateOf))).toEqual(['queued', 'queued'])
    await open()
    await running(2)
    begun[1].end()
    await running(3)
    begun[2].end()
    await jobs.idle()
    expect(await Promise.all(ids.map(stateOf))).toEqual(['done', 'done'])
  })

  it('that ran when the server was killed have failed, and what was half written is gone', async () => {
    const file = await upload()
    const [killed, waiting] = [await derive(file), await derive(file)]
    await running(1)
    await jobs.stop()
    await state.db.updateTable('signature').set({ state: 'running' }).where('id', '=', killed).execute()
    await rm(path.join(dir, 'signatures', 'packets'), { recursive: true })
    await open()
    await running(2)
    expect(await jobs.deriving.get(1, killed)).toMatchObject({ state: 'failed', error: expect.stringContaining('ask for it again') })
    expect(await stateOf(waiting)).toBe('running')
  })

  it('tell in a sentence why they have failed, and a fault of ours only to the log', async () => {
    const file = await upload()
    const [told, fault, empty] = [await derive(file), await derive(file), await derive(samples)]
    await running(1)
    begun[0].end(new TaskError('it is too large; use less'))
    await running(2)
    begun[1].end(new Error('secret of ours'))
    await jobs.idle()
    expect(await jobs.deriving.get(1, told)).toMatchObject({ state: 'failed', error: 'it is too large; use less', filter: null })
    expect((await jobs.deriving.get(1, fault)).error).toMatch(/^the server has a fault, which its log tells/)
    expect((await jobs.deriving.get(1, empty)).error).toContain('(they are kept since 2026-01-01T12:00:00.000Z); name another time')
    expect(errors).toMatchObject([{ signature: fault }])
    expect(await onDisk('packets')).toEqual([])
  })

  it('wait up to 16 of them', async () => {
    const file = await upload()
    for (let count = 0; count < 16; count++) await derive(file)
    await expect(derive(file)).rejects.toMatchObject({ error: 'signature_limit' })
    expect((await jobs.deriving.list(1, { limit: 1, offset: 0 })).total).toBe(16)
  })

  it('end at once when they are removed, and leave nothing on the disk', async () => {
    const file = await upload()
    const [first, second, third] = [await derive(file), await derive(file), await derive(file)]
    await running(1)
    await jobs.deriving.remove(1, second)
    await jobs.deriving.remove(1, first)
    expect(begun[0].signal.aborted).toBe(true)
    await running(2)
    begun[1].end()
    await jobs.idle()
    expect(await stateOf(third)).toBe('done')
    expect(await onDisk('files')).toEqual([file.kind === 'file' ? file.id : ''])
    await jobs.deriving.remove(1, third)
    expect([await onDisk('files'), await onDisk('packets')]).toEqual([[], []])
    expect(await state.db.selectFrom('signature_file').selectAll().execute()).toEqual([])
    await expect(jobs.deriving.get(1, first)).rejects.toMatchObject({ error: 'signature_not_found' })
  })
})

describe('an edit', () => {
  it('is measured on the same packets after a restart too, and null is the learnt filter again', async () => {
    const id = await derive(await upload())
    await running(1)
    begun[0].end()
    await jobs.idle()
    await jobs.stop()
    await open()
    const filter = { kind: 'number', field: 'ttl', spans: [[64, 64]] } as const
    expect(await jobs.deriving.edit(1, id, { name: 'two', filter })).toMatchObject({
      state: 'queued',
      name: 'two',
      filter: 'ttl 64',
      edited: true,
      report: null,
    })
    await running(2)
    await expect(jobs.deriving.edit(1, id, { filter: null })).rejects.toMatchObject({ error: 'signature_state' })
    expect(begun[1].task).toMatchObject({ name: 'two', filter, attack: begun[0].task.attack })
    begun[1].end(new TaskError('no'))
    await jobs.idle()
    expect(await jobs.deriving.edit(1, id, { filter: null })).toMatchObject({ state: 'queued', filter: 'udp', edited: false, error: null })
    await running(3)
    expect(begun[2].task.filter).toMatchObject({ kind: 'number', field: 'protocol' })
    begun[2].end()
    await jobs.idle()
    expect(await jobs.deriving.get(1, id)).toMatchObject({ state: 'done', filter: 'udp', report })
  })
})

describe('two edits at once', () => {
  it('are measured one after another or not at all', async () => {
    const id = await derive(await upload())
    await running(1)
    begun[0].end()
    await jobs.idle()
    const filter = { kind: 'number', field: 'ttl', spans: [[64, 64]] } as const
    const [one, other, gone] = await Promise.allSettled([
      jobs.deriving.edit(1, id, { filter }),
      jobs.deriving.edit(1, id, { filter: null }),
      jobs.deriving.edit(2, id, { filter }),
    ])
    expect([one.status, other.status, gone.status]).toEqual(['fulfilled', 'rejected', 'rejected'])
    await running(2)
    begun[1].end()
    await jobs.idle()
    expect(jobs.readings()).toMatchObject({ queued: 0, running: 0, done: 2 })
  })
})

describe('the disk', () => {
  it('lets the oldest go that nobody uses, and says so where they are missing', async () => {
    const old = await upload(large)
    const id = await derive(old)
    const used = await upload(large)
    const usedBy = await derive(used)
    await running(1)
    begun[0].end()
    await running(2)
    const third = await upload(large)
    const fourth = await upload(large)
    await expect(jobs.deriving.edit(1, id, { filter: null })).rejects.toMatchObject({
      error: 'signature_state',
      message: expect.stringContaining('make room'),
    })
    await expect(derive(old)).rejects.toMatchObject({ error: 'signature_invalid' })
    expect(jobs.readings().bytes).toBeLessThanOrEqual(16 * mebibyte)
    begun[1].end()
    await jobs.idle()
    expect(await stateOf(usedBy)).toBe('done')
    const left = [used, third, fourth].map((source) => (source.kind === 'file' ? source.id : ''))
    expect(await onDisk('files')).toEqual(left.toSorted())
    await jobs.stop()
    await open()
    expect(await onDisk('files')).toEqual(left.toSorted())
  })

  it('refuses what is too large, and what finds no room because all is in use', async () => {
    await expect(upload(5 * mebibyte)).rejects.toMatchObject({ error: 'signature_file_too_large' })
    for (let count = 0; count < 3; count++) await derive(await upload(large))
    await running(1)
    await expect(upload(large)).rejects.toMatchObject({ error: 'signature_disk_full' })
    expect(await onDisk('files')).toHaveLength(3)
  })
})
