import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { feed, numbersIn, viewOf } from '../testing/numbered-packets.ts'
import { FileSink } from './file-sink.ts'
import { openSink } from './open-sink.ts'
import { S3Sink } from './s3-sink.ts'

let folder: string
let allowed: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-file-'))
  allowed = join(folder, 'pcaps')
  await mkdir(allowed)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function sinkFor(path: string, allowFolders: readonly string[] = [allowed]): FileSink {
  return new FileSink({ path, allowFolders, ethernet: false, snapLength: 65_535 })
}

describe('FileSink', () => {
  it('writes the packets to a new file that only its owner can read', async () => {
    const path = join(allowed, 'dir', 'edge', 'pcap_1.pcap')
    const sink = sinkFor(path)
    await sink.open()
    await feed(sink, 1, 200, 60_000)
    const objects = await sink.finish()
    const file = await readFile(path)
    expect(numbersIn(file)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
    const sha256 = createHash('sha256').update(file).digest('hex')
    expect(objects).toEqual([{ uri: `file://${path}`, bytes: file.length, packets: 200, sha256 }])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(sink.take(viewOf(1, 100))).toBe(false)
  })

  it('overwrites nothing', async () => {
    const path = join(allowed, 'pcap_1.pcap')
    await writeFile(path, 'mine')
    await expect(sinkFor(path).open()).rejects.toThrow('it is there already; remove it or choose another folder')
    expect(await readFile(path, 'utf8')).toBe('mine')
  })

  it.each<[string, (at: string) => string, RegExp]>([
    ['beside the allowed folder', (at) => join(at, 'other', 'a.pcap'), /this agent does not write to .*; add the folder to allow_folders/],
    ['a folder whose name begins like the allowed one', (at) => join(at, 'pcaps-2', 'a.pcap'), /does not write to/],
    ['above it by dots', (at) => `${at}/pcaps/../a.pcap`, /not a plain absolute one/],
    ['a relative path', () => 'pcaps/a.pcap', /not a plain absolute one/],
    ['a NUL in the path', (at) => `${at}/pcaps/a\0.pcap`, /not a plain absolute one/],
    ['behind a link to a folder', (at) => join(at, 'pcaps', 'link', 'a.pcap'), /is a link or a file, not a folder/],
    ['a link to a file', (at) => join(at, 'pcaps', 'loose.pcap'), /it is there already/],
    ['a folder that is a file', (at) => join(at, 'pcaps', 'file', 'a.pcap'), /is a link or a file/],
  ])('refuses %s', async (_, pathIn, message) => {
    // Not above: the listings below go through it.
    await mkdir(join(folder, 'elsewhere'))
    await symlink(join(folder, 'elsewhere'), join(allowed, 'link'))
    await symlink(join(folder, 'outside.pcap'), join(allowed, 'loose.pcap'))
    await writeFile(join(allowed, 'file'), '')
    const before = await readdir(folder, { recursive: true })
    const sink = sinkFor(pathIn(folder))
    await expect(sink.open()).rejects.toThrow(message)
    expect(await sink.finish()).toEqual([])
    expect(await readdir(folder, { recursive: true })).toEqual(before)
  })

  it('writes nowhere when the configuration allows no folder, or one that is not there', async () => {
    await expect(sinkFor(join(allowed, 'a.pcap'), []).open()).rejects.toThrow(/add the folder to allow_folders/)
    await expect(sinkFor(join(folder, 'none', 'a.pcap'), [join(folder, 'none')]).open()).rejects.toThrow(/its folder is not there/)
  })

  it('takes an allowed folder that is itself behind a link', async () => {
    await symlink(allowed, join(folder, 'alias'))
    const sink = sinkFor(join(folder, 'alias', 'a.pcap'), [join(folder, 'alias')])
    await sink.open()
    await feed(sink, 1, 1, 100)
    expect(await sink.finish()).toHaveLength(1)
    expect(numbersIn(await readFile(join(allowed, 'a.pcap')))).toEqual([1])
  })
})

describe('openSink', () => {
  const host = { allowFolders: [], log: { info: () => {}, warn: () => {} } }
  const job = { link: 'raw', snap_length: 160, byte_limit: null } as const

  it('makes what the delivery asks for', () => {
    expect(openSink({ ...job, delivery: { kind: 'file', path: '/a' } }, host)).toBeInstanceOf(FileSink)
    const access = { endpoint: '', region: 'r', bucket: 'b', access_key_id: 'i', secret_access_key: 's', session_token: '' }
    expect(openSink({ ...job, delivery: { kind: 's3', key: 'k', ...access } }, host)).toBeInstanceOf(S3Sink)
    expect(() => openSink({ ...job, delivery: { kind: 'stream' } }, host)).toThrow('do not go to a bucket')
  })
})
