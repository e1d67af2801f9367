// Simulated edges: real agents over the real protocol, with made-up hosts and packets, for the demo and for measuring hubs.
import type { Log } from '../base/log.ts'
import { Agent } from '../capture/agent/agent.ts'
import { CaptureRun } from '../capture/engine/capture-run.ts'
import { agentConfigSchema } from '../contract/agent-config.ts'
import type { AgentFacts } from '../contract/agent.ts'
import type { SimFlow } from './flow.ts'
import { SimulatedFirewall } from './simulated-firewall.ts'
import { SimulatedPackets, simulatedFrames, type SimulatedTraffic } from './simulated-packets.ts'
import { Traffic } from './traffic.ts'

export interface SimulatedEdge {
  readonly name: string
  /** From its enrolment. */
  readonly token: string
}

export interface SimulatedEdgesConfig {
  /** Address of the server. */
  readonly server: string
  readonly edges: readonly SimulatedEdge[]
  /** Of each edge, before filters and sampling. */
  readonly packetsPerSecond?: number
  readonly seed?: number
}

const everydayRate = 2000
/** Different packets; they are repeated. */
const frameCount = 8192
const apart = 311

/** A component. */
export class SimulatedEdges {
  readonly #config: SimulatedEdgesConfig
  readonly #log: Log
  readonly #agents: Agent[] = []

  constructor(config: SimulatedEdgesConfig, { log }: { readonly log: Log }) {
    this.#config = config
    this.#log = log
  }

  /** Resolves when all have begun to connect. */
  async start(): Promise<void> {
    const { server, edges, packetsPerSecond = everydayRate, seed = 1 } = this.#config
    const frames = simulatedFrames(flows(seed))
    for (const [index, edge] of edges.entries()) {
      // Each sees other packets at a time.
      this.#agents.push(this.#agent(server, edge, { frames, packetsPerSecond, first: index * apart }))
    }
    await Promise.all(this.#agents.map((agent) => agent.start()))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#agents.splice(0).map((agent) => agent.stop()))
  }

  /** Edges that are connected. */
  get connected(): number {
    return this.#agents.filter(({ isConnected }) => isConnected).length
  }

  #agent(server: string, { name, token }: SimulatedEdge, traffic: SimulatedTraffic): Agent {
    return new Agent(agentConfigSchema.parse({ server, token }), {
      makeCapture: (job, sink) => new CaptureRun(job, { source: new SimulatedPackets(job, traffic), sink }),
      openSink: () => {
        throw new Error('simulated edges reach no buckets; ask for a simple capture')
      },
      firewall: new SimulatedFirewall(traffic),
      facts: async () => describeEdge(name),
      log: this.#log,
    })
  }
}

function* flows(seed: number): Generator<SimFlow> {
  const traffic = new Traffic({ seed })
  for (let count = 0; count < frameCount; count++) yield traffic.next()
}

function describeEdge(hostname: string): AgentFacts {
  return {
    hostname,
    version: 'simulated',
    kernel: '6.12.0',
    architecture: 'x64',
    nft: 'nftables v1.1.0',
    tcpdump: 'tcpdump version 4.99.5',
    interfaces: [
      { name: 'eth0', index: 2, mtu: 1500, state: 'up', mac: '02:00:5e:00:00:01', addresses: ['192.0.2.1/24'], merging_offloads: [] },
      { name: 'eth1', index: 3, mtu: 1500, state: 'up', mac: '02:00:5e:00:00:02', addresses: ['198.51.100.1/24'], merging_offloads: [] },
    ],
    findings: [{ id: 'simulated', state: 'ok', message: 'This agent is simulated.', command: null }],
  }
}
