// What the tests need of a real BGP daemon, the same for each: start it, read its tables, disturb it.
import type { LabProcess } from '../lab/lab-process.ts'

export type Family = 'ipv4' | 'ipv6'
export const families: readonly Family[] = ['ipv4', 'ipv6']

/** How a daemon is set up towards us. It always listens, and never calls. */
export interface PeerSetup {
  /** Its own AS. */
  readonly as: number
  /** AS that it expects of us. */
  readonly neighborAs: number
  /** TCP MD5 on both sessions; empty for none. */
  readonly password: string
  /** GTSM for a direct link on both sessions. */
  readonly ttlSecurity: boolean
  /** BIRD only; 3 unless told. */
  readonly holdSeconds?: number
}

/** A unicast route as the daemon tells it. */
export interface PeerRoute {
  readonly prefix: string
  readonly nextHop: string
  readonly asPath: readonly number[]
  readonly origin: string
  /** Null when the route has none. */
  readonly med: number | null
  readonly localPref: number | null
  /** As two or three numbers, `65000:1`, sorted as text. */
  readonly communities: readonly string[]
  readonly largeCommunities: readonly string[]
}

/** A FlowSpec rule in the daemon's own words. */
export interface PeerRule {
  readonly match: string
  readonly action: string
}

export interface BgpPeer {
  readonly process: LabProcess
  /** Starts it, or starts it again; resolves when it listens. */
  start(setup: PeerSetup): Promise<void>
  /** Starts it with the text of its configuration file. */
  startWith(configuration: string): Promise<void>
  stop(): Promise<void>
  /** Ends it so that its neighbours keep what it has told them, and starts it as one that comes back. */
  restartGracefully(): Promise<void>
  isEstablished(family: Family): Promise<boolean>
  /** Routes that it has from us. */
  routes(family: Family): Promise<readonly PeerRoute[]>
  rules(family: Family): Promise<readonly PeerRule[]>
  /** Ends the session with us, with a message (RFC 8203), until `bringUp`. @param message without blanks */
  shutDown(family: Family, message: string): Promise<void>
  bringUp(family: Family): Promise<void>
}

/** Numbers of well-known communities that daemons show by name. */
const knownCommunities: Readonly<Record<string, string>> = {
  blackhole: '65535:666',
  noExport: '65535:65281',
  'no-export': '65535:65281',
}

export function communityNumbers(names: readonly string[]): string[] {
  return names.map((name) => knownCommunities[name] ?? name).toSorted()
}
