// The store of sampled packets against a naive search, over restarts, damage, and limits of disk and age.
import fc from 'fast-check'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildFrame } from '../../../test/lab/packets.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { PacketRecordWriter, readPacketRecords } from '../../wire/packet-record.ts'
import { sampleSource } from '../../wire/sample-block.ts'
import type { SampleQuestion } from './sample-search.ts'
import { SampleStore, type SampleStoreConfig } from './sample-store.ts'

const start = 1_800_000_000_000
const hour = 3_600_000
let folder: string
let now: number
let opened: SampleStore[]

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-samples-'))
  now = start
  opened = []
})
afterEach(async () => {
  for (const store of opened) await store.stop()
  rmSync(folder, { recursive: true })
})

async function open(config: Partial<SampleStoreConfig> = {}): Promise<SampleStore> {
  const warn = (fields: unknown) => expect.unreachable(JSON.stringify(fields))
  const store = new SampleStore(
    { folder, maxBytes: 2 ** 30, maxAgeMs: 24 * hour, ...config },
    { clock: { now: () => now }, log: { warn } as never },
  )
  opened.push(store)
  await store.start()
  return store
}

interface Sample {
  readonly account?: number
  /** ms since 1970. */
  readonly at: number
  readonly port: number
  readonly length?: number
}

/** A UDP packet to the port, identified by `number`, as an Ethernet frame. */
function add(store: SampleStore, { account = 1, at, port, length = 400 }: Sample, number: number): void {
  const macs = { sourceMac: '02:00:00:00:00:01', destinationMac: '02:00:00:00:00:02' }
  const plan = { ...macs, source: '198.51.100.1', destination: '203.0.113.7', protocol: 'udp', sourcePort: 1, tcpFlags: 0 } as const
  const frame = buildFrame({ ...plan, destinationPort: port, length }, number)
  const writer = new PacketRecordWriter(70_000)
  const time = { seconds: Math.floor(at / 1000), nanoseconds: (at % 1000) * 1_000_000 }
  const packet = {
    ...time,
    wireLength: frame.length,
    ethernet: true,
    superPacket: false,
    bytes: frame,
    start: 0,
    end: Math.min(frame.length, 128),
  }
  writer.append(packet, { masked: false, sampling: 1000 })
  store.addRecords({ account, kind: sampleSource.router, source: new Uint8Array(16) }, writer.take())
}

const question: SampleQuestion = { account: 1, from: 0, to: start + hour, filter: null, snapLength: 160, limit: 1000, byteLimit: null }

/** Identifications of the packets found, in their order. */
async function ask(store: SampleStore, more: Partial<SampleQuestion> = {}): Promise<number[]> {
  const { records, packets } = await store.search({ ...question, ...more })
  const found: number[] = []
  for (const chunk of records) readPacketRecords(chunk, ({ bytes, start: at }) => found.push((bytes[at + 18] << 8) | bytes[at + 19]))
  expect(found).toHaveLength(packets)
  return found
}

describe('SampleStore', () => {
  it('answers as a search through all there is would', async () => {
    const sample = fc.record({ account: fc.constantFrom(1, 2), at: fc.integer({ min: 0, max: 20_000 }), port: fc.constantFrom(53, 80) })
    const asked = fc.record({
      from: fc.integer({ min: 0, max: 20_000 }),
      to: fc.integer({ min: 0, max: 20_000 }),
      limit: fc.integer({ min: 1, max: 30 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(sample, { maxLength: 60 }),
        asked,
        fc.constantFrom(null, 53),
        async (samples, { from, to, limit }, port) => {
          const store = await open({ folder: mkdtempSync(path.join(folder, 'run-')) })
          const shifted = samples.map((one) => ({ ...one, at: start + one.at }))
          // As they come: each at about its own time.
          for (const [number, one] of shifted.toSorted((a, b) => a.at - b.at).entries()) {
            now = one.at
            add(store, one, number)
          }
          const filter = port === null ? null : parseFilter(`dst port ${port}`)
          const expected = shifted
            .toSorted((a, b) => a.at - b.at)
            .map((one, number) => ({ account: one.account, at: one.at, port: one.port, number }))
            .filter((one) => one.account === 1 && one.at >= start + from && one.at <= start + to && (port === null || one.port === port))
            .map(({ number }) => number)
            .slice(-limit)
          expect(await ask(store, { from: start + from, to: start + to, filter, limit })).toEqual(expected)
        },
      ),
      {
        numRuns: 20,
        // The first was looked for where the last had come.
        examples: [[[0, 15_001].map((at) => ({ account: 1, at, port: 53 }) as const), { from: 0, to: 0, limit: 1 }, null]],
      },
    )
  })

  it('cuts at the snap length behind the Ethernet header, and at the byte limit from the newest on', async () => {
    const store = await open()
    for (let number = 0; number < 5; number++) add(store, { at: start + number, port: 53 }, number)
    const { records, bytes } = await store.search({ ...question, snapLength: 60, byteLimit: 3 * 74 + 73 })
    const lengths: number[] = []
    for (const chunk of records) readPacketRecords(chunk, ({ capturedLength }) => lengths.push(capturedLength))
    expect([lengths, bytes]).toEqual([[74, 74, 74], 222])
    expect(await ask(store, { snapLength: 60, byteLimit: 3 * 74 + 73 })).toEqual([2, 3, 4])
  })

  it('knows after a restart what it knew before, but for the packet that a crash has cut', async () => {
    const first = await open()
    for (let number = 0; number < 3; number++) add(first, { at: start, port: 53 }, number)
    await first.stop()
    const [name = ''] = readdirSync(folder)
    truncateSync(path.join(folder, name), statSync(path.join(folder, name)).size - 1)
    const second = await open()
    expect(await ask(second)).toEqual([0, 1])
    add(second, { at: start, port: 53 }, 7)
    expect(await ask(second)).toEqual([0, 1, 7])
    const { keptSince } = await second.search(question)
    expect(keptSince).toBe(start)
  })

  it('gives up the oldest when there is too much', async () => {
    const store = await open({ maxBytes: 20_000 })
    for (let number = 0; number < 200; number++) {
      now = start + number * 1000
      add(store, { at: now, port: 53 }, number)
      await store.search(question)
    }
    const kept = await ask(store, { to: start + 1000 * hour })
    expect(kept.at(-1)).toBe(199)
    expect(kept.length).toBeGreaterThan(90)
    expect(store.bytes).toBeLessThanOrEqual(20_000)
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 200 - kept.length + index))
  })

  it('forgets what is older than a day', async () => {
    const store = await open()
    add(store, { at: now, port: 53 }, 1)
    await store.stop()
    now = start + 23 * hour
    const next = await open()
    expect(await ask(next)).toEqual([1])
    await next.stop()
    now = start + 49 * hour
    expect(await ask(await open())).toEqual([])
  })

  it('keeps nothing when it is told to', async () => {
    const store = await open({ maxBytes: 0 })
    add(store, { at: start, port: 53 }, 1)
    expect(await ask(store)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })
})
