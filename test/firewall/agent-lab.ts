// An agent on an edge between two hosts, with a hub that gives it firewall rules, and counters of what it lets through.
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { FirewallOrderList } from '../../src/capture/agent-links.ts'
import { HubScene } from '../../src/capture/testing/hub-scene.ts'
import type { AgentFirewallState, FirewallAction, FirewallOrder, FirewallOrderState } from '../../src/contract/firewall.ts'
import { parseFilter } from '../../src/filter/parse-filter.ts'
import { CaptureLab, senderAddress } from '../capture/capture-lab.ts'
import { NamespaceRelay } from '../capture/namespace-relay.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { until } from '../lab/poll.ts'
import { repository } from '../requirements.ts'

/** Where the agent meets the hub: on the sender, so that its packets come in as others do. */
export const serverPort = 8080
const longMs = 600_000

/** A rule for ten minutes. */
export function rule(filter: string, action: FirewallAction['kind'] = 'drop', changes: Partial<FirewallOrder> = {}): FirewallOrder {
  const id = randomBytes(16).toString('hex')
  const made: FirewallAction = action === 'limit' ? { kind: action, packets_per_second: 50 } : { kind: action }
  return { id, filter: parseFilter(filter), action: made, interface: null, remaining_ms: longMs, ...changes }
}

export class AgentFirewallLab {
  readonly edges = new CaptureLab()
  readonly scene = new HubScene()
  protect: FirewallOrderList['protect'] = { prefixes: [], local_ports: [] }
  #relay: NamespaceRelay | undefined
  #agent: LabProcess | undefined
  #id = ''
  #token = ''
  #sequence = 0

  async start(): Promise<void> {
    await this.edges.start()
    await this.scene.start()
    this.#relay = new NamespaceRelay(this.edges.sender, Number(new URL(this.scene.url).port), join(this.edges.folder, 'relay.sock'))
    await this.#relay.start(serverPort)
    const { id, token } = await this.scene.agent('edge')
    this.#id = id
    this.#token = token
    await this.observe()
    await this.runAgent()
  }

  get agentId(): string {
    return this.#id
  }

  /** Another program's rules on the edge: they count what is left behind the agent's. */
  async observe(): Promise<void> {
    const lines = [
      'add table inet observer',
      'add chain inet observer seen { type filter hook prerouting priority -300; }',
      'add chain inet observer passed { type filter hook forward priority 0; }',
      'add counter inet observer passed',
      'add rule inet observer passed udp dport 9 counter name passed',
    ]
    await this.edges.edge.run('nft', lines.join('; '))
  }

  /** Starts the agent, also again, and waits for its connection. */
  async runAgent({
    config = {},
    env = {},
  }: { readonly config?: object; readonly env?: Readonly<Record<string, string>> } = {}): Promise<void> {
    const file = join(this.edges.folder, 'agent.yaml')
    await writeFile(
      file,
      JSON.stringify({ server: `http://${senderAddress}:${serverPort}`, token: this.#token, allow_plaintext: true, ...config }),
    )
    const before = this.#connections
    this.#agent = this.edges.edge.start(
      process.execPath,
      [join(repository, 'dist', 'process', 'main.js'), 'agent', 'run', '--config', file],
      env,
    )
    await until('the agent', () => (this.#connections > before ? true : undefined))
  }

  get #connections(): number {
    return this.scene.firewall.log.filter((line) => line === 'connected edge').length
  }

  /** Waits until the agent has come back to a hub that was away. */
  async reconnected(): Promise<void> {
    await until('the agent to come back', () => (this.scene.hub.agents(1).some(({ connected }) => connected) ? true : undefined))
  }

  async killAgent(): Promise<void> {
    this.#agent?.child.kill('SIGKILL')
    await until('the end of the connection', () => (this.scene.hub.agents(1).every(({ connected }) => !connected) ? true : undefined))
  }

  async stopAgent(): Promise<void> {
    await this.#agent?.stop('SIGTERM')
  }

  /** Gives the agent these rules and no others. @returns what it tells when it has carried that out */
  async order(...rules: readonly FirewallOrder[]): Promise<AgentFirewallState> {
    const sequence = this.send(...rules)
    return await until('the rules to be carried out', () => this.states.find((state) => state.sequence === sequence))
  }

  /** The same without waiting. */
  send(...rules: readonly FirewallOrder[]): number {
    const sequence = ++this.#sequence
    if (!this.scene.hub.links.filter(this.#id, { sequence, protect: this.protect, rules })) throw new Error('the agent is not connected')
    return sequence
  }

  get states(): readonly AgentFirewallState[] {
    return this.scene.firewall.of(this.#id)
  }

  /** The last word about a rule. */
  told({ id }: FirewallOrder): FirewallOrderState | undefined {
    return this.scene.firewall.rule(this.#id, id)
  }

  /** Waits until so many packets are told of a rule. */
  async counted(order: FirewallOrder, packets: number): Promise<FirewallOrderState> {
    return await until(`${packets} packets`, () => {
      const state = this.told(order)
      return state !== undefined && state.packets >= packets ? state : undefined
    })
  }

  /** UDP packets to port 9 that the edge has passed on. */
  async passed(): Promise<number> {
    const listed = await this.edges.edge.run('nft', 'list', 'counter', 'inet', 'observer', 'passed')
    return Number(/packets (\d+)/.exec(listed)?.[1])
  }

  async firewallTables(): Promise<string[]> {
    return (await this.edges.tables()).filter((name) => name.startsWith('drawbridge_firewall_'))
  }

  async stop(): Promise<void> {
    await this.stopAgent()
    await this.edges.stop()
    this.#relay?.stop()
    await this.scene.stop()
  }
}
