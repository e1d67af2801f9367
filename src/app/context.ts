// What every verb gets: the parts of the server that it works on, and who is asking.
import type { Kysely } from 'kysely'
import type { Clock } from '../base/clock.ts'
import type { AgentRegistry } from '../capture/agent-registry.ts'
import type { ParsedDestination } from '../capture/buckets/destination.ts'
import type { Capturing } from '../capture/capturing.ts'
import type { CollectorTelemetry } from '../contract/collector-status.ts'
import type { Config } from '../contract/config.ts'
import type { RuleTelemetry, RuleWatcher } from '../contract/rule.ts'
import type { Advertising } from '../mitigate/advertising.ts'
import type { CounterReconciliation } from './reconciliation/counter-reconciliation.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { SecretBox } from '../base/secret-box.ts'
import type { RunningQuestions } from '../query/running-questions.ts'
import type { Examining } from '../setup/doctor/doctor.ts'
import type { Deriving } from '../signature/deriving.ts'
import type { Filtering } from '../firewall/filtering.ts'
import type { RouterChecks } from '../setup/check/router-checks.ts'
import type { FlowStore } from '../store/flow-store.ts'
import type { StateTables } from '../store/state-tables.ts'
import type { LiveValues } from './flow/live-values.ts'
import type { Passwords } from './member/passwords.ts'
import type { SettingsInForce } from './setting/settings-in-force.ts'
import type { Scope } from '../contract/scopes.ts'

export interface AppContext {
  readonly state: Kysely<StateTables>
  readonly flows: Pick<FlowStore, 'query' | 'ready'>
  /** Questions about flows that are being answered. */
  readonly questions: RunningQuestions
  /** What whoever types a filter is offered. */
  readonly liveValues: LiveValues
  readonly telemetry: CollectorTelemetry
  readonly reconciliation: Pick<CounterReconciliation, 'interfaces' | 'doubtfulInterfaces' | 'counterCheck'>
  /** Counts traffic by rule: the collectors. */
  readonly counting: RuleWatcher
  /** Judges the rules. */
  readonly detector: RuleWatcher & RuleTelemetry
  /** Announces and withdraws prefixes. */
  readonly advertising: Advertising
  /** Starts, stops and reads packet captures. */
  readonly capturing: Capturing
  /** Derives signatures from packets. */
  readonly deriving: Deriving
  /** Has agents count and drop packets. */
  readonly filtering: Filtering
  /** Live checks of routers that are being set up. */
  readonly checks: RouterChecks
  /** Edge agents: who is connected, how they enrol. */
  readonly agents: AgentRegistry
  /** Writes into customers' buckets. */
  readonly buckets: BucketWriter
  /** Looks at this machine and sends the collectors test flows. */
  readonly doctor: Examining
  /** Tries webhooks out; what is to be told reaches it by the state. */
  readonly notifier: Pick<Notifier, 'hello' | 'objection'>
  /** Encrypts the secrets of alert destinations and buckets. */
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>
  /** Checks and hashes the passwords of members. */
  readonly passwords: Passwords
  readonly clock: Clock
  /** With the settings in force: another object after each change, so nobody keeps it. */
  readonly config: Config
  /** What is changed while the server runs. */
  readonly settings: SettingsInForce
  /** Name of an AS, undefined when nobody knows it. */
  readonly asName: (asn: number) => string | undefined
  readonly version: string
  /** When the server began, ms since 1970. */
  readonly startedAt: number
}

/** Enough for verbs that touch nothing but the state; commands have it while no server runs. */
export type StateContext = Pick<AppContext, 'state' | 'clock'>

/** Enough for verbs that change routers. */
export type RouterContext = Pick<AppContext, 'state' | 'clock' | 'telemetry' | 'reconciliation'>

/** Enough for verbs that change rules. */
export type RuleContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'counting' | 'detector'>

/** Enough for verbs about owned prefixes and what is announced. */
export type AdvertisingContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'advertising'>

/** Enough for verbs about settings. */
export type SettingContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'settings' | 'flows'>

/** What verbs do with a bucket themselves. */
export interface BucketWriter {
  /**
   * Writes the file whose contents prove the ownership of the bucket.
   * @throws BucketError with the reason and the next step
   */
  putChallenge(destination: ParsedDestination, challenge: { readonly id: string; readonly contents: string }): Promise<void>
}

/** Enough for verbs about captures. */
export type CaptureContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'capturing'>

/** Enough for verbs about signatures. */
export type SignatureContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'capturing' | 'deriving'>

/** Enough for verbs about the edge firewall. */
export type FirewallContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'flows' | 'filtering'>

/** Enough for verbs about the buckets that captures go to. */
export type BucketContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'secrets' | 'buckets'>

/** Enough for verbs about edge agents. */
export type AgentContext = Pick<AppContext, 'state' | 'clock' | 'agents'>

/** Enough for verbs about alerts. */
export type AlertContext = Pick<AppContext, 'state' | 'clock' | 'config' | 'notifier' | 'secrets'>

export interface Account {
  readonly number: number
  /** 32 hex digits. */
  readonly id: string
  readonly name: string
}

export interface User {
  /** 32 hex digits. */
  readonly id: string
  readonly email: string
  readonly name: string
}

/** Who is asking, as proved by a credential. */
export interface Principal {
  readonly user: User
  readonly account: Account
  readonly scopes: readonly Scope[]
  /** `local` is a command on the server's own files. */
  readonly via: 'token' | 'key' | 'session' | 'local'
  /** Id of the token, key or session. */
  readonly credential: string
}

/** Either connection or transaction. */
export type State = Kysely<StateTables>

/** A time as the state keeps it: RFC 3339 in UTC with milliseconds. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
