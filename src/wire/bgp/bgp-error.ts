// What a BGP session ends with: codes and subcodes of NOTIFICATION messages, and the error that carries them.

/** RFC 4271 §4.5, RFC 7313 §5. */
export const errorCode = { header: 1, open: 2, update: 3, holdTimer: 4, fsm: 5, cease: 6, routeRefresh: 7 } as const

/** RFC 4271 §6.1. */
export const headerSubcode = { notSynchronized: 1, badLength: 2, badType: 3 } as const

/** RFC 4271 §6.2, RFC 5492 §5; 0 is for what has no subcode. */
export const openSubcode = {
  unspecific: 0,
  unsupportedVersion: 1,
  badPeerAs: 2,
  badIdentifier: 3,
  unsupportedParameter: 4,
  unacceptableHoldTime: 6,
  unsupportedCapability: 7,
} as const

/** RFC 4271 §6.3; of these only what ends a session by RFC 7606. */
export const updateSubcode = { malformedAttributes: 1, optionalAttribute: 9, invalidNetwork: 10 } as const

/** RFC 6608: a message that the state does not expect. */
export const fsmSubcode = { unspecific: 0, inOpenSent: 1, inOpenConfirm: 2, inEstablished: 3 } as const

/** RFC 4486, RFC 8538 §3 (hard reset). */
export const ceaseSubcode = {
  maximumPrefixes: 1,
  administrativeShutdown: 2,
  peerDeconfigured: 3,
  administrativeReset: 4,
  connectionRejected: 5,
  otherConfigurationChange: 6,
  collisionResolution: 7,
  outOfResources: 8,
  hardReset: 9,
} as const

interface CodeName {
  readonly name: string
  readonly subcodes: Readonly<Record<number, string>>
}

/** As in IANA's registry of BGP error codes. */
const notificationNames: Readonly<Record<number, CodeName>> = {
  1: { name: 'Message Header Error', subcodes: { 1: 'Connection Not Synchronized', 2: 'Bad Message Length', 3: 'Bad Message Type' } },
  2: {
    name: 'OPEN Message Error',
    subcodes: {
      1: 'Unsupported Version Number',
      2: 'Bad Peer AS',
      3: 'Bad BGP Identifier',
      4: 'Unsupported Optional Parameter',
      6: 'Unacceptable Hold Time',
      7: 'Unsupported Capability',
      11: 'Role Mismatch',
    },
  },
  3: {
    name: 'UPDATE Message Error',
    subcodes: {
      1: 'Malformed Attribute List',
      2: 'Unrecognized Well-known Attribute',
      3: 'Missing Well-known Attribute',
      4: 'Attribute Flags Error',
      5: 'Attribute Length Error',
      6: 'Invalid ORIGIN Attribute',
      8: 'Invalid NEXT_HOP Attribute',
      9: 'Optional Attribute Error',
      10: 'Invalid Network Field',
      11: 'Malformed AS_PATH',
    },
  },
  4: { name: 'Hold Timer Expired', subcodes: {} },
  5: {
    name: 'Finite State Machine Error',
    subcodes: { 1: 'Unexpected Message in OpenSent', 2: 'Unexpected Message in OpenConfirm', 3: 'Unexpected Message in Established' },
  },
  6: {
    name: 'Cease',
    subcodes: {
      1: 'Maximum Number of Prefixes Reached',
      2: 'Administrative Shutdown',
      3: 'Peer De-configured',
      4: 'Administrative Reset',
      5: 'Connection Rejected',
      6: 'Other Configuration Change',
      7: 'Connection Collision Resolution',
      8: 'Out of Resources',
      9: 'Hard Reset',
      10: 'BFD Down',
    },
  },
  7: { name: 'ROUTE-REFRESH Message Error', subcodes: { 1: 'Invalid Message Length' } },
  8: { name: 'Send Hold Timer Expired', subcodes: {} },
}

/** `OPEN Message Error: Bad Peer AS`; numbers for what has no name. */
export function errorName(code: number, subcode: number): string {
  const known = notificationNames[code]
  if (known === undefined) return `error ${code}/${subcode}`
  return subcode === 0 ? known.name : `${known.name}: ${known.subcodes[subcode] ?? `subcode ${subcode}`}`
}

const noData = new Uint8Array(0)

/** V8's setting of how many frames an error records. */
const stacks = Error as { stackTraceLimit?: number | undefined }

/** What a neighbour sent cannot be accepted: the session ends with a NOTIFICATION of this code, subcode and data. */
export class BgpError extends Error {
  override readonly name = 'BgpError'
  readonly code: number
  readonly subcode: number
  readonly data: Uint8Array
  /** @param detail names the place, never the payload */
  constructor(code: number, subcode: number, detail: string, data: Uint8Array = noData) {
    // Without a stack: it says nothing of the input, and a neighbour can cause as many as it likes.
    const limit = stacks.stackTraceLimit
    stacks.stackTraceLimit = 0
    super(`${errorName(code, subcode)} (${detail})`)
    stacks.stackTraceLimit = limit
    this.code = code
    this.subcode = subcode
    this.data = data
  }
}
