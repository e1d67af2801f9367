// Keeps what the detector must know of each rule after a restart. The newest of a rule wins; writes go in small
// transactions, because the process does nothing else meanwhile.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RuleMemory } from '../../detect/journal.ts'
import { timeText, type StateContext } from '../context.ts'

const batchSize = 100

export class RuleMemories {
  readonly #context: StateContext
  /** JSON by rule; null removes what was kept. Bounded by the number of rules. */
  readonly #waiting = new Map<string, string | null>()

  constructor(context: StateContext) {
    this.#context = context
  }

  /** What was kept of rules that still exist; of others it is deleted. */
  async load(): Promise<RuleMemory[]> {
    const { state } = this.#context
    await state
      .deleteFrom('rule_state')
      .where('rule', 'not in', (rules) => rules.selectFrom('rule').select('id'))
      .execute()
    return state.selectFrom('rule_state').select(['rule', 'breach']).execute()
  }

  put(memories: readonly RuleMemory[]): void {
    for (const { rule, breach } of memories) this.#waiting.set(rule, breach)
  }

  /** Writes what waits. What cannot be written waits on, and the error is thrown. */
  async write(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, batchSize)
      for (const [rule] of batch) this.#waiting.delete(rule)
      try {
        await this.#commit(batch)
      } catch (error) {
        for (const [rule, breach] of batch) if (!this.#waiting.has(rule)) this.#waiting.set(rule, breach)
        throw error
      }
      await nextTurn()
    }
  }

  async #commit(batch: readonly (readonly [rule: string, breach: string | null])[]): Promise<void> {
    const saved_at = timeText(this.#context.clock.now())
    await this.#context.state.transaction().execute(async (state) => {
      for (const [rule, breach] of batch) {
        if (breach === null) {
          await state.deleteFrom('rule_state').where('rule', '=', rule).execute()
          continue
        }
        await state
          .insertInto('rule_state')
          .values({ rule, breach, saved_at })
          .onConflict((conflict) => conflict.column('rule').doUpdateSet({ breach, saved_at }))
          .execute()
      }
    })
  }
}
