// FRR's bgpd as the peer of Drawbridge: alone, without zebra, so that it touches no kernel table.
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { LabProcess } from '../lab/lab-process.ts'
import type { Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { peerLinks, routerIds, watcherAs, watcherLinks } from './lab-addresses.ts'
import { communityNumbers, families, type BgpPeer, type Family, type PeerRoute, type PeerRule, type PeerSetup } from './peer.ts'

const execute = promisify(execFile)
/** Debian keeps it outside of every PATH. */
const bgpdPath = '/usr/lib/frr/bgpd'

function neighborLines(family: Family, setup: PeerSetup): string {
  const us = `neighbor ${peerLinks[family].other}`
  const watcher = `neighbor ${watcherLinks[family].other}`
  const lines = [`${us} remote-as ${setup.neighborAs}`, `${us} passive`, `${us} timers 1 3`]
  if (setup.password !== '') lines.push(`${us} password ${setup.password}`)
  if (setup.ttlSecurity) lines.push(`${us} ttl-security hops 1`)
  return [...lines, `${watcher} remote-as ${watcherAs}`, `${watcher} passive`].map((line) => ` ${line}`).join('\n')
}

function familyLines(family: Family): string {
  const ends = [peerLinks[family].other, watcherLinks[family].other]
  const unicast = ends.map((end) => `  neighbor ${end} activate`).join('\n')
  return ` address-family ${family} unicast
${unicast}
 exit-address-family
 address-family ${family} flowspec
  neighbor ${ends[0]} activate
 exit-address-family`
}

function configuration(setup: PeerSetup): string {
  return `frr defaults traditional
router bgp ${setup.as}
 bgp router-id ${routerIds.peer}
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 bgp graceful-restart
${families.map((family) => neighborLines(family, setup)).join('\n')}
${families.map(familyLines).join('\n')}
`
}

interface RouteAttributes {
  readonly prefix?: string
  readonly aspath?: { readonly segments: readonly { readonly list: readonly number[] }[] }
  readonly origin?: string
  readonly metric?: number
  readonly locPrf?: number
  readonly community?: { readonly list: readonly string[] }
  readonly largeCommunity?: { readonly list: readonly string[] }
  readonly nexthops?: readonly { readonly ip: string; readonly scope?: string }[]
}

function route(attributes: RouteAttributes, prefix: string): PeerRoute {
  return {
    prefix,
    nextHop: attributes.nexthops?.find((hop) => hop.scope !== 'link-local')?.ip ?? '',
    asPath: attributes.aspath?.segments.flatMap((segment) => segment.list) ?? [],
    origin: (attributes.origin ?? '').toLowerCase(),
    med: attributes.metric ?? null,
    localPref: attributes.locPrf ?? null,
    communities: communityNumbers(attributes.community?.list ?? []),
    largeCommunities: communityNumbers(attributes.largeCommunity?.list ?? []),
  }
}

/** Entries of `show bgp … flowspec detail`: a heading, then the components and the action, one a line. */
function rule(entry: string): PeerRule {
  const lines = entry.split('\n').map((line) => line.trim())
  const action = lines.findIndex((line) => line.startsWith('FS:'))
  return { match: lines.slice(1, action).join('; '), action: lines[action] ?? '' }
}

export class FrrPeer implements BgpPeer {
  readonly #namespace: Namespace
  readonly #folder: string
  #process: LabProcess | undefined
  /** For changes of its configuration, which name it. */
  #as = 0

  constructor(namespace: Namespace, folder: string) {
    this.#namespace = namespace
    this.#folder = folder
  }

  get process(): LabProcess {
    if (this.#process === undefined) throw new Error('bgpd was not started')
    return this.#process
  }

  async start(setup: PeerSetup): Promise<void> {
    this.#as = setup.as
    await this.startWith(configuration(setup))
  }

  async startWith(text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    await writeFile(join(this.#folder, 'bgpd.conf'), text)
    await this.#run()
  }

  /** bgpd gives up root for the user `frr`, to whom its folder has to belong. */
  async #run(): Promise<void> {
    await execute('chown', ['-R', 'frr:frr', this.#folder])
    const files = ['-f', join(this.#folder, 'bgpd.conf'), '-i', join(this.#folder, 'bgpd.pid'), '--vty_socket', this.#folder]
    const started = this.#namespace.start(bgpdPath, [...files, '--no_zebra', '--no_kernel', '--vty_port', '0'])
    this.#process = started
    await until('bgpd to answer', async () => {
      if (!started.isRunning) return 'ended'
      return (await this.#vtysh('show bgp summary')).includes('BGP router identifier') ? 'answers' : undefined
    })
    if (!started.isRunning) throw new Error(`bgpd ended: ${started.output}`)
  }

  async stop(): Promise<void> {
    await this.process.stop('SIGTERM')
  }

  /** A kill is what its graceful restart is for: when it is told to stop, it says good-bye to its neighbours. */
  async restartGracefully(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.ended()
    await this.#run()
  }

  async isEstablished(family: Family): Promise<boolean> {
    const address = peerLinks[family].other
    const answer = JSON.parse(await this.#vtysh(`show bgp neighbors ${address} json`)) as Record<string, { bgpState?: string }>
    return answer[address]?.bgpState === 'Established'
  }

  /** The attributes of a path come in parts, one object with the prefix and one with the rest. */
  async routes(family: Family): Promise<readonly PeerRoute[]> {
    const answer = JSON.parse(await this.#vtysh(`show bgp ${family} unicast json detail`)) as { routes: Record<string, RouteAttributes[]> }
    return Object.entries(answer.routes).map(([prefix, parts]) => route(Object.assign({}, ...parts) as RouteAttributes, prefix))
  }

  async rules(family: Family): Promise<readonly PeerRule[]> {
    const answer = await this.#vtysh(`show bgp ${family} flowspec detail`)
    return answer
      .split(/(?=BGP flowspec entry)/)
      .filter((entry) => entry.startsWith('BGP flowspec entry'))
      .map(rule)
  }

  async shutDown(family: Family, message: string): Promise<void> {
    await this.#configure(`neighbor ${peerLinks[family].other} shutdown message ${message}`)
  }

  async bringUp(family: Family): Promise<void> {
    await this.#configure(`no neighbor ${peerLinks[family].other} shutdown`)
  }

  async #configure(line: string): Promise<void> {
    await this.#vtysh('configure terminal', `router bgp ${this.#as}`, line)
  }

  async #vtysh(...commands: string[]): Promise<string> {
    return await this.#namespace.run('vtysh', '--vty_socket', this.#folder, ...commands.flatMap((command) => ['-c', command]))
  }
}
