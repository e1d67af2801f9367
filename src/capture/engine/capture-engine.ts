// Makes the run of a capture job, with the source that its engine names.
import type { CaptureJob } from '../../contract/capture.ts'
import type { PacketSink, PacketSource } from '../packet-sink.ts'
import { ownProcess } from './capture-owner.ts'
import { CaptureRun } from './capture-run.ts'
import { InterfaceSource } from './interface-source.ts'
import { defaultGroups, NflogGroups, type NflogGroupRange } from './nflog-groups.ts'
import { NflogSource } from './nflog-source.ts'

/** One for an agent: its captures share the range of NFLOG groups. */
export class CaptureEngine {
  readonly #groups: NflogGroups

  constructor(groups: NflogGroupRange = defaultGroups) {
    this.#groups = new NflogGroups(groups)
  }

  /** @param job checked by captureJobSchema: the id and the interface become arguments of programs */
  run(job: CaptureJob, sink: PacketSink): CaptureRun {
    return new CaptureRun(job, { source: this.source(job), sink })
  }

  source(job: CaptureJob): PacketSource {
    const mark = { id: job.id, until: Date.now() + job.time_limit * 1000, owner: ownProcess() }
    return job.engine === 'interface' ? new InterfaceSource(job, mark) : new NflogSource(job, mark, this.#groups)
  }
}
