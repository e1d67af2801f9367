// Agents that the server brings along: the one of its own host, where it is asked for, and the simulated edges of the demo.
import path from 'node:path'
import { localPrincipal } from '../app/account/first-run.ts'
import type { StateContext } from '../app/context.ts'
import type { Log } from '../base/log.ts'
import type { AgentRegistry } from '../capture/agent-registry.ts'
import { insertAgent } from '../capture/hub/enrolments.ts'
import type { Config } from '../contract/config.ts'
import { SimulatedEdges, type SimulatedEdge } from '../sim/edges.ts'
import { hashSecret, newSecret } from '../base/secret.ts'
import { startLocalAgent } from './local-agent.ts'

export interface OwnAgentsConfig {
  readonly localAgent: Config['captures']['local_agent']
  readonly demo: boolean
  /** The data folder. */
  readonly folder: string
  /** Where the server listens. */
  readonly host: string
  readonly port: number
}

export interface OwnAgentsDependencies extends StateContext {
  readonly agents: Pick<AgentRegistry, 'changed'>
  readonly log: Log
}

const demoColos = ['ord01', 'ord02', 'fra01'] as const

/** To be called when the server listens. */
export class OwnAgents {
  readonly #config: OwnAgentsConfig
  readonly #deps: OwnAgentsDependencies
  readonly #running: { stop(): Promise<void> }[] = []

  constructor(config: OwnAgentsConfig, deps: OwnAgentsDependencies) {
    this.#config = config
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { account } = await localPrincipal(this.#deps)
    if (this.#config.localAgent.enabled) await this.#startLocal(account.number)
    if (this.#config.demo) await this.#startDemo(account.number)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((part) => part.stop()))
  }

  async #startLocal(account: number): Promise<void> {
    const { localAgent, folder, host, port } = this.#config
    const file = path.join(folder, 'agent.yaml')
    this.#running.push(await startLocalAgent({ account, colo: localAgent.colo, file, host, port }, this.#deps))
  }

  async #startDemo(account: number): Promise<void> {
    const edges: SimulatedEdge[] = []
    for (const colo of demoColos) edges.push(await this.#demoEdge(account, colo))
    const demo = new SimulatedEdges({ server: `http://127.0.0.1:${this.#config.port}`, edges }, { log: this.#deps.log })
    this.#running.push(demo)
    await demo.start()
  }

  /** The same agent at each start; its token is a new one, because the state keeps only hashes. */
  async #demoEdge(account: number, colo: string): Promise<SimulatedEdge> {
    const { state, clock, agents } = this.#deps
    const name = `demo-${colo}`
    const known = await state.selectFrom('agent').select('id').where('account', '=', account).where('name', '=', name).executeTakeFirst()
    if (known === undefined) {
      const { id, token } = await insertAgent(state, { account, colo, name, facts: null }, clock.now())
      await agents.changed(id)
      return { name, token }
    }
    const token = newSecret()
    await state
      .updateTable('agent')
      .set({ token_hash: hashSecret(token) })
      .where('id', '=', known.id)
      .execute()
    await agents.changed(known.id)
    return { name, token }
  }
}
