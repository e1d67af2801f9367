// Component that watches all rules: takes what the collectors count, has each second judged when it is over, and tells of
// incidents and minutes.
import type { Clock } from '../base/clock.ts'
import type { Component } from '../base/lifecycle.ts'
import type { Log } from '../base/log.ts'
import type { AttackReport } from '../contract/attack-report.ts'
import type { DetectedIncident, IncidentEventKind } from '../contract/incident.ts'
import type { Rule, RuleSeriesPoint, RuleStatus, RuleTelemetry, RuleWatcher } from '../contract/rule.ts'
import type { RuleCounts } from '../contract/rule-counts.ts'
import type { RuleHistory, RuleMinute } from '../contract/rule-minutes.ts'
import type { DetectorJournal, RuleMemory } from './journal.ts'
import { RuleWatch } from './rule-watch.ts'
import { ThreadSeconds } from './thread-seconds.ts'

export interface DetectorConfig {
  /** Collector threads that tell of every second. */
  readonly threads: number
  /** A second is over so long after its end at the latest, though a thread has not said so. */
  readonly stuckMs?: number
  /** How long it waits at its start for the first word of each thread. */
  readonly startMs?: number
}

export interface DetectorDependencies {
  readonly clock: Clock
  readonly log: Pick<Log, 'error' | 'warn'>
  readonly history: RuleHistory
  readonly journal: DetectorJournal
  /** Must not throw, and must not wait. */
  readonly onIncident: (event: IncidentEventKind, incident: DetectedIncident) => void
  /** Minutes that are over for 90 s, and those that late records have changed since. */
  readonly onMinutes: (minutes: readonly RuleMinute[]) => void
  /** A new 32-hex id. */
  readonly newId: () => string
  /** Calls `work` every so many ms until what it returns is called. */
  readonly every: (milliseconds: number, work: () => void) => () => void
}

/** How often the clock is looked at. */
const tickMs = 100
/** What must survive a restart is handed to the journal this often. */
const saveSeconds = 5
/** Records that cover a minute have come by then; those that come later change it. */
const minuteDelay = 90
/** When so much time goes by at once, the process or the machine stood still: nothing was counted. */
const standstillSeconds = 60

export interface DetectorFigures {
  /** Counts of rules that are not watched any more, or of seconds out of reach. */
  readonly counts_dropped: number
  /** Rules that could not be judged in some second. */
  readonly failures: number
  /** Newest second that was judged, seconds since 1970; 0 before the first. */
  readonly judged_second: number
}

export class Detector implements Component, RuleTelemetry, RuleWatcher {
  readonly #deps: DetectorDependencies
  readonly #threads: ThreadSeconds
  #rules: readonly Rule[] | null = null
  readonly #watches = new Map<string, RuleWatch>()
  /** What an earlier run of the server left; null once it is taken up. */
  #left: Awaited<ReturnType<DetectorJournal['load']>> | null = null
  /** Newest second that was judged; 0 while counting has not begun. */
  #newest = 0
  #toldMinute = 0
  #savedAt = 0
  #stopTimer: (() => void) | undefined
  #counts = { dropped: 0, failures: 0 }

  constructor(config: DetectorConfig, deps: DetectorDependencies) {
    this.#deps = deps
    this.#threads = new ThreadSeconds(config)
  }

  async start(): Promise<void> {
    this.#left = await this.#deps.journal.load()
    this.#threads.begin(this.#deps.clock.now())
    this.#stopTimer = this.#deps.every(tickMs, () => this.tick())
  }

  /** Open incidents stay open: the next run of the server goes on with them. */
  async stop(): Promise<void> {
    this.#stopTimer?.()
    if (this.#newest === 0) return
    this.#tellMinutes(this.#newest)
    this.#save()
  }

  /** Replaces all rules. Rules that still have the same prefixes keep what was counted and learnt. */
  watch(rules: readonly Rule[]): void {
    this.#rules = rules
    const watched = new Map(rules.filter(({ extension }) => extension.enabled).map((rule) => [rule.id, rule]))
    for (const watch of this.#watches.values()) this.#keepOrEnd(watch, watched.get(watch.rule.id))
    // Collectors count a new rule within a second.
    const countedFrom = Math.floor(this.#deps.clock.now() / 1000) + 2
    const added = [...watched.values()].filter(({ id }) => !this.#watches.has(id))
    for (const rule of added) this.#watches.set(rule.id, new RuleWatch(rule, countedFrom, this.#deps))
    if (this.#newest === 0) return
    this.#takeUp()
    void this.#prime(added)
  }

  /** What a collector thread has counted. */
  add(counts: RuleCounts): void {
    const now = this.#deps.clock.now()
    const latest = Math.floor(now / 1000) + 1
    const { from, seconds, bytes, packets } = counts
    for (const [index, id] of counts.rules.entries()) {
      const sums = { from, seconds, bytes, packets, start: index * seconds }
      // Counts of a rule that was deleted may be on their way.
      this.#counts.dropped += this.#watches.get(id)?.add(sums, latest) ?? 1
    }
    this.#threads.told(counts.thread, counts.closed)
    this.tick()
  }

  /** What a collector thread has seen of attacks. */
  addAttacks(report: AttackReport): void {
    for (const id of report.rules.keys()) this.#watches.get(id)?.addReport(report)
  }

  /** Judges the seconds that are over. */
  tick(): void {
    const now = this.#deps.clock.now()
    const over = this.#threads.over(now)
    if (over === null) return
    if (this.#newest === 0) this.#beginCounting(this.#threads.countedFrom)
    else if (over < this.#newest - standstillSeconds) this.#setBack(over)
    else if (over > this.#newest + standstillSeconds) this.#goOn(over)
    if (over > this.#newest) this.#judge(over, now)
  }

  statuses(account: number): RuleStatus[] {
    const rules = (this.#rules ?? []).filter((rule) => rule.account === account)
    return rules.map((rule) => this.#watches.get(rule.id)?.status() ?? statusOfRuleThatIsOff(rule))
  }

  series(rule: string, seconds: number): RuleSeriesPoint[] {
    return this.#watches.get(rule)?.series(seconds) ?? []
  }

  /** Whether a rule is beyond its limit, for however short a time; false for one that is unknown or off. */
  isBreaching(rule: string): boolean {
    const state = this.#watches.get(rule)?.status().state
    return state === 'breach' || state === 'firing'
  }

  /** For metrics. */
  figures(): DetectorFigures {
    return { counts_dropped: this.#counts.dropped, failures: this.#counts.failures, judged_second: this.#newest }
  }

  #keepOrEnd(watch: RuleWatch, rule: Rule | undefined): void {
    if (rule !== undefined && sameTraffic(watch.rule, rule)) {
      const seasonal = rule.extension.seasonal && !watch.rule.extension.seasonal
      watch.change(rule)
      if (seasonal) void this.#prime([rule])
      return
    }
    watch.end(this.#reason(watch.rule.id, rule), this.#deps.clock.now())
    this.#watches.delete(watch.rule.id)
    this.#deps.journal.saveBreaches([{ rule: watch.rule.id, breach: null }])
  }

  #reason(id: string, rule: Rule | undefined): string {
    if (rule !== undefined) return 'the rule watches something else now.'
    return this.#rules?.some((known) => known.id === id) ? 'the rule was switched off.' : 'the rule was deleted.'
  }

  #beginCounting(countedFrom: number): void {
    this.#newest = countedFrom - 1
    this.#savedAt = this.#newest
    for (const watch of this.#watches.values()) watch.countFrom(countedFrom)
    this.#takeUp()
    void this.#prime([...this.#watches.values()].map(({ rule }) => rule))
  }

  /** Goes on with what an earlier run of the server left, once the rules are known. */
  #takeUp(): void {
    if (this.#left === null || this.#rules === null) return
    const { incidents, breaches } = this.#left
    this.#left = null
    for (const memory of breaches) this.#recall(memory)
    const now = this.#deps.clock.now()
    for (const incident of incidents) {
      const watch = this.#watches.get(incident.rule_id)
      if (watch !== undefined && !watch.firing && sameTraffic(watch.rule, incident.rule)) watch.restore(incident, now)
      else this.#endLeft(incident, now)
    }
  }

  #recall({ rule, breach }: RuleMemory): void {
    try {
      if (breach !== null) this.#watches.get(rule)?.recall(breach)
    } catch (error) {
      this.#deps.log.warn({ err: error, rule }, 'what was remembered of a rule cannot be read; it begins anew')
    }
  }

  /** The rule of an open incident is gone or another one since it was open. */
  #endLeft(incident: DetectedIncident, now: number): void {
    const rule = this.#rules?.find(({ id, extension }) => id === incident.rule_id && extension.enabled)
    const watch = new RuleWatch(incident.rule, this.#threads.countedFrom, this.#deps)
    watch.restore(incident, now)
    watch.end(this.#reason(incident.rule_id, rule), now)
  }

  async #prime(rules: readonly Rule[]): Promise<void> {
    for (const { id } of rules) {
      try {
        await this.#watches.get(id)?.prime(this.#deps.history)
      } catch (error) {
        this.#deps.log.warn({ err: error, rule: id }, 'the history of a rule cannot be read; it learns from now on')
      }
    }
  }

  /** The process or the machine stood still. */
  #goOn(over: number): void {
    this.#deps.log.warn({ seconds: over - this.#newest }, 'nothing was counted for a while; rules go on from here')
    this.#newest = over - 1
    for (const watch of this.#watches.values()) watch.countFrom(over)
  }

  #setBack(over: number): void {
    this.#deps.log.warn({ seconds: this.#newest - over }, 'the clock was set back; rules begin anew')
    for (const watch of this.#watches.values()) watch.end('the clock of the server was set back.', this.#deps.clock.now())
    this.#watches.clear()
    this.#newest = over
    this.#savedAt = over
    this.watch(this.#rules ?? [])
  }

  #judge(newest: number, now: number): void {
    this.#newest = newest
    for (const watch of this.#watches.values()) this.#judgeOne(watch, now)
    const until = newest - minuteDelay
    if (Math.floor((until + 1) / 60) !== this.#toldMinute) this.#tellMinutes(until)
    if (newest - this.#savedAt >= saveSeconds) this.#save()
  }

  /** One rule that cannot be judged must not keep the others from it. */
  #judgeOne(watch: RuleWatch, now: number): void {
    try {
      watch.judge(this.#newest, now)
    } catch (error) {
      // Once a minute: it will fail in every second.
      if (this.#counts.failures++ % 60 === 0) this.#deps.log.error({ err: error, rule: watch.rule.id }, 'a rule could not be judged')
    }
  }

  #tellMinutes(until: number): void {
    this.#toldMinute = Math.floor((until + 1) / 60)
    const rows = [...this.#watches.values()].flatMap((watch) => watch.minutes(until))
    if (rows.length > 0) this.#deps.onMinutes(rows)
  }

  #save(): void {
    this.#savedAt = this.#newest
    const memories = [...this.#watches.values()].map((watch) => watch.remember()).filter((memory) => memory !== undefined)
    if (memories.length > 0) this.#deps.journal.saveBreaches(memories)
  }
}

function statusOfRuleThatIsOff({ id, name, type }: Rule): RuleStatus {
  return {
    id,
    name,
    type,
    state: 'off',
    bits_per_second: 0,
    packets_per_second: 0,
    since: null,
    incident: null,
    learned: null,
    zscore: null,
    expected: null,
  }
}

/** Whether a rule still watches the same: else nothing that was counted or learnt says anything of it. */
function sameTraffic(before: Rule, now: Rule): boolean {
  if (before.type !== now.type || before.account !== now.account) return false
  if (before.type === 'zscore' && (before.zscore_target ?? 'bits') !== (now.zscore_target ?? 'bits')) return false
  const prefixes = new Set(before.prefixes)
  return prefixes.size === new Set(now.prefixes).size && now.prefixes.every((prefix) => prefixes.has(prefix))
}
