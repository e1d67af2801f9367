// Signatures from the request to the renderings: keeps packets on disk, derives in a thread, and survives a restart of the server.
import path from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Config } from '../../contract/config.ts'
import type { Deriving } from '../deriving.ts'
import type { JobsContext, SignatureSources } from './jobs-context.ts'
import { PacketSources } from './packet-sources.ts'
import { SignatureDesk } from './signature-desk.ts'
import { SignatureFolder, type StoredPlace } from './signature-folder.ts'
import { readAll, readSignature, timeText, type State } from './signature-rows.ts'
import { SignatureRuns, type RunReadings } from './signature-runs.ts'
import { taskThreads } from './task-thread.ts'
import type { RunTask } from './task.ts'

export interface SignatureJobsConfig {
  readonly signatures: Config['signatures']
  /** Folder of everything that the server keeps; packets go to `signatures` in it. */
  readonly data: string
}

export interface SignatureJobsDependencies {
  readonly state: State
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  readonly sources: SignatureSources
  /** 32 hex digits. */
  readonly newId: () => string
  /** Derives one; left out, in a thread of its own. */
  readonly runTask?: RunTask
}

export interface SignatureReadings extends RunReadings {
  /** On disk. */
  readonly bytes: number
}

const mebibyte = 1_048_576
const cutOff = 'the server has ended while it was derived; ask for it again'

/** Component. */
export class SignatureJobs {
  /** What verbs use. */
  readonly deriving: Deriving
  readonly #context: JobsContext
  readonly #runs: SignatureRuns

  constructor({ signatures, data }: SignatureJobsConfig, deps: SignatureJobsDependencies) {
    const { keep_mib: keepMib, upload_mib: uploadMib, memory_mib: memoryMib } = signatures
    const folder = new SignatureFolder(
      { root: path.join(data, 'signatures'), maxBytes: keepMib * mebibyte },
      { displaced: (place) => this.#displaced(place) },
    )
    const runTask = deps.runTask ?? taskThreads({ memoryMib })
    this.#context = { ...deps, folder, runTask, uploadMib: Math.min(uploadMib, keepMib) }
    const sources = new PacketSources(this.#context)
    this.#runs = new SignatureRuns(this.#context, sources)
    this.deriving = new SignatureDesk(this.#context, sources, this.#runs)
  }

  /** What waited goes on waiting; what ran when the server was killed has failed. */
  async start(): Promise<void> {
    const { state, clock, folder } = this.#context
    const failed = { state: 'failed', error: cutOff, ended_at: timeText(clock.now()) }
    await state.updateTable('signature').set(failed).where('state', '=', 'running').execute()
    await folder.start(await this.#known())
    const files = await state.selectFrom('signature_file').select('id').execute()
    for (const { id } of files) if (!folder.has({ kind: 'files', id })) await this.#displaced({ kind: 'files', id })
    for (const { id, state: was } of await readAll(state)) if (was === 'queued') await this.#resume(id)
  }

  /** What runs is begun anew at the next start. */
  async stop(): Promise<void> {
    await this.#runs.suspend()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#runs.idle()
  }

  readings(): SignatureReadings {
    return { ...this.#runs.readings(), bytes: this.#context.folder.bytes }
  }

  /** What is to be on the disk, oldest first. */
  async #known(): Promise<readonly StoredPlace[]> {
    const { state } = this.#context
    const files = await state.selectFrom('signature_file').select(['id', 'created_at']).execute()
    const measured = await state.selectFrom('signature').select(['id', 'created_at']).where('report', 'is not', null).execute()
    const all = [...placesOf('files', files), ...placesOf('packets', measured)]
    return all.toSorted((one, other) => one.created_at.localeCompare(other.created_at))
  }

  async #resume(id: string): Promise<void> {
    const row = await readSignature(this.#context.state, id)
    if (!row) return
    this.#runs.reserve(row)
    this.#runs.launch(id)
  }

  /** A signature is known to be without its packets by their absence. */
  async #displaced({ kind, id }: StoredPlace): Promise<void> {
    if (kind === 'files') await this.#context.state.deleteFrom('signature_file').where('id', '=', id).execute()
  }
}

const placesOf = (kind: StoredPlace['kind'], rows: readonly { readonly id: string; readonly created_at: string }[]) =>
  rows.map(({ id, created_at }) => ({ kind, id, created_at }))
