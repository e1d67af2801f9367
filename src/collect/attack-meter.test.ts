// From datagrams to attack reports, through the collector's engine.
import { beforeEach, describe, expect, it } from 'vitest'
import { attackLevel, slowSeconds, sumsPerRow, type AttackReport } from '../contract/attack-report.ts'
import { attackVectorOf } from '../contract/attack-vectors.ts'
import { createFlowBatch } from '../contract/flow-batch.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { Enricher } from '../enrich/enricher.ts'
import { ruleId, tableOf, watchedRule } from '../enrich/testing/watched-rules.ts'
import { ipText } from '../wire/address-text.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { netflow9 } from '../wire/testing/datagram-writer.ts'
import { ethernet, ipv4, tcp, udp } from '../wire/testing/packets.ts'
import { flowSample, rawHeader, sflowDatagram } from '../wire/testing/sflow.ts'
import { gre } from '../wire/testing/tunnels.ts'
import { parseWords } from './address-words.ts'
import { Collector } from './collector.ts'

const start = 1_700_000_000_000
const second = start / 1000
const ddos = { type: 'advanced_ddos', bandwidth_threshold: null } as const
/** Of 198.51.100.2, the destination of the test packets, and of others. */
const rules = [watchedRule(1, ['198.51.100.0/24'], ddos), watchedRule(2, ['203.0.113.0/24']), watchedRule(3, ['192.0.0.0/16'], ddos)]

let collector: Collector

beforeEach(() => {
  const capacity = 2000 + maxRecordsPerDatagram
  collector = new Collector(
    { sealRows: 1000, sealMs: 60_000, templateLifetimeMs: 60_000, pendingBytes: 1000, pendingMs: 1000 },
    {
      enricher: new Enricher(joinTables({})),
      exchange: () => createFlowBatch(capacity),
      remember: () => undefined,
      forget: () => undefined,
    },
    createFlowBatch(capacity),
  )
  collector.table.register([{ account: 1, address: '192.0.2.10', samplingOverride: null, accountSampling: 1 }])
  collector.rules.watch(tableOf(rules), start)
})

function handle(datagram: Uint8Array, now = start): void {
  collector.handle(datagram, datagram.length, parseWords('192.0.2.10'), now)
}

/** One sFlow sample of 1 in 512 for each packet. */
function sflow(packets: readonly Uint8Array[]): Uint8Array {
  return sflowDatagram(packets.map((packet) => flowSample([rawHeader(ethernet(0x0800, packet), 14 + packet.length + 4)])))
}

function reports(now = start + 1000): AttackReport[] {
  collector.tick(now)
  return collector.attacks.take()
}

/** Packets, and those of slow records, by `vector target`. */
function told(report: AttackReport): Record<string, readonly [number, number]> {
  const { totals, targets } = report
  const sums = (rows: { readonly sums: Float64Array }, row: number): readonly [number, number] => {
    return [rows.sums[row * sumsPerRow], rows.sums[row * sumsPerRow + 3]]
  }
  const entries: [string, readonly [number, number]][] = []
  for (const part of report.prefixes) {
    for (let row = part.totals.from; row < part.totals.to; row++)
      entries.push([`${attackVectorOf(totals.vectors[row]).name} ${part.prefix}`, sums(totals, row)])
    for (let row = part.targets.from; row < part.targets.to; row++) {
      const network = targets.levels[row] === attackLevel.network ? 'network ' : ''
      entries.push([`${attackVectorOf(targets.vectors[row]).name} ${network}${ipText(targets.addresses, row)}`, sums(targets, row)])
    }
  }
  return Object.fromEntries(entries)
}

describe('AttackMeter', () => {
  it('counts by prefix, network, host and vector, and names the rules', () => {
    handle(sflow([ipv4(6, tcp(2)), ipv4(6, tcp(2)), ipv4(17, udp(53, 4000, new Uint8Array(1000)))]))
    const [report, ...others] = reports()
    expect(others).toEqual([])
    expect(report.second).toBe(second)
    expect([...report.rules]).toEqual([[ruleId(1), [0]]])
    expect(told(report)).toEqual({
      'syn_flood 198.51.100.0/24': [1024, 0],
      'syn_flood 198.51.100.2': [1024, 0],
      'syn_flood network 198.51.100.0': [1024, 0],
      'dns_amplification 198.51.100.0/24': [512, 0],
      'dns_amplification network 198.51.100.0': [512, 0],
      'dns_amplification 198.51.100.2': [512, 0],
    })
  })

  it('leaves out what no advanced_ddos rule watches', () => {
    const packet = ipv4(17, udp(1, 2))
    packet.set([203, 0, 113, 9], 16)
    handle(sflow([packet]))
    expect(reports()).toEqual([])
  })

  it('keeps the first headers of a vector once it has a thousand packets', () => {
    const packets = Array.from({ length: 9 }, () => ipv4(6, tcp(2)))
    handle(sflow(packets))
    const [{ packets: kept }] = reports()
    expect(kept.map(({ vector, at, router, length }) => [vector, at, router, length])).toEqual(
      Array.from({ length: 4 }, () => ['syn_flood', start, '192.0.2.10', 58]),
    )
    expect(kept[0]).toMatchObject({ prefix: 0, summary: '192.0.2.1:40000 → 198.51.100.2:443 TCP SYN, 58 bytes' })
    expect(Buffer.from(kept[0].bytes)).toEqual(Buffer.from(ethernet(0x0800, packets[0])))
  })

  it('counts a tunnel for the victim of the outer header, whatever the inner one says', () => {
    const inner = ipv4(6, tcp(16))
    inner.set([8, 8, 8, 8], 16)
    handle(sflow([ipv4(47, gre(0x0800, inner))]))
    expect(Object.keys(told(reports()[0]))).toEqual(expect.arrayContaining(['gre_flood 198.51.100.2']))
  })

  it('counts of a long record what falls into its last seconds, apart from the others', () => {
    const fields = [
      [8, 4],
      [12, 4],
      [7, 2],
      [11, 2],
      [4, 1],
      [1, 4],
      [2, 4],
      [152, 8],
      [153, 8],
    ] as const
    const record = (seconds: number, packets: number) => {
      const datagram = netflow9((d) =>
        d
          .set(0, (s) => s.template(256, fields))
          .set(256, (s) => {
            s.ipv4('203.0.113.1').ipv4('198.51.100.2').uint(1000, 2).uint(2000, 2).uint(17, 1)
            s.uint(packets * 100, 4).uint(packets, 4)
            s.uint(Math.floor((start - seconds * 1000) / 2 ** 32), 4).uint((start - seconds * 1000) % 2 ** 32, 4)
            s.uint(Math.floor(start / 2 ** 32), 4).uint(start % 2 ** 32, 4)
          }),
      )
      handle(datagram)
    }
    record(0.5, 300)
    record(5, 4000)
    record(60, 60_000)
    expect(told(reports()[0])['udp_flood 198.51.100.2']).toEqual([300, 4000 + (60_000 / 60) * slowSeconds])
  })

  it('tells what was counted with the rules that it was counted for', () => {
    handle(sflow([ipv4(6, tcp(2))]))
    collector.rules.watch(tableOf([watchedRule(9, ['198.51.100.2/32'], ddos)]), start)
    handle(sflow([ipv4(6, tcp(2))]))
    expect(reports().map(({ rules, prefixes }) => [[...rules.keys()], prefixes.map(({ prefix }) => prefix)])).toEqual([
      [[ruleId(1)], ['198.51.100.0/24']],
      [[ruleId(9)], ['198.51.100.2/32']],
    ])
  })

  it('bounds a report, however many hosts are hit', () => {
    const packet = ipv4(17, udp(1, 2))
    for (let i = 0; i < 6000; i++) {
      packet.set([192, 0, 16 + (i >> 8), i & 255], 16)
      handle(sflow([packet]))
    }
    const [report] = reports()
    expect(report.targets.vectors.length).toBeLessThanOrEqual(128)
    expect(report.totals.sums[0]).toBe(6000 * 512)
  })
})
