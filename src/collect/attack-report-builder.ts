// Writes the tables of one second as the message that the main thread gets: all totals, and the heaviest targets.
import { narrowWords, sumsPerRow, wideWords, type AttackPacket, type AttackPrefix, type AttackReport } from '../contract/attack-report.ts'
import type { RuleTable } from '../enrich/rule-table.ts'
import { attackWeight, type AttackCounters } from './attack-counters.ts'
import { vectorBits, type AttackTotals } from './attack-totals.ts'

const vectorMask = (1 << vectorBits) - 1

/** Targets of a report, and of one prefix of it: with these the message stays below 100 KiB. */
const mostTargets = 1024
const mostTargetsOfPrefix = 128

/**
 * Lighter targets are left out: a sixteenth of the smallest rate that any sensitivity takes for an attack, 5000 packets/s
 * of 256 bytes, less a little. Four threads of equal load that leave something out hide a quarter of that at the most.
 */
const leastWeight = 65_536

export interface AttackLevel {
  readonly level: number
  readonly counters: AttackCounters
}

export interface AttackSecond {
  readonly second: number
  readonly table: RuleTable
  readonly totals: AttackTotals
  readonly levels: readonly AttackLevel[]
  readonly packets: readonly AttackPacket[]
}

/** A counter that is told. */
interface Target extends AttackLevel {
  readonly slot: number
  readonly prefix: number
  readonly weight: number
}

export function buildAttackReport({ second, table, totals, levels, packets }: AttackSecond): AttackReport {
  const slots = totals.slots.slice(0, totals.used).sort((a, b) => totals.keys[a] - totals.keys[b])
  const numbers = [...new Set(Array.from(slots, (slot) => totals.keys[slot] >>> vectorBits))]
  const targets = heaviest(levels)
  const places = new Map(numbers.map((number, index) => [number, index]))
  return {
    second,
    rules: rulesOf(table, numbers),
    prefixes: prefixesOf(table, numbers, (index) => totals.keys[slots[index]] >>> vectorBits, targets),
    totals: totalRows(totals, slots),
    targets: targetRows(targets),
    // Until here a packet names the number of its prefix.
    packets: packets.map((packet) => ({ ...packet, prefix: places.get(packet.prefix) ?? 0 })),
  }
}

/** The heaviest targets, those of a prefix together, prefixes in order. */
function heaviest(levels: readonly AttackLevel[]): Target[] {
  const all = levels.flatMap(({ level, counters }) =>
    Array.from(counters.slots.subarray(0, counters.used), (slot) => targetAt(level, counters, slot)).filter(
      ({ weight }) => weight >= leastWeight,
    ),
  )
  all.sort((a, b) => b.weight - a.weight)
  const counts = new Map<number, number>()
  const chosen: Target[] = []
  for (const target of all) {
    const count = counts.get(target.prefix) ?? 0
    if (count >= mostTargetsOfPrefix) continue
    counts.set(target.prefix, count + 1)
    if (chosen.push(target) >= mostTargets) break
  }
  return chosen.sort((a, b) => a.prefix - b.prefix)
}

/** Weighed by what it has surely had itself. */
function targetAt(level: number, counters: AttackCounters, slot: number): Target {
  const { sums, tags } = counters
  const sum = slot * sumsPerRow
  const weight = attackWeight(sums[sum] + sums[sum + 3], sums[sum + 1] + sums[sum + 4])
  return { level, counters, slot, prefix: tags[slot] >>> vectorBits, weight }
}

function rulesOf(table: RuleTable, numbers: readonly number[]): Map<string, number[]> {
  const rules = new Map<string, number[]>()
  for (const [index, number] of numbers.entries()) {
    const set = table.cellSet[number]
    for (const rule of table.setRules.subarray(table.setStarts[set], table.setStarts[set + 1])) {
      const id = table.rules[rule]
      const known = rules.get(id)
      if (known === undefined) rules.set(id, [index])
      else known.push(index)
    }
  }
  return rules
}

/** Where the rows of each prefix begin and end; both lists are in order of prefix. */
function prefixesOf(
  table: RuleTable,
  numbers: readonly number[],
  numberOfTotal: (index: number) => number | undefined,
  targets: readonly Target[],
): AttackPrefix[] {
  let total = 0
  let target = 0
  return numbers.map((number) => {
    const totalsFrom = total
    const targetsFrom = target
    while (numberOfTotal(total) === number) total++
    while (targets[target]?.prefix === number) target++
    return { prefix: table.prefixes[number], totals: { from: totalsFrom, to: total }, targets: { from: targetsFrom, to: target } }
  })
}

function totalRows({ keys, sums, sources, hosts }: AttackTotals, slots: Uint32Array): AttackReport['totals'] {
  const rows = {
    vectors: Uint8Array.from(slots, (slot) => keys[slot] & vectorMask),
    sums: new Float64Array(slots.length * sumsPerRow),
    sources: new Uint32Array(slots.length * wideWords),
    hosts: new Uint32Array(slots.length * wideWords),
  }
  for (const [row, slot] of slots.entries()) {
    copyRow(rows.sums, row, sums, slot, sumsPerRow)
    copyRow(rows.sources, row, sources, slot, wideWords)
    copyRow(rows.hosts, row, hosts, slot, wideWords)
  }
  return rows
}

function targetRows(targets: readonly Target[]): AttackReport['targets'] {
  const rows = {
    vectors: Uint8Array.from(targets, ({ counters, slot }) => counters.tags[slot] & vectorMask),
    levels: Uint8Array.from(targets, ({ level }) => level),
    addresses: new Uint32Array(targets.length * 4),
    sums: new Float64Array(targets.length * sumsPerRow),
    missed: Float64Array.from(targets, ({ counters, slot }) => counters.missed[slot]),
    sources: new Uint32Array(targets.length * narrowWords),
  }
  for (const [row, { counters, slot }] of targets.entries()) {
    copyRow(rows.addresses, row, counters.addresses, slot, 4)
    copyRow(rows.sums, row, counters.sums, slot, sumsPerRow)
    copyRow(rows.sources, row, counters.sources, slot, narrowWords)
  }
  return rows
}

function copyRow<A extends Float64Array | Uint32Array>(to: A, row: number, from: A, slot: number, width: number): void {
  to.set(from.subarray(slot * width, (slot + 1) * width), row * width)
}
