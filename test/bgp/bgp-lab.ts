// The BGP lab: Drawbridge – peer – watcher, each in a namespace of its own, and a tap on what Drawbridge and peer say.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Lab, type Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { peerLinks, watcherLinks, type LinkAddresses } from './lab-addresses.ts'
import { families, type BgpPeer } from './peer.ts'
import { Speaker } from './speaker.ts'
import { Watcher } from './watcher.ts'
import { WireTap } from './wire-tap.ts'

/** @param folder for its files; it does not exist yet */
export type MakePeer = (namespace: Namespace, folder: string) => BgpPeer

/** Counters of the kernel for packets that TCP refused. */
export type RefusedPackets = 'TCPMD5NotFound' | 'TCPMD5Unexpected' | 'TCPMD5Failure' | 'TCPMinTTLDrop'

interface Parts {
  readonly drawbridge: Namespace
  readonly peerNamespace: Namespace
  readonly peer: BgpPeer
  readonly watcher: Watcher
  readonly tap: WireTap
}

export class BgpLab {
  readonly #lab = new Lab()
  readonly #makePeer: MakePeer
  #folder = ''
  #parts: Parts | undefined

  constructor(makePeer: MakePeer) {
    this.#makePeer = makePeer
  }

  get parts(): Parts {
    if (this.#parts === undefined) throw new Error('the lab was not started')
    return this.#parts
  }

  /** Everything but the peer and our speaker, which tests start as they need them. */
  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'drawbridge-bgp-'))
    // Daemons that give up root have to reach their folder inside it.
    await chmod(this.#folder, 0o755)
    await this.#lab.start()
    const [drawbridge, peerNamespace, outside] = [await this.#router('d'), await this.#router('p'), await this.#router('w')]
    for (const [index, family] of families.entries()) {
      await this.#link(drawbridge, peerNamespace, peerLinks[family], index)
      await this.#link(outside, peerNamespace, watcherLinks[family], families.length + index)
    }
    const watcher = new Watcher(outside, join(this.#folder, 'watcher'))
    const tap = new WireTap(drawbridge, this.#folder)
    const peer = this.#makePeer(peerNamespace, join(this.#folder, 'peer'))
    this.#parts = { drawbridge, peerNamespace, peer, watcher, tap }
    await Promise.all([watcher.start(), tap.start()])
  }

  speaker(): Speaker {
    return new Speaker(this.parts.drawbridge)
  }

  /** Takes both links between Drawbridge and the peer down, or up again. */
  async links(state: 'up' | 'down'): Promise<void> {
    for (const family of families) await this.parts.drawbridge.run('ip', 'link', 'set', peerLinks[family].device, state)
  }

  /** Waits until TCP has refused a packet for the reason, counted from an earlier number. */
  async refused(where: 'drawbridge' | 'peerNamespace', reason: RefusedPackets, from: number): Promise<void> {
    await until(`${reason} in ${where}`, async () => ((await this.refusedSoFar(where, reason)) > from ? true : undefined))
  }

  async refusedSoFar(where: 'drawbridge' | 'peerNamespace', reason: RefusedPackets): Promise<number> {
    const output = await this.parts[where].run('nstat', '-asz', '--json', `TcpExt${reason}`)
    const { kernel } = JSON.parse(output) as { kernel: Record<string, number> }
    return kernel[`TcpExt${reason}`] ?? 0
  }

  async stop(): Promise<void> {
    await this.#lab.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A namespace with IPv6 that asks nobody whether its addresses are taken, and keeps them while a link is down. */
  async #router(role: string): Promise<Namespace> {
    const namespace = await this.#lab.namespace(role)
    const settings = { disable_ipv6: 0, accept_dad: 0, router_solicitations: 0, keep_addr_on_down: 1 }
    const lines = Object.entries(settings).flatMap(([key, value]) =>
      ['all', 'default'].map((which) => `net.ipv6.conf.${which}.${key}=${value}`),
    )
    await namespace.run('sysctl', '-qw', ...lines)
    return namespace
  }

  async #link(other: Namespace, peer: Namespace, link: LinkAddresses, number: number): Promise<void> {
    const end = (namespace: Namespace, address: string, side: number) => ({
      namespace,
      device: link.device,
      address: `${address}/${link.prefixLength}`,
      mac: `02:00:00:00:0${number}:0${side}`,
    })
    await this.#lab.link(end(other, link.other, 1), end(peer, link.peer, 2))
  }
}
