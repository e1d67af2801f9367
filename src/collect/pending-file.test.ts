// Waiting data sets on disk: they come back as they were, damaged files are told and not used, and no set survives its decoding.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PendingSet } from '../wire/pending-sets.ts'
import { decodePendingSets, encodePendingSets, PendingFile, pendingFilesIn } from './pending-file.ts'

let dir: string
let faults: string[]

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pending-'))
  faults = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function set(key: string, since: number, size = 3): PendingSet {
  const header = { protocol: 10, domain: 0xffff_ffff, exportMs: 1_700_000_000_123, bootMs: 1.5, sequence: 7, samplingRate: 64 }
  return { key, header, bytes: new Uint8Array(size).fill(since), since }
}

function open(name: string, inherited: readonly string[] = []): PendingFile {
  return new PendingFile({ dir, name, inherited }, (fault) => faults.push(fault))
}

const two = [set('192.0.2.1/10/1/256', 1000), set('2001:db8::1/9/0/300', 2000, 0)]

describe('the content of a file', () => {
  it('holds everything about a set', () => {
    expect(decodePendingSets(encodePendingSets(two))).toEqual(two)
  })

  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['another kind of file', () => Buffer.from('[1,2,3] and so on, longer than a header')],
    ['another version', () => changed(4, 9)],
    ['a bit that changed', () => changed(40, 1)],
    ['half a file', () => encodePendingSets(two).subarray(0, 60)],
  ])('is refused when it is %s', (_name, content) => {
    expect(() => decodePendingSets(content())).toThrow(/no file of waiting|version 9|checksum/)
  })

  function changed(at: number, value: number): Uint8Array {
    const file = encodePendingSets(two)
    file[at] = (file[at] ?? 0) ^ value
    if (at === 4) file.writeUInt16LE(value, at)
    return file
  }
})

describe('a thread', () => {
  it('finds at its start what was saved at the last stop, by whatever thread', () => {
    open('run1-0').saveAll([two[1]])
    open('run1-1').saveAll([two[0]])
    expect(pendingFilesIn(dir)).toEqual(['run1-0.pending', 'run1-1.pending'])
    expect(open('run2-0', pendingFilesIn(dir)).load()).toEqual(two)
    expect(faults).toEqual([])
  })

  it('leaves no file behind when nothing waits', () => {
    open('run1-0').saveAll(two)
    open('run2-0', pendingFilesIn(dir)).saveAll([])
    expect(readdirSync(dir)).toEqual([])
    open('run2-1').saveAll([])
    expect(faults).toEqual([])
  })

  it('replaces the files that it took over', () => {
    open('run1-0').saveAll(two)
    open('run2-0', ['run1-0.pending']).saveAll([two[0]])
    expect(pendingFilesIn(dir)).toEqual(['run2-0.pending'])
    expect(decodePendingSets(readFileSync(path.join(dir, 'run2-0.pending')))).toEqual([two[0]])
  })

  it('removes what is saved before any of it is decoded', () => {
    open('run1-0').saveAll(two)
    const file = open('run2-0', pendingFilesIn(dir))
    file.load()
    expect(existsSync(path.join(dir, 'run1-0.pending'))).toBe(true)
    file.discard()
    expect(readdirSync(dir)).toEqual([])
    file.saveNow(two, 1, 60_000)
    file.discard()
    expect(readdirSync(dir)).toEqual([])
  })

  it('saves now and then, when something has changed', () => {
    const file = open('run1-0')
    const saved = (): number => pendingFilesIn(dir).flatMap((name) => decodePendingSets(readFileSync(path.join(dir, name)))).length
    file.saveNow(two, 2, 60_000)
    expect(saved()).toBe(2)
    file.saveNow([], 4, 61_000)
    expect(saved()).toBe(2)
    file.saveNow([], 4, 70_000)
    expect(saved()).toBe(0)
    file.saveNow(two, 4, 90_000)
    expect(saved()).toBe(0)
    file.saveNow(two, 6, 100_000)
    expect(saved()).toBe(2)
  })

  it('saves a bounded part while it runs, the newest, and all of it at a stop', () => {
    const many = Array.from({ length: 100 }, (_, i) => set('k', i, 60_000))
    const file = open('run1-0')
    file.saveNow(many, 1, 60_000)
    const some = decodePendingSets(readFileSync(path.join(dir, 'run1-0.pending')))
    expect(some.length).toBeLessThan(75)
    expect(some.at(-1)?.since).toBe(99)
    file.saveAll(many)
    expect(open('run2-0', pendingFilesIn(dir)).load()).toHaveLength(100)
  })

  it('tells of a damaged file and uses the others', () => {
    open('run1-0').saveAll(two)
    writeFileSync(path.join(dir, 'run1-1.pending'), 'gone wrong')
    expect(open('run2-0', [...pendingFilesIn(dir), 'run1-9.pending']).load()).toEqual(two)
    expect(faults).toHaveLength(2)
    expect(faults[0]).toMatch(/^run1-1\.pending: /)
  })

  it('goes on when it cannot write', () => {
    rmSync(dir, { recursive: true })
    open('run1-0').saveAll(two)
    expect(faults).toHaveLength(1)
  })
})
