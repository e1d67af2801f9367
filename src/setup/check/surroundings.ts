// What the live check knows beside the datagrams themselves: registrations, strays, listeners, the collectors' figures.
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { CheckStep, StrayDatagrams, StrayMethod } from '../../contract/router-check.ts'
import type { HostFacts } from './host-facts.ts'
import type { SenderFacts } from './sender-facts.ts'

/** Who the sender is to the account of the check; `agent`: by its sFlow agent address; `foreign`: another account has it. */
export type Registration = 'own' | 'agent' | 'foreign' | 'none'

/** Another sender that was silent before the check began and that nobody has registered. */
export interface NewSender {
  readonly address: string
  readonly agent: string | null
}

export interface ListenerDrops {
  readonly address: string
  /** Datagrams that the kernel dropped since the check began. */
  readonly dropped: number
  readonly receiveBuffer: number
  readonly receiveBufferAsked: number
}

export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly opened: number
  /** Address that the router should send from, null when any will do. */
  readonly expected: string | null
  readonly registration: Registration
  /** Figures of the registered router that the sender's flows count for; null when there is none. */
  readonly status: RouterStatus | null
  /** Ledger of that router when the check began. */
  readonly before: LedgerBefore
  readonly strays: readonly StrayDatagrams[]
  readonly strayMethod: StrayMethod
  /** UDP addresses that take flows, as text. */
  readonly listeners: readonly string[]
  readonly drops: readonly ListenerDrops[]
  readonly newSenders: readonly NewSender[]
  /** Registered routers of the account that are silent. */
  readonly silentRouters: readonly string[]
  readonly host: HostFacts
  /** Not all of the sender's datagrams were seen: nothing can be said of losses. */
  readonly isPartial: boolean
}

export interface LedgerBefore {
  readonly stored: number
  readonly decoded: number
  readonly dropped: number
}

/** Judges one step. Pure: the same facts give the same words. */
export type StepJudge = (facts: SenderFacts, around: Surroundings) => CheckStep
