// Lets rules watch days of simulated traffic, second by second, and lists when they fired.
import type { DetectedIncident, IncidentEventKind } from '../../contract/incident.ts'
import type { Rule } from '../../contract/rule.ts'
import type { RuleMinute } from '../../contract/rule-minutes.ts'
import type { BusyDay } from '../../sim/busy-day.ts'
import { RuleWatch } from '../rule-watch.ts'

export interface WatchedTime {
  readonly from: number
  readonly to: number
  /** Minutes of before, for rules that learn from them. */
  readonly history?: readonly RuleMinute[]
}

/** @returns what each rule told, by name; updates are left out */
export async function watchTraffic(
  rules: readonly Rule[],
  traffic: Pick<BusyDay, 'at'>,
  { from, to, history = [] }: WatchedTime,
): Promise<Map<string, [event: IncidentEventKind, incident: DetectedIncident][]>> {
  const told = new Map(rules.map(({ name }) => [name, [] as [IncidentEventKind, DetectedIncident][]]))
  let ids = 0
  const watches = rules.map(
    (rule) =>
      new RuleWatch(rule, from, {
        newId: () => String(++ids).padStart(32, '0'),
        onIncident: (event, incident) => event === 'updated' || told.get(rule.name)?.push([event, incident]),
      }),
  )
  const minutes = {
    minutes: async (_: string, first: number, end: number) => history.filter(({ minute }) => minute >= first && minute < end),
  }
  for (const watch of watches) await watch.prime(minutes)
  for (let second = from; second < to; second++) {
    const { bits, packets } = traffic.at(second)
    const sums = { from: second, seconds: 1, bytes: Float64Array.of(bits / 8), packets: Float64Array.of(packets), start: 0 }
    for (const watch of watches) {
      watch.add(sums, second + 1)
      watch.judge(second, (second + 1) * 1000)
    }
  }
  return told
}

/** Minutes of a time as the detector would have kept them. */
export function minutesOf(traffic: Pick<BusyDay, 'at'>, from: number, to: number): RuleMinute[] {
  const minutes: RuleMinute[] = []
  for (let minute = from; minute < to; minute += 60) {
    const row = { account: 1, rule: 'a'.repeat(32), minute, bytes: 0, packets: 0, peak_bits: 0, peak_packets: 0, incident: false }
    for (let second = minute; second < minute + 60; second++) {
      const { bits, packets } = traffic.at(second)
      row.bytes += bits / 8
      row.packets += packets
      row.peak_bits = Math.max(row.peak_bits, bits)
      row.peak_packets = Math.max(row.peak_packets, packets)
    }
    minutes.push(row)
  }
  return minutes
}
