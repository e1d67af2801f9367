// The topology of the set-up tests: routers R1, R2 … behind N, which may translate addresses, and the collector C behind it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { DrawbridgeServer } from '../lab/drawbridge-server.ts'
import type { LabProcess } from '../lab/lab-process.ts'
import { Lab, type LinkEnd, type Namespace } from '../lab/lab.ts'
import { buildFrame, pcapFile, type PacketPlan } from '../lab/packets.ts'
import { repository } from '../requirements.ts'
import { AlteringRelay, type Alteration } from './altering-relay.ts'

export const collector = { ipv4: '10.70.0.2', ipv6: 'fd70::2' } as const
/** N as C sees it: where translated datagrams come from. */
export const translator = '10.70.0.1'

const packetsPerSecond = 200

/** MAC addresses: locally administered; link number, then the end. */
function mac(link: number, end: number): string {
  return `02:00:00:00:${link.toString(16).padStart(2, '0')}:0${end}`
}

/** A router with an interface `t0` at which traffic comes in without end. */
export interface LabRouter {
  readonly namespace: Namespace
  /** As C sees it. */
  readonly address: string
  /** What runs on it. */
  readonly processes: LabProcess[]
  readonly number: number
}

/** Ten TCP and ten UDP flows between addresses that no other router sees. */
function trafficOf(router: LabRouter): Buffer[] {
  const hop = { sourceMac: mac(router.number, 4), destinationMac: mac(router.number, 3), tcpFlags: 0x10 }
  const [client, server] = [`10.80.${router.number}.2`, `10.81.${router.number}.2`]
  const plans: PacketPlan[] = Array.from({ length: 10 }, (_, index) => [
    { ...hop, source: client, destination: server, protocol: 'tcp', sourcePort: 40_000 + index, destinationPort: 443, length: 60 } as const,
    { ...hop, source: client, destination: server, protocol: 'udp', sourcePort: 40_000 + index, destinationPort: 53, length: 80 } as const,
  ]).flat()
  return plans.map((plan, index) => buildFrame({ ...plan, length: plan.length + 20 * index }, index))
}

/** A running lab with the server in C. */
export class SetUpLab {
  readonly #lab = new Lab()
  readonly #config: object
  readonly #relays: AlteringRelay[] = []
  #folder = ''
  #hosts: { nat: Namespace; collector: Namespace } | undefined
  #server: DrawbridgeServer | undefined
  #routers = 0

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
    this.#folder = await mkdtemp(join(tmpdir(), 'drawbridge-set-up-'))
    await this.#lab.start()
    const [nat, collectorHost] = [await this.#lab.namespace('n'), await this.#lab.namespace('c')]
    this.#hosts = { nat, collector: collectorHost }
    await this.#lab.link(
      { namespace: nat, device: 'c0', address: `${translator}/24`, mac: mac(0, 1) },
      { namespace: collectorHost, device: 'eth0', address: `${collector.ipv4}/24`, mac: mac(0, 2) },
    )
    await this.#lab.defaultRoute(collectorHost, translator)
    await addIpv6(nat, 'c0', 'fd70::1/64')
    await addIpv6(collectorHost, 'eth0', `${collector.ipv6}/64`)
    await collectorHost.run('ip', '-6', 'route', 'add', 'default', 'via', 'fd70::1')
    await nat.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1')
    this.#server = new DrawbridgeServer(collectorHost, this.#config)
    await this.#server.start()
  }

  async stop(): Promise<void> {
    try {
      await this.#server?.stop()
      for (const relay of this.#relays) relay.stop()
    } finally {
      await this.#lab.stop()
      await rm(this.#folder, { recursive: true, force: true })
    }
  }

  /** Adds a router behind N. */
  async router(): Promise<LabRouter> {
    const number = ++this.#routers
    const namespace = await this.#lab.namespace(`r${number}`)
    const [address, device] = [`10.67.${number}.1`, `r${number}`]
    const near: LinkEnd = { namespace: this.hosts.nat, device, address: `10.67.${number}.2/24`, mac: mac(number, 1) }
    await this.#lab.link(near, { namespace, device: 'eth0', address: `${address}/24`, mac: mac(number, 2) })
    await this.#lab.defaultRoute(namespace, near.address)
    await addIpv6(this.hosts.nat, device, `fd67:${number}::2/64`)
    await addIpv6(namespace, 'eth0', `fd67:${number}::1/64`)
    await namespace.run('ip', '-6', 'route', 'add', 'default', 'via', `fd67:${number}::2`)
    const watched = ['t0', 'address', mac(number, 3)]
    const feeding = ['t1', 'address', mac(number, 4)]
    await namespace.run('ip', 'link', 'add', ...watched, 'type', 'veth', 'peer', 'name', ...feeding)
    for (const end of ['t0', 't1']) await namespace.run('ip', 'link', 'set', end, 'up')
    return { namespace, address, number, processes: [] }
  }

  /** Starts a program on a router. It ends with `quiet`, or with the lab. */
  run(router: LabRouter, command: string, ...args: string[]): LabProcess {
    const started = router.namespace.start(command, args)
    router.processes.push(started)
    return started
  }

  /**
   * Lets traffic come in at `t0` until `quiet`.
   * @param pauseMs between a packet of each flow and the next
   */
  async traffic(router: LabRouter, pauseMs = 0): Promise<void> {
    const file = await this.file(`traffic-${router.number}.pcap`, pcapFile(trafficOf(router)))
    // Its other timers spin: a whole core for each router.
    const endless = ['--quiet', '--loop=0', ...(pauseMs > 0 ? [`--loopdelay-ms=${pauseMs}`] : []), '--preload-pcap', '--timer=nano']
    this.run(router, 'tcpreplay', ...endless, '--intf1=t1', `--pps=${packetsPerSecond}`, file)
  }

  /** Puts something between an exporter and the collector: it sends to loopback, and what arrives is what `alter` makes of that. */
  async relay(router: LabRouter, { port, alter }: { readonly port: number; readonly alter: Alteration }): Promise<void> {
    const relay = new AlteringRelay(router.namespace, { address: collector.ipv4, port: 2055 }, alter)
    this.#relays.push(relay)
    await relay.start(port)
  }

  /** From now on C sees what comes from this router as N's. */
  async translate(router: LabRouter): Promise<void> {
    const rules = [
      'table ip translation {',
      '  chain out {',
      '    type nat hook postrouting priority srcnat;',
      `    ip saddr ${router.address} masquerade`,
      '  }',
      '}',
    ]
    await this.hosts.nat.run('nft', '-f', await this.file('translation.nft', `${rules.join('\n')}\n`))
  }

  /** Ends everything on a router, the last that was started first. SIGTERM would leave uacctd waiting for a packet. */
  async quiet(router: LabRouter): Promise<void> {
    for (const started of router.processes.splice(0).toReversed()) await started.stop('SIGINT')
  }

  /** Runs the command line in C to its end, as an administrator; answers its standard output. @throws Error when it fails */
  async command(...args: readonly string[]): Promise<string> {
    const token = `DRAWBRIDGE_TOKEN=${this.server.credentials.token}`
    return await this.hosts.collector.run('env', token, join(repository, 'bin', 'drawbridge'), ...args)
  }

  /** Writes a file for a program of the lab; answers its path. */
  async file(name: string, content: string | Buffer): Promise<string> {
    const path = this.path(name)
    await writeFile(path, content)
    return path
  }

  path(name: string): string {
    return join(this.#folder, name)
  }
}

async function addIpv6(namespace: Namespace, device: string, address: string): Promise<void> {
  await namespace.run('sysctl', '-qw', `net.ipv6.conf.${device}.disable_ipv6=0`)
  await namespace.run('ip', 'address', 'add', address, 'dev', device, 'nodad')
}
