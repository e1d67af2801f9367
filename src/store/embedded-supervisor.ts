// Keeps the process of the embedded ClickHouse alive: starts it, waits until it answers, restarts it, stops it in order.
import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { enginePoolThreads } from './embedded-engine.ts'
import { embeddedFiles, exitHopeless, type EmbeddedMessage, type EmbeddedSettings } from './embedded-settings.ts'
import { StoreUnavailableError } from './errors.ts'
import { silentLog, type StoreLog } from './log.ts'

export interface SupervisorConfig extends EmbeddedSettings {
  /** Program of the process; the built `embedded-main.js` beside this file when left out. */
  readonly entry?: string
  /** Longest wait before a restart, in ms; 10 s when left out. */
  readonly longestBackoffMs?: number
}

export interface SupervisorDependencies {
  readonly log?: StoreLog
}

/** Opening a data folder takes 0.2 s, after a crash with many parts some seconds. */
const startMs = 60_000
/** Merges in the middle are thrown away by SIGKILL and done again; nothing is lost. */
const stopMs = 10_000
const firstBackoffMs = 200
const defaultLongestBackoffMs = 10_000
/** A process that lived this long has earned the shortest back-off again. */
const provenMs = 60_000
const pingEveryMs = 5_000
/** Pings without an answer in a row after which the process counts as stuck: one minute. */
const pingsMissedAtMost = 12
const pingTimeoutMs = 4_000
/** Of what the process writes to stderr, the last part is kept for the log. */
const stderrKept = 4_000

interface SupervisorEvents {
  up: []
  down: []
}

/** Emits `up` when the engine answers and `down` when it has died. */
export class EmbeddedSupervisor extends EventEmitter<SupervisorEvents> {
  readonly #config: SupervisorConfig
  readonly #log: StoreLog
  readonly #counts = { starts: 0, deaths: 0, stuck: 0 }
  #child: ChildProcess | undefined
  #up = false
  #stopping = false
  #backoffMs = firstBackoffMs
  #restart: NodeJS.Timeout | undefined
  #pinger: NodeJS.Timeout | undefined
  #httpPort = 0
  #lastWords = ''

  constructor(config: SupervisorConfig, { log = silentLog }: SupervisorDependencies = {}) {
    super()
    this.#config = config
    this.#log = log
  }

  get up(): boolean {
    return this.#up
  }

  get socketPath(): string {
    return embeddedFiles(this.#config.data).socket
  }

  /** Process id, for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Port for other tools, 0 when it is off. */
  get httpPort(): number {
    return this.#httpPort
  }

  /** `starts`: processes started; `deaths`: ended without being asked; `stuck`: killed because they did not answer. */
  counters(): Record<'starts' | 'deaths' | 'stuck', number> {
    return { ...this.#counts }
  }

  /**
   * Starts the process and waits until it answers, over restarts if need be.
   * @throws StoreUnavailableError with the process's own reason when it cannot work, or does not answer within a minute
   */
  async start(): Promise<void> {
    this.#stopping = false
    const failure = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => finish(this.#lastWords || 'it does not answer'), startMs)
      const up = () => finish(undefined)
      const hopeless = () => {
        if (this.#stopping) finish(this.#lastWords)
      }
      const finish = (reason: string | undefined) => {
        clearTimeout(timer)
        this.off('up', up)
        this.off('down', hopeless)
        resolve(reason)
      }
      this.on('up', up)
      this.on('down', hopeless)
      this.#spawn()
    })
    if (failure === undefined) return
    await this.stop()
    throw new StoreUnavailableError(`the embedded ClickHouse did not start: ${failure}`)
  }

  #spawn(): void {
    this.#counts.starts++
    const { entry = fileURLToPath(new URL('./embedded-main.js', import.meta.url)), data, database, memoryMib, httpPort } = this.#config
    const settings: EmbeddedSettings = { data, database, memoryMib, httpPort }
    const child = fork(entry, [JSON.stringify(settings)], {
      env: { ...process.env, TZ: 'UTC', UV_THREADPOOL_SIZE: String(enginePoolThreads) },
      // Flags of this process, a debugger's port for one, are not for the child.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const begun = performance.now()
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-stderrKept)
    })
    // The only sender on this channel is embedded-main.
    child.on('message', (message) => this.#hear(child, message as EmbeddedMessage))
    child.on('error', (error) => this.#log.error({ err: error }, 'the embedded ClickHouse could not be started or reached'))
    child.once('close', (code, signal) => this.#ended(child, { code, signal, stderr, lived: performance.now() - begun }))
    this.#child = child
  }

  #hear(child: ChildProcess, message: EmbeddedMessage): void {
    if (child !== this.#child) return
    if (message.kind === 'failed') {
      this.#lastWords = message.reason
      return
    }
    this.#httpPort = message.httpPort
    this.#watch(child)
  }

  /** Pings until the process ends; the first answer makes it `up`. */
  #watch(child: ChildProcess): void {
    let missed = 0
    const beat = async () => {
      const answered = await ping(this.socketPath)
      if (child !== this.#child || this.#stopping) return
      missed = answered ? 0 : missed + 1
      if (answered && !this.#up) {
        this.#up = true
        this.emit('up')
      }
      if (missed > pingsMissedAtMost) {
        this.#counts.stuck++
        this.#log.error({ pid: child.pid }, 'the embedded ClickHouse does not answer and is killed')
        child.kill('SIGKILL')
        return
      }
      this.#pinger = setTimeout(() => void beat(), this.#up ? pingEveryMs : firstBackoffMs)
      this.#pinger.unref()
    }
    void beat()
  }

  #ended(child: ChildProcess, end: { code: number | null; signal: string | null; stderr: string; lived: number }): void {
    if (child !== this.#child) return
    clearTimeout(this.#pinger)
    this.#child = undefined
    this.#up = false
    if (!this.#stopping) {
      this.#counts.deaths++
      this.#lastWords ||= end.stderr.trim()
      const hopeless = end.code === exitHopeless
      const { code, signal, stderr } = end
      this.#log.error(
        { code, signal, stderr, reason: this.#lastWords },
        hopeless ? 'the embedded ClickHouse cannot run' : 'the embedded ClickHouse died',
      )
      if (hopeless) this.#stopping = true
      else this.#restartLater(end.lived)
    }
    this.emit('down')
    this.#lastWords = this.#stopping ? this.#lastWords : ''
  }

  #restartLater(lived: number): void {
    if (lived > provenMs) this.#backoffMs = firstBackoffMs
    this.#restart = setTimeout(() => this.#spawn(), this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, this.#config.longestBackoffMs ?? defaultLongestBackoffMs)
  }

  /** Asks the process to end, and ends it by SIGKILL when that takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restart)
    clearTimeout(this.#pinger)
    const child = this.#child
    if (child === undefined) return
    const ended = new Promise<void>((resolve) => {
      child.once('close', () => resolve())
    })
    const deadline = setTimeout(() => child.kill('SIGKILL'), stopMs)
    if (child.connected) child.send('stop')
    await ended
    clearTimeout(deadline)
  }
}

/** Whether a server answers on the socket. Never rejects. */
function ping(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/ping', agent: false, timeout: pingTimeoutMs }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.once('timeout', () => request.destroy(new Error('no answer')))
    request.once('error', () => resolve(false))
  })
}
