// Adds up the traffic to prefixes of advanced_ddos rules by attack vector: exactly for the prefix, in bounded tables for
// hosts and the networks around them. One for each collector thread; a second at a time.
import { attackLevel, narrowWords, slowSeconds, sumsPerRow, wideWords, type AttackReport } from '../contract/attack-report.ts'
import type { FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol } from '../contract/flow-columns.ts'
import type { RuleMatcher } from '../enrich/rule-matcher.ts'
import type { RuleTable } from '../enrich/rule-table.ts'
import type { SflowSample } from '../wire/sflow5.ts'
import { formatWords } from './address-words.ts'
import { AttackClassifier } from './attack-classifier.ts'
import { AttackCounters, attackWeight } from './attack-counters.ts'
import { AttackHeaders, describePacket, headersPerVector } from './attack-headers.ts'
import { buildAttackReport } from './attack-report-builder.ts'
import { AttackTotals, vectorBits } from './attack-totals.ts'

// 16 384 hosts and 4096 networks a second: 2.2 MiB and 0.5 MiB of counters. A host with more than an eighth of what falls
// into its set of eight, about 1/16 000 of all traffic to watched prefixes, is never pushed out.
const hostCounters = 16_384
const networkCounters = 4096
const word = 0x1_0000_0000
const mappedWord = 0xffff0000
const hashFactor1 = 0x9e3779b1
const hashFactor2 = 0x85ebca6b
/** Headers are kept of what has so much in a second: a fifth of the smallest rate that is taken for an attack, 5000 packets. */
const leastShownWeight = attackWeight(1000, 0)
/** Records that cover up to this much count at once. */
const quickMs = 1000

/** The table in use, and where its cells are for the rows at hand. */
export interface MatchedRules {
  readonly table: RuleTable | null
  readonly matcher: RuleMatcher
}

export class AttackMeter {
  readonly #secret: number
  readonly #classifier = new AttackClassifier()
  readonly #totals = new AttackTotals()
  #hosts: AttackCounters
  #networks: AttackCounters
  readonly #headers = new AttackHeaders()
  #table: RuleTable | null = null
  /** Whether any rule of the table wants attacks to be looked for. */
  #watches = false
  #second = 0
  #closed: AttackReport[] = []
  // What the row at hand adds.
  #packets = 0
  #bytes = 0
  #samples = 0
  /** Position of its first sum: 3 where it covers more than a second. */
  #sum = 0

  /** @param secret 32 random bits, the same in all threads, so that their sets of addresses can be joined */
  constructor(secret: number) {
    this.#secret = secret
    // The smallest there are: most collectors never look for attacks.
    this.#hosts = new AttackCounters(8, secret)
    this.#networks = new AttackCounters(8, secret)
  }

  /** Closes the open second when `now` (seconds) lies beyond it. To be called before rows of `now` are counted. */
  advance(now: number): void {
    if (now === this.#second) return
    this.#close()
    this.#second = now
  }

  /** Reports of seconds that are over. */
  take(): AttackReport[] {
    const closed = this.#closed
    this.#closed = []
    return closed
  }

  /** Of an sFlow sample that was decoded into `row`: where its header is. To be called before `count`. */
  noteHeader(sample: SflowSample, row: number): void {
    this.#headers.note(sample, row)
  }

  /** Counts rows `from` to `to` − 1, whose sampling is settled and whose cells the stage's matcher has just looked up. */
  count(batch: FlowBatch, { from, to }: { readonly from: number; readonly to: number }, { table, matcher }: MatchedRules): void {
    if (table !== this.#table) this.#watch(table)
    if (table === null || !this.#watches) return
    const { cellWatched, cellPrefix } = table
    const { destinations, outerDestinations, tunnelled } = matcher
    const { columns } = batch
    for (let row = from; row < to; row++) {
      const cell = destinations[row - from]
      const outer = tunnelled ? outerDestinations[row - from] : 0
      if ((cellWatched[cell] | cellWatched[outer]) === 0) continue
      this.#read(batch, row)
      const prefix = cellPrefix[cell]
      if (cellWatched[outer] !== 0) {
        const code = this.#classifier.tunnelCode(batch, row)
        this.#add(batch, row, code, cellPrefix[outer], columns.tunnel_src, columns.tunnel_dst)
        // Once for a prefix, by what its routers see.
        if (cellPrefix[outer] === prefix) continue
      }
      if (cellWatched[cell] !== 0) this.#add(batch, row, this.#classifier.code(batch, row), prefix, columns.src_addr, columns.dst_addr)
    }
  }

  /** Counts by another table from now on. What was counted by the old one is told first. */
  #watch(table: RuleTable | null): void {
    this.#close()
    this.#table = table
    this.#watches = table?.cellWatched.includes(1) === true
    if (!this.#watches || this.#hosts.capacity === hostCounters) return
    this.#hosts = new AttackCounters(hostCounters, this.#secret)
    this.#networks = new AttackCounters(networkCounters, this.#secret)
  }

  #read({ columns }: FlowBatch, row: number): void {
    const at = row * 2
    const rate = columns.sampling_rate[row]
    const samples = columns.packets[at + 1] * word + columns.packets[at]
    const bytes = columns.bytes[at + 1] * word + columns.bytes[at]
    const { flow_start: start, flow_end: end } = columns
    const duration = (end[at + 1] - start[at + 1]) * word + end[at] - start[at]
    // Of a long record, what falls into its last seconds: evenly, for all that is known.
    const share = duration <= slowSeconds * 1000 ? 1 : (slowSeconds * 1000) / duration
    this.#sum = duration <= quickMs ? 0 : 3
    this.#samples = samples * share
    this.#packets = samples * rate * share
    this.#bytes = bytes * rate * share
  }

  #add(batch: FlowBatch, row: number, code: number, prefix: number, sources: Uint32Array, targets: Uint32Array): void {
    const at = row * 4
    const word0 = targets[at]
    const word1 = targets[at + 1]
    const word2 = targets[at + 2]
    const word3 = targets[at + 3]
    const source = this.#hash(sources[at], sources[at + 1], sources[at + 2], sources[at + 3])
    const key = (prefix << vectorBits) | code
    this.#addTotal(batch, row, key, source, this.#hash(word0, word1, word2, word3))
    this.#addTarget(this.#hosts, this.#hosts.slot(word0, word1, word2, word3, key), source)
    // ::ffff:a.b.c.d has its last byte uppermost in the last word.
    const slot =
      word0 === 0 && word1 === 0 && word2 === mappedWord
        ? this.#networks.slot(0, 0, mappedWord, word3 & 0xffffff, key)
        : this.#networks.slot(word0, word1, 0, 0, key)
    this.#addTarget(this.#networks, slot, source)
  }

  #addTotal(batch: FlowBatch, row: number, key: number, source: number, host: number): void {
    const totals = this.#totals
    const slot = totals.slot(key)
    const sum = slot * sumsPerRow + this.#sum
    totals.sums[sum] += this.#packets
    totals.sums[sum + 1] += this.#bytes
    totals.sums[sum + 2] += this.#samples
    totals.sources[slot * wideWords + ((source >>> 5) & 7)] |= 1 << (source & 31)
    totals.hosts[slot * wideWords + ((host >>> 5) & 7)] |= 1 << (host & 31)
    if (totals.headers[slot] >= headersPerVector || batch.columns.export_protocol[row] !== exportProtocol.sflow5) return
    if (attackWeight(totals.sums[sum], totals.sums[sum + 1]) < leastShownWeight || !this.#headers.wants(row)) return
    totals.headers[slot]++
    this.#keepHeader(batch, row, key)
  }

  #keepHeader(batch: FlowBatch, row: number, key: number): void {
    const { router, flow_end: times } = batch.columns
    const at = row * 4
    this.#headers.keep(row, {
      prefix: key >>> vectorBits,
      code: key & ((1 << vectorBits) - 1),
      at: times[row * 2 + 1] * word + times[row * 2],
      router: formatWords([router[at], router[at + 1], router[at + 2], router[at + 3]]),
      summary: describePacket(batch, row),
    })
  }

  #addTarget(counters: AttackCounters, slot: number, source: number): void {
    const sum = slot * sumsPerRow + this.#sum
    counters.sums[sum] += this.#packets
    counters.sums[sum + 1] += this.#bytes
    counters.sums[sum + 2] += this.#samples
    counters.weights[slot] += attackWeight(this.#packets, this.#bytes)
    counters.sources[slot * narrowWords + ((source >>> 5) & 1)] |= 1 << (source & 31)
  }

  #hash(word0: number, word1: number, word2: number, word3: number): number {
    let hash = Math.imul(word3 ^ this.#secret, hashFactor2)
    hash = Math.imul(hash ^ (hash >>> 15) ^ word2, hashFactor1)
    hash = Math.imul(hash ^ (hash >>> 13) ^ word1, hashFactor2)
    hash = Math.imul(hash ^ (hash >>> 16) ^ word0, hashFactor1)
    return hash ^ (hash >>> 15)
  }

  #close(): void {
    if (this.#table === null || this.#totals.used === 0) return
    this.#closed.push(
      buildAttackReport({
        second: this.#second,
        table: this.#table,
        totals: this.#totals,
        levels: [
          { level: attackLevel.host, counters: this.#hosts },
          { level: attackLevel.network, counters: this.#networks },
        ],
        packets: this.#headers.take(),
      }),
    )
    this.#totals.clear()
    this.#hosts.clear()
    this.#networks.clear()
  }
}
