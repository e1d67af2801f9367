// One prefix under an advanced_ddos rule: its traffic by vector and target, what is normal there, and what attacks it now.
import { attackLevel, narrowWords, wideWords, type AttackPacket, type AttackPrefix, type AttackReport } from '../contract/attack-report.ts'
import { attackVectorCode, attackVectorOf, type AttackVectorName, type DdosSensitivityRow } from '../contract/attack-vectors.ts'
import type { IncidentVector } from '../contract/incident.ts'
import { holdsNetworks, isInNetwork, targetTexts } from './advanced-ddos-address.ts'
import {
  heavyHosts,
  isSmall,
  judgeTraffic,
  matchingRatio,
  ratesWithout,
  unmatchedRates,
  type AttackFinding,
} from './advanced-ddos-judge.ts'
import { AttackNormal, type NormalLevel } from './advanced-ddos-normal.ts'
import { narrowestTargets, type FoundTarget } from './advanced-ddos-targets.ts'
import { AttackWindow, type AttackRate } from './advanced-ddos-window.ts'

/** So many seconds in a row make an attack. */
const attackSeconds = 2
const levels = ['host', 'network', 'prefix'] as const
/** Targets that nothing was told of for so long are forgotten. */
const forgetSeconds = 12
/**
 * Hosts and networks below this part of the least rate of an attack read as 0. That cannot change a verdict: what is
 * normal for the busiest one counts only where it is more than the least rate divided by the factor, an eighth at most.
 */
const countedPart = 1 / 8
const nothing = { packets: 0, bits: 0 }
/** Sample packets that are kept of a vector under attack. */
const mostPackets = 16

/** What is known of one vector. */
interface VectorState {
  readonly code: number
  readonly normal: AttackNormal
  /** Judged seconds in a row that were beyond the limit. */
  run: number
  /** First second beyond it. */
  since: number
  found: readonly FoundTarget[]
  packets: AttackPacket[]
  /** What the busiest target of each level gets. */
  readonly most: Readonly<Record<NormalLevel, Pick<AttackRate, 'packets' | 'bits'>>>
}

/** Somebody who gets traffic, and that traffic by code of vector. */
interface Target {
  readonly level: NormalLevel
  /** Words of an `ip` column; those of the prefix itself are not needed. */
  readonly address: Uint32Array
  readonly windows: Map<number, AttackWindow>
  last: number
}

/** An attack that is under way, or about to be called one. */
export interface PrefixAttack {
  readonly vector: IncidentVector
  readonly finding: AttackFinding
  readonly since: number
  /** It has lasted long enough. */
  readonly certain: boolean
}

/** Numbers of `AttackNormal` by vector. */
export type PrefixNormals = ReadonlyMap<AttackVectorName, readonly number[]>

export class AttackedPrefix {
  readonly #prefix: string
  readonly #whole: Target
  readonly #holdsNetworks: boolean
  readonly #vectors = new Map<number, VectorState>()
  // Bounded by what the threads tell: 1024 targets a second each, for as long as a target is remembered.
  readonly #targets = new Map<string, Target>()

  constructor(prefix: string, normals?: PrefixNormals) {
    this.#prefix = prefix
    this.#whole = { level: 'prefix', address: new Uint32Array(4), windows: new Map(), last: 0 }
    this.#holdsNetworks = holdsNetworks(prefix)
    for (const [name, numbers] of normals ?? []) this.#vector(attackVectorCode[name], numbers)
  }

  /** @param index of the prefix in the report */
  add(report: AttackReport, index: number): void {
    const { second, totals, targets, packets } = report
    const rows: AttackPrefix = report.prefixes[index]
    for (let row = rows.totals.from; row < rows.totals.to; row++) this.#addRow(this.#whole, second, totals, row, wideWords)
    for (let row = rows.targets.from; row < rows.targets.to; row++) {
      const target = this.#target(targets.levels[row], targets.addresses.subarray(row * 4, row * 4 + 4))
      if (target !== undefined) this.#addRow(target, second, targets, row, narrowWords)
    }
    for (const packet of packets) if (packet.prefix === index) this.#addPacket(packet)
  }

  #addRow(target: Target, second: number, rows: AttackReport['totals' | 'targets'], row: number, words: number): void {
    const code = rows.vectors[row]
    this.#vector(code)
    let window = target.windows.get(code)
    if (window === undefined) target.windows.set(code, (window = new AttackWindow(words)))
    window.add(second, rows, row)
    target.last = Math.max(target.last, second)
  }

  #vector(code: number, normals: readonly number[] = []): VectorState {
    const known = this.#vectors.get(code)
    if (known !== undefined) return known
    const most = { host: { packets: 0, bits: 0 }, network: { packets: 0, bits: 0 }, prefix: { packets: 0, bits: 0 } }
    const state: VectorState = { code, normal: new AttackNormal(normals), run: 0, since: 0, found: [], packets: [], most }
    this.#vectors.set(code, state)
    return state
  }

  #target(levelCode: number, address: Uint32Array): Target | undefined {
    const level = levelCode === attackLevel.host ? 'host' : 'network'
    if (level === 'network' && !this.#holdsNetworks) return undefined
    const key = `${level} ${address.join(':')}`
    const known = this.#targets.get(key)
    if (known !== undefined) return known
    const target: Target = { level, address, windows: new Map(), last: 0 }
    this.#targets.set(key, target)
    return target
  }

  #addPacket(packet: AttackPacket): void {
    const state = this.#vector(attackVectorCode[packet.vector])
    if (state.run === 0) return
    state.packets.push(packet)
    if (state.packets.length > mostPackets) state.packets.shift()
  }

  /**
   * Judges the second that is over, and learns from it.
   * @param learnt seconds that were learnt before, and whether they are enough
   */
  judge(newest: number, sensitivity: DdosSensitivityRow, learnt: { readonly seconds: number; readonly enough: boolean }): void {
    const states = [...this.#vectors.values()]
    if (newest - this.#whole.last > forgetSeconds && states.every(({ run }) => run === 0)) return
    const found = this.#look(newest, sensitivity)
    for (const state of states) {
      const judged = learnt.enough || attackVectorOf(state.code).learnt !== true
      this.#note(state, judged ? (found.get(state) ?? []) : [], newest)
      if (!state.normal.learns(newest, state.run > 0)) continue
      for (const level of levels) state.normal.learn(level, state.most[level], learnt.seconds)
    }
  }

  /** Settles all windows, notes what the busiest target of each vector and level gets, and judges what is not small. */
  #look(newest: number, sensitivity: DdosSensitivityRow): Map<VectorState, FoundTarget[]> {
    for (const { most } of this.#vectors.values()) for (const level of levels) most[level].packets = most[level].bits = 0
    for (const [key, target] of this.#targets) if (newest - target.last > forgetSeconds) this.#targets.delete(key)
    const found = new Map<VectorState, FoundTarget[]>()
    const targets = [this.#whole, ...this.#targets.values()]
    const busy = targets.filter((target) => this.#settle(target, newest, sensitivity))
    for (const target of busy) this.#lookAt(target, sensitivity, found)
    return found
  }

  /** @returns whether the target has traffic that is worth a closer look */
  #settle(target: Target, newest: number, sensitivity: DdosSensitivityRow): boolean {
    let small = true
    const least = { packets: sensitivity.leastPackets * countedPart, bits: sensitivity.leastBits * countedPart }
    for (const [code, window] of target.windows) {
      window.settle(newest, target === this.#whole ? nothing : least)
      // Nearly all: a packet or two reads as nothing.
      if (window.long.packets === 0) continue
      const most = this.#vector(code).most[target.level]
      most.packets = Math.max(most.packets, window.long.packets)
      most.bits = Math.max(most.bits, window.long.bits)
      small &&= isSmall(window, sensitivity)
    }
    return !small
  }

  #lookAt(target: Target, sensitivity: DdosSensitivityRow, found: Map<VectorState, FoundTarget[]>): void {
    for (const [code, window] of target.windows) {
      const state = this.#vector(code)
      const finding = isSmall(window, sensitivity) ? null : this.#find(state, target, window, sensitivity)
      if (finding !== null) found.set(state, [...(found.get(state) ?? []), finding])
    }
  }

  #find(state: VectorState, target: Target, window: AttackWindow, sensitivity: DdosSensitivityRow): FoundTarget | null {
    const { level, address } = target
    const without = level === 'host' ? [] : heavyHosts(window, this.#hostsOf(target, state.code))
    const finding = judgeTraffic(window, this.#rates(state, target, window, without), {
      row: attackVectorOf(state.code),
      sensitivity,
      normal: state.normal,
      level,
      underWay: state.run >= attackSeconds,
    })
    if (finding === null) return null
    const { host, network } = targetTexts(address)
    const text = { host, network, prefix: this.#prefix }[level]
    return { level, target: text, network, window, without, finding, share: share(target, window, finding.metric) }
  }

  /** What counts of the target's traffic. */
  #rates(state: VectorState, target: Target, window: AttackWindow, heavy: readonly AttackWindow[]): readonly AttackRate[] {
    const { matchedBy } = attackVectorOf(state.code)
    const rates = ratesWithout(window, heavy)
    if (matchedBy === undefined) return rates
    // The table names its own rows.
    const code = attackVectorCode[matchedBy as AttackVectorName]
    const ratio = matchingRatio(matchedBy, state.normal, this.#vectors.get(code)?.normal)
    return unmatchedRates(rates, { window: target.windows.get(code), ratio })
  }

  #hostsOf(target: Target, code: number): AttackWindow[] {
    const hosts = [...this.#targets.values()].filter(({ level, address }) => {
      return level === 'host' && (target === this.#whole || isInNetwork(address, target.address))
    })
    return hosts.flatMap(({ windows }) => windows.get(code) ?? [])
  }

  #note(state: VectorState, found: readonly FoundTarget[], newest: number): void {
    state.found = found
    if (found.length === 0) {
      state.run = 0
      state.packets = []
      return
    }
    if (state.run === 0) state.since = this.#whole.windows.get(state.code)?.onset() ?? newest
    state.run++
  }

  /** What attacks the prefix, by the narrowest targets. */
  attacks(): PrefixAttack[] {
    return [...this.#vectors.values()].flatMap(({ code, found, since, run }) =>
      narrowestTargets(found).map((target) => ({
        vector: describe(code, target),
        finding: target.finding,
        since,
        certain: run >= attackSeconds,
      })),
    )
  }

  /** Packets that vectors under attack have brought lately, a list for each of these. */
  packets(): AttackPacket[][] {
    return [...this.#vectors.values()].map(({ packets }) => packets).filter((packets) => packets.length > 0)
  }

  /** What is normal here, for a restart. */
  normals(): PrefixNormals {
    return new Map(
      [...this.#vectors.values()]
        .filter(({ normal }) => normal.known)
        .map(({ code, normal }) => [attackVectorOf(code).name as AttackVectorName, [...normal.numbers].map(Math.round)]),
    )
  }
}

/** Part of the target's traffic. */
function share(target: Target, window: AttackWindow, metric: 'bits' | 'packets'): number {
  let total = 0
  for (const other of target.windows.values()) total += other.long[metric]
  return total === 0 ? 0 : window.long[metric] / total
}

function describe(code: number, { target, finding, share }: FoundTarget): IncidentVector {
  const { name, title } = attackVectorOf(code)
  return {
    vector: name,
    title,
    target,
    bits_per_second: Math.round(finding.bits),
    packets_per_second: Math.round(finding.packets),
    share: Math.round(share * 1000) / 1000,
    samples: Math.round(finding.samples),
  }
}
