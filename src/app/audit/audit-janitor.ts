// Deletes lines of the audit log that have outlived their time, a few at a time.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import { timeText, type State, type StateContext } from '../context.ts'
import { signInAction } from '../session/sign-in.ts'

export interface AuditJanitorConfig {
  /** How long lines are kept; asked at each turn. */
  readonly retentionDays: () => number
}

export interface AuditJanitorDependencies extends StateContext {
  readonly log: Pick<Log, 'error'>
}

const everyMs = 3_600_000
const dayMs = 86_400_000
/** Some 3 ms in which the process does nothing else. */
const batchSize = 200

/** Component. */
export class AuditJanitor {
  readonly #config: AuditJanitorConfig
  readonly #deps: AuditJanitorDependencies
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(config: AuditJanitorConfig, deps: AuditJanitorDependencies) {
    this.#config = config
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.turn(), everyMs)
    this.#timer.unref()
    void this.turn()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopped = true
    await this.#running
  }

  /** One after the other. Resolves when nothing is left that is too old. */
  turn(): Promise<void> {
    this.#running = this.#running.then(() => this.#turn())
    return this.#running
  }

  async #turn(): Promise<void> {
    const before = timeText(this.#deps.clock.now() - this.#config.retentionDays() * dayMs)
    try {
      while (!this.#stopped && (await deleteLines(this.#deps.state, before)) > 0) await nextTurn()
    } catch (error) {
      this.#deps.log.error({ err: error }, 'old lines of the audit log could not be deleted; it is tried again in an hour')
    }
  }
}

/** The newest sign-in stays, however old: without one the next start would take itself for the first and print a link. */
async function deleteLines(state: State, before: string): Promise<number> {
  const lastSignIn = state
    .selectFrom('audit')
    .select((build) => build.fn.coalesce(build.fn.max('id'), build.val(0)).as('id'))
    .where('action', '=', signInAction)
  const old = state.selectFrom('audit').select('id').where('at', '<', before).where('id', 'not in', lastSignIn).limit(batchSize)
  const { numDeletedRows } = await state.deleteFrom('audit').where('id', 'in', old).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
