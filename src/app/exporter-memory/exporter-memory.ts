// Keeps what exporters told (templates, samplers, boot times) in the state database, so that a restart does not have to
// wait until they repeat it. Writes are gathered: an exporter that redefines templates all day costs one write a second.
import type { Log } from '../../base/log.ts'
import type { ExporterMemory } from '../../collect/messages.ts'
import { timeText, type StateContext } from '../context.ts'

const flushEveryMs = 1000
/** Changes that wait for the next write; beyond it the oldest is dropped, as the exporter will say it again. */
const maxWaiting = 10_000

/** Row key of a memory: kind and protocol share a column, as template ids of two protocols are not the same thing. */
function kindText(memory: { kind: ExporterMemory['kind']; protocol: number; application?: string }): string {
  const kind = `${memory.kind}/${memory.protocol}`
  // The ids of applications are no numbers.
  return memory.application === undefined ? kind : `${kind}/${memory.application}`
}

/** A sampler table without an id holds for the whole domain: −1, and interfaces' rates have the ids from −2 down. */
function rowId(memory: ExporterMemory): number {
  if (memory.kind === 'boot' || memory.kind === 'application') return 0
  if (memory.kind !== 'sampler') return memory.id
  if (memory.id === null) return -1
  return memory.id < 0 ? memory.id - 1 : memory.id
}

interface Row {
  readonly exporter: string
  readonly domain: number
  readonly kind: string
  readonly id: number
  /** Null forgets the row. */
  readonly body: string | null
}

/** Component: `remember` and `forget` at any time, written each second and at stop. */
export class ExporterMemoryStore {
  readonly #context: StateContext
  readonly #log: Pick<Log, 'error'>
  readonly #waiting = new Map<string, Row>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  /** Changes that were dropped because too many waited. */
  dropped = 0

  constructor(context: StateContext, log: Pick<Log, 'error'>) {
    this.#context = context
    this.#log = log
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#flushSoon(), flushEveryMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#flushSoon()
    await this.#writing
  }

  remember(memory: ExporterMemory): void {
    this.#put({ exporter: memory.exporter, domain: memory.domain, kind: kindText(memory), id: rowId(memory), body: JSON.stringify(memory) })
  }

  forget(exporter: string, protocol: number, domain: number, id: number): void {
    this.#put({ exporter, domain, kind: kindText({ kind: 'template', protocol }), id, body: null })
  }

  #put(row: Row): void {
    const key = `${row.exporter} ${row.domain} ${row.kind} ${row.id}`
    if (this.#waiting.size >= maxWaiting && !this.#waiting.has(key)) {
      const [oldest] = this.#waiting.keys()
      if (oldest !== undefined) this.#waiting.delete(oldest)
      this.dropped++
    }
    this.#waiting.set(key, row)
  }

  #flushSoon(): void {
    if (this.#waiting.size === 0) return
    const rows = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#writing = this.#writing
      .then(() => this.#write(rows))
      .catch((error: unknown) =>
        this.#log.error({ err: error }, 'what exporters told could not be saved; after a restart their data waits for templates'),
      )
  }

  async #write(rows: readonly Row[]): Promise<void> {
    const seen = timeText(this.#context.clock.now())
    await this.#context.state.transaction().execute(async (state) => {
      for (const { body, ...key } of rows) {
        const where = state.deleteFrom('exporter_memory').where('exporter', '=', key.exporter).where('domain', '=', key.domain)
        await where.where('kind', '=', key.kind).where('id', '=', key.id).execute()
        if (body !== null)
          await state
            .insertInto('exporter_memory')
            .values({ ...key, body, seen_at: seen })
            .execute()
      }
    })
  }

  /**
   * What is known, from earlier runs and from this one, and not older than `lifetimeMs`; what is older is removed.
   * @param exporter address of the only one that is asked for; everybody when left out
   */
  async recall(lifetimeMs: number, exporter?: string): Promise<ExporterMemory[]> {
    this.#flushSoon()
    await this.#writing
    const since = timeText(this.#context.clock.now() - lifetimeMs)
    await this.#context.state.deleteFrom('exporter_memory').where('seen_at', '<', since).execute()
    const all = this.#context.state.selectFrom('exporter_memory').select('body')
    const rows = await (exporter === undefined ? all : all.where('exporter', '=', exporter)).execute()
    // Written by `remember` above and by nobody else.
    return rows.map((row) => JSON.parse(row.body) as ExporterMemory)
  }
}
