// BIRD on the router of the chain: Drawbridge's neighbour, which logs when it learns a route and when it loses one.
import { birdRoutes } from '../bgp/bird-peer.ts'
import { Bird } from '../bgp/bird.ts'
import type { PeerRoute } from '../bgp/peer.ts'
import type { Namespace } from '../lab/lab.ts'

/** What happened to a prefix in BIRD's table. */
export interface RouteChange {
  readonly prefix: string
  readonly kind: 'added' | 'updated' | 'removed'
  /** When BIRD wrote it down, ms since 1970. */
  readonly at: number
}

export interface EdgeAddresses {
  readonly own: string
  readonly ownAs: number
  readonly drawbridge: string
  readonly drawbridgeAs: number
}

function configuration({ own, ownAs, drawbridge, drawbridgeAs }: EdgeAddresses): string {
  return `router id ${own};
timeformat log iso long ms;
debug protocols { states, routes };
protocol device {}
protocol bgp drawbridge {
  local ${own} as ${ownAs};
  neighbor ${drawbridge} as ${drawbridgeAs};
  passive; direct;
  ipv4 { import all; export none; };
}
`
}

/** `2026-01-01 00:00:00.123 <TRACE> drawbridge.ipv4 > added [best] 203.0.113.0/24 0L 3G unicast`, in local time. */
const routeChange = /^(\S+) (\S+) <TRACE> drawbridge\.ipv4 > (added|updated|removed)(?: \[\w+\])? (\S+)/

export class EdgeBird {
  readonly #bird: Bird

  constructor(namespace: Namespace, folder: string) {
    this.#bird = new Bird(namespace, folder)
  }

  async start(addresses: EdgeAddresses): Promise<void> {
    await this.#bird.configure(configuration(addresses))
    await this.#bird.start()
  }

  async routes(): Promise<readonly PeerRoute[]> {
    return birdRoutes(await this.#bird.command('show', 'route', 'all', 'table', 'master4'))
  }

  /** All changes so far, oldest first. */
  async changes(): Promise<RouteChange[]> {
    return (await this.#bird.log()).flatMap((line) => {
      const [, day, time, kind, prefix] = routeChange.exec(line) ?? []
      if (prefix === undefined) return []
      return [{ prefix, kind: kind as RouteChange['kind'], at: Date.parse(`${day}T${time}`) }]
    })
  }
}
