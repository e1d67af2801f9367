// One rule under watch: its traffic by the second, its evaluator, and the incident that it has open.
import { z } from 'zod'
import type { AttackReport } from '../contract/attack-report.ts'
import type { DetectedIncident, IncidentEventKind } from '../contract/incident.ts'
import { ruleDurations, type Rule, type RuleSeriesPoint, type RuleStatus } from '../contract/rule.ts'
import type { RuleHistory, RuleMinute } from '../contract/rule-minutes.ts'
import type { Evaluator, Moment, Verdict } from './evaluator.ts'
import { createEvaluator } from './evaluators.ts'
import type { RuleMemory } from './journal.ts'
import { Lateness } from './lateness.ts'
import { MinuteRows } from './minute-rows.ts'
import { meanOf, OpenIncident } from './open-incident.ts'
import { furthestAhead, ringReach, SecondRing, type SecondSums } from './second-ring.ts'
import { windowSeconds } from './zscore.ts'

/** An open incident is told anew at most this often. */
const updateMs = 5000

/** A minute of calm at least ends an incident of a rule that says nothing of it. */
const shortestCalm = 60

/** What goes on unchanged is written down anew after so many seconds. */
const rememberedSeconds = 60

const memorySchema = z.object({ until: z.number().int(), lateness: z.number(), evaluator: z.unknown() })

export interface RuleWatchDependencies {
  /** A new 32-hex id. */
  readonly newId: () => string
  readonly onIncident: (event: IncidentEventKind, incident: DetectedIncident) => void
}

/** Seconds that have traffic. */
function busySeconds({ from, bytes, packets, start }: SecondSums, first: number, last: number): number {
  let busy = 0
  for (let at = start + first - from; at <= start + last - from; at++) if (bytes[at] !== 0 || packets[at] !== 0) busy++
  return busy
}

/** Whether a threshold rule judges as before. */
function sameLimits(before: Rule, now: Rule): boolean {
  const { bandwidth_threshold: bits, packet_threshold: packets, duration } = before
  return bits === now.bandwidth_threshold && packets === now.packet_threshold && duration === now.duration
}

/** Seconds of calm that end an incident of the rule. */
export function calmSecondsOf({ extension, duration }: Rule): number {
  return extension.calm_seconds ?? Math.max(shortestCalm, ruleDurations[duration])
}

export class RuleWatch {
  #rule: Rule
  readonly #deps: RuleWatchDependencies
  #ring: SecondRing
  readonly #lateness = new Lateness()
  readonly #minutes = new MinuteRows()
  #evaluator: Evaluator
  #countedFrom: number
  /** The first second that the evaluator may judge: that of counting, or a later one after the rule was changed. */
  #judgedFrom: number
  #newest: number
  #changedFrom = Infinity
  #fadedAt = 0
  #verdict: Verdict | null = null
  #incident: OpenIncident | null = null
  #toldAt = 0
  #news = false
  #recalledUntil: number | null = null
  #remembered: { readonly evaluator: unknown; readonly until: number } | null = null

  /** @param countedFrom first whole second that is counted for the rule, seconds since 1970 */
  constructor(rule: Rule, countedFrom: number, deps: RuleWatchDependencies) {
    this.#rule = rule
    this.#deps = deps
    this.#ring = new SecondRing(ringReach(ruleDurations[rule.duration]))
    this.#evaluator = createEvaluator(rule)
    this.#countedFrom = countedFrom
    this.#judgedFrom = countedFrom
    this.#newest = countedFrom - 1
  }

  get rule(): Rule {
    return this.#rule
  }

  get firing(): boolean {
    return this.#incident !== null
  }

  /**
   * Traffic of some seconds, or more of it.
   * @param latest newest second that can be believed
   * @returns how many seconds with traffic were out of reach
   */
  add(sums: SecondSums, latest: number): number {
    const last = sums.from + sums.seconds - 1
    const to = Math.min(last, latest)
    this.#ring.advance(to)
    const from = Math.max(sums.from, this.#ring.oldest)
    const first = this.#ring.addAll(sums, from, to)
    this.#lateness.addAll(sums, this.#newest)
    if (first < this.#changedFrom) this.#changedFrom = first
    this.#minutes.changed(first)
    if (this.#incident !== null && first !== Infinity) this.#addToIncident(this.#incident, sums, { first, to })
    const tooOld = from > sums.from ? busySeconds(sums, sums.from, Math.min(from - 1, last)) : 0
    return tooOld + (to < last ? busySeconds(sums, Math.max(to + 1, sums.from), last) : 0)
  }

  #addToIncident(
    incident: OpenIncident,
    { from, bytes, packets, start }: SecondSums,
    { first, to }: { readonly first: number; readonly to: number },
  ): void {
    for (let second = first; second <= to; second++) {
      const at = start + second - from
      incident.add(this.#ring, second, bytes[at] * 8, packets[at])
    }
    this.#news = true
  }

  addReport(report: AttackReport): void {
    this.#evaluator.addReport?.(report)
  }

  /**
   * All seconds up to `newest` are over.
   * @param at now, ms since 1970
   */
  judge(newest: number, at: number): void {
    if (newest < this.#countedFrom) return
    this.#newest = newest
    this.#ring.advance(newest)
    this.#settle()
    const moment = this.#moment()
    this.#changedFrom = Infinity
    this.#verdict = this.#evaluator.judge(moment)
    if (this.#incident !== null) this.#follow(this.#incident, this.#verdict, moment, at)
    else if (this.#verdict.fires) this.#open(this.#verdict, moment, at)
  }

  /** Takes the rule as it is now. Its traffic stays; prefixes, kind and target must be the same. */
  change(rule: Rule): void {
    const before = this.#rule
    this.#rule = rule
    this.#growRing()
    if (this.#evaluator.change !== undefined) return this.#evaluator.change(rule)
    if (sameLimits(before, rule)) return
    this.#evaluator = createEvaluator(rule)
    // A run that ended long ago is no news, though it may be beyond the new limit.
    this.#judgedFrom = Math.max(this.#countedFrom, this.#settled() - ruleDurations[rule.duration] + 1)
  }

  /** Counting began with this second, for the first time or again after a gap. */
  countFrom(second: number): void {
    // A rule that has just been added is counted a little later than the others.
    if (second < this.#countedFrom) return
    this.#incident?.interrupted(this.#newest + 1, second)
    this.#countedFrom = second
    this.#judgedFrom = second
    this.#newest = second - 1
  }

  /** The rule is watched no more. @param reason a sentence for the timeline */
  end(reason: string, at: number): void {
    if (this.#incident === null) return
    this.#incident.end(reason, at)
    this.#tell('closed', at)
    this.#minutes.incidentClosed(Math.floor(at / 1000))
    this.#incident = null
  }

  /** Learns from kept minutes. Rejects when they cannot be read. */
  async prime(history: RuleHistory): Promise<void> {
    await this.#evaluator.prime?.(history, Math.floor(this.#countedFrom / 60) * 60, this.#incident?.startedAt ?? null)
  }

  /** What must survive a restart; undefined when nothing is new. */
  remember(): RuleMemory | undefined {
    const news = this.#evaluator.remember()
    const known = this.#remembered
    // That time has gone by is news too, but only of something that is going on, and not every few seconds.
    const going = known !== null && known.evaluator !== null && this.#newest - known.until >= rememberedSeconds && this.#state() !== 'quiet'
    if (news === undefined && !going) return undefined
    const evaluator = news === undefined ? known?.evaluator : news
    this.#remembered = { evaluator, until: this.#newest }
    const memory = { until: this.#newest, lateness: this.#lateness.seconds, evaluator }
    return { rule: this.#rule.id, breach: evaluator === null ? null : JSON.stringify(memory) }
  }

  /**
   * Goes on where an earlier run of the server was. Called before the first second is judged.
   * @throws when the text is not what `remember` gave
   */
  recall(breach: string): void {
    const { until, lateness, evaluator } = memorySchema.parse(JSON.parse(breach))
    this.#recalledUntil = until
    this.#lateness.recall(lateness)
    this.#evaluator.recall(evaluator, until)
  }

  /** An incident that an earlier run of the server left open. Called after `recall`. */
  restore(incident: DetectedIncident, at: number): void {
    this.#incident = OpenIncident.restore(incident)
    this.#minutes.incidentOpened(this.#notNormalFrom(this.#incident.startedAt))
    this.#incident.interrupted((this.#recalledUntil ?? this.#incident.newest) + 1, this.#countedFrom)
    this.#tell('updated', at)
  }

  /** Minutes that are over by the end of second `until` and were not told like this before. */
  minutes(until: number): RuleMinute[] {
    return this.#minutes.take(this.#rule, this.#ring, { countedFrom: this.#countedFrom, oldest: this.#ring.oldest, until })
  }

  status(): RuleStatus {
    const { bits, packets } = meanOf(this.#ring, this.#settled())
    const since = this.#incident?.startedAt ?? (this.#verdict?.beyond === true ? this.#verdict.since : null)
    return {
      id: this.#rule.id,
      name: this.#rule.name,
      type: this.#rule.type,
      state: this.#state(),
      bits_per_second: bits,
      packets_per_second: packets,
      since: since === null ? null : new Date(since * 1000).toISOString(),
      incident: this.#incident?.id ?? null,
      learned: this.#verdict?.learned ?? null,
      zscore: this.#verdict?.zscore ?? null,
      expected: this.#verdict?.expected ?? null,
    }
  }

  /** The last seconds that are over, as many as are kept at the most. */
  series(count: number): RuleSeriesPoint[] {
    const length = Math.min(Math.max(count, 0), this.#newest - this.#ring.oldest + 1)
    return Array.from({ length }, (_, index) => {
      const time = this.#newest - length + 1 + index
      return { time, bits: this.#ring.bits(time), packets: this.#ring.packets(time) }
    })
  }

  #state(): RuleStatus['state'] {
    if (this.#incident !== null) return 'firing'
    if (this.#verdict === null) return 'quiet'
    if (this.#verdict.learned !== null) return 'learning'
    return this.#verdict.beyond ? 'breach' : 'quiet'
  }

  #moment(): Moment {
    return {
      seconds: this.#ring,
      newest: this.#newest,
      settled: this.#settled(),
      changedFrom: Math.min(this.#changedFrom, this.#newest),
      countedFrom: this.#judgedFrom,
      incident: this.#incident?.startedAt ?? null,
    }
  }

  #settled(): number {
    return this.#newest - this.#lateness.seconds
  }

  #settle(): void {
    if (this.#newest - this.#fadedAt >= 60) {
      this.#fadedAt = this.#newest
      this.#lateness.fade()
    }
    this.#lateness.settle()
  }

  #open(verdict: Verdict, moment: Moment, at: number): void {
    this.#incident = OpenIncident.open(this.#deps.newId(), this.#rule, { verdict, moment, at })
    this.#minutes.incidentOpened(this.#notNormalFrom(verdict.since))
    this.#tell('opened', at)
  }

  /** The window that a zscore rule fired on lies before the start of the incident. */
  #notNormalFrom(startedAt: number): number {
    return this.#rule.type === 'zscore' ? startedAt - windowSeconds : startedAt
  }

  #follow(incident: OpenIncident, verdict: Verdict, moment: Moment, at: number): void {
    const changed = incident.follow(verdict, moment, at)
    const calm = verdict.calmSince
    if (calm !== null && moment.settled - calm + 1 >= calmSecondsOf(this.#rule)) return this.#close(incident, calm, at)
    this.#news ||= changed
    if (this.#news && at - this.#toldAt >= updateMs) this.#tell('updated', at)
  }

  #close(incident: OpenIncident, calmSince: number, at: number): void {
    const endedAt = Math.max(calmSince, incident.startedAt + 1)
    incident.calm(endedAt, at)
    this.#tell('closed', at)
    this.#incident = null
    this.#minutes.incidentClosed(endedAt)
    this.#evaluator.closed(endedAt)
  }

  #tell(event: IncidentEventKind, at: number): void {
    if (this.#incident === null) return
    this.#toldAt = at
    this.#news = false
    this.#deps.onIncident(event, this.#incident.tell())
  }

  #growRing(): void {
    const reach = ringReach(ruleDurations[this.#rule.duration])
    if (reach <= this.#ring.capacity) return
    const ring = new SecondRing(reach)
    for (let second = this.#ring.oldest; second <= this.#newest + furthestAhead; second++)
      ring.add(second, this.#ring.bits(second), this.#ring.packets(second))
    this.#ring = ring
  }
}
