// BIRD 2 as the peer of Drawbridge.
import type { LabProcess } from '../lab/lab-process.ts'
import type { Namespace } from '../lab/lab.ts'
import { Bird } from './bird.ts'
import { peerLinks, routerIds, watcherAs, watcherLinks } from './lab-addresses.ts'
import { communityNumbers, families, type BgpPeer, type Family, type PeerRoute, type PeerRule, type PeerSetup } from './peer.ts'

const protocols = { ipv4: 'drawbridge4', ipv6: 'drawbridge6' } as const
const flowTables = { ipv4: 'flowtab4', ipv6: 'flowtab6' } as const

function channels(family: Family, filters: string): string {
  const flow = family === 'ipv4' ? 'flow4' : 'flow6'
  return `${family} { ${filters} }; ${flow} { table ${flowTables[family]}; ${filters} };`
}

function sessions(family: Family, setup: PeerSetup): string {
  const secured = `${setup.password === '' ? '' : `password "${setup.password}";`} ttl security ${setup.ttlSecurity ? 'on' : 'off'};`
  return `
protocol bgp ${protocols[family]} {
  local as ${setup.as}; neighbor ${peerLinks[family].other} as ${setup.neighborAs};
  passive; direct; hold time ${setup.holdSeconds ?? 3}; error wait time 1, 1; graceful restart on; ${secured}
  ${channels(family, 'import all; export none;')}
}
protocol bgp watcher${family.slice(-1)} {
  local as ${setup.as}; neighbor ${watcherLinks[family].other} as ${watcherAs};
  passive; direct; graceful restart off;
  ${channels(family, 'import none; export all;')}
}`
}

function configuration(setup: PeerSetup): string {
  return `router id ${routerIds.peer};
graceful restart wait 10;
debug protocols { states, routes };
protocol device {}
flow4 table ${flowTables.ipv4};
flow6 table ${flowTables.ipv6};
${families.map((family) => sessions(family, setup)).join('\n')}
`
}

/** Blocks of `show route all`: a line that begins with the prefix or the rule, then its indented attributes. */
function blocks(answer: string): string[] {
  return answer.split(/\n(?=\S)/).filter((block) => block.includes('\tType: BGP'))
}

function attribute(block: string, name: string): string | undefined {
  return new RegExp(`\\n\\tBGP\\.${name}: (.*)`).exec(block)?.[1]
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text)
}

/** `(65000,1) (65000,2)` and `(65000, 1, 2)` as `65000:1`, `65000:2` and `65000:1:2`. */
function communities(text = ''): string[] {
  return communityNumbers([...text.matchAll(/\(([\d, ]+)\)/g)].map(([, numbers = '']) => numbers.split(/, ?/).join(':')))
}

function route(block: string): PeerRoute {
  return {
    prefix: block.split(' ')[0] ?? '',
    nextHop: attribute(block, 'next_hop')?.split(' ')[0] ?? '',
    asPath: (attribute(block, 'as_path') ?? '').split(' ').filter(Boolean).map(Number),
    origin: (attribute(block, 'origin') ?? '').toLowerCase(),
    med: numberOrNull(attribute(block, 'med')),
    localPref: numberOrNull(attribute(block, 'local_pref')),
    communities: communities(attribute(block, 'community')),
    largeCommunities: communities(attribute(block, 'large_community')),
  }
}

/** @param answer of `show route all` */
export function birdRoutes(answer: string): PeerRoute[] {
  return blocks(answer).map(route)
}

function rule(block: string): PeerRule {
  return { match: /\{ (.*) \}/.exec(block)?.[1] ?? block, action: attribute(block, 'ext_community') ?? '' }
}

export class BirdPeer implements BgpPeer {
  readonly #bird: Bird

  constructor(namespace: Namespace, folder: string) {
    this.#bird = new Bird(namespace, folder)
  }

  get process(): LabProcess {
    return this.#bird.process
  }

  async start(setup: PeerSetup): Promise<void> {
    await this.startWith(configuration(setup))
  }

  async startWith(text: string): Promise<void> {
    await this.#bird.configure(text)
    await this.#bird.start()
  }

  async stop(): Promise<void> {
    await this.#bird.process.stop('SIGTERM')
  }

  async restartGracefully(): Promise<void> {
    await this.#bird.command('graceful', 'restart')
    await this.#bird.process.ended()
    await this.#bird.start('-R')
  }

  async isEstablished(family: Family): Promise<boolean> {
    return /Established/.test(await this.#bird.command('show', 'protocols', protocols[family]))
  }

  async routes(family: Family): Promise<readonly PeerRoute[]> {
    return birdRoutes(await this.#bird.command('show', 'route', 'all', 'table', family === 'ipv4' ? 'master4' : 'master6'))
  }

  async rules(family: Family): Promise<readonly PeerRule[]> {
    return blocks(await this.#bird.command('show', 'route', 'all', 'table', flowTables[family])).map(rule)
  }

  async shutDown(family: Family, message: string): Promise<void> {
    await this.#bird.command('disable', protocols[family], `"${message}"`)
  }

  async bringUp(family: Family): Promise<void> {
    await this.#bird.command('enable', protocols[family])
  }
}
