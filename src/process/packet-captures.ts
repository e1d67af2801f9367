// Wires packet captures: the hub that agents connect to, the jobs, the samples of the past, and their metrics.
import type { StateContext } from '../app/context.ts'
import { newId } from '../base/secret.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { SecretBox } from '../base/secret-box.ts'
import type { Capturing } from '../capture/capturing.ts'
import { AgentHub } from '../capture/hub/agent-hub.ts'
import { registerCaptureMetrics } from '../capture/jobs/capture-counts.ts'
import { CaptureJobs } from '../capture/jobs/capture-jobs.ts'
import { SampleStore } from '../capture/samples/sample-store.ts'
import type { Config } from '../contract/config.ts'
import { sampleSource } from '../wire/sample-block.ts'
import type { DataFolder } from './data-folder.ts'
import { registerHubMetrics, registerSampleMetrics } from './capture-metrics.ts'

export interface PacketCapturesConfig {
  readonly captures: Config['captures']
  readonly folder: DataFolder
}

export interface PacketCapturesDependencies extends StateContext {
  readonly log: Log
  readonly metrics: Metrics
  readonly secrets: SecretBox
}

const mebibyte = 1_048_576
const hourMs = 3_600_000

export class PacketCaptures {
  readonly hub: AgentHub
  /** Takes sampled headers of the collectors. */
  readonly samples: SampleStore
  readonly #jobs: CaptureJobs

  constructor({ captures, folder }: PacketCapturesConfig, { state, clock, log, metrics, secrets }: PacketCapturesDependencies) {
    const { samples_mib: mib, samples_hours: hours } = captures
    this.samples = new SampleStore({ folder: folder.samples, maxBytes: mib * mebibyte, maxAgeMs: hours * hourMs }, { clock, log })
    this.hub = new AgentHub({}, { state, clock, log })
    const { samples, hub } = this
    this.#jobs = new CaptureJobs(
      { captures, data: folder.root },
      {
        state,
        clock,
        log,
        links: hub.links,
        samples,
        keepSamples: ({ account, id }, records) =>
          samples.addRecords({ account, kind: sampleSource.agent, source: Buffer.from(id, 'hex') }, records),
        secrets,
        newId,
      },
    )
    registerCaptureMetrics(metrics, () => this.#jobs.readings())
    registerHubMetrics(metrics, hub)
    registerSampleMetrics(metrics, samples)
  }

  get capturing(): Capturing {
    return this.#jobs.capturing
  }

  async start(): Promise<void> {
    await this.samples.start()
    await this.#jobs.start()
    await this.hub.start()
  }

  /** Agents first: what they have sent until then is kept. */
  async stop(): Promise<void> {
    await this.hub.stop()
    await this.#jobs.stop()
    await this.samples.stop()
  }
}
