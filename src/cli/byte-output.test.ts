// Tests where bytes go: whole files or none, pipes with slow readers and readers that leave.
import { execFileSync } from 'node:child_process'
import { open, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Writable } from 'node:stream'
import { until } from '../../test/lab/poll.ts'
import { writeBytes } from './byte-output.ts'
import { BytePipe } from './byte-pipe.ts'

let folder: string
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'drawbridge-bytes-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const chunk = (size: number, value: number) => new Uint8Array(size).fill(value)

/** Bytes, then what ends them. */
const of = (chunks: readonly Uint8Array[], end?: (signal: AbortSignal) => Promise<void>) => async (signal: AbortSignal) =>
  (async function* () {
    yield* chunks
    await end?.(signal)
  })()

/** As a connection on which nothing comes any more: only the signal ends it. */
const silence = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    const end = () => reject(new Error('aborted'))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })

const cut = async () => {
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
}

describe('a file', () => {
  it('has all bytes, and is not replaced unless told', async () => {
    const file = path.join(folder, 'whole')
    expect(await writeBytes(of([chunk(3, 1), chunk(2, 2)]), { file, replace: false }, never)).toBe(5)
    expect([...(await readFile(file))]).toEqual([1, 1, 1, 2, 2])
    await expect(writeBytes(of([chunk(1, 9)]), { file, replace: false }, never)).rejects.toThrow('is there already')
    expect([...(await readFile(file))]).toEqual([1, 1, 1, 2, 2])
    await writeBytes(of([chunk(1, 9)]), { file, replace: true }, never)
    expect([...(await readFile(file))]).toEqual([9])
  })

  it('is left as it was when the bytes end too early, or the command is to end', async () => {
    const target = { file: path.join(folder, 'kept'), replace: true }
    await writeFile(target.file, 'before')
    await expect(writeBytes(of([chunk(4, 1)], cut), target, never)).rejects.toThrow(
      'the server has ended the connection after 4 bytes, before all were there: socket hang up',
    )
    const stop = new AbortController()
    const writing = writeBytes(
      of([chunk(4, 1)], async (signal) => {
        stop.abort()
        await silence(signal)
      }),
      target,
      stop.signal,
    )
    expect(await writing).toBe(4)
    expect(await readFile(target.file, 'utf8')).toBe('before')
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('tells why it cannot be written', async () => {
    await expect(writeBytes(of([chunk(1, 1)]), { file: folder, replace: true }, never)).rejects.toThrow('is a folder')
    await expect(writeBytes(of([]), { file: path.join(folder, 'none', 'x'), replace: true }, never)).rejects.toThrow(
      /cannot be written: ENOENT/,
    )
    await expect(writeBytes(of([chunk(1, 1)]), { file: '/dev/full', replace: true }, never)).rejects.toThrow(
      /\/dev\/full cannot be written: ENOSPC/,
    )
  })

  it('passes faults of ours on', async () => {
    const fault = async () => {
      throw new TypeError('ours')
    }
    await expect(writeBytes(of([], fault), { file: path.join(folder, 'fault'), replace: true }, never)).rejects.toThrow(TypeError)
  })
})

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  const pipe = (name: string) => {
    const file = path.join(folder, name)
    execFileSync('/usr/bin/mkfifo', [file])
    return { file, replace: false }
  }

  it('waits for its reader, and for a slow one', async () => {
    const target = pipe('slow')
    // More than a pipe and a stream hold.
    const chunks = Array.from({ length: 64 }, (_, index) => chunk(16_384, index))
    const writing = writeBytes(of(chunks), target, never)
    const reader = await open(target.file)
    const read = await reader.readFile()
    await reader.close()
    expect(await writing).toBe(64 * 16_384)
    expect(read.equals(Buffer.concat(chunks))).toBe(true)
  })

  it('ends the bytes when its reader leaves, also when none come', async () => {
    const target = pipe('left')
    let ended = false
    const writing = writeBytes(
      of([chunk(24, 7)], async (signal) => {
        signal.addEventListener('abort', () => (ended = true))
        await silence(signal)
      }),
      target,
      never,
    )
    const reader = await open(target.file)
    await reader.read(Buffer.alloc(24))
    await reader.close()
    expect(await writing).toBe(24)
    expect(ended).toBe(true)
  })

  it('ends when it is told to, with a reader that does not read, and without one', async () => {
    const stop = new AbortController()
    const target = pipe('stalled')
    let given = 0
    const endless = async (signal: AbortSignal) =>
      (async function* () {
        while (!signal.aborted) {
          given++
          yield chunk(65_536, 1)
        }
      })()
    const writing = writeBytes(endless, target, stop.signal)
    const reader = await open(target.file)
    await until('the pipe to be full', () => (given >= 2 ? true : undefined))
    stop.abort()
    expect(await writing).toBeGreaterThan(0)
    await reader.close()
    const second = new AbortController()
    const waiting = writeBytes(of([chunk(1, 1)]), pipe('alone'), second.signal)
    second.abort()
    expect(await waiting).toBe(0)
  })
})

describe('standard output', () => {
  it('ends the bytes and tells why, when it goes to a disk that is full', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(full) })
    const gone = new AbortController()
    const sink = await BytePipe.open({ stream, fd: -1, close: false }, { gone, signal: gone.signal })
    await sink.write(chunk(3, 1))
    await until('the end of the bytes', () => (gone.signal.aborted ? true : undefined))
    await expect(sink.finish()).rejects.toThrow('standard output cannot be written: ENOSPC: no space left on device')
  })
})
