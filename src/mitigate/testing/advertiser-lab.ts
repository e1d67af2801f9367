// An advertiser over real SQLite, with a clock that the test sets and a fake peer. It can be killed and started again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { configSchema } from '../../contract/config.ts'
import type { CauseRequest } from '../../contract/advertisement.ts'
import { ownedPrefixDefaults, type DriverName, type OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import { parseIpPrefix } from '../../base/ip-prefix.ts'
import { openState, stateOver, type State } from '../../store/state.ts'
import type { StateTables } from '../../store/state-tables.ts'
import { MortalDatabase } from '../../store/testing/mortal-database.ts'
import { timeText } from '../advertisement-rows.ts'
import type { AdvertisementEvent, AnnounceRequest } from '../advertising.ts'
import { Advertiser } from '../advertiser.ts'
import { FakeDriver, FakePeer } from './fake-peer.ts'

/** The first moment of every lab, ms since 1970. */
export const labStart = Date.parse('2026-01-01T00:00:00.000Z')

export interface LabConfig {
  readonly drivers?: readonly DriverName[]
  /** Section `advertise` of the configuration. */
  readonly advertise?: Readonly<Record<string, unknown>>
}

/** One life of the process. */
export interface Life {
  readonly advertiser: Advertiser
  readonly drivers: ReadonlyMap<DriverName, FakeDriver>
  readonly events: AdvertisementEvent[]
  readonly db: Kysely<StateTables>
  /** Its tick, as the timer would call it. */
  readonly tick: () => void
  /** Nothing that it still does has an effect; what it wrote without a commit is gone. */
  kill(): void
  /** Kills it right before a later statement of SQL. @param statements from now on, 1 for the next one */
  killAfter(statements: number): void
  readonly killed: boolean
}

export class AdvertiserLab {
  readonly #dir = mkdtempSync(path.join(tmpdir(), 'advertiser-'))
  readonly #config: LabConfig
  readonly #lives: Life[] = []
  readonly peers = new Map<DriverName, FakePeer>()
  readonly breaching = new Set<string>()
  readonly errors: unknown[] = []
  now = labStart
  #observer: State | undefined
  #ids = 0

  constructor(config: LabConfig = {}) {
    this.#config = config
    for (const name of config.drivers ?? ['bgp']) this.peers.set(name, new FakePeer())
  }

  get file(): string {
    return path.join(this.#dir, 'state.sqlite')
  }

  peer(name: DriverName = 'bgp'): FakePeer {
    const peer = this.peers.get(name)
    if (!peer) throw new Error(`the lab has no ${name}`)
    return peer
  }

  /** An account with registered prefixes. To be called once, before the first life. */
  async prepare(owned: readonly (Partial<OwnedPrefixFields> & { readonly cidr: string })[] = [{ cidr: '203.0.113.0/24' }]): Promise<void> {
    const state = await openState(this.file)
    const at = timeText(this.now)
    await state.db
      .insertInto('account')
      .values({ id: 'a'.repeat(32), name: 'lab', created_at: at })
      .execute()
    for (const fields of owned)
      await state.db
        .insertInto('owned_prefix')
        .values(ownedRow(this.newId(), fields, at))
        .execute()
    this.#observer = state
  }

  /** The state as somebody else sees it: no life ends with it. */
  get db(): Kysely<StateTables> {
    if (!this.#observer) throw new Error('the lab is not prepared')
    return this.#observer.db
  }

  newId(): string {
    return (++this.#ids).toString(16).padStart(32, '0')
  }

  /** Begins a life; its advertiser is not started. */
  begin(): Life {
    const database = new MortalDatabase(this.file)
    const db = stateOver(database)
    const events: AdvertisementEvent[] = []
    const drivers = new Map<DriverName, FakeDriver>()
    let tick = () => undefined as void
    for (const [name, peer] of this.peers) {
      drivers.set(name, new FakeDriver(name, peer, (id, direction, outcome) => advertiser.settled(id, direction, outcome)))
    }
    const advertiser = new Advertiser(
      { advertise: configSchema.parse({ advertise: this.#config.advertise ?? {} }).advertise, retentionDays: () => 400 },
      {
        state: db,
        clock: { now: () => this.now },
        log: { info: () => undefined, warn: () => undefined, error: (fields: unknown) => this.#noteError(database, fields) },
        drivers: [...drivers.values()],
        isBreaching: (rule) => this.breaching.has(rule),
        newId: () => this.newId(),
        every: (_milliseconds, task) => {
          tick = task
          return () => (tick = () => undefined)
        },
      },
    )
    advertiser.onChange((event) => events.push(event))
    const kill = () => {
      for (const driver of drivers.values()) driver.dead = true
      tick = () => undefined
      database.kill()
    }
    database.onKill = kill
    const life: Life = {
      advertiser,
      drivers,
      events,
      db,
      tick: () => tick(),
      kill,
      killAfter: (statements) => database.killAfter(statements),
      get killed() {
        return database.dead
      },
    }
    this.#lives.push(life)
    return life
  }

  /** Begins a life and starts its advertiser. */
  async start(): Promise<Life> {
    const life = this.begin()
    await life.advertiser.start()
    await life.advertiser.idle()
    return life
  }

  /** Lets time pass, a look of the timer at the end of each step. */
  async pass(life: Life, seconds: number, step = 1): Promise<void> {
    for (let passed = 0; passed < seconds; passed += step) {
      this.now += Math.min(step, seconds - passed) * 1000
      life.tick()
      await life.advertiser.idle()
    }
  }

  /** Ends all lives. @throws when one of them has written an error into its log that the test did not take out of `errors` */
  async remove(): Promise<void> {
    for (const life of this.#lives) life.kill()
    await this.#observer?.close()
    rmSync(this.#dir, { recursive: true })
    if (this.errors.length > 0) throw new AggregateError(this.errors, 'errors were logged')
  }

  #noteError(database: MortalDatabase, fields: unknown): void {
    if (!database.dead) this.errors.push((fields as { err?: unknown }).err ?? fields)
  }
}

/** A person's request for a prefix. */
export function personAsks(
  prefix: string,
  more: Partial<AnnounceRequest> & { readonly who?: string; readonly until?: number } = {},
): AnnounceRequest {
  const { who = 'eve@example.net', until = null, ...rest } = more
  const cause: CauseRequest = {
    kind: 'person',
    who,
    why: 'an attack',
    rule_id: null,
    incident_id: null,
    until,
    hold_seconds: null,
    signal: null,
  }
  return { account: 1, purpose: 'divert', prefix, flowspec: null, driver: null, cause, dryRun: false, approval: false, ...rest }
}

/** A rule's request for a prefix. */
export function ruleAsks(
  prefix: string,
  incident: string,
  more: Omit<Partial<AnnounceRequest>, 'cause'> & { readonly cause?: Partial<CauseRequest> } = {},
): AnnounceRequest {
  const cause: CauseRequest = {
    kind: 'rule',
    who: 'flood',
    why: 'beyond its limit',
    rule_id: 'rule',
    incident_id: incident,
    until: null,
    hold_seconds: 900,
    signal: 'time',
    ...more.cause,
  }
  return { ...personAsks(prefix), ...more, cause }
}

function ownedRow(id: string, fields: Partial<OwnedPrefixFields> & { readonly cidr: string }, at: string) {
  const prefix = parseIpPrefix(fields.cidr)?.prefix
  if (!prefix) throw new Error(`${fields.cidr} is no prefix`)
  const owned = { origin_as: 64_500, ...ownedPrefixDefaults(prefix.family, prefix.length), ...fields }
  return {
    ...owned,
    id,
    account: 1,
    drivers: JSON.stringify(owned.drivers),
    flowspec: Number(owned.flowspec),
    automatic: Number(owned.automatic),
    approval: Number(owned.approval),
    locked: Number(owned.locked),
    created_at: at,
    modified_at: at,
  }
}
