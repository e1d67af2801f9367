// Capture jobs over real SQLite and real files, with agents and a clock that the test moves. They can be killed and started again.
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Kysely } from 'kysely'
import { openSecretBox } from '../../base/secret-box.ts'
import { configSchema, type Config } from '../../contract/config.ts'
import { simpleSnapLength, type Capture, type CaptureRequest } from '../../contract/capture.ts'
import { openState, stateOver, type State } from '../../store/state.ts'
import type { StateTables } from '../../store/state-tables.ts'
import { MortalDatabase } from '../../store/testing/mortal-database.ts'
import type { Capturing } from '../capturing.ts'
import { CaptureJobs } from '../jobs/capture-jobs.ts'
import type { SampleAnswer, SampleQuestion } from '../samples/sample-search.ts'
import { FakeEdges } from './fake-edges.ts'
import { numbersIn } from './numbered-packets.ts'

export const labStart = Date.parse('2026-01-01T00:00:00.000Z')

export interface CaptureLabConfig {
  /** Section `captures` of the configuration, where it differs from the defaults. */
  readonly captures?: Partial<Config['captures']>
  /** One agent for each: ms that its clock is ahead. */
  readonly clockOffsets?: readonly number[]
}

/** One life of the server. */
export interface Life {
  readonly jobs: CaptureJobs
  readonly capturing: Capturing
  /** Its timers, as Node would call them. */
  tick(): void
  sweep(): void
  /** Nothing that it still does is written; its transaction is rolled back. */
  kill(): Promise<void>
  /** Kills it right before a later statement of SQL. @param statements from now on, 1 for the next one */
  killAfter(statements: number): void
  readonly isDead: boolean
}

export class CaptureLab {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'captures-'))
  readonly edges: FakeEdges
  readonly errors: unknown[] = []
  readonly questions: SampleQuestion[] = []
  answer: SampleAnswer | Error = { records: [], packets: 0, bytes: 0, keptSince: null }
  now = labStart
  readonly #config: CaptureLabConfig
  readonly #lives: Life[] = []
  readonly secrets = openSecretBox(path.join(this.dir, 'test.key'))
  #observer: State | undefined
  #ids = 0

  constructor(config: CaptureLabConfig = {}) {
    this.#config = config
    this.edges = new FakeEdges(config.clockOffsets ?? [0, 0, 0])
  }

  /** The state as somebody else sees it: no life ends with it. */
  get db(): Kysely<StateTables> {
    if (!this.#observer) throw new Error('the lab is not prepared')
    return this.#observer.db
  }

  async prepare(): Promise<this> {
    this.#observer = await openState(path.join(this.dir, 'state.sqlite'))
    const at = new Date(this.now).toISOString()
    for (const id of ['a', 'b']) {
      await this.db
        .insertInto('account')
        .values({ id: id.repeat(32), name: id, created_at: at })
        .execute()
    }
    return this
  }

  /** Starts the server; all agents come. */
  async start(): Promise<Life> {
    const database = new MortalDatabase(path.join(this.dir, 'state.sqlite'))
    const tasks: (() => void)[] = []
    const jobs = new CaptureJobs(
      { captures: { ...configSchema.parse({}).captures, ...this.#config.captures }, data: this.dir },
      {
        state: stateOver(database),
        clock: { now: () => this.now },
        log: {
          info: () => undefined,
          warn: () => undefined,
          error: (fields: unknown) => {
            if (!database.dead) this.errors.push((fields as { err?: unknown }).err ?? fields)
          },
        },
        links: this.edges,
        samples: { search: (question) => this.#search(question) },
        keepSamples: () => undefined,
        secrets: this.secrets,
        newId: () => (++this.#ids).toString(16).padStart(32, '0'),
        every: (_milliseconds, task) => {
          tasks.push(task)
          return () => tasks.splice(0)
        },
      },
    )
    database.onKill = () => {
      database.kill()
      this.edges.loseServer()
    }
    const life: Life = {
      jobs,
      capturing: jobs.capturing,
      tick: () => tasks[0]?.(),
      sweep: () => tasks[1]?.(),
      kill: async () => {
        database.onKill()
        // Closes its files, as the end of a process does; what it would write is refused.
        await jobs.stop().catch(() => undefined)
      },
      killAfter: (statements) => database.killAfter(statements),
      get isDead() {
        return database.dead
      },
    }
    this.#lives.push(life)
    await jobs.start()
    for (const edge of this.edges.edges) this.edges.connect(edge)
    return life
  }

  /** Lets agents send all that they have and tell how they are, and waits until the server has dealt with it. */
  async exchange(life: Life): Promise<void> {
    for (const edge of this.edges.edges) {
      this.edges.send(edge)
      this.edges.tell(edge)
    }
    await this.edges.settled()
    await life.jobs.idle()
  }

  async pass(life: Life, seconds: number): Promise<void> {
    this.now += seconds * 1000
    life.tick()
    await life.jobs.idle()
  }

  /** Ends all lives. @throws when one of them has written an error into its log that the test did not take out of `errors` */
  async remove(): Promise<void> {
    for (const life of this.#lives) if (!life.isDead) await life.kill()
    await this.#observer?.close()
    const left = openFilesIn(path.join(this.dir, 'captures'))
    rmSync(this.dir, { recursive: true })
    if (left.length > 0) throw new Error(`files were left open: ${left.join(', ')}`)
    if (this.errors.length > 0) throw new AggregateError(this.errors, 'errors were logged')
  }

  async #search(question: SampleQuestion): Promise<SampleAnswer> {
    this.questions.push(question)
    if (this.answer instanceof Error) throw this.answer
    return this.answer
  }
}

/** Files below a folder that this process has open. */
function openFilesIn(folder: string): readonly string[] {
  const files: string[] = []
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      files.push(readlinkSync(`/proc/self/fd/${descriptor}`))
    } catch (error) {
      // The one that listed them is closed.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return files.filter((file) => file.startsWith(`${folder}/`))
}

/** A simple capture of everything for a minute. */
export function captureRequest(changes: Partial<CaptureRequest> = {}): CaptureRequest {
  return {
    account: 1,
    type: 'simple',
    filter_v1: {},
    filter_text: null,
    filter: null,
    time_limit: 60,
    packet_limit: 10_000,
    byte_limit: null,
    offset_time: null,
    colo_name: '',
    destination_conf: null,
    bucket: null,
    extension: {
      sampling: 1,
      snap_length: simpleSnapLength,
      hook: 'prerouting',
      interface: null,
      engine: 'nflog',
      link: 'raw',
      mask_payload: false,
      note: '',
    },
    cause: { kind: 'person', who: 'eve@example.net', rule_id: null, incident_id: null },
    ...changes,
  }
}

/** Numbers of the packets in a download, in its order. */
export async function downloadedNumbers(capturing: Capturing, { id }: Pick<Capture, 'id'>, agent?: string): Promise<number[]> {
  const { body } = await capturing.download(1, id, 'pcap', agent)
  return numbersIn(await bytesOf(body))
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
