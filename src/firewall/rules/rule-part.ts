// One agent of a rule: what it has told, summed over its restarts, and how fast its counters grow.
import type { FirewallAgent, FirewallCounters, FirewallOrderState } from '../../contract/firewall.ts'
import { timeText, type PartRow } from './rule-rows.ts'

/** Counters of the rule, and the IP packets that came by on the host. */
interface Tally extends FirewallCounters {
  readonly seen_packets: number
}

/** What is kept of the counters, as JSON in the state. */
interface PartMemory {
  /** Sums over restarts. They never go back. */
  readonly total: Tally
  /** What the agent told last: it goes on from there, or from 0 when it has started anew. */
  readonly told: Tally
  /** Sums at the first answer: the share of the traffic is reckoned from there. */
  readonly first: Tally | null
}

/** An answer of an agent, as far as it is about one rule. */
export interface PartAnswer {
  readonly order: FirewallOrderState
  readonly seenPackets: number
  readonly sequence: number
  /** When it came, ms since 1970. */
  readonly at: number
}

/** Rates are those of so many ms, of half a second at least: agents answer each second, and once more after each change. */
const windowMs = 3000
const leastMs = 500
/** An agent that has told nothing for so long says nothing about now. */
const staleMs = 5000

const counterNames = ['packets', 'bytes', 'dropped_packets', 'dropped_bytes'] as const
const nothing: Tally = { packets: 0, bytes: 0, dropped_packets: 0, dropped_bytes: 0, seen_packets: 0 }

export class RulePart {
  readonly agent: string
  name: string
  colo: string
  #memory: PartMemory = { total: nothing, told: nothing, first: null }
  #toldAt: number | undefined
  #order: FirewallOrderState | undefined
  /** Version of the rule that was sent last, and the list that brought it first. */
  #sent: { readonly version: string; readonly sequence: number } | undefined
  #answered = -1
  /** Of this connection, oldest first. */
  #samples: { readonly at: number; readonly total: Tally }[] = []

  constructor({ id, name, colo }: { readonly id: string; readonly name: string; readonly colo: string }) {
    this.agent = id
    this.name = name
    this.colo = colo
  }

  static of({ agent, name, colo, counters, told_at }: PartRow): RulePart {
    const part = new RulePart({ id: agent, name, colo })
    // Written by `row`.
    part.#memory = JSON.parse(counters) as PartMemory
    part.#toldAt = told_at === null ? undefined : Date.parse(told_at)
    return part
  }

  row(rule: string): PartRow {
    const told_at = this.#toldAt === undefined ? null : timeText(this.#toldAt)
    return { rule, agent: this.agent, name: this.name, colo: this.colo, counters: JSON.stringify(this.#memory), told_at }
  }

  get total(): FirewallCounters {
    const { packets, bytes, dropped_packets, dropped_bytes } = this.#memory.total
    return { packets, bytes, dropped_packets, dropped_bytes }
  }

  /** Whether the agent may have the rule: it was sent, or the agent has spoken of it. */
  get mayHold(): boolean {
    return this.#sent !== undefined || this.#toldAt !== undefined
  }

  /** A list with the rule has gone to the agent. @param version of the rule; the same one needs no other answer */
  send(version: string, sequence: number): void {
    if (this.#sent?.version !== version) this.#sent = { version, sequence }
  }

  /** Nobody knows what the agent does until it answers again. */
  disconnect(): void {
    this.#samples = []
  }

  /** @returns by how much the counters have grown */
  take({ order, seenPackets, sequence, at }: PartAnswer): FirewallCounters {
    const before = this.#memory.total
    this.#memory = grown(this.#memory, { ...order, seen_packets: seenPackets })
    this.#order = order
    this.#answered = sequence
    this.#toldAt = at
    this.#sample(at)
    return countersOf((name) => this.#memory.total[name] - before[name])
  }

  #sample(at: number): void {
    const last = this.#samples.at(-1)
    // A clock that was set back.
    if (last !== undefined && last.at > at) this.#samples = []
    this.#samples.push({ at, total: this.#memory.total })
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - windowMs) this.#samples.shift()
  }

  /** Packets that match, a second; undefined when the agent has not told lately. @param now ms since 1970 */
  pace(now: number): number | undefined {
    return this.#rates(now)?.packets
  }

  #rates(now: number): FirewallRates | undefined {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.at < now - staleMs || last.at - first.at < leastMs) return undefined
    const seconds = (last.at - first.at) / 1000
    const rate = (name: (typeof counterNames)[number]) => (last.total[name] - first.total[name]) / seconds
    return { packets: rate('packets'), bits: rate('bytes') * 8, dropped: rate('dropped_packets') }
  }

  /** Of a rule that is withdrawn. */
  past(): FirewallAgent {
    return { ...this.view('', { connected: false, now: 0 }), state: 'expired' }
  }

  /** @param version of the rule as it is to be */
  view(version: string, { connected, now }: { readonly connected: boolean; readonly now: number }): FirewallAgent {
    const rates = connected ? this.#rates(now) : undefined
    const isAnswered = this.#sent?.version === version && this.#answered >= this.#sent.sequence
    return {
      agent: this.agent,
      name: this.name,
      colo: this.colo,
      connected,
      state: isAnswered ? (this.#order?.state ?? 'waiting') : 'waiting',
      action: this.#order?.action ?? null,
      error: this.#order?.error ?? null,
      ...this.total,
      packets_per_second: rates?.packets ?? null,
      bits_per_second: rates?.bits ?? null,
      dropped_packets_per_second: rates?.dropped ?? null,
      share_of_traffic: shareOf(this.#memory),
      told_at: this.#toldAt === undefined ? null : timeText(this.#toldAt),
    }
  }
}

interface FirewallRates {
  readonly packets: number
  readonly bits: number
  readonly dropped: number
}

function grown({ total, told: before, first }: PartMemory, told: Tally): PartMemory {
  const isNewTable = told.seen_packets < before.seen_packets
  const isNewRule = isNewTable || counterNames.some((name) => told[name] < before[name])
  const seen = told.seen_packets - (isNewTable ? 0 : before.seen_packets)
  const sums = {
    ...countersOf((name) => total[name] + told[name] - (isNewRule ? 0 : before[name])),
    seen_packets: total.seen_packets + seen,
  }
  return { total: sums, told: { ...countersOf((name) => told[name]), seen_packets: told.seen_packets }, first: first ?? sums }
}

function countersOf(value: (name: (typeof counterNames)[number]) => number): FirewallCounters {
  return {
    packets: value('packets'),
    bytes: value('bytes'),
    dropped_packets: value('dropped_packets'),
    dropped_bytes: value('dropped_bytes'),
  }
}

function shareOf({ total, first }: PartMemory): number | null {
  const seen = total.seen_packets - (first?.seen_packets ?? 0)
  // The two are not read in the same instant.
  return seen <= 0 ? null : Math.min(1, (total.packets - (first?.packets ?? 0)) / seen)
}

export function sumOf(counters: readonly FirewallCounters[]): FirewallCounters {
  return countersOf((name) => counters.reduce((sum, each) => sum + each[name], 0))
}
