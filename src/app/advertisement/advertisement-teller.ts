// Tells what became of what an incident's rule asked for: notifications when a status changes, refusals in the timeline. It
// compares what is with what was told, so that nothing that happens in between, not even a kill, leaves something untold.
import type { Log } from '../../base/log.ts'
import type { AdvertiseStatus } from '../../contract/advertisement.ts'
import type { AlertEvent, PrefixStatus } from '../../contract/alert.ts'
import type { IncidentSummary } from '../../contract/incident.ts'
import { buildAdvertisementAlert, buildWithdrawnAlert, type AdvertisementReport } from '../../notify/advertisement-alert.ts'
import type { AlertLinks } from '../../notify/incident-alert.ts'
import { timeText, type State, type StateContext } from '../context.ts'
import { addIncidentEntry } from '../incident/rows.ts'
import { prefixOutcomes, readAdvertisedFor } from './prefix-statuses.ts'

/** An incident whose rule advertises. */
export interface AdvertisingIncident {
  readonly incident: Pick<IncidentSummary, 'id' | 'rule_id' | 'rule_name' | 'started_at' | 'vectors' | 'headline'> & {
    readonly account: number
  }
  readonly open: boolean
  readonly dryRun: boolean
  /** What the guard refused, and what failed before a driver was asked. */
  readonly refused: ReadonlyMap<string, PrefixStatus>
}

export interface AdvertisementTellerConfig {
  /** Changes after the first notification wait so long for further ones. */
  readonly followUpMs?: number
  /** What is withdrawn may be announced again within so many seconds; the END waits for that. */
  readonly probeSeconds: number
}

export interface AdvertisementTellerDependencies extends StateContext {
  readonly log: Pick<Log, 'error'>
  /** @returns for how many destinations */
  readonly enqueueAlert: (transaction: State, event: AlertEvent) => Promise<number>
  readonly links: () => AlertLinks
  /** Its attack is over and nothing of it is advertised: it may be forgotten. */
  readonly onOver: (incident: string) => void
}

/** An incident is written a moment after it is opened; lines of its timeline wait for that. */
const unwrittenMs = 100
const longestUnwrittenMs = 60_000
/** Refused prefixes that the timeline names. */
const namedRefusals = 20

interface Told {
  readonly statuses: Map<string, AdvertiseStatus>
  ended: boolean
}

export class AdvertisementTeller {
  readonly #deps: AdvertisementTellerDependencies
  readonly #followUpMs: number
  readonly #probeMs: number
  readonly #told = new Map<string, Told>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #unwrittenSince = new Map<string, number>()
  #telling: Promise<void> = Promise.resolve()
  #stopped = false

  constructor({ followUpMs = 10_000, probeSeconds }: AdvertisementTellerConfig, deps: AdvertisementTellerDependencies) {
    this.#deps = deps
    this.#followUpMs = followUpMs
    this.#probeMs = probeSeconds * 1000
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    await this.#telling
  }

  /** Tells what has changed, now. */
  tell(about: AdvertisingIncident): void {
    if (this.#stopped) return
    this.#telling = this.#telling.then(() => this.#tell(about)).catch((error: unknown) => this.#failed(about, error))
  }

  /** Tells what has changed soon, with what changes meanwhile. */
  tellSoon(about: AdvertisingIncident): void {
    this.#tellIn(about, this.#followUpMs)
  }

  #tellIn(about: AdvertisingIncident, milliseconds: number): void {
    const { id } = about.incident
    if (this.#stopped || this.#timers.has(id)) return
    const timer = setTimeout(() => {
      this.#timers.delete(id)
      this.tell(about)
    }, milliseconds)
    this.#timers.set(id, timer.unref())
  }

  #forget(id: string): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.#told.delete(id)
    this.#unwrittenSince.delete(id)
  }

  #failed(about: AdvertisingIncident, error: unknown): void {
    this.#deps.log.error({ err: error, incident: about.incident.id }, 'what was advertised could not be told; it is tried again')
    this.tellSoon(about)
  }

  async #tell(about: AdvertisingIncident): Promise<void> {
    const { state } = this.#deps
    const { id } = about.incident
    const told = this.#told.get(id) ?? (await readTold(state, about))
    this.#told.set(id, told)
    const written = await state.transaction().execute((transaction) => this.#write(transaction, about, told))
    if (written === 'unwritten') return this.#tellIn(about, unwrittenMs)
    for (const { prefix, status } of written.statuses) told.statuses.set(prefix, status)
    told.ended ||= written.ended
    if (!written.over) return
    this.#forget(id)
    this.#deps.onOver(id)
  }

  async #write(transaction: State, about: AdvertisingIncident, told: Told): Promise<Written | 'unwritten'> {
    const { incident, refused, open } = about
    const inBook = await this.#isInBook(transaction, incident.id)
    if (inBook === undefined) return 'unwritten'
    const advertisements = await readAdvertisedFor(transaction, incident.account, incident.id)
    const outcomes = prefixOutcomes(advertisements, incident.id).filter(({ over, prefix }) => !over && !refused.has(prefix))
    const statuses = [...outcomes, ...refused.values()].toSorted((one, next) => byPrefix.compare(one.prefix, next.prefix))
    // After the END its receivers take it for done.
    const isNews = !told.ended && statuses.some(({ prefix, status }) => told.statuses.get(prefix) !== status)
    if (isNews && inBook) await this.#noteRefusals(transaction, about, told)
    if (isNews) await this.#enqueue(transaction, about, statuses)
    const gone = !open && advertisements.every(({ state }) => state === 'withdrawn')
    const probedSince = this.#deps.clock.now() - this.#probeMs
    const over = gone && advertisements.every(({ state_since }) => Date.parse(state_since) <= probedSince)
    if (gone && !over) this.tellSoon(about)
    const ended = over && !told.ended && (isNews || told.statuses.size > 0)
    if (ended) await this.#enqueue(transaction, about, [])
    return { statuses, ended, over }
  }

  /** Undefined while it is worth waiting: it was opened a moment ago. */
  async #isInBook(transaction: State, id: string): Promise<boolean | undefined> {
    const row = await transaction.selectFrom('incident').select('id').where('id', '=', id).executeTakeFirst()
    if (row) return true
    const now = this.#deps.clock.now()
    const since = this.#unwrittenSince.get(id) ?? now
    this.#unwrittenSince.set(id, since)
    return now - since < longestUnwrittenMs ? undefined : false
  }

  async #noteRefusals(transaction: State, { incident, refused }: AdvertisingIncident, told: Told): Promise<void> {
    const news = [...refused.values()].filter(({ prefix, status }) => told.statuses.get(prefix) !== status)
    const at = timeText(this.#deps.clock.now())
    const lines = news.slice(0, namedRefusals).map(({ prefix, detail }) => `${prefix} could not be advertised: ${detail}`)
    if (news.length > namedRefusals) lines.push(`${news.length - namedRefusals} more prefixes could not be advertised`)
    for (const text of lines) await addIncidentEntry(transaction, incident.id, { at, kind: 'advertisement', text })
  }

  /** @param prefixes none for the END */
  async #enqueue(transaction: State, about: AdvertisingIncident, prefixes: readonly PrefixStatus[]): Promise<void> {
    const { incident, dryRun } = about
    const report: AdvertisementReport = { incident, dryRun, at: this.#deps.clock.now(), prefixes }
    const build = prefixes.length > 0 ? buildAdvertisementAlert : buildWithdrawnAlert
    await this.#deps.enqueueAlert(transaction, build(report, this.#deps.links()))
  }
}

/** 9.0.0.0/8 before 10.0.0.0/8. */
const byPrefix = new Intl.Collator('en', { numeric: true })

interface Written {
  readonly statuses: readonly PrefixStatus[]
  /** Its END is written down. */
  readonly ended: boolean
  readonly over: boolean
}

/** What an earlier run has told of an incident. */
async function readTold(state: State, { incident }: AdvertisingIncident): Promise<Told> {
  const rows = await state
    .selectFrom('alert_event')
    .select(['phase', 'data'])
    .where('account', '=', incident.account)
    .where('correlation_id', '=', incident.id)
    .where('type', '=', 'fbm_auto_advertisement')
    .orderBy('id')
    .execute()
  const last = rows.findLast(({ phase }) => phase === 'ALERT_STATE_EVENT_START')
  // Written by buildAdvertisementAlert and by nobody else.
  const { advertise_status: told = [] } = (last ? JSON.parse(last.data) : {}) as {
    advertise_status?: readonly Omit<PrefixStatus, 'detail'>[]
  }
  const statuses = new Map(told.map(({ prefix, status }) => [prefix, status]))
  return { statuses, ended: rows.some(({ phase }) => phase === 'ALERT_STATE_EVENT_END') }
}
