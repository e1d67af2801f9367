// The segments as rows in SQLite: what is sealed, what is stored, and the sums of those that are gone.
import type { Kysely } from 'kysely'
import type { SealedSegment } from './segment.ts'
import type { StateTables } from './state-tables.ts'

type SegmentRow = StateTables['segment']

/** What stands in place of the pruned segments of a run: one stored row of this name, which is no segment's. */
const prunedSuffix = ':pruned'

export class SegmentRows {
  readonly #db: Kysely<StateTables>
  constructor(db: Kysely<StateTables>) {
    this.#db = db
  }

  /** @param now RFC 3339 */
  async addSealed(segment: Omit<SealedSegment, 'path'>, now: string): Promise<void> {
    const { name, run, rows, bytes, routers } = segment
    const row: SegmentRow = { name, run, rows, bytes, routers: JSON.stringify(routers), sealed_at: now, state: 'sealed', stored_at: null }
    await this.#db.insertInto('segment').values(row).execute()
  }

  /** For a segment whose file could not take its name: it was never handed over. */
  async remove(name: string): Promise<void> {
    await this.#db.deleteFrom('segment').where('name', '=', name).where('state', '=', 'sealed').execute()
  }

  async markStored(name: string, now: string): Promise<void> {
    await this.#db.updateTable('segment').set({ state: 'stored', stored_at: now }).where('name', '=', name).execute()
  }

  /** Rows that the store has not acknowledged, the oldest first. */
  sealed(): Promise<SegmentRow[]> {
    return this.#db.selectFrom('segment').selectAll().where('state', '=', 'sealed').orderBy('sealed_at').orderBy('name').execute()
  }

  /** undefined when there is no such row. */
  async stateOf(name: string): Promise<string | undefined> {
    const row = await this.#db.selectFrom('segment').select('state').where('name', '=', name).executeTakeFirst()
    return row?.state
  }

  /**
   * Puts one row of sums a run in the place of the segments stored before a time, so that the rows sealed by a run can
   * still be added up from this table.
   * @returns segments that went
   */
  prune(storedBefore: string): Promise<number> {
    return this.#db.transaction().execute(async (transaction) => {
      const old = await transaction
        .selectFrom('segment')
        .selectAll()
        .where('state', '=', 'stored')
        .where('stored_at', '<', storedBefore)
        .where('name', 'not like', `%${prunedSuffix}`)
        .execute()
      for (const run of new Set(old.map((row) => row.run))) {
        const gone = old.filter((row) => row.run === run)
        const name = `${run}${prunedSuffix}`
        const before = await transaction.selectFrom('segment').selectAll().where('name', '=', name).executeTakeFirst()
        await transaction.deleteFrom('segment').where('name', '=', name).execute()
        await transaction
          .insertInto('segment')
          .values(sumOf(name, before ? [before, ...gone] : gone))
          .execute()
        for (const row of gone) await transaction.deleteFrom('segment').where('name', '=', row.name).execute()
      }
      return old.length
    })
  }
}

function sumOf(name: string, rows: readonly SegmentRow[]): SegmentRow {
  const routers: Record<string, number> = {}
  for (const row of rows) for (const [address, flows] of Object.entries(routersOf(row))) routers[address] = (routers[address] ?? 0) + flows
  const last = rows.reduce((a, b) => ((a.stored_at ?? '') >= (b.stored_at ?? '') ? a : b))
  const total = (pick: (row: SegmentRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0)
  return { ...last, name, rows: total((row) => row.rows), bytes: total((row) => row.bytes), routers: JSON.stringify(routers) }
}

/** Flows by router of a row. */
export function routersOf(row: Pick<SegmentRow, 'routers'>): Record<string, number> {
  // addSealed and sumOf are the only writers.
  return JSON.parse(row.routers) as Record<string, number>
}
