// Sampled headers on their way out of a collector: whose they are, which kinds are kept, how many.
import { describe, expect, it } from 'vitest'
import { readPacketRecord, createPacketRecordView } from '../wire/packet-record.ts'
import { linkType } from '../wire/packet-tables.ts'
import { sampleBlocks } from '../wire/sample-block.ts'
import { createSflowSample, type SflowSample } from '../wire/sflow-sample.ts'
import { CollectorBudgets, collectorLimits } from './collector-budgets.ts'
import { Exporter } from './exporter.ts'
import { SampleKeeper } from './sample-keeper.ts'

const now = 1_800_000_000_250

function exporter(address: string, account: number): Exporter {
  const router = { address, name: '', account, samplingOverride: null, accountSampling: 1 }
  return new Exporter(router, new CollectorBudgets(collectorLimits))
}

function sample(more: Partial<SflowSample> = {}): SflowSample {
  const headerBytes = Uint8Array.from({ length: 400 }, (_, index) => index & 255)
  return {
    ...createSflowSample(),
    headerBytes,
    headerStart: 10,
    headerEnd: 110,
    link: linkType.ethernet,
    frameLength: 1518,
    stripped: 4,
    ...more,
  }
}

/** Who saw what: address and account of each block, and of its records length, sampling and first byte. */
function read(blocks: Uint8Array | undefined): unknown[] {
  const view = createPacketRecordView()
  return Array.from(sampleBlocks(blocks ?? new Uint8Array(0)), ({ account, source, bytes, start, end }) => {
    const records: unknown[] = []
    for (let at = start; at < end;) {
      at = readPacketRecord(bytes, at, end, view)
      const { seconds, nanoseconds, wireLength, capturedLength, ethernet, sampling } = view
      records.push([seconds, nanoseconds, wireLength, capturedLength, ethernet, sampling, bytes[view.start]])
    }
    return [account, Buffer.from(source).toString('hex'), records]
  })
}

describe('SampleKeeper', () => {
  const [one, other] = [exporter('192.0.2.1', 1), exporter('2001:db8::1', 2)]

  it('keeps the header with its router, time, length without the FCS, and rate', () => {
    const keeper = new SampleKeeper(100)
    keeper.note(sample(), one, 1000, now)
    keeper.note(sample({ link: linkType.ipv4, frameLength: 60, stripped: 0, headerStart: 20, headerEnd: 80 }), one, 0, now)
    keeper.note(sample(), other, 512, now)
    expect(keeper.take(now)).toBeUndefined()
    expect(read(keeper.take(now + 500))).toEqual([
      [
        1,
        '00000000000000000000ffffc0000201',
        [
          [1_800_000_000, 250_000_000, 1514, 100, true, 1000, 10],
          [1_800_000_000, 250_000_000, 60, 60, false, 1, 20],
        ],
      ],
      [2, '20010db8000000000000000000000001', [[1_800_000_000, 250_000_000, 1514, 100, true, 512, 10]]],
    ])
    expect(keeper.flush()).toBeUndefined()
  })

  it('leaves out samples without a header, or of a link that no record can say', () => {
    const keeper = new SampleKeeper(100)
    keeper.note(sample({ headerEnd: 10 }), one, 1, now)
    keeper.note(sample({ link: linkType.ppp }), one, 1, now)
    expect([keeper.flush(), keeper.dropped]).toEqual([undefined, 0])
  })

  it('keeps so many a second, and counts the rest', () => {
    const keeper = new SampleKeeper(3)
    for (let index = 0; index < 5; index++) keeper.note(sample(), one, 1, now)
    keeper.note(sample(), one, 1, now + 1000)
    expect(keeper.dropped).toBe(2)
    const [[, , records]] = read(keeper.flush()) as [[number, string, unknown[]]]
    expect(records).toHaveLength(4)
  })

  it('counts what finds no room until the next take, and cuts long headers', () => {
    const keeper = new SampleKeeper(1_000_000)
    const long = sample({ headerStart: 0, headerEnd: 400 })
    for (let index = 0; index < 5000; index++) keeper.note(long, index % 2 === 0 ? one : other, 1, now)
    const blocks = keeper.flush()
    expect(blocks?.length).toBeLessThanOrEqual(1_048_576)
    const kept = read(blocks).flatMap((block) => (block as [number, string, unknown[]])[2])
    expect(kept.length + keeper.dropped).toBe(5000)
    expect(new Set(kept.map((record) => (record as number[])[3]))).toEqual(new Set([256]))
  })

  it('keeps none when told so', () => {
    const keeper = new SampleKeeper(0)
    keeper.note(sample(), one, 1, now)
    expect([keeper.flush(), keeper.dropped]).toEqual([undefined, 0])
  })
})
