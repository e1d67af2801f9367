// Logs what may repeat thousands of times a second: the first one at once, the others as a count.
import type { Log } from './log.ts'

export interface SampledLogConfig {
  /** How long repetitions of one message are gathered, in ms. */
  readonly intervalMilliseconds?: number
  /** Different messages that are told apart at a time; what is beyond shares one count. */
  readonly maxKeys?: number
}

type Level = 'error' | 'warn' | 'info'

interface Gathered {
  readonly level: Level
  fields: object
  message: string
  repeated: number
  readonly timer: NodeJS.Timeout
}

const overflowKey = 'other messages'

export class SampledLog {
  private readonly log: Pick<Log, Level>
  private readonly interval: number
  private readonly maxKeys: number
  private readonly gathered = new Map<string, Gathered>()

  constructor(config: SampledLogConfig, dependencies: { readonly log: Pick<Log, Level> }) {
    this.log = dependencies.log
    this.interval = config.intervalMilliseconds ?? 10_000
    this.maxKeys = config.maxKeys ?? 1000
  }

  /** @param key says what counts as a repetition; keep payload out of it */
  error(key: string, fields: object, message: string): void {
    this.write(key, { level: 'error', fields, message })
  }

  /** As `error`, one level below. */
  warn(key: string, fields: object, message: string): void {
    this.write(key, { level: 'warn', fields, message })
  }

  /** As `error`, two levels below. */
  info(key: string, fields: object, message: string): void {
    this.write(key, { level: 'info', fields, message })
  }

  /** Writes the counts that are still held back. */
  close(): void {
    for (const key of this.gathered.keys()) this.flush(key)
  }

  private write(key: string, line: { level: Level; fields: object; message: string }): void {
    const known = this.gathered.get(key)
    if (known) {
      known.repeated++
      known.fields = line.fields
      known.message = line.message
      return
    }
    if (this.gathered.size >= this.maxKeys && key !== overflowKey) return this.write(overflowKey, line)
    this.log[line.level](line.fields, line.message)
    const timer = setTimeout(() => this.flush(key), this.interval)
    timer.unref()
    this.gathered.set(key, { ...line, repeated: 0, timer })
  }

  private flush(key: string): void {
    const entry = this.gathered.get(key)
    if (!entry) return
    clearTimeout(entry.timer)
    this.gathered.delete(key)
    if (entry.repeated === 0) return
    const text = `${entry.message} (repeated ${entry.repeated} times in ${this.interval / 1000} s)`
    this.log[entry.level]({ ...entry.fields, repeated: entry.repeated }, text)
  }
}
