// A rule that is not withdrawn, with what its agents have told.
import { agentsAt } from '../../capture/jobs/places.ts'
import type { LinkedAgent } from '../../capture/agent-links.ts'
import type { FirewallAgent, FirewallCalm, FirewallCounters, FirewallOrder } from '../../contract/firewall.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import { RulePart, sumOf, type PartAnswer } from './rule-part.ts'
import { actionOf, calmOf, filterOf, type PartRow, type RuleRow } from './rule-rows.ts'

export class LiveRule {
  readonly id: string
  readonly filter: PacketFilter
  /** By the id of the agent. */
  readonly parts: Map<string, RulePart>
  /** ms since 1970; undefined while it is not calm. */
  calmSince: number | undefined
  /** Whether parts have told more than the state has. */
  isUnsaved = false
  #row: RuleRow

  constructor(row: RuleRow, parts: readonly PartRow[]) {
    this.id = row.id
    this.#row = row
    this.filter = filterOf(row)
    this.parts = new Map(parts.map((part) => [part.agent, RulePart.of(part)]))
  }

  get row(): RuleRow {
    return this.#row
  }

  /** As it was written. */
  change(row: RuleRow): void {
    this.#row = row
  }

  /** What an agent has to hear of; another answer is due when it changes. */
  get version(): string {
    return `${this.#row.action} ${this.#row.until}`
  }

  /** ms since 1970. */
  get deadline(): number {
    return Date.parse(this.#row.until)
  }

  isFor(agent: LinkedAgent): boolean {
    return agent.account === this.#row.account && agentsAt([agent], this.#row.colo_name).length > 0
  }

  /** @param now ms since 1970, before the deadline */
  order(now: number): FirewallOrder {
    const { id, filter } = this
    return { id, filter, action: actionOf(this.#row), interface: this.#row.interface, remaining_ms: Math.ceil(this.deadline - now) }
  }

  part(agent: LinkedAgent): RulePart {
    const part = this.parts.get(agent.id) ?? new RulePart(agent)
    part.name = agent.name
    part.colo = agent.colo
    this.parts.set(agent.id, part)
    return part
  }

  /** @returns by how much the counters have grown */
  take(agent: LinkedAgent, answer: PartAnswer): FirewallCounters {
    this.isUnsaved = true
    return this.part(agent).take(answer)
  }

  get total(): FirewallCounters {
    return sumOf([...this.parts.values()].map(({ total }) => total))
  }

  /**
   * Notes whether it is calm now: the agents together are below the rate that was asked for, after the rule has matched
   * something. An agent that may have the rule and does not tell is not calm.
   * @param agents of the account, connected or not
   * @returns the calm that has lasted for long enough, if it has
   */
  noteCalm(agents: readonly LinkedAgent[], now: number): FirewallCalm | undefined {
    const calm = calmOf(this.#row)
    if (calm === null) return undefined
    const pace = this.total.packets > 0 ? this.#pace(agents, now) : undefined
    const isCalm = pace !== undefined && pace < calm.packets_per_second
    // A clock that was set back begins anew.
    this.calmSince = isCalm ? Math.min(this.calmSince ?? now, now) : undefined
    return this.calmSince !== undefined && now - this.calmSince >= calm.seconds * 1000 ? calm : undefined
  }

  /** Packets a second over all agents; undefined when one of them is not known. */
  #pace(agents: readonly LinkedAgent[], now: number): number | undefined {
    let sum = 0
    for (const agent of agents) {
      const part = this.parts.get(agent.id)
      if (part === undefined || (!agent.connected && !part.mayHold)) continue
      const pace = agent.connected ? part.pace(now) : undefined
      if (pace === undefined) return undefined
      sum += pace
    }
    return sum
  }

  /** @param agents of the account, connected or not */
  views(agents: readonly LinkedAgent[], now: number): FirewallAgent[] {
    for (const agent of agents) if (this.isFor(agent)) this.part(agent)
    const connected = new Set(agents.flatMap((agent) => (agent.connected ? [agent.id] : [])))
    const views = [...this.parts.values()].map((part) => part.view(this.version, { connected: connected.has(part.agent), now }))
    return views.sort((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)))
  }
}
