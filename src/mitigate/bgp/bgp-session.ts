// One BGP session, RFC 4271 §8, for a speaker that only connects: from Idle to Established and back, again and again.
import type { Clock } from '../../base/clock.ts'
import type { SessionState } from '../../contract/advertisement.ts'
import { BgpError, errorCode, fsmSubcode } from '../../wire/bgp/bgp-error.ts'
import { familyOf, type BgpFamily } from '../../wire/bgp/bgp-family.ts'
import { BgpFramer, encodeKeepalive, messageType, type BgpFrame } from '../../wire/bgp/bgp-framer.ts'
import { decodeNotification, describeNotification, encodeNotification } from '../../wire/bgp/bgp-notification.ts'
import { decodeOpen, encodeOpen } from '../../wire/bgp/bgp-open.ts'
import { agree, ourOpen, type Agreement, type BgpNeighborConfig, type LocalSpeaker } from './bgp-agreement.ts'
import type { BgpConnection, Connect } from './bgp-transport.ts'
import { Alarm, type Timers } from './session-timers.ts'

export interface SessionDependencies {
  readonly connect: Connect
  readonly timers: Timers
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
}

/** What the session tells its neighbour's routes. */
export interface SessionEvents {
  established(): void
  /** Only of a session that was established. */
  lost(): void
  /** An attempt or a session ended that was not stopped. */
  failed(reason: string): void
  /** The neighbour wants all routes of a family again. */
  refresh(family: BgpFamily): void
}

/** Since the start. */
export interface SessionCounts {
  established: number
  notificationsSent: number
  notificationsReceived: number
  /** Nothing is accepted from neighbours: their routes are only counted. */
  updatesIgnored: number
}

/** SYN packets leave after 0, 1 and 3 s: who has not answered in this time is not there. */
const connectMs = 5000
/** RFC 4271 §8.2.2: a large hold time until the neighbour has told its own. */
const openHoldMs = 240_000
/** RFC 9687 §4: 8 minutes, or twice the hold time when that is longer. */
const sendHoldMs = 480_000
/** What a neighbour that does not read may keep us waiting with: more than 10 000 FlowSpec rules have. */
const mostUnsent = 8 * 1024 * 1024
const longestPauseMs = 60_000

export class BgpSession {
  readonly counts: SessionCounts = { established: 0, notificationsSent: 0, notificationsReceived: 0, updatesIgnored: 0 }
  readonly #local: LocalSpeaker
  readonly #config: BgpNeighborConfig
  readonly #deps: SessionDependencies
  readonly #events: SessionEvents
  readonly #retry: Alarm
  readonly #hold: Alarm
  readonly #keepalive: Alarm
  readonly #sendHold: Alarm
  #running = false
  #state: SessionState = 'Idle'
  #since: number
  #connection: BgpConnection | undefined
  #framer = new BgpFramer()
  #agreement: Agreement | undefined
  #localAddress = ''
  #lastError = ''
  /** The last reason that came with a NOTIFICATION, until the next session: attempts after it fail for lesser reasons. */
  #told = ''
  #failures = 0
  #restarting = true

  constructor(local: LocalSpeaker, config: BgpNeighborConfig, events: SessionEvents, deps: SessionDependencies) {
    this.#local = local
    this.#config = config
    this.#events = events
    this.#deps = deps
    this.#since = deps.clock.now()
    this.#retry = new Alarm(deps.timers)
    this.#hold = new Alarm(deps.timers)
    this.#keepalive = new Alarm(deps.timers)
    this.#sendHold = new Alarm(deps.timers)
  }

  get state(): SessionState {
    return this.#state
  }

  /** Since when it is in its state, ms since 1970. */
  get since(): number {
    return this.#since
  }

  /** Only while it is established. */
  get agreement(): Agreement | undefined {
    return this.#state === 'Established' ? this.#agreement : undefined
  }

  /** Our address in this session or, when there is none, in the last one; empty before the first. */
  get localAddress(): string {
    return this.#localAddress
  }

  /** How the last session or attempt ended, and what a NOTIFICATION said before. */
  get lastError(): string {
    return this.#told === '' || this.#told === this.#lastError ? this.#lastError : `${this.#lastError}; before that ${this.#told}`
  }

  /** Bytes that wait for the neighbour to read. */
  get unsent(): number {
    return this.#connection?.unsent ?? 0
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#connect()
  }

  /** Closes without NOTIFICATION: the neighbour is to keep our routes over a restart (RFC 4724 §4.2). */
  stop(): void {
    this.#running = false
    this.#retry.clear()
    this.#close()
  }

  /** The neighbour has got all routes: from now on nothing of an earlier process is kept for us. */
  endRestart(): void {
    this.#restarting = false
  }

  /** Only while established. @param taken called when the system has taken it all, not when the session ends before */
  send(message: Uint8Array, taken?: () => void): void {
    const connection = this.#connection
    if (connection === undefined) return
    connection.write(message, () => {
      if (this.#connection === connection) this.#watchSending(true)
      taken?.()
    })
    if (connection.unsent > mostUnsent) this.#fail(`it does not read: ${connection.unsent} bytes wait`)
    else this.#watchSending(false)
  }

  /** RFC 9687: the neighbour's TCP has to take something now and then. */
  #watchSending(progress: boolean): void {
    if (this.unsent === 0) this.#sendHold.clear()
    else if (progress || !this.#sendHold.isSet) {
      const ms = Math.max(sendHoldMs, 2000 * (this.#agreement?.holdSeconds ?? 0))
      this.#sendHold.set(ms, () => this.#fail(`it has read nothing for ${ms / 1000} s`))
    }
  }

  #connect(): void {
    this.#framer = new BgpFramer()
    this.#agreement = undefined
    this.#enter('Connect')
    const { address, port, source_address: sourceAddress, password, ttl_security: ttlSecurity } = this.#config
    this.#connection = this.#deps.connect(
      { address, port, sourceAddress, password, ttlSecurity },
      {
        connected: () => this.#connected(),
        data: (chunk) => this.#receive(chunk),
        closed: (reason) => this.#fail(closeReason(this.#state, reason)),
      },
    )
    this.#hold.set(connectMs, () => this.#fail(this.#silenceReason()))
  }

  #silenceReason(): string {
    const { password, ttl_security: ttlSecurity } = this.#config
    const shared = [...(password === '' ? [] : ['the TCP MD5 password']), ...(ttlSecurity === 0 ? [] : ['ttl_security'])]
    const hint = shared.length === 0 ? '' : `; ${shared.join(' and ')} must fit on both sides, or packets are dropped without a word`
    return `no answer within ${connectMs / 1000} s${hint}`
  }

  #connected(): void {
    this.#localAddress = this.#connection?.localAddress ?? ''
    this.#enter('OpenSent')
    this.#hold.set(openHoldMs, () => this.#notify(new BgpError(errorCode.holdTimer, 0, 'no OPEN came')))
    this.send(encodeOpen(ourOpen(this.#local, this.#config, this.#restarting)))
  }

  #receive(chunk: Uint8Array): void {
    const connection = this.#connection
    try {
      this.#framer.push(chunk)
      // Handling a message may end the session: what stands behind it is then nobody's.
      for (let frame = this.#framer.next(); frame !== null; frame = this.#connection === connection ? this.#framer.next() : null) {
        this.#handle(frame)
      }
    } catch (error) {
      if (!(error instanceof BgpError)) throw error
      this.#notify(error)
    }
  }

  #handle({ type, body }: BgpFrame): void {
    if (type === messageType.notification) return this.#notified(body)
    const state = this.#state
    if (state === 'OpenSent' && type === messageType.open) return this.#opened(body)
    if (state === 'OpenConfirm' && type === messageType.keepalive) return this.#establish()
    if (state !== 'Established' || type === messageType.open) throw unexpected(state, type)
    this.#heard()
    if (type === messageType.update) this.counts.updatesIgnored++
    if (type === messageType.routeRefresh) this.#refresh(body)
  }

  #opened(body: Uint8Array): void {
    this.#agreement = agree(this.#local, this.#config, decodeOpen(body))
    this.#enter('OpenConfirm')
    this.#heard()
    this.#keepAlive()
  }

  #establish(): void {
    this.counts.established++
    this.#lastError = this.lastError
    this.#told = ''
    this.#failures = 0
    this.#enter('Established')
    this.#heard()
    this.#events.established()
  }

  #refresh(body: Uint8Array): void {
    // RFC 2918 §3: AFI (2), reserved, SAFI. RFC 7313 gave the reserved byte other values, which we do not offer.
    const family = body[2] === 0 ? familyOf(body[0] * 256 + body[1], body[3]) : undefined
    // RFC 2918 §4: what was not agreed on is ignored.
    if (family !== undefined && this.#agreement?.families.includes(family)) this.#events.refresh(family)
  }

  /** The neighbour lives. */
  #heard(): void {
    const seconds = this.#agreement?.holdSeconds ?? 0
    if (seconds === 0 && this.#state === 'Established') return this.#hold.clear()
    const ms = seconds === 0 ? openHoldMs : seconds * 1000
    this.#hold.set(ms, () => this.#notify(new BgpError(errorCode.holdTimer, 0, `nothing heard for ${ms / 1000} s`)))
  }

  #keepAlive(): void {
    this.send(encodeKeepalive())
    const seconds = this.#agreement?.holdSeconds ?? 0
    // RFC 4271 §4.4: a third of the hold time.
    if (seconds > 0 && this.#connection !== undefined) this.#keepalive.set((seconds * 1000) / 3, () => this.#keepAlive())
  }

  #notified(body: Uint8Array): void {
    this.counts.notificationsReceived++
    this.#failTold(`the neighbour ended the session: ${describeNotification(decodeNotification(body))}`)
  }

  #notify(error: BgpError): void {
    this.counts.notificationsSent++
    this.#connection?.write(encodeNotification(error))
    this.#failTold(`we ended the session: ${error.message}`)
  }

  #failTold(reason: string): void {
    this.#told = reason
    this.#fail(reason)
  }

  /** Ends the session or the attempt, and plans the next one. */
  #fail(reason: string): void {
    this.#lastError = reason
    this.#failures++
    this.#events.failed(reason)
    this.#close()
    if (this.#running) this.#retry.set(this.#pauseMs(), () => this.#connect())
  }

  /** Doubled by each failure in a row up to a minute, less up to a quarter, so that neighbours are not tried in step. */
  #pauseMs(): number {
    const first = this.#config.connect_seconds * 1000
    const doubled = Math.min(first * 2 ** Math.min(this.#failures - 1, 16), Math.max(first, longestPauseMs))
    return doubled * (1 - this.#deps.random() / 4)
  }

  #close(): void {
    for (const alarm of [this.#hold, this.#keepalive, this.#sendHold]) alarm.clear()
    const wasEstablished = this.#state === 'Established'
    this.#connection?.end()
    this.#connection = undefined
    this.#enter('Idle')
    if (wasEstablished) this.#events.lost()
  }

  #enter(state: SessionState): void {
    if (this.#state === state) return
    this.#state = state
    this.#since = this.#deps.clock.now()
  }
}

const fsmSubcodes: Readonly<Record<SessionState, number>> = {
  Idle: fsmSubcode.unspecific,
  Connect: fsmSubcode.unspecific,
  OpenSent: fsmSubcode.inOpenSent,
  OpenConfirm: fsmSubcode.inOpenConfirm,
  Established: fsmSubcode.inEstablished,
}

/** RFC 6608 §3: the data is the type. */
function unexpected(state: SessionState, type: number): BgpError {
  return new BgpError(errorCode.fsm, fsmSubcodes[state], `message of type ${type}`, Uint8Array.of(type))
}

/** What the end of a connection means, by how far the session was. */
function closeReason(state: SessionState, reason: string): string {
  const how = reason === '' ? 'the neighbour closed the connection' : `the connection was lost: ${reason}`
  if (state === 'Connect') return reason === '' ? 'the connection was closed' : reason
  if (state !== 'OpenSent') return how
  return `${how} before its OPEN came; does it have a neighbour with our address and AS?`
}
