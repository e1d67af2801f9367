// The life of an advertisement as a table: what each event makes of each state. No clock, no I/O.
import type { AdvertisementState } from '../contract/advertisement.ts'

/**
 * What can happen. `asked` and `asked_approval`: a cause was added that needs no approval, or needs one. `released`: no cause
 * holds it any more. `retry`: its time has come. The others are what a person decided and what a driver answered.
 */
export const advertisementEvents = [
  'asked',
  'asked_approval',
  'approved',
  'rejected',
  'released',
  'retry',
  'announce_done',
  'announce_delayed',
  'announce_locked',
  'announce_refused',
  'announce_failed',
  'withdraw_done',
  'withdraw_failed',
] as const
export type AdvertisementEventName = (typeof advertisementEvents)[number]

/**
 * The next state. `ignored`: nothing changes, as the event comes too late or says what is known. `impossible`: whoever asked
 * for it is told that the state does not allow it. `held`: depends on whether a cause holds it, see `nextState`.
 */
export type Answer = AdvertisementState | 'ignored' | 'impossible' | 'held'

type Answers = Readonly<Record<AdvertisementEventName, Answer>>

/** Announcing is wanted, and the driver has the word. The same for all states in which it was told to announce. */
const announceAnswers = {
  announce_done: 'announced',
  announce_delayed: 'delayed',
  announce_locked: 'locked',
  announce_refused: 'failed',
  announce_failed: 'failed',
} as const

/** A driver speaks of what is no longer wanted: the next thing that it is told is the opposite. */
const lateAnnounce = {
  announce_done: 'ignored',
  announce_delayed: 'ignored',
  announce_locked: 'ignored',
  announce_refused: 'ignored',
  announce_failed: 'ignored',
} as const
const lateWithdraw = { withdraw_done: 'ignored', withdraw_failed: 'ignored' } as const

const nothingToDecide = { approved: 'impossible', rejected: 'impossible' } as const

export const machine: Readonly<Record<AdvertisementState, Answers>> = {
  pending: {
    asked: 'announcing',
    asked_approval: 'ignored',
    approved: 'announcing',
    // No driver was told, or it has confirmed that nothing is left.
    rejected: 'withdrawn',
    released: 'withdrawn',
    retry: 'ignored',
    ...lateAnnounce,
    ...lateWithdraw,
  },
  announcing: {
    asked: 'ignored',
    asked_approval: 'ignored',
    ...nothingToDecide,
    released: 'withdrawing',
    retry: 'announcing',
    ...announceAnswers,
    ...lateWithdraw,
  },
  announced: {
    asked: 'ignored',
    asked_approval: 'ignored',
    ...nothingToDecide,
    released: 'withdrawing',
    retry: 'ignored',
    // The driver can lose it again by itself.
    ...announceAnswers,
    ...lateWithdraw,
  },
  withdrawing: {
    asked: 'announcing',
    // It goes first; the cause waits for approval after that.
    asked_approval: 'ignored',
    ...nothingToDecide,
    released: 'ignored',
    retry: 'withdrawing',
    ...lateAnnounce,
    withdraw_done: 'held',
    // Never given up.
    withdraw_failed: 'withdrawing',
  },
  withdrawn: {
    asked: 'impossible',
    asked_approval: 'impossible',
    ...nothingToDecide,
    released: 'impossible',
    retry: 'ignored',
    ...lateAnnounce,
    ...lateWithdraw,
  },
  delayed: {
    // What the driver waits for does not end because one more asks.
    asked: 'ignored',
    asked_approval: 'ignored',
    ...nothingToDecide,
    // The driver may have gone half of the way.
    released: 'withdrawing',
    retry: 'delayed',
    ...announceAnswers,
    ...lateWithdraw,
  },
  locked: {
    asked: 'announcing',
    asked_approval: 'ignored',
    ...nothingToDecide,
    released: 'withdrawing',
    retry: 'locked',
    ...announceAnswers,
    ...lateWithdraw,
  },
  failed: {
    asked: 'announcing',
    asked_approval: 'ignored',
    ...nothingToDecide,
    released: 'withdrawing',
    retry: 'failed',
    ...announceAnswers,
    ...lateWithdraw,
  },
}

/**
 * @param held whether a cause holds it: a cause that needs approval can come while it is being withdrawn
 * @returns the state afterwards, `ignored` or `impossible`
 */
export function nextState(state: AdvertisementState, event: AdvertisementEventName, held: boolean): Exclude<Answer, 'held'> {
  const answer = machine[state][event]
  if (answer !== 'held') return answer
  return held ? 'pending' : 'withdrawn'
}

/** What a driver has to be told while an advertisement is in a state; undefined where it has nothing to do. */
export const toTell: Readonly<Record<AdvertisementState, 'announce' | 'withdraw' | undefined>> = {
  pending: undefined,
  announcing: 'announce',
  announced: undefined,
  withdrawing: 'withdraw',
  withdrawn: undefined,
  delayed: 'announce',
  locked: 'announce',
  failed: 'announce',
}

/** States in which the route belongs into the full set that a driver begins with. */
export const wanted: ReadonlySet<AdvertisementState> = new Set(['announcing', 'announced', 'delayed', 'locked', 'failed'])
