// The real thread: it answers as this one would, tells how far it is, ends when it is told to, and dies of too little memory alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs, repository } from '../../../test/requirements.ts'
import { defaultSignatureAsk, type SignatureProgress } from '../../contract/signature.ts'
import { runTask } from './run-task.ts'
import { taskThreads } from './task-thread.ts'
import type { SignatureTask } from './task.ts'
import { attackPackets, fileOf, normalPackets } from './testing/attack-packets.ts'

const worker = path.join('dist', 'signature', 'jobs', 'worker.js')
const skip = needs({ paths: [worker] })

describe.skipIf(skip !== undefined)('the thread of a task', () => {
  const entry = path.join(repository, worker)
  const inThread = taskThreads({ memoryMib: 512, entry })
  let dir: string
  let task: SignatureTask

  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'drawbridge-thread-'))
    const file = (name: string, bytes: Uint8Array) => {
      writeFileSync(path.join(dir, name), bytes)
      return { path: path.join(dir, name), format: 'capture' as const, name }
    }
    const attack = file('attack', fileOf(attackPackets(300)))
    const baseline = file('baseline', fileOf(normalPackets(300)))
    task = { name: 'NTP', attack, baseline, ask: defaultSignatureAsk, filter: null }
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  it('answers as this one would, and tells how far it is', async () => {
    const phases = new Set<SignatureProgress['phase']>()
    const outcome = await inThread(task, { progress: ({ phase }) => phases.add(phase), signal: new AbortController().signal })
    expect(outcome).toEqual(await runTask(task, { progress: () => undefined, signal: new AbortController().signal }))
    expect(outcome.report.held.share).toBe(1)
    expect([...phases]).toEqual(expect.arrayContaining(['reading attack', 'reading baseline', 'learning', 'measuring']))
  })

  it('ends when it is told to', async () => {
    const end = new AbortController()
    const reason = new Error('removed')
    await expect(inThread(task, { progress: () => end.abort(reason), signal: end.signal })).rejects.toBe(reason)
    await expect(inThread(task, { progress: () => undefined, signal: end.signal })).rejects.toBe(reason)
  })

  it('dies of too little memory alone, and says what to do', async () => {
    const starved = taskThreads({ memoryMib: 4, entry })
    await expect(starved(task, { progress: () => undefined, signal: new AbortController().signal })).rejects.toThrow(
      /^deriving it takes more than the 4 MiB .* raise signatures\.memory_mib/,
    )
  })

  it('says what is wrong with a file, and what is gone is a fault', async () => {
    writeFileSync(path.join(dir, 'text'), 'no capture at all, just some text')
    const text = { ...task, attack: { ...task.attack, path: path.join(dir, 'text') } }
    const watch = { progress: () => undefined, signal: new AbortController().signal }
    await expect(inThread(text, watch)).rejects.toMatchObject({
      name: 'TaskError',
      message: expect.stringContaining('the packets cannot be read'),
    })
    const gone = { ...task, attack: { ...task.attack, path: path.join(dir, 'gone') } }
    await expect(inThread(gone, watch)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
