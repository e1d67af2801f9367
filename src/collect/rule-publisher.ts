// Compiles rules for the collector threads: the first change at once, more that follow soon together.
import type { Rule } from '../contract/rule.ts'
import type { Log } from '../base/log.ts'
import { compileRuleTable, type RuleTable } from '../enrich/rule-table.ts'

/** Time between two compilations: one takes up to 0.1 s, and scripts change hundreds of rules one by one. */
const pauseMs = 500

export interface RulePublisherDependencies {
  readonly log: Pick<Log, 'error'>
  readonly publish: (table: RuleTable | null) => void
}

export class RulePublisher {
  readonly #deps: RulePublisherDependencies
  #waiting: readonly Rule[] | undefined
  #pause: NodeJS.Timeout | undefined

  constructor(deps: RulePublisherDependencies) {
    this.#deps = deps
  }

  watch(rules: readonly Rule[]): void {
    this.#waiting = rules
    if (this.#pause === undefined) this.#publish()
  }

  stop(): void {
    clearTimeout(this.#pause)
    this.#pause = undefined
    this.#waiting = undefined
  }

  #publish(): void {
    const rules = this.#waiting
    this.#waiting = undefined
    this.#pause = undefined
    if (rules === undefined) return
    try {
      this.#deps.publish(compileRuleTable(rules))
    } catch (error) {
      this.#deps.log.error({ error }, 'the rules could not be compiled, and the ones before stay in use; correct the prefix that is named')
    }
    this.#pause = setTimeout(() => this.#publish(), pauseMs)
    // It holds up nobody who wants to end.
    this.#pause.unref()
  }
}
