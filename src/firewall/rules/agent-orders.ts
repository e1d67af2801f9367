// What each agent is told: always the whole list of its rules. What was sent last is remembered, so that it is sent again
// only when it is to be different.
import type { AgentLinks, LinkedAgent } from '../../capture/agent-links.ts'
import type { FirewallProtection } from '../../contract/firewall.ts'
import type { LiveRule } from './live-rule.ts'

export interface AgentOrdersDependencies {
  readonly links: Pick<AgentLinks, 'filter'>
  readonly protection: FirewallProtection
  /** Rules that are not withdrawn, of all accounts, oldest first. */
  readonly rules: () => Iterable<LiveRule>
}

export class AgentOrders {
  /** Lists that were sent. */
  sent = 0
  readonly #deps: AgentOrdersDependencies
  /** By the id of the agent. */
  readonly #last = new Map<string, string>()
  #sequence = 0

  constructor(deps: AgentOrdersDependencies) {
    this.#deps = deps
  }

  /** The agent has nothing that is known of: its next list goes in any case. */
  forget(agent: string): void {
    this.#last.delete(agent)
  }

  /** Sends the list of a connected agent unless it has that one. @param now ms since 1970 */
  send(agent: LinkedAgent, now: number): void {
    const { links, protection } = this.#deps
    const rules = [...this.#deps.rules()].filter((rule) => rule.isFor(agent) && rule.deadline > now)
    const list = rules.map(({ id, version }) => `${id} ${version}`).join('\n')
    if (this.#last.get(agent.id) === list) return
    // It rises over restarts too, so that an answer to a list of an earlier life is known as old.
    this.#sequence = Math.max(this.#sequence + 1, Math.floor(now))
    const orders = { sequence: this.#sequence, protect: protection, rules: rules.map((rule) => rule.order(now)) }
    if (!links.filter(agent.id, orders)) return this.forget(agent.id)
    this.sent++
    this.#last.set(agent.id, list)
    for (const rule of rules) rule.part(agent).send(rule.version, orders.sequence)
  }
}
