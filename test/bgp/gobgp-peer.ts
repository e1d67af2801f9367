// GoBGP's gobgpd as the peer of Drawbridge.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { LabProcess } from '../lab/lab-process.ts'
import type { Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { peerLinks, routerIds, watcherAs, watcherLinks } from './lab-addresses.ts'
import { communityNumbers, families, type BgpPeer, type Family, type PeerRoute, type PeerRule, type PeerSetup } from './peer.ts'

function familyBlock(name: string, graceful: boolean): string {
  return `
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "${name}"
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = ${graceful}
`
}

function neighborUs(family: Family, setup: PeerSetup): string {
  return `
[[neighbors]]
[neighbors.config]
neighbor-address = "${peerLinks[family].other}"
peer-as = ${setup.neighborAs}
${setup.password === '' ? '' : `auth-password = "${setup.password}"`}
[neighbors.transport.config]
passive-mode = true
[neighbors.timers.config]
hold-time = 3
keepalive-interval = 1
[neighbors.graceful-restart.config]
enabled = true
restart-time = 10
${setup.ttlSecurity ? '[neighbors.ttl-security.config]\nenabled = true\nttl-min = 255' : ''}
${familyBlock(`${family}-unicast`, true)}${familyBlock(`${family}-flowspec`, true)}`
}

function neighborWatcher(family: Family): string {
  return `
[[neighbors]]
[neighbors.config]
neighbor-address = "${watcherLinks[family].other}"
peer-as = ${watcherAs}
[neighbors.transport.config]
passive-mode = true
${familyBlock(`${family}-unicast`, false)}`
}

function configuration(setup: PeerSetup): string {
  return `[global.config]
as = ${setup.as}
router-id = "${routerIds.peer}"
${families.map((family) => neighborUs(family, setup) + neighborWatcher(family)).join('')}`
}

/** A path attribute of the JSON; `type` is its number in RFC 4271 and its successors. */
interface PathAttribute {
  readonly type: number
  readonly value?: unknown
  readonly nexthop?: string
  readonly metric?: number
  readonly as_paths?: readonly { readonly asns: readonly number[] }[]
  readonly communities?: readonly number[]
}

interface Path {
  readonly attrs: readonly PathAttribute[]
}

interface LargeCommunity {
  readonly ASN: number
  readonly LocalData1: number
  readonly LocalData2: number
}

const origins = ['igp', 'egp', 'incomplete']

function route(prefix: string, { attrs }: Path): PeerRoute {
  const find = (type: number) => attrs.find((attribute) => attribute.type === type)
  const large = (find(32)?.value ?? []) as readonly LargeCommunity[]
  return {
    prefix,
    // NEXT_HOP, or that of MP_REACH_NLRI.
    nextHop: find(3)?.nexthop ?? find(14)?.nexthop ?? '',
    asPath: find(2)?.as_paths?.flatMap((segment) => segment.asns) ?? [],
    origin: origins[find(1)?.value as number] ?? '',
    med: find(4)?.metric ?? null,
    localPref: (find(5)?.value as number | undefined) ?? null,
    communities: communityNumbers((find(8)?.communities ?? []).map((number) => `${number >>> 16}:${number & 0xffff}`)),
    largeCommunities: communityNumbers(large.map((each) => [each.ASN, each.LocalData1, each.LocalData2].join(':'))),
  }
}

/** Extended communities stay in the daemon's own JSON. */
function rule(match: string, { attrs }: Path): PeerRule {
  return { match, action: JSON.stringify(attrs.find((attribute) => attribute.type === 16 || attribute.type === 25)?.value ?? null) }
}

export class GobgpPeer implements BgpPeer {
  readonly #namespace: Namespace
  readonly #folder: string
  #process: LabProcess | undefined
  #neighbors = 0

  constructor(namespace: Namespace, folder: string) {
    this.#namespace = namespace
    this.#folder = folder
  }

  get process(): LabProcess {
    if (this.#process === undefined) throw new Error('gobgpd was not started')
    return this.#process
  }

  get #socket(): string {
    return join(this.#folder, 'gobgp.sock')
  }

  get #api(): string {
    return `unix://${this.#socket}`
  }

  async start(setup: PeerSetup): Promise<void> {
    await this.startWith(configuration(setup))
  }

  async startWith(text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await writeFile(join(this.#folder, 'gobgpd.toml'), text)
    this.#neighbors = text.split('[[neighbors]]').length - 1
    await this.#run()
  }

  async #run(...options: string[]): Promise<void> {
    // It leaves its socket behind, and does not start where one is.
    await rm(this.#socket, { force: true })
    const files = ['-t', 'toml', '-f', join(this.#folder, 'gobgpd.toml'), '--api-hosts', this.#api]
    const started = this.#namespace.start('gobgpd', [...files, '--pprof-disable', ...options])
    this.#process = started
    await until('gobgpd to answer', async () => {
      if (!started.isRunning) return 'ended'
      const { length } = JSON.parse(await this.#gobgp('neighbor', '-j')) as readonly unknown[]
      return length === this.#neighbors ? 'answers' : undefined
    })
    if (!started.isRunning) throw new Error(`gobgpd ended: ${started.output}`)
  }

  async stop(): Promise<void> {
    await this.process.stop('SIGTERM')
  }

  /** Told to stop it would say good-bye; a kill is what its graceful restart is for. */
  async restartGracefully(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.ended()
    await this.#run('--graceful-restart')
  }

  async isEstablished(family: Family): Promise<boolean> {
    const answer = JSON.parse(await this.#gobgp('neighbor', peerLinks[family].other, '-j')) as { state: { session_state?: number } }
    // 6 is ESTABLISHED in its API.
    return answer.state.session_state === 6
  }

  async routes(family: Family): Promise<readonly PeerRoute[]> {
    return (await this.#table(family)).map(([prefix, path]) => route(prefix, path))
  }

  async rules(family: Family): Promise<readonly PeerRule[]> {
    return (await this.#table(`${family}-flowspec`)).map(([match, path]) => rule(match, path))
  }

  async shutDown(family: Family, message: string): Promise<void> {
    // `disable` says no message, and `shutdown` lets the session come back by itself.
    await this.#gobgp('neighbor', peerLinks[family].other, 'shutdown', `--reason=${message}`)
    await this.#gobgp('neighbor', peerLinks[family].other, 'disable')
  }

  async bringUp(family: Family): Promise<void> {
    await this.#gobgp('neighbor', peerLinks[family].other, 'enable')
  }

  async #table(name: string): Promise<[string, Path][]> {
    const answer = JSON.parse(await this.#gobgp('global', 'rib', '-a', name, '-j')) as Record<string, Path[]>
    return Object.entries(answer).flatMap(([key, paths]) => paths.map((path): [string, Path] => [key, path]))
  }

  async #gobgp(...words: string[]): Promise<string> {
    return await this.#namespace.run('gobgp', '--target', this.#api, ...words)
  }
}
