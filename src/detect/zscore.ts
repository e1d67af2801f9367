// Rules of the kind zscore: the mean of the last five minutes, measured in deviations of the minutes of the four hours before.
import { z } from 'zod'
import type { IncidentMetric } from '../contract/incident.ts'
import { ruleDurations, zscoreCutOffs, type Rule } from '../contract/rule.ts'
import type { RuleHistory } from '../contract/rule-minutes.ts'
import type { Evaluator, Moment, RuleSeconds, Verdict } from './evaluator.ts'
import { baselineMinutes, MinuteBaseline } from './minute-baseline.ts'
import { WeekProfile } from './week-profile.ts'

/** Seconds whose mean is judged. */
export const windowSeconds = 300

/** Minutes of a baseline without which nothing is judged. */
export const warmUpMinutes = 60

/** It is calm again this many deviations below the cut-off. */
export const calmMargin = 1

/** A deviation is at least this share of the mean: very even traffic would else fire at a whiff. */
export const smallestShare = 0.05

/** And at least this, per second: on an idle prefix the mean is 0 too. */
export const smallestDeviation: Readonly<Record<IncidentMetric, number>> = { bits: 1_000_000, packets: 200 }

/** A mean of five minutes moves slowly: it is worked out every so many seconds, for each rule in another one of them. */
export const judgeEvery = 5

/** Just after a start the window is shorter, this at the least. */
const shortestWindow = 60

/** Minutes of before a start that still say what is normal lie in these last hours. */
const primedHours = 6
const seasonalWeeks = 5
const week = 7 * 86_400

/** Of a longer gap nothing is said of what went on in it, seconds. */
const longestGap = 600

const expectedSchema = z.object({ mean: z.number(), deviation: z.number().positive() })
type Expected = z.infer<typeof expectedSchema>

const memorySchema = z.object({ since: z.number(), calm: z.number().nullable(), frozen: expectedSchema.nullable() })
type Memory = z.infer<typeof memorySchema>

export class ZscoreEvaluator implements Evaluator {
  #rule: Rule
  readonly #phase: number
  readonly #metric: IncidentMetric
  #cutOff: number
  /** Seconds that it must last beyond the window. */
  #wait: number
  readonly #baseline = new MinuteBaseline()
  #profile: WeekProfile | null
  /** The first minute that has neither entered the baseline nor been left out. */
  #nextMinute = 0
  /** Minutes that begin before it belong to an incident. */
  #excludedUntil = 0
  /** What the last hours expect, held while an incident is open. */
  #frozen: Expected | null = null
  /** The profile takes minutes in order: live ones only after those of history, or when these cannot be read. */
  #primed = false
  #since = 0
  #calmSince: number | null = null
  #recalled: (Memory & { readonly until: number }) | null = null
  #incident = false
  #countedFrom = 0
  /** The last second that was judged, and with which incident and verdict. */
  #judged = 0
  #judgedIncident: number | null = null
  /** Earliest second that has changed since. */
  #changedFrom = Infinity
  #verdict: Verdict | null = null
  #remembered = 'null'

  constructor(rule: Rule) {
    this.#rule = rule
    this.#phase = Number.parseInt(rule.id.slice(-2), 16)
    this.#metric = rule.zscore_target ?? 'bits'
    this.#cutOff = cutOffOf(rule)
    this.#wait = waitOf(rule)
    this.#profile = rule.extension.seasonal ? new WeekProfile() : null
  }

  judge(moment: Moment): Verdict {
    this.#changedFrom = Math.min(this.#changedFrom, moment.changedFrom)
    if (this.#verdict === null || this.#isDue(moment)) this.#verdict = this.#judge(moment)
    return this.#verdict
  }

  #isDue({ newest, countedFrom, incident }: Moment): boolean {
    if (countedFrom !== this.#countedFrom || incident !== this.#judgedIncident) return true
    return newest - this.#judged >= judgeEvery || (newest + this.#phase) % judgeEvery === 0
  }

  #judge(moment: Moment): Verdict {
    this.#incident = moment.incident !== null
    this.#judgedIncident = moment.incident
    this.#goOn(moment)
    this.#learn(moment, this.#changedFrom)
    this.#changedFrom = Infinity
    const observed = this.#observed(moment)
    const expected = this.#expected(moment)
    if (observed === null || expected === null) return this.#learning(observed ?? 0)
    const zscore = (observed - expected.mean) / expected.deviation
    this.#follow(moment, zscore, this.#aboveFloors(moment))
    return this.#verdictOf(moment, observed, expected)
  }

  change(rule: Rule): void {
    this.#rule = rule
    this.#cutOff = cutOffOf(rule)
    this.#wait = waitOf(rule)
    this.#verdict = null
    if (rule.extension.seasonal === (this.#profile !== null)) return
    // Without history, which `prime` brings.
    this.#profile = rule.extension.seasonal ? new WeekProfile() : null
    this.#primed = false
  }

  closed(endedAt: number): void {
    this.#excludedUntil = endedAt
    this.#verdict = null
    this.#frozen = null
    this.#since = 0
    this.#calmSince = null
  }

  remember(): unknown {
    const memory = this.#incident || this.#since !== 0 ? this.#memory() : null
    const text = JSON.stringify(memory)
    if (text === this.#remembered) return undefined
    this.#remembered = text
    return memory
  }

  #memory(): Memory {
    return { since: this.#since, calm: this.#calmSince, frozen: this.#frozen }
  }

  recall(memory: unknown, until: number): void {
    this.#recalled = { ...memorySchema.parse(memory), until }
  }

  /** @param incident when the open incident began: what is normal is from before it */
  async prime(history: RuleHistory, until: number, incident: number | null): Promise<void> {
    const hours = primedHours * 3600
    const recent = incident === null ? until - hours : Math.min(until, incident) - hours
    const from = this.#profile === null ? recent : until - seasonalWeeks * week
    const told = await history.minutes(this.#rule.id, from, until).finally(() => {
      this.#primed = true
    })
    const minutes = told.filter((minute) => !minute.incident)
    const rates = minutes.map((minute): readonly [number, number] => [minute.minute, this.#minuteRate(minute)])
    for (const [minute, rate] of rates) this.#profile?.add(minute, rate)
    const idle = rates.every(([, rate]) => rate === 0)
    this.#baseline.prepend(rates.filter(([minute, rate]) => minute >= recent && (rate > 0 || idle)).slice(-baselineMinutes))
  }

  #minuteRate({ bytes, packets }: { readonly bytes: number; readonly packets: number }): number {
    return (this.#metric === 'bits' ? bytes * 8 : packets) / 60
  }

  /** What was going on before a gap in counting goes on when that was short. */
  #goOn({ countedFrom, incident, newest }: Moment): void {
    if (this.#countedFrom !== 0 && this.#countedFrom !== countedFrom) this.#recalled = { ...this.#memory(), until: this.#judged }
    this.#countedFrom = countedFrom
    this.#judged = newest
    if (this.#recalled === null) return
    const { since, calm, until, frozen } = this.#recalled
    const gap = countedFrom - until
    const short = gap >= 1 && gap <= longestGap
    this.#recalled = null
    this.#since = short ? since : 0
    this.#calmSince = short ? calm : null
    // However long the gap was: the end of an incident is judged by what was normal before it.
    if (incident !== null) this.#frozen = frozen
  }

  /**
   * Minutes enter when the window has left them, and never those of an incident nor of the window that it was found in.
   * (An incident from before a restart of which nothing else is known is the exception: without learning it would never end.)
   */
  #learn({ seconds, settled, countedFrom, incident }: Moment, changedFrom: number): void {
    const rate = (minute: number) => this.#mean(seconds, minute, minute + 59)
    const end = settled - windowSeconds + 1
    // Minutes of history, from before this process counted, stay as they are.
    if (changedFrom < this.#baseline.newest + 60) this.#baseline.revise(Math.max(changedFrom, countedFrom + 59), rate)
    this.#nextMinute = Math.max(this.#nextMinute, Math.ceil(countedFrom / 60) * 60)
    for (; this.#nextMinute + 60 <= end; this.#nextMinute += 60) {
      const judged = incident !== null && this.#frozen !== null
      if (!judged && this.#nextMinute >= this.#excludedUntil) this.#enter(this.#nextMinute, rate(this.#nextMinute))
    }
  }

  /** A minute without any traffic is normal only where there has never been any: routers fall silent too. */
  #enter(minute: number, rate: number): void {
    if (rate === 0 && this.#baseline.mean > 0) return
    this.#baseline.push(minute, rate)
    if (this.#primed) this.#profile?.add(minute, rate)
  }

  #mean(seconds: RuleSeconds, from: number, to: number): number {
    let sum = 0
    if (this.#metric === 'bits') for (let second = from; second <= to; second++) sum += seconds.bits(second)
    else for (let second = from; second <= to; second++) sum += seconds.packets(second)
    return sum / (to - from + 1)
  }

  #observed({ seconds, settled, countedFrom }: Moment): number | null {
    const from = Math.max(countedFrom, settled - windowSeconds + 1)
    return settled - from + 1 < shortestWindow ? null : this.#mean(seconds, from, settled)
  }

  /** Of the two baselines the one that allows more: the rule must be beyond both. Null while too little is known. */
  #expected({ settled, incident }: Moment): Expected | null {
    const recent = this.#recent(incident)
    const hour = this.#profile?.at(settled) ?? null
    if (hour === null || recent === null) return recent
    const seasonal = this.#floored(hour.mean, hour.deviation)
    const limit = ({ mean, deviation }: Expected) => mean + this.#cutOff * deviation
    return limit(seasonal) > limit(recent) ? seasonal : recent
  }

  #recent(incident: number | null): Expected | null {
    if (incident !== null && this.#frozen !== null) return this.#frozen
    if (this.#baseline.count < warmUpMinutes) return null
    const recent = this.#floored(this.#baseline.mean, this.#baseline.deviation)
    if (incident !== null) this.#frozen = recent
    return recent
  }

  #floored(mean: number, deviation: number): Expected {
    return { mean, deviation: Math.max(deviation, smallestShare * mean, smallestDeviation[this.#metric]) }
  }

  #aboveFloors({ seconds, settled, countedFrom }: Moment): boolean {
    const { floor_bits: bits, floor_packets: packets } = this.#rule.extension
    if (bits === null && packets === null) return true
    const from = Math.max(countedFrom, settled - windowSeconds + 1)
    let bitSum = 0
    let packetSum = 0
    for (let second = from; second <= settled; second++) {
      bitSum += seconds.bits(second)
      packetSum += seconds.packets(second)
    }
    const count = settled - from + 1
    return bitSum >= (bits ?? 0) * count && packetSum >= (packets ?? 0) * count
  }

  #follow({ settled }: Moment, zscore: number, aboveFloors: boolean): void {
    const beyond = aboveFloors && zscore >= this.#cutOff
    if (!beyond) this.#since = 0
    else if (this.#since === 0) this.#since = settled
    const calm = !aboveFloors || zscore < this.#cutOff - calmMargin
    if (!calm) this.#calmSince = null
    else this.#calmSince ??= settled
  }

  #verdictOf({ settled, incident }: Moment, observed: number, { mean, deviation }: Expected): Verdict {
    const lasted = this.#since !== 0 && settled - this.#since >= this.#wait
    return {
      beyond: this.#since !== 0,
      since: this.#since,
      fires: lasted,
      calmSince: incident === null ? null : this.#calmSince,
      metric: this.#metric,
      limit: Math.max(mean + this.#cutOff * deviation, this.#floor()),
      observed,
      learned: null,
      zscore: (observed - mean) / deviation,
      expected: mean,
    }
  }

  #floor(): number {
    const { floor_bits: bits, floor_packets: packets } = this.#rule.extension
    return (this.#metric === 'bits' ? bits : packets) ?? 0
  }

  #learning(observed: number): Verdict {
    const learned = Math.min(1, this.#baseline.count / warmUpMinutes)
    const none = { beyond: false, since: 0, fires: false, calmSince: null, zscore: null, expected: null }
    return { ...none, metric: this.#metric, limit: 0, observed, learned }
  }
}

function cutOffOf(rule: Rule): number {
  return zscoreCutOffs[rule.zscore_sensitivity ?? 'medium']
}

/** A duration of up to five minutes is in the window already. */
function waitOf(rule: Rule): number {
  return Math.max(0, ruleDurations[rule.duration] - windowSeconds)
}
