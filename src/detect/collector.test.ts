// Datagrams in, incidents out: IPFIX records of flows of half a minute through the collector engine to the detector.
import { describe, expect, it } from 'vitest'
import { Collector } from '../collect/collector.ts'
import { parseWords } from '../collect/address-words.ts'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { tableOf } from '../enrich/testing/watched-rules.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { ipfix } from '../wire/testing/datagram-writer.ts'
import { DetectorLab } from './testing/detector-lab.ts'
import { testRule } from './testing/rules.ts'

const capacity = 1000 + maxRecordsPerDatagram
const fields = [
  [8, 4],
  [12, 4],
  [85, 8],
  [86, 8],
  [152, 8],
  [153, 8],
] as const

const flowSeconds = 30
const rule = testRule({ bandwidth_threshold: 1e9 })

function engine(): Collector {
  const collector = new Collector(
    { sealRows: 1000, sealMs: 1000, templateLifetimeMs: 86_400_000, pendingBytes: 100_000, pendingMs: 30_000 },
    {
      enricher: new Enricher(joinTables({})),
      exchange: () => createFlowBatch(capacity),
      remember: () => undefined,
      forget: () => undefined,
    },
    createFlowBatch(capacity),
  )
  collector.register([{ account: 1, address: '192.0.2.1', samplingOverride: 10, accountSampling: 1 }])
  return collector
}

describe('flows that are told when they end', () => {
  it('are counted in the seconds that they cover: the start is known to the second, the firing waits for the records', async () => {
    const lab = new DetectorLab()
    const collector = engine()
    await lab.start([rule])
    collector.rules.watch(tableOf([rule]), lab.clock.time)
    const began = lab.second
    const attackEnd = began + 200
    // One flow ends each second: together 2 Gb/s, of which 1 in 10 packets was looked at.
    const bytes = (2e9 / 8 / 10) * 1
    for (let count = 0; count < 400; count++) {
      lab.clock.time += 1000
      const end = lab.clock.time
      const start = Math.max(end - flowSeconds * 1000, began * 1000)
      const covered = Math.max(0, Math.min(end, attackEnd * 1000) - start)
      const datagram = ipfix(
        (d) => {
          d.set(2, (s) => s.template(256, fields))
          if (covered > 0)
            d.set(256, (s) =>
              s
                .ipv4('198.51.100.9')
                .ipv4('203.0.113.7')
                .uint(Math.round((bytes * covered) / (flowSeconds * 1000)), 8)
                .uint(1000, 8)
                .uint(start, 8)
                .uint(start + covered, 8),
            )
        },
        { exportSeconds: Math.floor(end / 1000) },
      )
      collector.handle(datagram, datagram.length, parseWords('192.0.2.1'), end)
      for (const counted of collector.rules.take(end)) lab.detector.add({ ...counted, thread: 0 })
    }
    const [{ at, incident }] = lab.of('opened')
    // Of the first second half is told when half of the flows that cover it have ended.
    expect(Date.parse(incident.started_at) / 1000 - began).toBeLessThanOrEqual(1)
    expect(at / 1000 - began).toBeGreaterThanOrEqual(60)
    expect(at / 1000 - began).toBeLessThanOrEqual(60 + flowSeconds)
    expect(lab.of('opened')).toHaveLength(1)
    const [closed] = lab.of('closed')
    expect(Math.abs(Date.parse(closed.incident.ended_at ?? '') / 1000 - attackEnd)).toBeLessThanOrEqual(flowSeconds / 2)
    expect(closed.incident.peak_bits_per_second / 1e9).toBeCloseTo(2, 1)
  })
})
