// What an advanced_ddos rule takes for an attack, and what not, from reports written by hand.
import { beforeEach, describe, expect, it } from 'vitest'
import { attackLevel, narrowWords, sumsPerRow, wideWords, type AttackReport } from '../contract/attack-report.ts'
import { attackVectorCode, type AttackVectorName } from '../contract/attack-vectors.ts'
import { Random } from '../sim/random.ts'
import { AdvancedDdosEvaluator, learningSeconds } from './advanced-ddos.ts'
import { distinctCount } from './advanced-ddos-window.ts'
import type { Moment, Verdict } from './evaluator.ts'
import { testRule } from './testing/rules.ts'

const start = 1_767_225_600
const prefix = '203.0.113.0/24'
const rule = testRule({ type: 'advanced_ddos', prefixes: [prefix] })

/** Traffic of a second to one host; 1 in 1000 packets is sampled. */
interface HostTraffic {
  readonly vector: AttackVectorName
  /** Last byte. */
  readonly host: number
  readonly packets: number
  /** Bytes a packet. */
  readonly length?: number
  readonly senders: number
  /** Of records that cover more than a second: all of it. */
  readonly slow?: true
}

let evaluator: AdvancedDdosEvaluator
let second: number
let verdict: Verdict

beforeEach(() => {
  evaluator = new AdvancedDdosEvaluator(rule)
  second = start
})

/** A set with about so many addresses. */
function setOf(senders: number, words: number): Uint32Array {
  const set = new Uint32Array(words)
  const random = new Random(senders)
  for (let sender = 0; sender < senders; sender++) {
    const bit = random.integer(0, words * 32 - 1)
    set[bit >>> 5] |= 1 << (bit & 31)
  }
  return set
}

function report(traffic: readonly HostTraffic[], at = second): AttackReport {
  const rows = (words: number, count: number) => ({
    vectors: new Uint8Array(count),
    sums: new Float64Array(count * sumsPerRow),
    sources: new Uint32Array(count * words),
  })
  const totals = { ...rows(wideWords, traffic.length), hosts: new Uint32Array(traffic.length * wideWords) }
  const targets = {
    ...rows(narrowWords, traffic.length),
    levels: new Uint8Array(traffic.length).fill(attackLevel.host),
    addresses: new Uint32Array(traffic.length * 4),
    missed: new Float64Array(traffic.length),
  }
  for (const [row, { vector, host, packets, length = 100, senders, slow }] of traffic.entries()) {
    for (const [into, words] of [
      [totals, wideWords],
      [targets, narrowWords],
    ] as const) {
      into.vectors[row] = attackVectorCode[vector]
      into.sums.set([packets, packets * length, packets / 1000], row * sumsPerRow + (slow ? 3 : 0))
      into.sources.set(setOf(senders, words), row * words)
    }
    targets.addresses.set([0, 0, 0xffff0000, ((host << 24) | 0x7100cb) >>> 0], row * 4)
  }
  const all = { from: 0, to: traffic.length }
  return { second: at, rules: new Map([[rule.id, [0]]]), prefixes: [{ prefix, totals: all, targets: all }], totals, targets, packets: [] }
}

function moment(incident: number | null): Moment {
  const seconds = { bits: () => 0, packets: () => 0 }
  return { seconds, newest: second, settled: second, changedFrom: second, countedFrom: start, incident }
}

/** Seconds of the same traffic. @returns those in which it fired */
function run(seconds: number, traffic: readonly HostTraffic[], incident: number | null = null): number[] {
  const fired: number[] = []
  for (let i = 0; i < seconds; i++, second++) {
    if (traffic.length > 0) evaluator.addReport(report(traffic))
    verdict = evaluator.judge(moment(incident))
    if (verdict.fires) fired.push(i + 1)
  }
  return fired
}

const quiet: HostTraffic = { vector: 'udp_flood', host: 10, packets: 2000, senders: 60 }
const memcached: HostTraffic = { vector: 'memcached_amplification', host: 7, packets: 40_000, length: 1400, senders: 50 }

describe('an advanced_ddos rule', () => {
  it('fires in the second second of an attack, and says what attacks whom', () => {
    expect(run(5, [quiet, memcached])).toEqual([2, 3, 4, 5])
    expect(verdict).toMatchObject({ beyond: true, since: start, metric: 'bits', limit: 50_000_000, targets: ['203.0.113.7/32'] })
    expect(verdict.vectors).toEqual([
      {
        vector: 'memcached_amplification',
        title: 'Memcached amplification',
        target: '203.0.113.7/32',
        bits_per_second: 448_000_000,
        packets_per_second: 40_000,
        share: 1,
        samples: 120,
      },
    ])
  })

  it('does not fire for a burst of one second', () => {
    run(3, [quiet])
    expect(run(1, [quiet, { ...memcached, packets: 10_000 }])).toEqual([])
    expect(run(20, [quiet])).toEqual([])
  })

  it('adds up what several threads saw', () => {
    const half = { ...memcached, packets: 12_000, length: 100 }
    const fired: number[] = []
    for (let i = 0; i < 6; i++, second++) {
      evaluator.addReport(report([half]))
      evaluator.addReport(report([half]))
      if (evaluator.judge(moment(null)).fires) fired.push(i + 1)
    }
    // 24 000 a second are beyond 20 000 once the whole window of three seconds has them.
    expect(fired).toEqual([4, 5, 6])
  })

  it('needs enough samples to be sure', () => {
    expect(run(2, [{ ...memcached, packets: 4000, length: 12_000 }])).toEqual([])
    // 4 a second: 16 are together in the fourth.
    expect(run(4, [{ ...memcached, packets: 4000, length: 12_000 }])).toEqual([3, 4])
  })

  it('takes the transfer of a few senders for no attack', () => {
    run(learningSeconds, [quiet])
    expect(run(20, [quiet, { vector: 'udp_flood', host: 20, packets: 90_000, length: 1400, senders: 2 }])).toEqual([])
    expect(run(20, [quiet, { vector: 'udp_flood', host: 21, packets: 900_000, length: 1400, senders: 300 }])[0]).toBe(2)
  })

  it('judges what everyday traffic may have much of only when it knows what is normal', () => {
    const flood: HostTraffic = { vector: 'udp_flood', host: 30, packets: 90_000, senders: 300 }
    expect(run(20, [flood])).toEqual([])
    expect(verdict.learned).toBeCloseTo(19 / learningSeconds)
    run(learningSeconds, [quiet])
    expect(verdict.learned).toBeNull()
  })

  it('learns what is normal: five times as much is asked for', () => {
    const busy: HostTraffic = { vector: 'udp_flood', host: 30, packets: 30_000, senders: 300 }
    expect(run(learningSeconds * 2, [busy])).toEqual([])
    expect(run(10, [{ ...busy, packets: 120_000 }])).toEqual([])
    run(60, [busy])
    expect(run(10, [{ ...busy, packets: 400_000 }])).not.toEqual([])
  })

  it('follows a crowd that gathers within minutes', () => {
    const clients = (packets: number): HostTraffic[] => [{ vector: 'udp_flood', host: 30, packets, senders: 300 }]
    run(1200, clients(20_000))
    const fired: number[] = []
    for (let i = 0; i < 180; i++) fired.push(...run(1, clients(20_000 + (i / 180) * 180_000)))
    fired.push(...run(600, clients(200_000)))
    expect(fired).toEqual([])
  })

  it('does not learn an attack, but believes after six hours that it stays', () => {
    run(learningSeconds, [quiet])
    const flood: HostTraffic = { vector: 'udp_flood', host: 30, packets: 60_000, senders: 300 }
    const hours = 3600
    expect(run(6 * hours, [quiet, flood]).at(-1)).toBe(6 * hours)
    run(2 * hours, [quiet, flood])
    expect(verdict.beyond).toBe(false)
  })

  it('takes SYNs that established connections explain for a crowd, and others for a flood', () => {
    const server = (syn: number, ack: number): HostTraffic[] => [
      { vector: 'syn_flood', host: 10, packets: syn, senders: 300 },
      { vector: 'ack_flood', host: 10, packets: ack, senders: 300 },
    ]
    run(learningSeconds * 2, server(2000, 20_000))
    expect(run(30, server(60_000, 600_000))).toEqual([])
    run(600, server(2000, 20_000))
    expect(run(10, server(60_000, 20_000))).not.toEqual([])
    expect(verdict.vectors?.map(({ vector }) => vector)).toEqual(['syn_flood'])
  })

  it('names the prefix when many hosts get a little each', () => {
    const hosts = Array.from({ length: 200 }, (_, host) => ({ ...memcached, host, packets: 1000 }))
    expect(run(5, hosts)).toContain(3)
    expect(verdict.targets).toEqual([prefix])
    expect(verdict.vectors).toHaveLength(1)
  })

  it('names hosts when few get most of it', () => {
    expect(
      run(5, [memcached, { ...memcached, host: 9 }, ...Array.from({ length: 20 }, (_, host) => ({ ...memcached, host, packets: 100 }))]),
    ).toContain(2)
    expect(verdict.targets?.toSorted()).toEqual(['203.0.113.7/32', '203.0.113.9/32'])
  })

  it("does not lend a busy host its neighbours' senders", () => {
    const neighbours = Array.from({ length: 40 }, (_, host) => ({ ...quiet, host: host + 100, packets: 400, senders: 10 }))
    run(learningSeconds * 2, neighbours)
    expect(run(60, [...neighbours, { vector: 'udp_flood', host: 22, packets: 60_000, length: 1450, senders: 1 }])).toEqual([])
  })

  it('lasts until the rate has fallen to half of what it takes, and then says since when it is calm', () => {
    run(5, [memcached])
    expect(run(10, [{ ...memcached, packets: 13_000 }], start)).toHaveLength(10)
    expect(verdict.calmSince).toBeNull()
    run(15, [], start)
    expect(verdict).toMatchObject({ beyond: false, fires: false })
    // Of the last ten seconds a part is left for some seconds.
    expect(verdict.calmSince).toBeGreaterThanOrEqual(start + 15)
    expect(verdict.calmSince).toBeLessThan(start + 25)
  })

  it('spreads a record that covers more than a second', () => {
    // In ten seconds as much as the limit of one: no attack, whenever it is told.
    expect(run(1, [{ ...memcached, packets: 100_000, length: 100, slow: true }])).toEqual([])
    expect(run(20, [])).toEqual([])
    // Ten seconds of an attack, told at once.
    expect(run(1, [{ ...memcached, packets: 600_000, slow: true }])).toEqual([])
    expect(run(1, [{ ...memcached, packets: 600_000, slow: true }])).toEqual([1])
  })

  it('keeps what it has learnt over a restart', () => {
    const busy: HostTraffic = { vector: 'udp_flood', host: 30, packets: 30_000, senders: 300 }
    run(learningSeconds * 2, [busy])
    const memory: unknown = JSON.parse(JSON.stringify(evaluator.remember()))
    expect(evaluator.remember()).toBeUndefined()
    evaluator = new AdvancedDdosEvaluator(rule)
    evaluator.recall(memory)
    expect(run(10, [{ ...busy, packets: 120_000 }])).toEqual([])
    run(60, [busy])
    expect(run(10, [{ ...busy, packets: 400_000 }])).not.toEqual([])
  })

  it.each([
    null,
    'text',
    { learnt: 'many' },
    { learnt: 900, prefixes: ['198.51.100.0/24'], normals: {} },
    { learnt: 900, prefixes: [prefix], normals: { x: { y: ['z'] } } },
  ])('learns anew when it recalls %o', (memory) => {
    evaluator.recall(memory)
    run(1, [quiet])
    expect(verdict.learned).toBe(0)
  })
})

describe('distinctCount', () => {
  it('is near the truth as long as the set is not full', () => {
    for (const count of [0, 1, 10, 50, 200]) expect(Math.abs(distinctCount(setOf(count, wideWords)) - count)).toBeLessThan(count * 0.15 + 2)
    expect(distinctCount(new Uint32Array([0xffff_ffff, 0xffff_ffff]))).toBe(Infinity)
  })
})
