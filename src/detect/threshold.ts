// Rules of the kind threshold: bits or packets a second of the rule's sum above a limit for the whole duration.
import { z } from 'zod'
import { ruleDurations, type Rule } from '../contract/rule.ts'
import { BreachRun, meanSeconds } from './breach-run.ts'
import type { Evaluator, Moment, Verdict } from './evaluator.ts'

const memorySchema = z.object({
  bits: z.object({ since: z.number(), counted: z.number(), calm: z.number().nullable() }).nullable(),
  packets: z.object({ since: z.number(), counted: z.number(), calm: z.number().nullable() }).nullable(),
})

/** Both limits are conditions of their own: either fires. A rule without limits never does. */
export class ThresholdEvaluator implements Evaluator {
  readonly #bits: BreachRun | null
  readonly #packets: BreachRun | null
  readonly #runs: readonly BreachRun[]
  #incident = false
  #remembered = 'null'

  constructor(rule: Rule) {
    const duration = ruleDurations[rule.duration]
    this.#bits = rule.bandwidth_threshold === null ? null : new BreachRun('bits', rule.bandwidth_threshold, duration)
    this.#packets = rule.packet_threshold === null ? null : new BreachRun('packets', rule.packet_threshold, duration)
    this.#runs = [this.#bits, this.#packets].filter((run) => run !== null)
  }

  judge(moment: Moment): Verdict {
    this.#incident = moment.incident !== null
    for (const run of this.#runs) run.judge(moment)
    const fired = this.#runs.find((run) => run.fired !== 0)
    const alive = this.#runs.filter((run) => run.since !== 0).sort((a, b) => a.since - b.since)[0]
    const told = fired ?? alive ?? this.#runs[0]
    return {
      beyond: alive !== undefined,
      since: fired?.fired ?? alive?.since ?? 0,
      fires: fired !== undefined,
      calmSince: this.#calmSince(),
      metric: told?.metric ?? 'bits',
      limit: told?.limit ?? 0,
      observed: told === undefined ? 0 : observed(told, moment),
      learned: null,
      zscore: null,
      expected: null,
    }
  }

  closed(endedAt: number): void {
    for (const run of this.#runs) run.closed(endedAt)
  }

  remember(): unknown {
    const running = this.#incident || this.#runs.some((run) => run.since !== 0)
    const memory = running ? { bits: this.#bits?.remember() ?? null, packets: this.#packets?.remember() ?? null } : null
    const text = JSON.stringify(memory)
    if (text === this.#remembered) return undefined
    this.#remembered = text
    return memory
  }

  recall(memory: unknown, until: number): void {
    const { bits, packets } = memorySchema.parse(memory)
    if (bits !== null) this.#bits?.recall(bits, until)
    if (packets !== null) this.#packets?.recall(packets, until)
  }

  /** Calm is when all are. */
  #calmSince(): number | null {
    let since = 0
    for (const run of this.#runs) {
      if (run.calmSince === null) return null
      since = Math.max(since, run.calmSince)
    }
    return since === 0 ? null : since
  }
}

/** Mean of the last whole seconds that are told. */
function observed(run: BreachRun, { seconds, settled }: Moment): number {
  let sum = 0
  for (let second = settled - meanSeconds + 1; second <= settled; second++) sum += run.rate(seconds, second)
  return sum / meanSeconds
}
