// Replays a rule over stored traffic with the evaluator that judges live traffic: when it would have fired.
import type { IncidentMetric, IncidentVector } from '../contract/incident.ts'
import type { Rule } from '../contract/rule.ts'
import type { Evaluator, Moment, RuleSeconds, Verdict } from './evaluator.ts'
import { calmSecondsOf } from './rule-watch.ts'

export interface ReplayConfig {
  readonly rule: Rule
  /** Of the rule; primed. */
  readonly evaluator: Evaluator
  readonly seconds: RuleSeconds
  /** First second of the traffic, and that after its last, seconds since 1970. */
  readonly from: number
  readonly to: number
  /** Seconds between judgements: 1, or 60 where only minutes are known. */
  readonly step: number
  /** Told before each judgement, so that reports can be handed to the evaluator. */
  readonly before?: (second: number) => void
}

export interface ReplayFiring {
  /** Seconds since 1970. */
  readonly startedAt: number
  readonly firedAt: number
  /** First calm second; null when it had not ended. */
  endedAt: number | null
  readonly metric: IncidentMetric
  readonly limit: number
  /** What an advanced_ddos rule told when it fired, and until the end. */
  readonly targets: Set<string>
  readonly vectors: Map<string, IncidentVector>
}

/** The limit that a judgement used. */
export interface ReplayLimit {
  readonly time: number
  readonly limit: number
}

/** Targets that are kept of a firing, as of an incident. */
const maxTargets = 64

/** Runs in turns, so that whoever runs it can do something else between them. */
export class Replay {
  readonly #config: ReplayConfig
  #next: number
  #firing: ReplayFiring | undefined
  #missBegan = 0
  /** Last second above the limit of what #missBegan began. */
  #missEnded = 0
  readonly firings: ReplayFiring[] = []
  /** One for each judgement of a kind whose limit moves; empty for others. */
  readonly limits: ReplayLimit[] = []
  /** Longest time beyond the limit that did not last, seconds. */
  nearestMiss = 0
  /** 0 to 1, what was known at the end; null when enough. */
  learned: number | null = null

  constructor(config: ReplayConfig) {
    this.#config = config
    this.#next = config.from + config.step - 1
  }

  /** Second that is judged next. */
  get next(): number {
    return this.#next
  }

  /** Judges so many times, or to the end. @returns whether there is more */
  run(judgements: number): boolean {
    const { to, step } = this.#config
    for (let count = 0; count < judgements && this.#next < to; count++) {
      this.#judge(this.#next)
      this.#next += step
    }
    return this.#next < to
  }

  #judge(newest: number): void {
    const { evaluator, seconds, from, step, before } = this.#config
    before?.(newest)
    const moment: Moment = {
      seconds,
      newest,
      // All of it is stored: nothing comes later.
      settled: newest,
      changedFrom: newest - step + 1,
      countedFrom: from,
      incident: this.#firing?.startedAt ?? null,
    }
    const verdict = evaluator.judge(moment)
    this.learned = verdict.learned
    if (verdict.expected !== null && verdict.learned === null) this.limits.push({ time: newest, limit: verdict.limit })
    if (this.#firing === undefined) this.#open(verdict, newest)
    if (this.#firing !== undefined) this.#follow(this.#firing, verdict, newest)
  }

  #open(verdict: Verdict, newest: number): void {
    if (!verdict.fires) return this.#noteMiss(verdict, newest)
    this.#missBegan = 0
    const { since: startedAt, metric, limit } = verdict
    this.#firing = {
      startedAt,
      firedAt: newest,
      endedAt: null,
      metric,
      limit,
      targets: new Set(),
      vectors: new Map(),
    }
    this.firings.push(this.#firing)
  }

  /** The first judgement with `fires` has the incident open only from the next one on; its verdict says nothing of calm. */
  #follow(firing: ReplayFiring, { calmSince, targets = [], vectors = [] }: Verdict, newest: number): void {
    for (const target of targets) if (firing.targets.size < maxTargets) firing.targets.add(target)
    for (const vector of vectors) if (firing.vectors.size < maxTargets) firing.vectors.set(`${vector.vector} ${vector.target}`, vector)
    if (firing.firedAt === newest || calmSince === null || newest - calmSince + 1 < calmSecondsOf(this.#config.rule)) return
    firing.endedAt = Math.max(calmSince, firing.startedAt + 1)
    this.#config.evaluator.closed(firing.endedAt)
    this.#firing = undefined
  }

  /** What is beyond the limit now counts once it is known that it does not fire: then it is over. */
  #noteMiss(verdict: Verdict, newest: number): void {
    if (verdict.beyond) {
      this.#missBegan = verdict.since
      if (this.#isAbove(verdict, newest)) this.#missEnded = newest
    } else if (this.#missBegan !== 0) {
      this.nearestMiss = Math.max(this.nearestMiss, this.#missEnded + 1 - this.#missBegan)
      this.#missBegan = 0
    }
  }

  /** A threshold still waits for a rate to come back when this second is below it. */
  #isAbove({ metric, limit }: Verdict, second: number): boolean {
    const { rule, seconds } = this.#config
    return rule.type !== 'threshold' || (metric === 'bits' ? seconds.bits(second) : seconds.packets(second)) > limit
  }
}

/** Traffic in equal steps, of which each second gets its part. */
export class SteppedSeconds implements RuleSeconds {
  readonly #from: number
  readonly #step: number
  readonly #sums: { readonly bits: Float64Array; readonly packets: Float64Array }

  /** @param sums of each step from `from` on */
  constructor(from: number, step: number, sums: { readonly bits: Float64Array; readonly packets: Float64Array }) {
    this.#from = from
    this.#step = step
    this.#sums = sums
  }

  bits(second: number): number {
    return (this.#sums.bits[Math.floor((second - this.#from) / this.#step)] ?? 0) / this.#step
  }

  packets(second: number): number {
    return (this.#sums.packets[Math.floor((second - this.#from) / this.#step)] ?? 0) / this.#step
  }
}
