// What advertising offers to verbs and rules: ask, release, approve, stop, and be told. Implemented by the Advertiser.
import {
  refusals,
  type Advertisement,
  type AdvertisementChange,
  type AdvertisementHistory,
  type AdvertisementPreview,
  type AdvertisementState,
  type AdvertisingStatus,
  type CauseRequest,
  type EdgeCounters,
  type FlowSpec,
  type Refusal,
} from '../contract/advertisement.ts'
import type { DriverName, Purpose } from '../contract/owned-prefix.ts'

export interface AnnounceRequest {
  readonly account: number
  readonly purpose: Purpose
  /** As the user wrote it; the guard makes it canonical. For `flowspec` the destination. */
  readonly prefix: string
  readonly flowspec: FlowSpec | null
  /** Left to the registered prefix when null. */
  readonly driver: DriverName | null
  readonly cause: CauseRequest
  readonly dryRun: boolean
  /** Whether a person has to approve it, whatever the registered prefix says. */
  readonly approval: boolean
}

/** The guard's answer to what must not be announced. */
export class AdvertisementRefused extends Error {
  override readonly name = 'AdvertisementRefused'
  readonly refusal: Refusal
  /** @param more what the sentence of the table does not say: which prefix, which limit, what to do */
  constructor(refusal: Refusal, more = '') {
    super(more === '' ? refusals[refusal] : `${refusals[refusal]}: ${more}`)
    this.refusal = refusal
  }
}

export interface AdvertisementEvent {
  readonly advertisement: Advertisement
  readonly account: number
  readonly change: AdvertisementChange
}

export interface AdvertisementFilter {
  /** `current`: all that is not withdrawn. */
  readonly state?: AdvertisementState | 'current'
  readonly prefix?: string
  readonly incidentId?: string
  /** Newest first. */
  readonly limit: number
  readonly offset: number
}

/** Who does something by hand, and why. */
export interface Actor {
  readonly who: string
  readonly why: string
}

/** @throws AdvertisementRefused, ApiError advertisement_not_found, advertisement_state */
export interface Advertising {
  preview(request: AnnounceRequest): Promise<AdvertisementPreview>
  /**
   * Adds a cause, and announces what is not announced yet. Written to disk before a driver is told. Resolves when the
   * drivers have answered: one advertisement for each.
   */
  announce(request: AnnounceRequest): Promise<readonly Advertisement[]>
  /** Releases one cause, or all of them: the last one withdraws. */
  release(account: number, id: string, actor: Actor, cause?: string): Promise<Advertisement>
  approve(account: number, id: string, actor: Actor): Promise<Advertisement>
  reject(account: number, id: string, actor: Actor): Promise<Advertisement>
  /** Nothing more is announced, by whomever; with `withdraw` everything is withdrawn too. */
  stopAll(actor: Actor, withdraw: boolean): Promise<void>
  resume(actor: Actor): Promise<void>
  list(account: number, filter: AdvertisementFilter): Promise<{ readonly total: number; readonly advertisements: readonly Advertisement[] }>
  get(account: number, id: string): Promise<AdvertisementHistory>
  status(account: number): Promise<AdvertisingStatus>
  /** To be called after registered prefixes have changed. */
  ownedPrefixesChanged(): Promise<void>
  /** Whether an incident is over (`calm`) or its rule is beyond its limit again. @param at ms since 1970 */
  noteIncident(incidentId: string, state: 'breach' | 'calm', at: number): Promise<void>
  noteEdgeCounters(account: number, counters: EdgeCounters): Promise<void>
  /** Told after each change of state, in order. */
  onChange(listener: (event: AdvertisementEvent) => void): void
}
