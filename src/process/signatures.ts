// Wires signatures: the jobs, where their packets come from, and their metrics.
import type { StateContext } from '../app/context.ts'
import { incidentTraffic } from '../app/signature/incident-traffic.ts'
import { newId } from '../base/secret.ts'
import type { Log } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Config } from '../contract/config.ts'
import type { Deriving } from '../signature/deriving.ts'
import type { SampleSource, CaptureSource } from '../signature/jobs/jobs-context.ts'
import { SignatureJobs } from '../signature/jobs/signature-jobs.ts'
import type { DataFolder } from './data-folder.ts'

export interface SignaturesConfig {
  readonly signatures: Config['signatures']
  readonly folder: DataFolder
}

export interface SignaturesDependencies extends StateContext {
  readonly log: Log
  readonly metrics: Metrics
  readonly capturing: CaptureSource
  readonly samples: SampleSource
}

/** Component: start after captures, stop before them. */
export class Signatures {
  readonly #jobs: SignatureJobs

  constructor({ signatures, folder }: SignaturesConfig, deps: SignaturesDependencies) {
    const { state, clock, log, capturing, samples } = deps
    const incident = (account: number, id: string) => incidentTraffic({ state, clock }, account, id)
    this.#jobs = new SignatureJobs(
      { signatures, data: folder.root },
      { state, clock, log, sources: { captures: capturing, samples, incident }, newId },
    )
    this.#register(deps.metrics)
  }

  get deriving(): Deriving {
    return this.#jobs.deriving
  }

  async start(): Promise<void> {
    await this.#jobs.start()
  }

  async stop(): Promise<void> {
    await this.#jobs.stop()
  }

  #register(metrics: Metrics): void {
    const read = () => this.#jobs.readings()
    metrics.gaugeFrom('drawbridge_signatures_waiting', 'Signatures that wait or are being derived', ['state'], () => {
      const { queued, running } = read()
      return [
        { value: queued, labels: { state: 'queued' } },
        { value: running, labels: { state: 'running' } },
      ]
    })
    metrics.counterFrom('drawbridge_signatures_total', 'Signatures that were derived or measured, by how it ended', ['outcome'], () => {
      const { done, failed } = read()
      return [
        { value: done, labels: { outcome: 'done' } },
        { value: failed, labels: { outcome: 'failed' } },
      ]
    })
    const seconds = 'Time that deriving and measuring signatures has taken'
    metrics.counterFrom('drawbridge_signature_seconds_total', seconds, [], () => [{ value: read().seconds }])
    const bytes = 'Disk that uploaded captures and the packets of signatures take'
    metrics.gaugeFrom('drawbridge_signature_kept_bytes', bytes, [], () => [{ value: read().bytes }])
  }
}
