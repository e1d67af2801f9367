// What is asked of groups that are known already: sums, series and largest minutes of each, of the others and of all.
import type { AskSeries, AskSteps, AskSums } from './flow-ask.ts'
import { added, noSums, sumsOf, type LargestMinutes, type SumsRow } from './figures.ts'
import type { Look } from './flow-rows.ts'
import type { TimeRange } from '../time-ranges.ts'
import type { StatementReader } from './statement-reader.ts'
import { minutesStatement, seriesStatement, sumsStatement, type Minutes } from './statements.ts'

/** By the number of a group, from 1 on; of the others at 0; of all at one more than the last group. */
export type GroupParts<T> = (number: number) => T

/** The groups by their hashes, in order. */
export interface KnownGroups {
  readonly reader: StatementReader
  readonly hashes: readonly bigint[]
}

interface Numbered {
  readonly group_number: number
}

/** One row a group, one of the others, one of all. */
const mostRows = (hashes: readonly bigint[]) => hashes.length + 2

export async function askSums({ reader, hashes }: KnownGroups, look: Look): Promise<GroupParts<AskSums>> {
  const rows = await reader.rows<Numbered & SumsRow>(sumsStatement(look, hashes), mostRows(hashes))
  const sums = new Map(rows.map((row) => [row.group_number, sumsOf(row)]))
  sums.set(hashes.length + 1, [...sums.values()].reduce(added, noSums))
  return (number) => sums.get(number) ?? noSums
}

interface SeriesRow extends Numbered {
  readonly steps: readonly (string | number)[]
  readonly bytes_list: readonly string[]
  readonly packets_list: readonly string[]
}

/** Seconds of each step that are in the range: the first and the last may reach out of it. */
function secondsOfSteps({ from, seconds, count }: AskSteps, range: TimeRange): number[] {
  return Array.from({ length: count }, (_, index) => {
    const begin = from + index * seconds
    return Math.min(begin + seconds, range.to) - Math.max(begin, range.from)
  })
}

interface Steps {
  readonly steps: AskSteps
  /** What is answered. */
  readonly range: TimeRange
}

export async function askSeries({ reader, hashes }: KnownGroups, look: Look, { steps, range }: Steps): Promise<GroupParts<AskSeries>> {
  const rows = await reader.rows<SeriesRow>(seriesStatement(look, hashes, steps), mostRows(hashes))
  const seconds = secondsOfSteps(steps, range)
  const zeros = () => Array.from({ length: steps.count }, () => 0)
  const spread = (at: readonly (string | number)[], values: readonly string[], factor: number) => {
    const sums = zeros()
    for (const [index, step] of at.entries()) sums[Number(step)] = Number(values[index]) * factor
    return sums
  }
  const sums = new Map<number, AskSeries>(
    rows.map(({ group_number, steps: at, bytes_list, packets_list }) => [
      group_number,
      { bits: spread(at, bytes_list, 8), packets: spread(at, packets_list, 1) },
    ]),
  )
  const empty: AskSeries = { bits: zeros(), packets: zeros() }
  sums.set(hashes.length + 1, [...sums.values()].reduce(addedSeries, empty))
  const perSecond = (values: readonly number[]) => values.map((value, index) => value / (seconds[index] ?? steps.seconds))
  return (number) => {
    const { bits, packets } = sums.get(number) ?? empty
    return { bits: perSecond(bits), packets: perSecond(packets) }
  }
}

function addedSeries(a: AskSeries, b: AskSeries): AskSeries {
  const add = (left: readonly number[], right: readonly number[]) => left.map((value, index) => value + (right[index] ?? 0))
  return { bits: add(a.bits, b.bits), packets: add(a.packets, b.packets) }
}

interface MinutesRow extends Numbered {
  readonly bytes_list: readonly string[]
  readonly packets_list: readonly string[]
}

export async function askMinutes({ reader, hashes }: KnownGroups, look: Look, minutes: Minutes): Promise<GroupParts<LargestMinutes>> {
  const rows = await reader.rows<MinutesRow>(minutesStatement(look, hashes, minutes), mostRows(hashes))
  const largest = new Map(
    rows.map(({ group_number, bytes_list, packets_list }) => [
      group_number,
      { bits: bytes_list.map((bytes) => Number(bytes) * 8), packets: packets_list.map(Number) },
    ]),
  )
  return (number) => largest.get(number) ?? { bits: [], packets: [] }
}
