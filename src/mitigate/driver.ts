// What the advertiser needs of a driver: it is told what has to be there and what has to go, and says how that went.
import type { DriverStatus, PreviewMessage, Route } from '../contract/advertisement.ts'
import type { DriverName, Purpose } from '../contract/owned-prefix.ts'

/** A route that a driver has to announce. It has passed the guard. */
export interface DriverRoute {
  /** Id of the advertisement, 32 hex digits. */
  readonly id: string
  readonly account: number
  readonly route: Route
  /** AS that originates the owned prefix. */
  readonly originAs: number
  /** Said at the start: it had been confirmed. The advertiser asks for the others again right after that. */
  readonly announced?: boolean
}

/** How an attempt went. Times in ms since 1970. */
export type DriverOutcome =
  /** `already`: it was there, or gone, before. */
  | { readonly kind: 'done'; readonly already: boolean; readonly detail: string }
  /** Not now. With `retryAt` null the driver goes on by itself and calls `settled` when it is done. */
  | { readonly kind: 'delayed'; readonly retryAt: number | null; readonly detail: string }
  /** Not before somebody unlocks it at the driver's side. */
  | { readonly kind: 'locked'; readonly detail: string }
  /** Will not work however often it is tried. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** Did not work; trying again may help. */
  | { readonly kind: 'error'; readonly detail: string }

export type Direction = 'announce' | 'withdraw'

/** Tells of what a driver finished, or lost, by itself. */
export type Settled = (id: string, direction: Direction, outcome: DriverOutcome) => void

export interface AdvertisementDriver {
  readonly name: DriverName
  readonly purposes: readonly Purpose[]
  /** Begins with all that has to be announced: what is there from an earlier run and not in the list goes away. */
  start(routes: readonly DriverRoute[]): Promise<void>
  /** Can be called again for a route that is announced. Never throws for what is outside: that is an outcome. */
  announce(route: DriverRoute): Promise<DriverOutcome>
  withdraw(route: DriverRoute): Promise<DriverOutcome>
  /** What `announce` would send to whom, without sending it. */
  preview(route: DriverRoute): readonly PreviewMessage[]
  status(): DriverStatus
  /** Leaves what is announced where it is: a restart must not withdraw anything. */
  stop(): Promise<void>
}
