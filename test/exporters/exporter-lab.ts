// The topology of the exporter tests: host A – router R – host B, and the collector C beside R.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { DrawbridgeServer } from '../lab/drawbridge-server.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { Lab, type LinkEnd, type Namespace } from '../lab/lab.ts'
import { pcapFile } from '../lab/packets.ts'
import { arrivedAt, sink, truthBetween } from './sink.ts'
import { buildFiller, buildTraffic, type Hop, type Truth } from './traffic.ts'

/** Addresses as R's neighbours know them. R exports from `routerAddress` to `collectorAddress`. */
export const routerAddress = '10.66.3.1'
export const collectorAddress = '10.66.3.2'
/** R's interface towards A, on which exporters listen. */
export const routerDevice = 'a0'
export const hostB = '10.66.2.2'
/** R's interface towards B, for exporters that bridge instead of routing. */
export const farDevice = 'b0'

/** Where A's frames are addressed to: R, which routes them, or B itself, which R bridges. */
const destinationMacs = { routed: '02:00:00:00:01:01', bridged: '02:00:00:00:02:02' } as const
export type Way = keyof typeof destinationMacs

/** Filler packets behind a sending. */
const fillerPackets = 600

/** MAC addresses: locally administered; link number, then 01 for R and 02 for the host. */
function linkEnds(router: Namespace, host: Namespace, device: string, number: number): [LinkEnd, LinkEnd] {
  const mac = (end: number) => `02:00:00:00:0${number}:0${end}`
  return [
    { namespace: router, device, address: `10.66.${number}.1/24`, mac: mac(1) },
    { namespace: host, device: 'eth0', address: `10.66.${number}.2/24`, mac: mac(2) },
  ]
}

/** nftables rules as JSON, so that nothing is parsed from a command line. */
function nftRules(table: string, rules: readonly (readonly object[])[]): string {
  const chain = { family: 'ip', table, name: 'traffic' }
  return JSON.stringify({
    nftables: [
      { add: { table: { family: 'ip', name: table } } },
      { add: { chain: { ...chain, type: 'filter', hook: 'prerouting', prio: -300, policy: 'accept' } } },
      ...rules.map((expr) => ({ add: { rule: { family: 'ip', table, chain: 'traffic', expr } } })),
    ],
  })
}

/** One sending of the traffic mix: the source address that no other sending has, and what was sent. */
export interface Sent {
  readonly source: string
  readonly truth: Truth
}

/** A running lab with the server in C. */
export class ExporterLab {
  readonly #lab = new Lab()
  readonly #config: object
  #folder = ''
  #hosts: { a: Namespace; b: Namespace; router: Namespace; collector: Namespace } | undefined
  #server: DrawbridgeServer | undefined
  #runs = 0

  /** @param config of the server's configuration file */
  constructor(config: object = {}) {
    this.#config = config
  }

  get server(): DrawbridgeServer {
    if (this.#server === undefined) throw new Error('the lab was not started')
    return this.#server
  }

  get hosts() {
    if (this.#hosts === undefined) throw new Error('the lab was not started')
    return this.#hosts
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'drawbridge-lab-'))
    await this.#lab.start()
    const [a, b, collector, router] = [
      await this.#lab.namespace('a'),
      await this.#lab.namespace('b'),
      await this.#lab.namespace('c'),
      await this.#lab.namespace('r'),
    ]
    this.#hosts = { a, b, router, collector }
    for (const [host, device, number] of [
      [a, routerDevice, 1],
      [b, farDevice, 2],
      [collector, 'c0', 3],
    ] as const) {
      const [near, far] = linkEnds(router, host, device, number)
      await this.#lab.link(near, far)
      await this.#lab.defaultRoute(host, near.address)
    }
    await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1')
    // B counts what arrives and answers nothing: only A sends, so what R sees is what A sent.
    await this.loadRules(b, sink.table, ...sink.rules)
    this.#server = new DrawbridgeServer(collector, this.#config)
    await this.#server.start()
    await this.#server.register(routerAddress)
  }

  async stop(): Promise<void> {
    try {
      await this.#server?.stop()
    } finally {
      await this.#lab.stop()
      await rm(this.#folder, { recursive: true, force: true })
    }
  }

  /** Loads a table whose one chain sees packets first; each rule is a list of expressions in nftables' JSON. */
  async loadRules(namespace: Namespace, table: string, ...rules: readonly (readonly object[])[]): Promise<void> {
    await namespace.run('nft', '-j', '-f', await this.file(`${table}.json`, nftRules(table, rules)))
  }

  /** Writes a file for a program of the lab; answers its path. */
  async file(name: string, content: string | Buffer): Promise<string> {
    const path = join(this.#folder, name)
    await writeFile(path, content)
    return path
  }

  path(name: string): string {
    return join(this.#folder, name)
  }

  /** Starts an exporter on R. */
  startOnRouter(command: string, ...args: string[]): LabProcess {
    return this.hosts.router.start(command, args)
  }

  /**
   * Sends the traffic mix, and the filler behind it, from A through R to B. Each call uses a source address of its own,
   * by which its flows are found in the store.
   * @param way a router must pass on everything; a bridge in user space may lose packets of a burst before it sees them
   * @returns what crossed R, as counted by the kernel of B
   * @throws Error when a router lost a packet, or a bridge a quarter of them or all of the filler
   */
  async send(way: Way = 'routed'): Promise<Sent> {
    const source = `10.66.1.${10 + this.#runs++}`
    const hop: Hop = { sourceMac: '02:00:00:00:01:02', destinationMac: destinationMacs[way], source, destination: hostB }
    const { frames, truth: planned } = buildTraffic(hop)
    const before = await arrivedAt(this.hosts.b)
    const file = await this.file('traffic.pcap', pcapFile([...frames, ...buildFiller(hop, fillerPackets)]))
    await this.hosts.a.run('tcpreplay', '--quiet', '--timer=nano', '--intf1=eth0', `--pps=${way === 'routed' ? 4000 : 2500}`, file)
    const after = await arrivedAt(this.hosts.b)
    const truth = truthBetween(before, after)
    const filler = after.filler.packets - before.filler.packets
    const isEnough = way === 'routed' ? truth.packets + filler === planned.packets + fillerPackets : truth.packets >= planned.packets * 0.75
    if (!isEnough || filler === 0) throw new Error(`${truth.packets} of ${planned.packets} packets and ${filler} of the filler crossed R`)
    return { source, truth }
  }
}
