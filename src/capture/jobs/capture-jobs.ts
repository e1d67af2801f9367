// Packet captures from the request to the download: tells agents, keeps what they send, and survives a restart of the server.
import path from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { SampledLog } from '../../base/sampled-log.ts'
import type { SecretBox } from '../../base/secret-box.ts'
import type { Config } from '../../contract/config.ts'
import type { AgentLinks, LinkedAgent } from '../agent-links.ts'
import type { Capturing } from '../capturing.ts'
import type { SampleSearch } from '../samples/sample-search.ts'
import { newCaptureCounts, type CaptureReadings } from './capture-counts.ts'
import { CaptureDesk } from './capture-desk.ts'
import { CaptureFolder } from './capture-folder.ts'
import { CaptureKeeper } from './capture-keeper.ts'
import type { State } from './capture-rows.ts'
import { CaptureRuns } from './capture-runs.ts'
import { Followers } from './followers.ts'
import type { JobsContext } from './jobs-context.ts'

export interface CaptureJobsConfig {
  readonly captures: Config['captures']
  /** Folder of everything that the server keeps; packets go to `captures` in it. */
  readonly data: string
}

export interface CaptureJobsDependencies {
  readonly state: State
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Told who listens in `start`: the hub starts afterwards. */
  readonly links: AgentLinks
  readonly samples: SampleSearch
  /** Takes always-on samples of agents. */
  readonly keepSamples: (agent: LinkedAgent, records: Uint8Array) => void
  readonly secrets: Pick<SecretBox, 'open'>
  /** 32 hex digits. */
  readonly newId: () => string
  /** Runs a task again and again until the answer is called; unless told, a timer of Node. */
  readonly every?: (milliseconds: number, task: () => void) => () => void
}

/** Agents are looked after each second, what is kept each minute. */
const tickMs = 1000
const sweepMs = 60_000

export class CaptureJobs {
  /** What verbs and rules use. */
  readonly capturing: Capturing
  readonly #deps: CaptureJobsDependencies
  readonly #context: JobsContext
  readonly #runs: CaptureRuns
  readonly #keeper: CaptureKeeper
  readonly #followers: Followers
  #timers: (() => void)[] = []
  #sweeping: Promise<void> = Promise.resolve()

  constructor({ captures, data }: CaptureJobsConfig, deps: CaptureJobsDependencies) {
    this.#deps = deps
    const folder = new CaptureFolder(path.join(data, 'captures'))
    const log = new SampledLog({}, { log: deps.log })
    this.#context = { ...deps, captures, log, folder, counts: newCaptureCounts(), running: new Map() }
    this.#followers = new Followers({ read: (account, id) => desk.read(account, id), log: deps.log })
    const changed = (account: number, id: string) => this.#followers.changed(account, id)
    this.#keeper = new CaptureKeeper(this.#context, changed)
    this.#runs = new CaptureRuns(this.#context, { changed, makeRoom: (bytes) => this.#keeper.makeRoom(bytes) })
    const desk = new CaptureDesk(this.#context, this.#runs, this.#followers)
    this.capturing = desk
  }

  /** Before the hub: agents that come find who listens, and captures that were running go on. */
  async start(): Promise<void> {
    const { links, keepSamples, every = everyTimer } = this.#deps
    await this.#runs.read()
    await this.#keeper.start()
    links.listen({
      connected: (agent, running) => this.#runs.connected(agent, running),
      disconnected: (agent) => this.#runs.disconnected(agent),
      progress: (agent, job, progress) => this.#runs.progress(agent, job, progress),
      packets: (agent, job, frame, records) => this.#runs.packets(agent, job, frame, records),
      samples: keepSamples,
    })
    this.#runs.resume()
    this.#timers = [every(tickMs, () => this.#runs.tick()), every(sweepMs, () => this.#sweep())]
  }

  /** After the hub. Captures go on at the agents. */
  async stop(): Promise<void> {
    for (const end of this.#timers.splice(0)) end()
    await this.#sweeping
    await this.#runs.suspend()
    this.#followers.stop()
    this.#context.log.close()
  }

  /** Resolves when nothing is under way that would not wait for agents. */
  async idle(): Promise<void> {
    await this.#sweeping
    await this.#runs.idle()
  }

  /** What is counted; see registerCaptureMetrics. */
  readings(): CaptureReadings {
    const { counts, running, folder } = this.#context
    return { counts, running: running.size, keptBytes: folder.bytes }
  }

  #sweep(): void {
    const sweep = this.#sweeping.then(() => this.#keeper.sweep())
    this.#sweeping = sweep.catch((error: unknown) => {
      this.#context.log.error('sweep', { err: error }, 'old captures could not be deleted; it is tried again in a minute')
    })
  }
}

function everyTimer(milliseconds: number, task: () => void): () => void {
  const timer = setInterval(task, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
