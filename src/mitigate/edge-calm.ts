// Whether edges that report what they drop see an attack on a prefix go on. In memory: an edge reports all the time.
import { containsPrefix, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import type { EdgeCounters } from '../contract/advertisement.ts'

/** An edge that has not reported for so long says nothing. */
const freshMs = 120_000
/** Reports are from people with a token, but not without end. */
const mostPrefixes = 10_000

interface Track {
  readonly account: number
  readonly prefix: IpPrefix
  readonly reportedAt: number
  /** Milliseconds since 1970; undefined while it is not calm. */
  readonly calmSince: number | undefined
}

export class EdgeCalm {
  readonly #tracks = new Map<string, Track>()

  /** Calm is an edge that drops nothing. @param at ms since 1970 */
  note(account: number, { prefix, dropped_packets }: EdgeCounters, at: number): void {
    const key = `${account} ${prefix}`
    const known = this.#tracks.get(key)
    const parsed = known?.prefix ?? parseIpPrefix(prefix)?.prefix
    if (!parsed) return
    const wasCalm = known && at - known.reportedAt <= freshMs ? known.calmSince : undefined
    const calmSince = dropped_packets === 0 ? (wasCalm ?? at) : undefined
    this.#tracks.delete(key)
    if (this.#tracks.size >= mostPrefixes) this.#forgetOldest()
    this.#tracks.set(key, { account, prefix: parsed, reportedAt: at, calmSince })
  }

  /**
   * Since when all that is reported about a prefix, or about parts of it, has been calm.
   * @returns ms since 1970; undefined while something is not calm or nothing is reported
   */
  calmSince(account: number, prefix: string, now: number): number | undefined {
    const route = parseIpPrefix(prefix)?.prefix
    if (!route) return undefined
    const tracks = [...this.#tracks.values()].filter((track) => track.account === account && about(track.prefix, route))
    const fresh = tracks.filter(({ reportedAt }) => now - reportedAt <= freshMs)
    if (fresh.length === 0) return undefined
    const since = fresh.map((track) => track.calmSince ?? Number.POSITIVE_INFINITY)
    const latest = Math.max(...since)
    return Number.isFinite(latest) ? latest : undefined
  }

  /** The map is in the order of the reports. */
  #forgetOldest(): void {
    const [oldest] = this.#tracks.keys()
    if (oldest !== undefined) this.#tracks.delete(oldest)
  }
}

const about = (reported: IpPrefix, route: IpPrefix) => containsPrefix(route, reported) || containsPrefix(reported, route)
