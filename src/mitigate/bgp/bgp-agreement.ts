// What both sides of a session can do: what our OPEN offers, and what comes of the neighbour's.
import type { Config } from '../../contract/config.ts'
import { BgpError, errorCode, openSubcode } from '../../wire/bgp/bgp-error.ts'
import { familyNumbers, type BgpFamily } from '../../wire/bgp/bgp-family.ts'
import type { BgpOpen } from '../../wire/bgp/bgp-open.ts'

export type BgpDriverConfig = Config['advertise']['bgp']
export type BgpNeighborConfig = BgpDriverConfig['neighbors'][number]

/** Our side of all sessions. */
export interface LocalSpeaker {
  readonly as: number
  /** BGP identifier, 4 bytes. */
  readonly routerId: Uint8Array
  readonly restartSeconds: number
}

export interface Agreement {
  /** In the order of our configuration. */
  readonly families: readonly BgpFamily[]
  /** Whether AS numbers have four bytes in UPDATE messages. */
  readonly as4: boolean
  /** 0: neither side sends KEEPALIVE messages or watches the other. */
  readonly holdSeconds: number
  /** How long the neighbour keeps our routes after we are gone; null when it does not say that it does. */
  readonly gracefulRestartSeconds: number | null
}

/** @param restarting whether this process has not sent its routes to the neighbour yet (R bit, RFC 4724 §3) */
export function ourOpen(local: LocalSpeaker, neighbor: BgpNeighborConfig, restarting: boolean): BgpOpen {
  return {
    as: local.as,
    holdSeconds: neighbor.hold_seconds,
    routerId: local.routerId,
    families: neighbor.families,
    as4: true,
    routeRefresh: true,
    gracefulRestart: {
      restarting,
      // A hold timer that ends while we are busy must not withdraw anything: only a hard reset does, and we send none.
      notification: true,
      seconds: local.restartSeconds,
      // We forward nothing: where the routes point to stays right while we are away.
      families: neighbor.families.map((family) => ({ family, forwarding: true })),
    },
  }
}

/** @throws BgpError when there can be no session with who sent this OPEN */
export function agree(local: LocalSpeaker, neighbor: BgpNeighborConfig, theirs: BgpOpen): Agreement {
  const refuse = (subcode: number, detail: string, data?: Uint8Array) => new BgpError(errorCode.open, subcode, detail, data)
  if (theirs.as !== neighbor.as) throw refuse(openSubcode.badPeerAs, `AS ${theirs.as} where AS ${neighbor.as} is configured`)
  if (theirs.as === local.as && theirs.routerId.join('.') === local.routerId.join('.')) {
    throw refuse(openSubcode.badIdentifier, `${theirs.routerId.join('.')}, which is our own`)
  }
  const families = neighbor.families.filter((family) => theirs.families.includes(family))
  if (families.length === 0) {
    const detail = `it takes ${theirs.families.join(', ') || 'no family that we know'}; configured is ${neighbor.families.join(', ')}`
    throw refuse(openSubcode.unsupportedCapability, detail, multiprotocolCapabilities(neighbor.families))
  }
  return {
    families,
    as4: theirs.as4,
    holdSeconds: Math.min(theirs.holdSeconds, neighbor.hold_seconds),
    // RFC 4724 §4.2: who helps waits for the time that the restarting side has told, and may name no family of its own.
    gracefulRestartSeconds: theirs.gracefulRestart === null ? null : local.restartSeconds,
  }
}

/** Data of "Unsupported Capability" (RFC 5492 §5): those that are needed. Code 1, length 4, AFI, reserved, SAFI. */
function multiprotocolCapabilities(families: readonly BgpFamily[]): Uint8Array {
  return Uint8Array.from(families.flatMap((family) => [1, 4, 0, familyNumbers[family].afi, 0, familyNumbers[family].safi]))
}
