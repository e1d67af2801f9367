// Rules in the collector engine: datagrams in, counts by rule and noted rules out.
import { beforeEach, describe, expect, it } from 'vitest'
import { columnIndex, createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { Enricher } from '../enrich/enricher.ts'
import { joinTables } from '../enrich/enrich-tables.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { netflow9 } from '../wire/testing/datagram-writer.ts'
import { parseWords } from './address-words.ts'
import { Collector } from './collector.ts'
import type { CountedSeconds } from './rule-meter.ts'
import { RuleStage } from './rule-stage.ts'
import { ruleId, tableOf, watchedRule } from '../enrich/testing/watched-rules.ts'

const router: RegisteredRouter = { account: 1, address: '192.0.2.1', samplingOverride: 100, accountSampling: 1 }
const other: RegisteredRouter = { account: 2, address: '192.0.2.2', samplingOverride: null, accountSampling: 1 }
const start = 1_700_000_000_000
const capacity = 1000 + maxRecordsPerDatagram
const fields = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
] as const

let collector: Collector
let sealed: FlowBatch[]

beforeEach(() => {
  sealed = []
  collector = new Collector(
    { sealRows: 1000, sealMs: 1000, templateLifetimeMs: 60_000, pendingBytes: 100_000, pendingMs: 30_000 },
    {
      enricher: new Enricher(joinTables({})),
      exchange: (batch) => {
        sealed.push(batch)
        return createFlowBatch(capacity)
      },
      remember: () => undefined,
      forget: () => undefined,
    },
    createFlowBatch(capacity),
  )
  collector.register([router, other])
})

/** Sends flows of 500 bytes and 5 packets, each source to destination. */
function send(pairs: readonly (readonly [source: string, destination: string])[], from = router.address, now = start): void {
  const bytes = netflow9((d) => {
    d.set(0, (s) => s.template(256, fields))
    d.set(256, (s) => {
      for (const [source, destination] of pairs) s.ipv4(source).ipv4(destination).uint(500, 4).uint(5, 4)
    })
  })
  collector.handle(bytes, bytes.length, parseWords(from), now)
}

function totals(counted: readonly CountedSeconds[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { rules, seconds, bytes } of counted)
    for (const [place, rule] of rules.entries()) {
      const sum = bytes.subarray(place * seconds, (place + 1) * seconds).reduce((all, value) => all + value, 0)
      sums[rule] = (sums[rule] ?? 0) + sum
    }
  return sums
}

function notedIn(batch: FlowBatch, row: number): string[] {
  const ids = [0, 1].flatMap((place) => batch.idLists[batch.columns.rule_ids[row * 2 + place] ?? 0]?.match(/.{32}/g) ?? [])
  return ids
}

const noted = (row: number) => notedIn(collector.batch, row)

describe('flows of a router', () => {
  it('count by destination for the rules of its account, with sampling', () => {
    collector.rules.watch(
      tableOf([
        watchedRule(1, ['203.0.113.0/24', '203.0.113.7/32']),
        watchedRule(2, ['203.0.113.7']),
        watchedRule(3, ['203.0.113.0/24'], { account: 2 }),
      ]),
      start,
    )
    send([
      ['198.51.100.1', '203.0.113.7'],
      ['198.51.100.1', '203.0.113.8'],
      ['203.0.113.8', '198.51.100.1'],
    ])
    send([['198.51.100.1', '203.0.113.7']], other.address)
    const counted = collector.rules.take(start + 1000)
    expect(totals(counted)).toEqual({ [ruleId(1)]: 100_000, [ruleId(2)]: 50_000, [ruleId(3)]: 500 })
    expect(counted.at(-1)?.closed).toBe(start / 1000)
  })

  it('have the rules of both ends noted', () => {
    collector.rules.watch(tableOf([watchedRule(1, ['203.0.113.0/24']), watchedRule(2, ['203.0.113.0/25', '198.51.100.0/24'])]), start)
    send([
      ['192.0.2.77', '192.0.2.78'],
      ['198.51.100.1', '203.0.113.200'],
      ['203.0.113.5', '192.0.2.78'],
    ])
    expect([noted(0), noted(1), noted(2)]).toEqual([[], [ruleId(1), ruleId(2)], [ruleId(2), ruleId(1)]])
    expect(collector.batch.present[columnIndex.rule_ids]).toBe(1)
  })

  it('have no rules where there are none', () => {
    send([['198.51.100.1', '203.0.113.7']])
    expect(collector.rules.take(start + 1000)).toEqual([])
    expect(collector.batch.present[columnIndex.rule_ids]).toBe(0)
  })

  it('have at most 32 rules of an end noted, those of the longest prefixes, and count for all', () => {
    const rules = Array.from({ length: 40 }, (_, number) => watchedRule(number, [number < 20 ? '203.0.113.0/24' : '203.0.113.0/28']))
    collector.rules.watch(tableOf(rules), start)
    send([['198.51.100.1', '203.0.113.1']])
    expect(noted(0)).toHaveLength(32)
    expect(noted(0)).toEqual(expect.arrayContaining(Array.from({ length: 20 }, (_, number) => ruleId(number + 20))))
    expect(Object.keys(totals(collector.rules.take(start + 1000)))).toHaveLength(40)
  })
})

describe('a batch', () => {
  it('names the lists that its own rows have', () => {
    collector.rules.watch(tableOf([watchedRule(1, ['203.0.113.0/24']), watchedRule(2, ['203.0.114.0/24'])]), start)
    send([['198.51.100.1', '203.0.113.7']])
    collector.seal()
    send([['198.51.100.1', '203.0.114.7']])
    expect(sealed.map((batch) => batch.idLists)).toEqual([['', ruleId(1)]])
    expect(collector.batch.idLists).toEqual(['', ruleId(2)])
    expect(noted(0)).toEqual([ruleId(2)])
  })

  it('keeps what was noted when the rules change in the middle of it', () => {
    collector.rules.watch(tableOf([watchedRule(1, ['203.0.113.0/24'])]), start)
    send([['198.51.100.1', '203.0.113.7']])
    collector.rules.watch(tableOf([watchedRule(9, ['203.0.113.0/24'])]), start)
    send([['198.51.100.1', '203.0.113.7']])
    expect([noted(0), noted(1)]).toEqual([[ruleId(1)], [ruleId(9)]])
  })
})

describe('when rules change', () => {
  it('counts stay with the rules that they were made for, and none is lost', () => {
    collector.rules.watch(tableOf([watchedRule(1, ['203.0.113.0/24'])]), start)
    send([['198.51.100.1', '203.0.113.7']])
    collector.rules.watch(tableOf([watchedRule(2, ['203.0.113.0/24']), watchedRule(1, ['192.0.2.0/24'])]), start)
    send([['198.51.100.1', '203.0.113.7']])
    collector.rules.watch(null, start)
    send([['198.51.100.1', '203.0.113.7']])
    expect(totals(collector.rules.take(start + 1000))).toEqual({ [ruleId(1)]: 50_000, [ruleId(2)]: 50_000 })
    expect(collector.rules.take(start + 2000)).toEqual([])
  })
})

describe('a second', () => {
  it('is told once when it is over, also without traffic', () => {
    collector.rules.watch(tableOf([watchedRule(1, ['203.0.113.0/24'])]), start)
    const times = [start + 10, start + 500, start + 1050, start + 1150, start + 3000]
    expect(times.map((now) => collector.rules.take(now).map(({ closed }) => closed - start / 1000))).toEqual([[-1], [], [0], [], [2]])
  })
})

describe('a flow in a tunnel', () => {
  const rules = [watchedRule(1, ['203.0.113.0/24']), watchedRule(2, ['2001:db8::/32', '203.0.113.0/25']), watchedRule(3, ['192.0.2.0/24'])]

  /** Rows with inner and outer destination; no outer one where it is left out. */
  function tunnelled(stage: RuleStage, rows: readonly (readonly [inner: string, outer?: string])[]): FlowBatch {
    const batch = createFlowBatch(rows.length)
    for (const [row, [inner, outer]] of rows.entries()) {
      batch.columns.dst_addr.set(parseWords(inner), row * 4)
      if (outer !== undefined) batch.columns.tunnel_dst.set(parseWords(outer), row * 4)
      batch.columns.bytes[row * 2] = 10
      batch.columns.sampling_rate[row] = 1
      for (const column of ['flow_start', 'flow_end'] as const)
        batch.columns[column].set([start % 2 ** 32, Math.floor(start / 2 ** 32)], row * 2)
    }
    batch.present[columnIndex.tunnel_dst] = 1
    stage.apply(batch, { from: 0, to: rows.length }, 1, { now: start, skew: 0 })
    return batch
  }

  it('counts for the rules of the tunnel and for those inside, once for each', () => {
    const stage = new RuleStage()
    stage.watch(tableOf(rules), start)
    const batch = tunnelled(stage, [
      ['10.0.0.1', '203.0.113.200'],
      ['192.0.2.1', '203.0.113.1'],
      ['203.0.113.1', '2001:db8::1'],
      ['192.0.2.1'],
    ])
    expect(totals(stage.take(start + 1000))).toEqual({ [ruleId(1)]: 30, [ruleId(2)]: 20, [ruleId(3)]: 20 })
    expect([0, 1, 2, 3].map((row) => notedIn(batch, row).map((id) => Number.parseInt(id, 16)))).toEqual([[1], [3, 2, 1], [2, 1], [3]])
  })

  it('counts also when there are more combinations than are kept', () => {
    const hosts = 300
    const many = Array.from({ length: hosts * 2 }, (_, number) => watchedRule(number, [`10.${number >> 8}.${number & 255}.1/32`]))
    const stage = new RuleStage()
    stage.watch(tableOf(many), start)
    const host = (number: number) => `10.${number >> 8}.${number & 255}.1`
    const counted: CountedSeconds[] = []
    for (let inner = 0; inner < hosts; inner++)
      tunnelled(
        stage,
        Array.from({ length: hosts }, (_, outer) => [host(inner), host(hosts + outer)] as const),
      )
    counted.push(...stage.take(start + 1000))
    expect(counted.length).toBeGreaterThan(1)
    expect(Object.values(totals(counted))).toEqual(Array.from({ length: hosts * 2 }, () => hosts * 10))
  })
})
