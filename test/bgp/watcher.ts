// BIRD 2 behind the peer: what the peer passes on is written to its log, so that no withdrawal goes unseen.
import type { Namespace } from '../lab/lab.ts'
import { until } from '../lab/poll.ts'
import { Bird } from './bird.ts'
import { peerAs, routerIds, watcherAs, watcherLinks } from './lab-addresses.ts'
import { families, type Family } from './peer.ts'

function session(family: Family): string {
  return `
protocol bgp peer${family.slice(-1)} {
  local as ${watcherAs}; neighbor ${watcherLinks[family].peer} as ${peerAs};
  connect delay time 1; connect retry time 1; error wait time 1, 1; direct; graceful restart off;
  ${family} { import all; export none; };
}`
}

const configuration = `router id ${routerIds.watcher};
debug protocols { states, routes };
protocol device {}
${families.map(session).join('\n')}
`

/** What happened to a prefix at the watcher. */
export interface Sighting {
  readonly prefix: string
  readonly kind: 'added' | 'updated' | 'removed'
}

/** A line of the log: `… <TRACE> peer4.ipv4 > added [best] 203.0.113.0/24 0L 3G unicast`. */
const sighting = /<TRACE> peer\d\.ipv\d > (added|updated|removed)(?: \[\w+\])? (\S+)/

export class Watcher {
  readonly #bird: Bird

  constructor(namespace: Namespace, folder: string) {
    this.#bird = new Bird(namespace, folder)
  }

  async start(): Promise<void> {
    await this.#bird.configure(configuration)
    await this.#bird.start()
  }

  async isEstablished(): Promise<boolean> {
    const states = await Promise.all([4, 6].map((version) => this.#bird.command('show', 'protocols', `peer${version}`)))
    return states.every((state) => state.includes('Established'))
  }

  /** All that it has seen so far, oldest first. */
  async sightings(): Promise<Sighting[]> {
    return (await this.#bird.log()).flatMap((line) => {
      const [, kind, prefix] = sighting.exec(line) ?? []
      return prefix === undefined ? [] : [{ kind: kind as Sighting['kind'], prefix }]
    })
  }

  /** Waits until it has seen a prefix appear, counted from an earlier number of sightings. */
  async appears(prefix: string, from: number): Promise<void> {
    await this.#sees('added', prefix, from)
  }

  /** Waits until it has seen a prefix go. */
  async disappears(prefix: string, from: number): Promise<void> {
    await this.#sees('removed', prefix, from)
  }

  async #sees(kind: Sighting['kind'], prefix: string, from: number): Promise<void> {
    await until(`${prefix} ${kind} at the watcher`, async () => {
      const seen = (await this.sightings()).slice(from)
      return seen.some((each) => each.prefix === prefix && each.kind === kind) ? true : undefined
    })
  }
}
