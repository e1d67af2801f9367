// Starts the components of a process in order and stops them in reverse, on a signal or when one of them fails.
import type { Log } from './log.ts'

/** Anything with a beginning and an end. The constructor does nothing; `stop` also works after a failed `start`. */
export interface Component {
  start(): Promise<void>
  stop(): Promise<void>
}

export interface LifecycleConfig {
  /** Time that all components together have for stopping, in ms. */
  readonly stopMilliseconds?: number
  /** Signals that end the process. */
  readonly signals?: readonly NodeJS.Signals[]
}

interface Named {
  readonly name: string
  readonly component: Component
}

export class Lifecycle {
  private readonly stopMilliseconds: number
  private readonly signals: readonly NodeJS.Signals[]
  private readonly log: Pick<Log, 'info' | 'error'>
  private readonly components: Named[] = []
  private readonly started: Named[] = []
  private firstError: unknown
  private failed = false
  private ending = false
  private end: () => void = () => undefined
  private readonly ended: Promise<void>

  constructor(config: LifecycleConfig, dependencies: { readonly log: Pick<Log, 'info' | 'error'> }) {
    // Under the 30 s after which container runtimes and systemd begin to kill.
    this.stopMilliseconds = config.stopMilliseconds ?? 20_000
    this.signals = config.signals ?? ['SIGINT', 'SIGTERM', 'SIGHUP']
    this.log = dependencies.log
    this.ended = new Promise((resolve) => {
      this.end = resolve
    })
  }

  /** Components start in the order in which they were added. */
  add(name: string, component: Component): this {
    this.components.push({ name, component })
    return this
  }

  /** Asks the process to end, as a signal does. */
  shutdown(reason: string): void {
    if (this.ending) return
    this.ending = true
    this.log.info({ reason }, 'stopping')
    this.end()
  }

  /** A component cannot go on: ends the process with an error. Only the first error is reported as the cause. */
  fail(name: string, error: unknown): void {
    this.report(name, error, 'failed')
    this.shutdown(`${name} failed`)
  }

  /**
   * Starts everything, waits for a signal or a failure, and stops everything.
   * @returns when it was asked to end and all components stopped
   * @throws the first error of a component's start, run or stop
   */
  async run(): Promise<void> {
    const release = this.catchSignals()
    try {
      await this.startAll()
      await this.ended
      await this.stopAll()
    } finally {
      release()
    }
    if (this.failed) throw this.firstError
  }

  private async startAll(): Promise<void> {
    for (const entry of this.components) {
      if (this.ending) return
      // Before the start: a component that failed half way is stopped as well.
      this.started.push(entry)
      try {
        await entry.component.start()
      } catch (error) {
        this.fail(entry.name, error)
      }
    }
  }

  private async stopAll(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = Symbol('late')
    const deadline = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), this.stopMilliseconds)
    })
    const stoppedLate: string[] = this.started.map(({ name }) => name)
    const all = (async () => {
      for (const { name, component } of this.started.splice(0).reverse()) {
        await component.stop().catch((error: unknown) => this.report(name, error, 'did not stop cleanly'))
        stoppedLate.pop()
      }
    })()
    const result = await Promise.race([all, deadline])
    clearTimeout(timer)
    if (result === late) this.report(stoppedLate.at(-1) ?? '', new Error(`did not stop within ${this.stopMilliseconds / 1000} s`), 'hangs')
  }

  private report(name: string, error: unknown, what: string): void {
    this.log.error({ component: name, err: error }, `${name} ${what}`)
    if (this.failed) return
    this.failed = true
    this.firstError = error
  }

  private catchSignals(): () => void {
    const listener = (signal: NodeJS.Signals) => {
      // Whoever presses Ctrl+C a second time does not want to wait. 128 + 2 is what a shell reports for SIGINT.
      if (this.ending) process.exit(130)
      this.shutdown(signal)
    }
    for (const signal of this.signals) process.on(signal, listener)
    return () => {
      for (const signal of this.signals) process.off(signal, listener)
    }
  }
}
