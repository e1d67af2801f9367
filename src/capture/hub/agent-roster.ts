// The enrolled agents as the hub knows them: the rows of the state in memory, with what their connections have told.
import type { Kysely } from 'kysely'
import { hashSecret, sameHash } from '../../base/secret.ts'
import type { AgentFacts } from '../../contract/agent.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { LinkedAgent } from '../agent-links.ts'
import type { AgentConnection } from './agent-connection.ts'
import { ClockOffset } from './clock-offset.ts'

type AgentRow = StateTables['agent']

/** last_seen_at is renewed once in this time at the most. */
const seenEveryMs = 60_000

export class RegisteredAgent {
  row: AgentRow
  facts: AgentFacts | null
  readonly clock = new ClockOffset()
  /** The one that has said hello last. */
  connection: AgentConnection | undefined
  seenAt = -Infinity

  constructor(row: AgentRow) {
    this.row = row
    this.facts = readFacts(row.facts)
  }

  /** What others are told of it. */
  linked(): LinkedAgent {
    const clock = this.clock.best()
    return {
      id: this.row.id,
      account: this.row.account,
      name: this.row.name,
      colo: this.row.colo,
      connected: this.connection !== undefined,
      clockOffsetMs: clock?.offsetMs ?? null,
      clockErrorMs: clock?.errorMs ?? null,
      address: this.connection?.address ?? null,
      facts: this.facts,
      alwaysOnSampling: this.row.always_on_sampling,
    }
  }
}

export class AgentRoster {
  readonly #state: Kysely<StateTables>
  readonly #agents = new Map<string, RegisteredAgent>()
  readonly #byToken = new Map<string, RegisteredAgent>()
  /** Agents with news that the state does not have. */
  readonly #unsaved = new Set<RegisteredAgent>()

  constructor(state: Kysely<StateTables>) {
    this.#state = state
  }

  async load(): Promise<void> {
    for (const row of await this.#state.selectFrom('agent').selectAll().execute()) this.#put(row)
  }

  get(id: string): RegisteredAgent | undefined {
    return this.#agents.get(id)
  }

  /** By name. */
  ofAccount(account: number): RegisteredAgent[] {
    return [...this.#agents.values()].filter(({ row }) => row.account === account).sort((a, b) => compare(a.row.name, b.row.name))
  }

  byToken(token: string): RegisteredAgent | undefined {
    const hash = hashSecret(token)
    const agent = this.#byToken.get(hash)
    return agent && sameHash(agent.row.token_hash, hash) ? agent : undefined
  }

  /** Reads an agent's row again. @returns undefined when it is gone */
  async refresh(id: string): Promise<RegisteredAgent | undefined> {
    const row = await this.#state.selectFrom('agent').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? this.#drop(id) : this.#put(row)
  }

  /** Which of these captures have a part on the agent. */
  async jobsOf(agent: string, captures: readonly string[]): Promise<Set<string>> {
    if (captures.length === 0) return new Set()
    const rows = await this.#state
      .selectFrom('capture_agent')
      .select('capture')
      .where('agent', '=', agent)
      .where('capture', 'in', captures)
      .execute()
    return new Set(rows.map(({ capture }) => capture))
  }

  /** What the agent has told of its host. Written by `save`. */
  learn(agent: RegisteredAgent, facts: AgentFacts): void {
    const text = JSON.stringify(facts)
    agent.facts = facts
    if (agent.row.facts === text) return
    agent.row = { ...agent.row, facts: text }
    this.#unsaved.add(agent)
  }

  /** The agent is there; noted unless that was done a moment ago. Written by `save`. @param now ms since 1970 */
  saw(agent: RegisteredAgent, now: number): void {
    if (Math.abs(now - agent.seenAt) < seenEveryMs) return
    agent.seenAt = now
    agent.row = { ...agent.row, last_seen_at: new Date(now).toISOString() }
    this.#unsaved.add(agent)
  }

  /** Writes what is new of all agents at once: a hundred that come together cost one transaction. @throws what the state throws; the next call tries again */
  async save(): Promise<void> {
    const agents = [...this.#unsaved]
    if (agents.length === 0) return
    this.#unsaved.clear()
    try {
      await this.#state.transaction().execute(async (transaction) => {
        for (const { row } of agents) {
          const { facts, last_seen_at } = row
          await transaction.updateTable('agent').set({ facts, last_seen_at }).where('id', '=', row.id).execute()
        }
      })
    } catch (error) {
      for (const agent of agents) this.#unsaved.add(agent)
      throw error
    }
  }

  #put(row: AgentRow): RegisteredAgent {
    const known = this.#agents.get(row.id)
    if (known !== undefined) this.#byToken.delete(known.row.token_hash)
    const agent = known ?? new RegisteredAgent(row)
    const { facts, last_seen_at } = agent.row
    agent.row = this.#unsaved.has(agent) ? { ...row, facts, last_seen_at } : row
    this.#agents.set(row.id, agent)
    this.#byToken.set(row.token_hash, agent)
    return agent
  }

  #drop(id: string): undefined {
    const agent = this.#agents.get(id)
    this.#agents.delete(id)
    if (agent === undefined) return undefined
    this.#byToken.delete(agent.row.token_hash)
    this.#unsaved.delete(agent)
    return undefined
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

function readFacts(text: string | null): AgentFacts | null {
  // Written by saveFacts or at the enrolment, from facts that fit the schema.
  return text === null ? null : (JSON.parse(text) as AgentFacts)
}
