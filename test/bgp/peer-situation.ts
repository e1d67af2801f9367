// Waits for what a test of a BGP peer needs: our speaker and the peer agree that they are connected, or not any more.
import type { DriverRoute } from '../../src/mitigate/driver.ts'
import { until } from '../lab/poll.ts'
import { BgpLab, type MakePeer } from './bgp-lab.ts'
import { peerLinks } from './lab-addresses.ts'
import { neighborNames } from './lab-routes.ts'
import { families, type BgpPeer, type Family } from './peer.ts'
import type { Speaker, SpeakerConfig } from './speaker.ts'

/** A lab, and the speaker of ours that runs in it now. */
export class PeerSituation {
  readonly lab: BgpLab
  #speaker: Speaker | undefined

  constructor(makePeer: MakePeer) {
    this.lab = new BgpLab(makePeer)
  }

  get peer(): BgpPeer {
    return this.lab.parts.peer
  }

  get speaker(): Speaker {
    if (this.#speaker === undefined) throw new Error('our speaker was not started')
    return this.#speaker
  }

  /** A new process of ours with what it is to announce. */
  async begin(config: SpeakerConfig, routes: readonly DriverRoute[]): Promise<void> {
    this.#speaker = this.lab.speaker()
    await this.#speaker.start(config, routes)
  }

  async end(): Promise<void> {
    await this.speaker.stop()
  }

  /** Both sides call both sessions established. */
  async established(): Promise<void> {
    for (const family of families) {
      await this.speaker.waitFor('to be established', neighborNames[family], ({ state }) => state === 'Established')
      await until('the peer to call it established', async () => (await this.peer.isEstablished(family)) || undefined)
    }
  }

  /** Both sides have noticed that both sessions are gone. */
  async lost(): Promise<void> {
    for (const family of families) {
      await this.speaker.waitFor('to be lost', neighborNames[family], ({ state }) => state !== 'Established')
      await this.peerLost(family)
    }
  }

  async peerLost(family: Family): Promise<void> {
    await until('the peer to notice', async () => ((await this.peer.isEstablished(family)) ? undefined : true))
  }

  /** Waits until the peer has the prefixes of `routes` from us and no others; answers them, sorted. */
  async peerHas(routes: readonly DriverRoute[]): Promise<string[]> {
    let seen: string[] = []
    await until(`${prefixesOf(routes).join(', ')} at the peer`, async () => {
      const tables = await Promise.all(families.map((family) => this.peer.routes(family)))
      seen = tables.flat().map(({ prefix }) => prefix)
      return String(seen.toSorted()) === String(prefixesOf(routes)) ? true : undefined
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it has ${seen.join(', ')}`, { cause: error })
    })
    return seen.toSorted()
  }

  /** Waits until somebody has sent a NOTIFICATION over both sessions. */
  async notified(from: 'us' | 'the peer', code: number, subcode: number, since: number): Promise<void> {
    const sources = families.map((family) => peerLinks[family][from === 'us' ? 'other' : 'peer'])
    await until(`NOTIFICATION ${code}/${subcode} from ${from}`, async () => {
      const seen = (await this.lab.parts.tap.notifications()).slice(since)
      const sent = (source: string) => seen.some((each) => each.source === source && each.code === code && each.subcode === subcode)
      return sources.every(sent) ? true : undefined
    })
  }

  async notifications(): Promise<number> {
    return (await this.lab.parts.tap.notifications()).length
  }
}

/** Sorted. */
export function prefixesOf(routes: readonly DriverRoute[]): string[] {
  return routes.map(({ route }) => route.prefix).toSorted()
}
