// What may be announced: the prefixes that the operator has registered as owned, and how far each may be used.

/**
 * What an announcement is for. `divert` draws the traffic to a protection, `blackhole` has it dropped upstream
 * (RFC 7999), `flowspec` has neighbours filter it (RFC 8955, RFC 8956).
 */
export const purposes = ['divert', 'blackhole', 'flowspec'] as const
export type Purpose = (typeof purposes)[number]

/** Who announces: our own BGP speaker, Cloudflare's prefix API, a webhook of the operator. */
export const driverNames = ['bgp', 'cloudflare', 'webhook'] as const
export type DriverName = (typeof driverNames)[number]

/** What Cloudflare, the webhook and the BGP speaker can do. */
export const driverPurposes: Readonly<Record<DriverName, readonly Purpose[]>> = {
  bgp: purposes,
  cloudflare: ['divert'],
  webhook: purposes,
}

/** Fields of an owned prefix that its owner sets. */
export interface OwnedPrefixFields {
  /** CIDR text without host bits. */
  readonly cidr: string
  readonly description: string
  /** AS number that originates it, 1 to 4294967294 without the reserved ones. */
  readonly origin_as: number
  /** In this order; an announcement goes to all of them that can do its purpose, unless it names one. */
  readonly drivers: readonly DriverName[]
  /** Longest prefix inside it that may be diverted, at least its own length. */
  readonly divert_max_length: number
  /** Shortest prefix inside it that may be blackholed, 32 or 128 for host routes only; null for none at all. */
  readonly blackhole_min_length: number | null
  /** Whether FlowSpec rules for destinations inside it may be sent. */
  readonly flowspec: boolean
  /** Whether rules may announce it, or only people. */
  readonly automatic: boolean
  /** Whether a person has to approve what a rule asks for. */
  readonly approval: boolean
  /** Locked: nothing inside it is announced. What is announced stays until it is withdrawn. */
  readonly locked: boolean
  /** Why it is locked; empty when it is not. */
  readonly lock_reason: string
}

/** `GET …/drawbridge/prefixes`. */
export interface OwnedPrefix extends OwnedPrefixFields {
  /** 32 hex digits. */
  readonly id: string
  readonly account: number
  /** RFC 3339. */
  readonly created_at: string
  readonly modified_at: string
}

/** What is assumed where the owner says nothing: divert only the prefix itself, blackhole single hosts, no FlowSpec. */
export function ownedPrefixDefaults(family: 4 | 6, length: number): Omit<OwnedPrefixFields, 'cidr' | 'origin_as'> {
  return {
    description: '',
    drivers: ['bgp'],
    divert_max_length: length,
    blackhole_min_length: family === 4 ? 32 : 128,
    flowspec: false,
    automatic: true,
    approval: false,
    locked: false,
    lock_reason: '',
  }
}
