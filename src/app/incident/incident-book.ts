// Keeps incidents: writes what the detector tells, adds who took part, and hands alerts to the notifier in the same
// transaction as the incident, so that after a kill nothing is forgotten and nothing is told twice.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import type { AlertEvent, IncidentReport } from '../../contract/alert.ts'
import { noFacts, type DetectedIncident, type IncidentEventKind, type IncidentFacts } from '../../contract/incident.ts'
import type { DetectorJournal, RuleMemory } from '../../detect/journal.ts'
import { readAdvertised } from '../advertisement/prefix-statuses.ts'
import { timeText, type State, type StateContext } from '../context.ts'
import { addIncidentEntry, deleteIncidents, readUnfinished, writeIncident, type KeptIncident } from './rows.ts'
import { RuleMemories } from './rule-memories.ts'

export interface IncidentBookConfig {
  /** How long incidents that are over are kept; asked each time. */
  readonly retentionDays: () => number
  /** How long an alert waits for the facts that it is to carry. */
  readonly factsWaitMs?: number
  /** How often the facts of an open incident are asked for again. */
  readonly factsEveryMs?: number
  /** How often deadlines are looked at. */
  readonly tickMs?: number
}

export interface IncidentBookDependencies extends StateContext {
  readonly log: Pick<Log, 'error' | 'warn'>
  /** Who took part in an incident, from stored flows. */
  readonly collectFacts: (incident: DetectedIncident) => Promise<IncidentFacts>
  /** `closed` makes an END, the others a START. */
  readonly buildAlert: (kind: IncidentEventKind, report: IncidentReport) => AlertEvent
  /** Writes an alert down for delivery. @returns for how many destinations; 0 also when they know it already */
  readonly enqueueAlert: (transaction: State, event: AlertEvent) => Promise<number>
}

/** At most one for each rule is open, and there are at most 10 000 rules; the others have just ended. */
const maxKept = 20_000
/** Facts are asked for so many incidents at a time: each takes several queries. */
const maxAsking = 2
/** One transaction forces the disk once, and the process does nothing else meanwhile: 20 incidents have up to 1 MB. */
const batchSize = 20
const retryMs = 1000
/** A collector seals every three seconds, and the store takes a second: a second look soon finds what the first did not. */
const factsRetryMs = 500
const dayMs = 86_400_000
const expireMs = 3_600_000

const alertNames = { opened: 'The alert', updated: 'A reminder', closed: 'The end of the alert' } as const

interface Kept extends KeptIncident {
  incident: DetectedIncident
  facts: IncidentFacts
  startTold: boolean
  endTold: boolean
  /** An alert is to be told then, sooner when its facts are there; ms since 1970. */
  tellAt: number
  /** Counts what changed, so that a change during a write is seen. */
  version: number
  writtenVersion: number
  /** No write before, ms since 1970. */
  retryAt: number
  asking: boolean
  /** When facts are to be asked for, ms since 1970. */
  factsWantedAt: number
}

/** What is being written, while the detector may tell something newer. */
type Snapshot = Readonly<Kept> & { readonly due: boolean }

/** Component: start before the detector, whose journal it is; stop after it. */
export class IncidentBook implements DetectorJournal {
  readonly #deps: IncidentBookDependencies
  readonly #config: Required<IncidentBookConfig>
  readonly #kept = new Map<string, Kept>()
  readonly #memories: RuleMemories
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #asking = 0
  #expiresAt = 0
  #expiring: Promise<void> | undefined
  #stopped = false
  readonly #counts = { opened: 0, closed: 0, refused: 0, write_failures: 0, facts_failures: 0 }

  constructor(config: IncidentBookConfig, deps: IncidentBookDependencies) {
    this.#config = { factsWaitMs: 5000, factsEveryMs: 30_000, tickMs: 250, ...config }
    this.#deps = deps
    this.#memories = new RuleMemories(deps)
  }

  /** Takes up the incidents that an earlier run left open, and tells the alerts that it had not told. */
  async start(): Promise<void> {
    for (const left of await readUnfinished(this.#deps.state)) this.#keep(left)
    this.#timer = setInterval(() => this.#tick(), this.#config.tickMs)
    this.#timer.unref()
    this.#tick()
  }

  /** What is not written yet is written; alerts that still wait for facts are told by the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopped = true
    await this.#expiring
    await this.#writing
    await this.#write()
  }

  async load(): ReturnType<DetectorJournal['load']> {
    const incidents = [...this.#kept.values()].map(({ incident }) => incident).filter(({ state }) => state === 'open')
    return { incidents, breaches: await this.#memories.load() }
  }

  saveBreaches(breaches: readonly RuleMemory[]): void {
    this.#memories.put(breaches)
    this.#writeSoon()
  }

  /** What the detector tells. Returns at once; the newest state of an incident is what gets written. */
  onIncident(kind: IncidentEventKind, incident: DetectedIncident): void {
    const known = this.#kept.get(incident.id)
    if (!known && this.#kept.size >= maxKept) {
      this.#counts.refused++
      this.#deps.log.error({ incident: incident.id }, `more than ${maxKept} incidents wait to be written; this one is lost`)
      return
    }
    const kept = known ?? this.#keep({ incident, facts: noFacts, startTold: false, endTold: false })
    kept.incident = incident
    kept.version++
    if (kind !== 'updated') {
      this.#counts[kind]++
      kept.tellAt = this.#now() + this.#config.factsWaitMs
      kept.factsWantedAt = this.#now()
    }
    this.#askForFacts()
    this.#writeSoon()
  }

  /** Events since the start, for metrics. */
  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts }
  }

  /** Incidents that are open or not written whole yet. */
  get size(): number {
    return this.#kept.size
  }

  #now(): number {
    return this.#deps.clock.now()
  }

  #keep(incident: KeptIncident): Kept {
    const kept: Kept = {
      ...incident,
      tellAt: this.#now() + this.#config.factsWaitMs,
      version: 1,
      writtenVersion: 0,
      retryAt: 0,
      asking: false,
      factsWantedAt: this.#now(),
    }
    this.#kept.set(incident.incident.id, kept)
    return kept
  }

  #tick(): void {
    this.#askForFacts()
    this.#writeSoon()
    if (this.#expiresAt > this.#now()) return
    this.#expiresAt = this.#now() + expireMs
    this.#expiring = this.#expire()
  }

  async #expire(): Promise<void> {
    const before = timeText(this.#now() - this.#config.retentionDays() * dayMs)
    try {
      while (!this.#stopped && (await deleteIncidents(this.#deps.state, before)) > 0) await nextTurn()
    } catch (error) {
      this.#deps.log.error({ err: error }, 'old incidents could not be deleted; it is tried again in an hour')
    }
  }

  /** Those whose alert waits go first. */
  #askForFacts(): void {
    if (this.#asking >= maxAsking || this.#stopped) return
    const now = this.#now()
    const due = [...this.#kept.values()].filter((kept) => !kept.asking && kept.factsWantedAt <= now)
    for (const kept of due.toSorted((one, other) => Number(untold(other)) - Number(untold(one)))) {
      if (this.#asking >= maxAsking) return
      void this.#collectFacts(kept)
    }
  }

  async #collectFacts(kept: Kept): Promise<void> {
    this.#asking++
    kept.asking = true
    const { state } = kept.incident
    kept.factsWantedAt = state === 'open' ? this.#now() + this.#config.factsEveryMs : Infinity
    try {
      const facts = await this.#deps.collectFacts(kept.incident)
      // None now does not mean that there were none before: the store may just not answer.
      if (facts.as_of !== null) kept.facts = facts
      // The flows that fired the rule take seconds until they are stored; an alert waits for them as long as it may.
      else if (this.#now() + factsRetryMs < kept.tellAt && kept.tellAt !== Infinity) return this.#askAgain(kept)
    } catch (error) {
      this.#counts.facts_failures++
      this.#deps.log.warn({ err: error, incident: kept.incident.id }, 'who took part in an incident could not be found out')
    }
    // When it has ended meanwhile, its END waits for facts of its own.
    if (kept.incident.state === state) kept.tellAt = this.#now()
    kept.version++
    kept.asking = false
    this.#asking--
    this.#askForFacts()
    this.#writeSoon()
  }

  #askAgain(kept: Kept): void {
    kept.factsWantedAt = this.#now() + factsRetryMs
    kept.asking = false
    this.#asking--
  }

  #writeSoon(): void {
    // After the stop the state is closed; what comes then is told by the next start.
    if (this.#stopped) return
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  async #write(): Promise<void> {
    for (let batch = this.#unwritten(); batch.length > 0; batch = this.#unwritten()) {
      await this.#writeBatch(batch)
      await nextTurn()
    }
    try {
      await this.#memories.write()
    } catch (error) {
      this.#counts.write_failures++
      this.#deps.log.error({ err: error }, 'what the detector remembers of rules could not be written; it is tried again')
    }
  }

  #unwritten(): Kept[] {
    const now = this.#now()
    const unwritten: Kept[] = []
    for (const kept of this.#kept.values()) {
      if ((kept.version !== kept.writtenVersion || kept.tellAt <= now) && kept.retryAt <= now) unwritten.push(kept)
      if (unwritten.length === batchSize) break
    }
    return unwritten
  }

  /** When it fails each is tried alone, so that one that cannot be written does not hold up the others. */
  async #writeBatch(batch: readonly Kept[]): Promise<void> {
    try {
      await this.#commit(batch)
    } catch (error) {
      const [kept, ...others] = batch
      if (kept && others.length === 0) return this.#failed(kept, error)
      for (const kept of batch) await this.#writeBatch([kept])
    }
  }

  #failed(kept: Kept, error: unknown): void {
    this.#counts.write_failures++
    kept.retryAt = this.#now() + retryMs
    this.#deps.log.error({ err: error, incident: kept.incident.id }, 'an incident could not be written; it is tried again in a second')
  }

  async #commit(batch: readonly Kept[]): Promise<void> {
    const snapshots = batch.map((kept) => this.#take(kept))
    try {
      const written = await this.#deps.state.transaction().execute(async (transaction) => {
        const written: KeptIncident[] = []
        for (const snapshot of snapshots) written.push(await this.#writeOne(transaction, snapshot))
        return written
      })
      for (const [index, kept] of batch.entries()) this.#committed(kept, snapshots[index], written[index])
    } catch (error) {
      for (const [index, kept] of batch.entries()) kept.tellAt = Math.min(kept.tellAt, snapshots[index].tellAt)
      throw error
    }
  }

  /** As of now: what comes while this is written is a new version, and a new alert to tell. */
  #take(kept: Kept): Snapshot {
    const snapshot = { ...kept, due: kept.tellAt <= this.#now() }
    if (snapshot.due) kept.tellAt = Infinity
    return snapshot
  }

  #committed(kept: Kept, snapshot: Snapshot, { startTold, endTold }: KeptIncident): void {
    Object.assign(kept, { startTold, endTold, writtenVersion: snapshot.version })
    const done = endTold && kept.version === kept.writtenVersion && !kept.asking && kept.factsWantedAt === Infinity
    if (done) this.#kept.delete(kept.incident.id)
  }

  async #writeOne(transaction: State, kept: Snapshot): Promise<KeptIncident> {
    const { incident, facts, due } = kept
    const ended = incident.state === 'closed'
    const written = { incident, facts, startTold: kept.startTold || due, endTold: kept.endTold || (ended && due) }
    await writeIncident(transaction, written)
    // START again with every new facts while it is open: the notifier knows who wants to be reminded, and when.
    if (due && (!ended || !kept.startTold)) await this.#tell(transaction, kept.startTold ? 'updated' : 'opened', written)
    if (written.endTold && !kept.endTold) await this.#tell(transaction, 'closed', written)
    return written
  }

  async #tell(transaction: State, kind: IncidentEventKind, { incident, facts }: KeptIncident): Promise<void> {
    const advertised = await readAdvertised(transaction, incident)
    const destinations = await this.#deps.enqueueAlert(transaction, this.#deps.buildAlert(kind, { incident, facts, advertised }))
    if (destinations === 0) return
    const text = `${alertNames[kind]} goes to ${destinations} ${destinations === 1 ? 'destination' : 'destinations'}`
    await addIncidentEntry(transaction, incident.id, { at: timeText(this.#now()), kind: 'alert', text })
  }
}

function untold({ incident, startTold, endTold }: KeptIncident): boolean {
  return !startTold || (incident.state === 'closed' && !endTold)
}
