// What the parts of capture jobs share.
import type { Clock } from '../../base/clock.ts'
import type { SampledLog } from '../../base/sampled-log.ts'
import type { SecretBox } from '../../base/secret-box.ts'
import type { Config } from '../../contract/config.ts'
import type { AgentLinks } from '../agent-links.ts'
import type { SampleSearch } from '../samples/sample-search.ts'
import type { CaptureCounts } from './capture-counts.ts'
import type { CaptureFolder } from './capture-folder.ts'
import type { State } from './capture-rows.ts'
import type { RunningCapture } from './running-capture.ts'

export interface JobsContext {
  readonly captures: Config['captures']
  readonly state: State
  readonly clock: Clock
  readonly log: SampledLog
  readonly links: AgentLinks
  readonly samples: SampleSearch
  readonly secrets: Pick<SecretBox, 'open'>
  /** 32 hex digits. */
  readonly newId: () => string
  readonly folder: CaptureFolder
  readonly counts: CaptureCounts
  /** Captures that are not over, by id. */
  readonly running: Map<string, RunningCapture>
}

export const mebibyte = 1_048_576
