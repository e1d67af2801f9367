// The component: bundled data, the user's own files, reload, broken files, hand-over to a real worker thread.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../base/log.ts'
import { EnrichSource, type EnrichSourceConfig } from './enrich-source.ts'
import type { EnrichTables } from './enrich-tables.ts'
import { lookUp } from './testing/address-row.ts'
import { writeMmdb, type MmdbValue } from './testing/mmdb-writer.ts'

const now = Date.parse('2026-07-01T00:00:00Z')
let folder: string
let sources: EnrichSource[]
let warnings: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enrich-'))
  sources = []
  warnings = []
})

afterEach(async () => {
  for (const source of sources) await source.stop()
  await rm(folder, { recursive: true })
})

function sourceOf(config: Partial<EnrichSourceConfig>): EnrichSource {
  const log = createLog({ level: 'warn', format: 'json' }, { write: (line) => void warnings.push(line) })
  // An hour between checks: tests call check() themselves.
  const source = new EnrichSource(
    { country: 'off', asn: 'off', own_networks: [], reload_seconds: 3600, ...config },
    { log, clock: { now: () => now } },
  )
  sources.push(source)
  return source
}

/** Writes a new version as tools do, aside and renamed, so that it has another inode. */
async function put(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(`${path}.new`, bytes)
  await rename(`${path}.new`, path)
  return path
}

const database = (record: MmdbValue) => writeMmdb({ '192.0.2.0/24': record }, { recordSize: 24, ipVersion: 4 })

describe('EnrichSource', () => {
  it('loads the bundled data', async () => {
    const source = sourceOf({ country: 'bundled', asn: 'bundled' })
    await source.start()
    expect(lookUp(source.tables(), '8.8.8.8')).toEqual({ asn: 15169, country: 'US', own: false })
    expect(lookUp(source.tables(), '1.1.1.1').asn).toBe(13335)
    expect(lookUp(source.tables(), '2606:4700:4700::1111').asn).toBe(13335)
    expect(lookUp(source.tables(), '193.0.6.139').country).toBe('NL')
    expect(lookUp(source.tables(), '10.1.2.3')).toEqual({ asn: 0, country: '', own: true })
    expect(source.asName(15169)).toMatch(/Google/)
    expect(source.asName(4200000000)).toBeUndefined()
    const { country, asn } = source.status()
    expect(country).toMatchObject({ setting: 'bundled', loads: 1, failures: 0, lastError: null, loaded: '2026-07-01T00:00:00.000Z' })
    expect(asn).toMatchObject({ setting: 'bundled', loads: 1, failures: 0, lastError: null })
    for (const status of [country, asn]) {
      expect(Date.parse(status.built!)).toBeGreaterThan(Date.parse('2020-01-01'))
      expect(Math.min(status.rangesIpv4, status.rangesIpv6)).toBeGreaterThan(50_000)
    }
  })

  it('has tables with own networks only when both databases are off', async () => {
    const source = sourceOf({ own_networks: ['203.0.113.0/24'] })
    await source.start()
    expect(lookUp(source.tables(), '203.0.113.1')).toEqual({ asn: 0, country: '', own: true })
    expect(source.status().country).toMatchObject({ setting: 'off', file: null, built: null, age: null, loads: 0 })
  })

  it('takes other own networks while it runs, and keeps what it has when they are no prefixes', async () => {
    const asn = await put('own.mmdb', database({ autonomous_system_number: 64500, autonomous_system_organization: 'One' }))
    const source = sourceOf({ asn, own_networks: ['203.0.113.0/24'] })
    // Before the start they count instead of the configured ones.
    source.setOwnNetworks(['198.51.100.0/24'])
    await source.start()
    const seen: EnrichTables[] = []
    source.onTables((tables) => seen.push(tables))
    const own = () => ['203.0.113.1', '198.51.100.1', '192.0.2.1', '10.0.0.1'].map((address) => lookUp(source.tables(), address).own)
    expect(own()).toEqual([false, true, false, false])
    source.setOwnNetworks(['192.0.2.0/24'])
    expect(own()).toEqual([false, false, true, false])
    expect(seen).toEqual([source.tables()])
    expect(lookUp(source.tables(), '192.0.2.1').asn).toBe(64500)
    expect(() => source.setOwnNetworks(['192.0.2.0/24', 'nowhere'])).toThrow('nowhere')
    expect(own()).toEqual([false, false, true, false])
    source.setOwnNetworks([])
    expect(own()).toEqual([false, false, false, true])
  })

  it('loads a newer file, tells the callbacks and gives the age', async () => {
    const asn = await put('asn.mmdb', database({ autonomous_system_number: 64500, autonomous_system_organization: 'One' }))
    const source = sourceOf({ asn })
    await source.start()
    const seen: EnrichTables[] = []
    const end = source.onTables((tables) => seen.push(tables))
    await source.check()
    expect(seen).toEqual([])
    await put('asn.mmdb', database({ autonomous_system_number: 64501, autonomous_system_organization: 'Two' }))
    await source.check()
    expect(seen.map((tables) => lookUp(tables, '192.0.2.1').asn)).toEqual([64501])
    expect(seen[0]).toBe(source.tables())
    expect([source.asName(64500), source.asName(64501)]).toEqual([undefined, 'Two'])
    expect(source.status().asn).toMatchObject({ file: asn, loads: 2, built: '2025-06-15T15:06:40.000Z', age: now / 1000 - 1_750_000_000 })
    end()
    await put('asn.mmdb', database({ autonomous_system_number: 64502 }))
    await source.check()
    expect(seen).toHaveLength(1)
  })

  it('keeps the old tables when the newer file is broken or gone, and says so once', async () => {
    const country = await put('country.mmdb', database({ country_code: 'SE' }))
    const source = sourceOf({ country })
    await source.start()
    const before = source.tables()
    await put('country.mmdb', 'not a database')
    await source.check()
    await source.check()
    expect(source.tables()).toBe(before)
    expect(source.status().country).toMatchObject({
      loads: 1,
      failures: 1,
      lastError: { code: 'bad_mmdb', at: '2026-07-01T00:00:00.000Z' },
    })
    await rm(country)
    await source.check()
    await source.check()
    expect(source.status().country).toMatchObject({ failures: 2, lastError: { code: 'unreadable' } })
    expect(warnings).toHaveLength(2)
    await put('country.mmdb', database({ country_code: 'NO' }))
    await source.check()
    expect(lookUp(source.tables(), '192.0.2.1').country).toBe('NO')
    expect(source.status().country.lastError).toBeNull()
  })

  it('starts without a database that is not there, and takes it when it comes', async () => {
    const source = sourceOf({ asn: join(folder, 'late.csv'), country: folder })
    await source.start()
    expect(source.status().asn.lastError?.code).toBe('unreadable')
    expect(source.status().country.lastError?.code).toBe('unreadable')
    await put('late.csv', '192.0.2.0,192.0.2.255,64500,Late\n')
    await source.check()
    expect(lookUp(source.tables(), '192.0.2.9').asn).toBe(64500)
  })

  it('refuses to start with a wrong own network', async () => {
    await expect(sourceOf({ own_networks: ['10.0.0.0/99'] }).start()).rejects.toMatchObject({ code: 'bad_prefix' })
  })

  it('hands tables to a worker without a copy', async () => {
    const source = sourceOf({ country: await put('country.mmdb', database({ country_code: 'IS' })) })
    await source.start()
    const tables = source.tables()
    const code = `
      const { parentPort } = require('node:worker_threads')
      parentPort.once('message', ({ ipv4 }) => {
        const letters = ipv4.records[ipv4.records.length - 3]
        ipv4.records[0] = 4711
        parentPort.postMessage(letters)
      })`
    const worker = new Worker(code, { eval: true })
    const answer = new Promise<number>((resolve) => worker.once('message', resolve))
    worker.postMessage(tables)
    await answer
    await worker.terminate()
    // What the worker wrote is seen here: it had the same memory.
    expect(tables.ipv4.records[0]).toBe(4711)
  })
})
