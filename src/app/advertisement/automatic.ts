// Automatic advertisement: a rule that fires asks for its prefixes (contract §1.6), and says when its attack is over.
import type { Log } from '../../base/log.ts'
import type { PrefixStatus } from '../../contract/alert.ts'
import type { DetectedIncident, IncidentEventKind, IncidentSummary } from '../../contract/incident.ts'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import type { Rule } from '../../contract/rule.ts'
import { AdvertisementRefused, type AdvertisementEvent, type Advertising } from '../../mitigate/advertising.ts'
import { readIncident } from '../incident/rows.ts'
import { readOwnedPrefixes } from '../owned-prefix/rows.ts'
import {
  AdvertisementTeller,
  type AdvertisementTellerConfig,
  type AdvertisementTellerDependencies,
  type AdvertisingIncident,
} from './advertisement-teller.ts'
import { lostIncidents, openIncidents, untoldIncidents } from './left-incidents.ts'
import { readAdvertisedFor } from './prefix-statuses.ts'
import { ruleRequest } from './rule-request.ts'
import { wantedPrefixes } from './wanted-prefixes.ts'

export interface AutomaticAdvertisementConfig extends AdvertisementTellerConfig {
  /** Longest time that anything is announced without being asked for again: for a longer attack it is. */
  readonly maxLifetimeHours: number
}

export interface AutomaticAdvertisementDependencies extends Omit<AdvertisementTellerDependencies, 'onOver'> {
  readonly advertising: Advertising
  readonly log: Pick<Log, 'error' | 'warn'>
}

/** An incident and the rule that fired it. */
export type AttackIncident = IncidentSummary & { readonly account: number; readonly rule: Rule }

/** What was refused is asked for again while the attack goes on: locks are opened, and places become free. */
const refusedAgainMs = 60_000
/** The end of an incident that could not be passed on. */
const calmAgainMs = 5000
/** The longest prefix has 43 characters. */
const longestPrefix = 64
/** A notification waits so long for the answers of all drivers. */
const longestAttemptMs = 10_000
/** Causes of an advertisement whose incidents are told of its changes. */
const mostIncidents = 20

interface Case extends AdvertisingIncident {
  incident: AttackIncident
  open: boolean
  readonly refused: Map<string, PrefixStatus>
  /** By prefix, ms since 1970. */
  readonly askedAt: Map<string, number>
  /** Announcements whose drivers have not answered yet. */
  readonly asking: Set<Promise<void>>
  /** Whether `askedAt` has what an earlier run has asked for; a new incident has nothing. */
  loaded: boolean
}

/** Component: start after the advertiser, and before the detector tells of incidents. */
export class AutomaticAdvertisement {
  readonly #renewMs: number
  readonly #deps: AutomaticAdvertisementDependencies
  readonly #teller: AdvertisementTeller
  readonly #cases = new Map<string, Case>()
  readonly #working = new Set<Promise<void>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #stopped = false
  #stopping: () => void = () => undefined
  readonly #stop = new Promise<void>((resolve) => (this.#stopping = resolve))

  constructor({ maxLifetimeHours, ...config }: AutomaticAdvertisementConfig, deps: AutomaticAdvertisementDependencies) {
    this.#renewMs = (maxLifetimeHours * 3_600_000) / 2
    this.#deps = deps
    this.#teller = new AdvertisementTeller(config, { ...deps, onOver: (id) => this.#cases.delete(id) })
  }

  /** Goes on with what an earlier run left: open incidents, and those whose end was not passed on or not told. */
  async start(): Promise<void> {
    const { state, advertising, clock } = this.#deps
    advertising.onChange((event) => this.#changed(event))
    const open = (await openIncidents(state)).filter(({ rule }) => rule.automatic_advertisement === true)
    for (const incident of open) this.#run(this.#goOn(this.#newCase(incident, { open: true, loaded: false })))
    const lost = await lostIncidents(state)
    for (const { id } of lost) await advertising.noteIncident(id, 'calm', clock.now())
    for (const { id, account } of [...lost, ...(await untoldIncidents(state))]) this.#run(this.#adopt(id, account))
  }

  async #goOn(known: Case): Promise<void> {
    await this.#ask(known)
    this.#teller.tellSoon(known)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopping()
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all(this.#working)
    await this.#teller.stop()
  }

  /** What the detector tells. Returns at once; of a new threshold or zscore incident the prefixes are asked for before that. */
  onIncident(kind: IncidentEventKind, incident: DetectedIncident): void {
    if (this.#stopped || incident.rule.automatic_advertisement !== true) return
    const known = this.#cases.get(incident.id) ?? this.#newCase(incident, { open: true, loaded: kind === 'opened' })
    known.incident = incident
    if (kind !== 'closed') return this.#run(this.#ask(known))
    known.open = false
    this.#run(this.#calm(known, this.#deps.clock.now()))
  }

  #newCase(incident: AttackIncident, { open, loaded }: { readonly open: boolean; readonly loaded: boolean }): Case {
    const { advertise_dry_run: dryRun } = incident.rule.extension
    const created: Case = { incident, open, dryRun, refused: new Map(), askedAt: new Map(), asking: new Set(), loaded }
    this.#cases.set(incident.id, created)
    return created
  }

  /** What was asked for once and released by somebody is not asked for again. */
  async #load(known: Case): Promise<void> {
    const { id, account } = known.incident
    for (const { route, causes } of await readAdvertisedFor(this.#deps.state, account, id)) {
      const cause = causes.find(({ incident_id }) => incident_id === id)
      if (cause && !known.askedAt.has(route.prefix)) known.askedAt.set(route.prefix, Date.parse(cause.since))
    }
    known.loaded = true
  }

  async #ask(known: Case): Promise<void> {
    if (!known.loaded) await this.#load(known)
    const { rule, account, targets } = known.incident
    const owned: readonly OwnedPrefix[] = rule.type === 'advanced_ddos' ? await readOwnedPrefixes(this.#deps.state, account) : []
    if (!known.open || this.#stopped) return
    const wanted = wantedPrefixes(rule, targets, owned)
    if (rule.type === 'advanced_ddos') this.#noteUnmatched(known, wanted.length > 0)
    const now = this.#deps.clock.now()
    const due = wanted.filter((prefix) => this.#isDue(known, prefix, now))
    const old = wanted.filter((prefix) => !known.refused.has(prefix) && now - (known.askedAt.get(prefix) ?? now) >= this.#renewMs)
    for (const prefix of [...due, ...old]) known.askedAt.set(prefix, now)
    // Not waited for, neither by a stop: what is asked for is written, and drivers may take long.
    if (due.length > 0) void this.#attempt(known, due)
    if (old.length > 0) await this.#renew(known, old)
  }

  /** An attack that nothing is announced for is told too: somebody expects that it is. */
  #noteUnmatched(known: Case, matched: boolean): void {
    const { rule, targets } = known.incident
    const match = `no registered prefix matches it by prefix_match ${rule.prefix_match ?? 'subnet'}`
    const detail = rule.extension.advertise_purpose === 'blackhole' ? 'only single hosts are blackholed' : match
    const news = targets.filter((target) => known.refused.has(target) === matched && !known.askedAt.has(target))
    for (const prefix of news) {
      if (matched) known.refused.delete(prefix)
      else known.refused.set(prefix, { prefix, status: 'Could not Advertise', detail })
    }
    if (news.length > 0 && !matched) this.#teller.tell(known)
  }

  /** One notification for all prefixes, when all drivers have answered or the slowest has taken too long. */
  async #attempt(known: Case, prefixes: readonly string[]): Promise<void> {
    const attempts = Promise.all(prefixes.map((prefix) => this.#announce(known, prefix)))
    const late = this.#later(longestAttemptMs, async () => this.#teller.tell(known))
    await attempts
    this.#forget(late)
    this.#teller.tell(known)
  }

  #isDue({ askedAt, refused }: Case, prefix: string, now: number): boolean {
    const last = askedAt.get(prefix)
    return last === undefined || (refused.has(prefix) && now - last >= refusedAgainMs)
  }

  #announce(known: Case, prefix: string): Promise<void> {
    const work = this.#deps.advertising.announce(ruleRequest(known.incident.rule, prefix, known.incident)).then(
      () => void known.refused.delete(prefix),
      (error: unknown) => void known.refused.set(prefix, this.#refusal(known, prefix, error)),
    )
    known.asking.add(work)
    return work.finally(() => known.asking.delete(work))
  }

  #refusal({ incident }: Case, asked: string, error: unknown): PrefixStatus {
    // A rule's prefix is as its owner wrote it.
    const prefix = asked.slice(0, longestPrefix).replaceAll(/\p{Cc}/gu, '�')
    if (error instanceof AdvertisementRefused) {
      return { prefix, status: error.refusal === 'locked' ? 'Locked' : 'Could not Advertise', detail: error.message }
    }
    this.#deps.log.error({ err: error, incident: incident.id, prefix }, 'a prefix could not be announced')
    return { prefix, status: 'Error', detail: error instanceof Error ? error.message : String(error) }
  }

  /** Causes that still hold last longer; one that was released stays so. */
  async #renew({ incident }: Case, prefixes: readonly string[]): Promise<void> {
    const { state, advertising, log } = this.#deps
    const advertisements = await readAdvertisedFor(state, incident.account, incident.id)
    const held = advertisements.filter(({ causes }) =>
      causes.some((cause) => cause.incident_id === incident.id && cause.released_at === null),
    )
    for (const prefix of new Set(held.map(({ route }) => route.prefix).filter((prefix) => prefixes.includes(prefix)))) {
      advertising.announce(ruleRequest(incident.rule, prefix, incident)).catch((error: unknown) => {
        const facts = { incident: incident.id, prefix }
        if (error instanceof AdvertisementRefused) log.warn(facts, `what is announced cannot be held longer: ${error.message}`)
        else log.error({ err: error, ...facts }, 'what is announced could not be held longer')
      })
    }
  }

  /** @param at ms since 1970 */
  async #calm(known: Case, at: number): Promise<void> {
    // A cause that is not there yet could not be told; the next run finds what is left by a stop.
    await Promise.race([Promise.all(known.asking), this.#stop])
    if (this.#stopped) return
    try {
      await this.#deps.advertising.noteIncident(known.incident.id, 'calm', at)
    } catch (error) {
      this.#deps.log.error({ err: error, incident: known.incident.id }, 'the end of an incident could not be passed on; it is tried again')
      this.#later(calmAgainMs, () => this.#calm(known, at))
      return
    }
    this.#teller.tell(known)
  }

  #changed({ advertisement, account }: AdvertisementEvent): void {
    if (this.#stopped) return
    const incidents = new Set(advertisement.causes.slice(-mostIncidents).flatMap(({ incident_id }) => incident_id ?? []))
    for (const id of incidents) {
      const known = this.#cases.get(id)
      // The end of an attempt is told anyway.
      if (known && known.asking.size === 0) this.#teller.tellSoon(known)
      if (!known) this.#run(this.#adopt(id, account))
    }
  }

  /** An incident that ended before this run, or before everything of it was withdrawn. */
  async #adopt(id: string, account: number): Promise<void> {
    const incident = await readIncident(this.#deps.state, account, id)
    // One that is opened just now is not written yet, and the detector has told of it.
    if (!incident || this.#stopped || this.#cases.has(id)) return
    const open = incident.state === 'open'
    this.#teller.tellSoon(this.#newCase({ ...incident, account }, { open, loaded: false }))
  }

  #later(milliseconds: number, work: () => Promise<void>): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#forget(timer)
      if (!this.#stopped) this.#run(work())
    }, milliseconds).unref()
    this.#timers.add(timer)
    return timer
  }

  #forget(timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }

  #run(work: Promise<void>): void {
    const running = work
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error }, 'automatic advertisement failed; the next news of the incident tries again'),
      )
      .finally(() => this.#working.delete(running))
    this.#working.add(running)
  }
}
