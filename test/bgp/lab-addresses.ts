// Addresses and AS numbers of the BGP lab: Drawbridge – peer – watcher, each link once with IPv4 and once with IPv6.
import type { Family } from './peer.ts'

/** Both ends of a link of the peer. */
export interface LinkAddresses {
  readonly peer: string
  readonly other: string
  /** Interface at both ends. */
  readonly device: string
  readonly prefixLength: number
}

/** Between the peer and Drawbridge. */
export const peerLinks: Readonly<Record<Family, LinkAddresses>> = {
  ipv4: { peer: '10.66.1.2', other: '10.66.1.1', device: 'peer4', prefixLength: 24 },
  ipv6: { peer: 'fd66:1::2', other: 'fd66:1::1', device: 'peer6', prefixLength: 64 },
}

/** Between the peer and the watcher. */
export const watcherLinks: Readonly<Record<Family, LinkAddresses>> = {
  ipv4: { peer: '10.66.2.1', other: '10.66.2.2', device: 'watch4', prefixLength: 24 },
  ipv6: { peer: 'fd66:2::1', other: 'fd66:2::2', device: 'watch6', prefixLength: 64 },
}

/** Ours needs four bytes (RFC 6793). */
export const ownAs = 4_200_000_001
/** Of a customer whose prefix we announce. */
export const customerAs = 4_200_000_099
export const peerAs = 65_001
export const watcherAs = 65_002
/** Nobody has it: what a wrong configuration expects. */
export const wrongAs = 65_099

export const routerIds = { drawbridge: '10.66.0.1', peer: '10.66.0.2', watcher: '10.66.0.3' } as const
