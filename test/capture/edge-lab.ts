// The whole system for captures: a server, three edges with an agent each, and two hosts that send through all of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AgentEnrolment, AgentSummary } from '../../src/contract/agent.ts'
import type { Capture } from '../../src/contract/capture.ts'
import { DrawbridgeServer } from '../lab/drawbridge-server.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { Lab, type LinkEnd, type Namespace } from '../lab/lab.ts'
import { buildFrame, pcapFile, type PacketPlan } from '../lab/packets.ts'
import { until } from '../lab/poll.ts'
import { repository } from '../requirements.ts'

export const captureNeeds = {
  root: true,
  commands: ['ip', 'nft', 'tcpdump', 'tcpreplay', 'sysctl', 'setpriv'],
  paths: ['node_modules/chdb'],
} as const

export const drawbridge = join(repository, 'bin', 'drawbridge')
const captures = '/accounts/{account}/drawbridge/captures'

/** Who sends, to all edges. */
export type Sender = 'client' | 'attacker'

export interface Edge {
  /** From 1. */
  readonly number: number
  /** `ord01`, `ord02`, `fra01`. */
  readonly colo: string
  readonly namespace: Namespace
  readonly configFile: string
  agent: LabProcess | undefined
}

/** What the edge's end of the link to a sender is called. */
export const interfaceTo: Readonly<Record<Sender, string>> = { client: 'client', attacker: 'attacker' }

export class EdgeLab {
  readonly #lab = new Lab()
  readonly #config: object
  readonly edges: Edge[] = []
  readonly #hosts = new Map<Sender, Namespace>()
  #folder = ''
  #noc: Namespace | undefined
  #server: DrawbridgeServer | undefined
  #files = 0

  /** @param config of the server, beside what the lab needs */
  constructor(config: { readonly captures?: object; readonly firewall?: object; readonly advertise?: object } = {}) {
    this.#config = {
      ...config,
      http: { host: '0.0.0.0' },
      captures: { simple_interval_seconds: 0, ...config.captures },
    }
  }

  /** Where the server runs. */
  get noc(): Namespace {
    if (this.#noc === undefined) throw new Error('the lab was not started')
    return this.#noc
  }

  get server(): DrawbridgeServer {
    if (this.#server === undefined) throw new Error('the lab was not started')
    return this.#server
  }

  /** A path in the lab's own folder. */
  path(name: string): string {
    return join(this.#folder, name)
  }

  /** Everything runs, and all agents are connected. */
  async start(): Promise<void> {
    await this.#lab.start()
    this.#folder = await mkdtemp(join(tmpdir(), 'drawbridge-edges-'))
    this.#noc = await this.#lab.namespace('noc')
    for (const sender of ['client', 'attacker'] as const) this.#hosts.set(sender, await this.#lab.namespace(sender))
    for (const [index, colo] of ['ord01', 'ord02', 'fra01'].entries()) await this.#addEdge(index + 1, colo)
    this.#server = new DrawbridgeServer(this.#noc, this.#config)
    await this.#server.start()
    for (const edge of this.edges) await this.#enrol(edge)
    await this.agentsAre('connected')
  }

  async #addEdge(number: number, colo: string): Promise<void> {
    const namespace = await this.#lab.namespace(`edge${number}`)
    await this.#link(this.noc, `edge${number}`, namespace, 'noc', `10.90.${number}`)
    for (const [index, sender] of (['client', 'attacker'] as const).entries())
      await this.#link(this.host(sender), `edge${number}`, namespace, interfaceTo[sender], `10.9${index + 1}.${number}`)
    this.edges.push({ number, colo, namespace, configFile: this.path(`agent${number}.yaml`), agent: undefined })
  }

  /** The far end is .1, the edge's .2. */
  async #link(far: Namespace, farDevice: string, edge: Namespace, edgeDevice: string, net: string): Promise<void> {
    const [, block = '', number = ''] = net.split('.')
    const mac = (end: number) => `02:00:00:${block}:0${number}:0${end}`
    const farEnd: LinkEnd = { namespace: far, device: farDevice, address: `${net}.1/24`, mac: mac(1) }
    await this.#lab.link(farEnd, { namespace: edge, device: edgeDevice, address: `${net}.2/24`, mac: mac(2) })
  }

  /**
   * A host behind an edge, which then forwards what the senders have for it.
   * @param address of the host; both senders have a route to it
   */
  async hostBehind({ namespace, number }: Edge, address: string): Promise<Namespace> {
    const host = await this.#lab.namespace(`behind${number}`)
    await this.#link(host, 'edge', namespace, 'behind', `10.93.${number}`)
    await host.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo')
    await this.#lab.defaultRoute(host, `10.93.${number}.2`)
    await namespace.run('ip', 'route', 'add', address, 'via', `10.93.${number}.1`)
    // Attacks come from forged addresses.
    await namespace.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0')
    await host.run('sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=0')
    await this.host('client').run('ip', 'route', 'add', address, 'via', `10.91.${number}.2`)
    return host
  }

  /** As a person would: a code from the server, then two commands on the edge host. */
  async #enrol(edge: Edge): Promise<void> {
    const enrolments = '/accounts/{account}/drawbridge/agents/enrolments'
    const { code } = await this.server.api<AgentEnrolment>('POST', enrolments, { colo: edge.colo })
    const to = ['--server', `http://10.90.${edge.number}.1:8080`, '--code', code, '--name', `edge${edge.number}`, '--allow-plaintext']
    await edge.namespace.run(drawbridge, 'agent', 'enroll', '--config', edge.configFile, ...to)
    this.runAgent(edge)
  }

  /** Starts the agent of an edge, also again. */
  runAgent(edge: Edge): void {
    edge.agent = edge.namespace.start(drawbridge, ['agent', 'run', '--config', edge.configFile])
  }

  host(sender: Sender): Namespace {
    const host = this.#hosts.get(sender)
    if (host === undefined) throw new Error('the lab was not started')
    return host
  }

  async agents(): Promise<readonly AgentSummary[]> {
    return await this.server.api('GET', '/accounts/{account}/drawbridge/agents')
  }

  /** Waits until all agents are in this state. */
  async agentsAre(state: AgentSummary['state']): Promise<void> {
    await until(`all agents to be ${state}`, async () => {
      const agents = await this.agents()
      return agents.length === this.edges.length && agents.every((agent) => agent.state === state) ? true : undefined
    })
  }

  /** Puts these frames on the wire from a sender to an edge, in this order, and waits until they are sent. */
  async send(sender: Sender, edge: Edge, plans: readonly Omit<PacketPlan, 'sourceMac' | 'destinationMac'>[], rate = 2000): Promise<void> {
    const macs = this.#macs(sender, edge)
    const file = this.path(`frames-${this.#files++}.pcap`)
    await writeFile(file, pcapFile(plans.map((plan, index) => buildFrame({ ...macs, ...plan }, index))))
    await this.host(sender).run('tcpreplay', '--quiet', '--timer=nano', `--intf1=edge${edge.number}`, `--pps=${rate}`, file)
    await rm(file)
  }

  /** Sends the same packet to all edges, again and again until the lab stops. */
  async stream(sender: Sender, plan: Omit<PacketPlan, 'sourceMac' | 'destinationMac'>, rate: number): Promise<void> {
    for (const edge of this.edges) await this.repeat(sender, edge, [plan], rate)
  }

  /** Sends these packets again and again until the process is stopped, or the lab. */
  async repeat(
    sender: Sender,
    edge: Edge,
    plans: readonly Omit<PacketPlan, 'sourceMac' | 'destinationMac'>[],
    rate: number,
  ): Promise<LabProcess> {
    const file = this.path(`frames-${this.#files++}.pcap`)
    await writeFile(file, pcapFile(plans.map((plan, index) => buildFrame({ ...this.#macs(sender, edge), ...plan }, index))))
    return this.host(sender).start('tcpreplay', [
      '--quiet',
      '--timer=nano',
      `--intf1=edge${edge.number}`,
      `--pps=${rate}`,
      '--loop=0',
      file,
    ])
  }

  #macs(sender: Sender, { number }: Edge): Pick<PacketPlan, 'sourceMac' | 'destinationMac'> {
    const block = sender === 'client' ? '91' : '92'
    return { sourceMac: `02:00:00:${block}:0${number}:01`, destinationMac: `02:00:00:${block}:0${number}:02` }
  }

  async capture(id: string): Promise<Capture> {
    return await this.server.api('GET', `${captures}/${id}`)
  }

  /** Waits until every agent of a capture captures. */
  async capturing(id: string): Promise<void> {
    await until('all agents to capture', async () => {
      const { agents, error_message: error, status } = await this.capture(id)
      if (status === 'failed') throw new Error(`the capture failed: ${error}`)
      return agents.length > 0 && agents.every(({ state }) => state === 'capturing') ? true : undefined
    })
  }

  /** Waits until a capture is over. */
  async over(id: string): Promise<Capture> {
    return await until('the end of the capture', async () => {
      const capture = await this.capture(id)
      return capture.status === 'success' || capture.status === 'failed' ? capture : undefined
    })
  }

  /** Names of all nftables tables of an edge. */
  async tables(edge: Edge): Promise<readonly string[]> {
    const listed = await edge.namespace.run('nft', 'list', 'tables')
    return listed.split('\n').filter((line) => line !== '')
  }

  async stop(): Promise<void> {
    for (const { agent } of this.edges) await agent?.stop('SIGTERM')
    await this.#server?.stop()
    await this.#lab.stop()
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true })
  }
}
