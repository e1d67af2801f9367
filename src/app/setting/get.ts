// The settings in force, where each comes from, and what is stored at present.
import { hasScope } from '../../contract/scopes.ts'
import type { Settings, StoredTier } from '../../contract/settings.ts'
import { readDiskRoom } from '../../setup/doctor/readings/data-folder.ts'
import { storeFailure } from '../../query/store-failure.ts'
import { tierTables } from '../../store/flow-tables.ts'
import { topTable } from '../../store/top-rollup-table.ts'
import { firstAccount } from '../account/first-account.ts'
import { timeText, type Principal, type SettingContext } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** @throws ApiError forbidden */
export async function getSettings(context: SettingContext, principal: Principal): Promise<Settings> {
  requireScope(principal, 'mnm:read')
  const [stored, room, first] = await Promise.all([readStored(context), readDiskRoom(context.config.data), firstAccount(context.state)])
  const changeable = hasScope(principal.scopes, 'admin') && principal.account.number === first
  return { changeable, ...context.settings.describe(), stored, free_bytes: room === null ? null : room.free }
}

const tables: Readonly<Record<StoredTier['name'], string>> = { ...tierTables, top: topTable }
const tierNames = ['raw', 'minute', 'hour', 'top'] as const satisfies readonly StoredTier['name'][]
const timeoutSeconds = 3

/** From what the engine knows of its files: no flow is read. */
const storedSql = `
select table, sum(rows) as rows, sum(bytes_on_disk) as bytes, toUnixTimestamp(min(min_time)) as oldest from system.parts
where active and database = currentDatabase() and table in {tables:Array(String)}
group by table`

interface StoredRow {
  readonly table: string
  /** Decimal text. */
  readonly rows: string
  readonly bytes: string
  readonly oldest: number
}

async function readStored({ flows }: SettingContext): Promise<readonly StoredTier[] | null> {
  if (!flows.ready) return null
  try {
    const { rows } = await flows.query<StoredRow>(storedSql, { params: { tables: Object.values(tables) }, timeoutSeconds })
    return tierNames.map((name) =>
      tierOf(
        name,
        rows.find(({ table }) => table === tables[name]),
      ),
    )
  } catch (error) {
    // Settings are wanted most when the store is in trouble; that it does not answer is told as such.
    if (storeFailure(error) === undefined) throw error
    return null
  }
}

function tierOf(name: StoredTier['name'], row: StoredRow | undefined): StoredTier {
  if (row === undefined || Number(row.rows) === 0) return { name, rows: 0, bytes: 0, oldest: null }
  return { name, rows: Number(row.rows), bytes: Number(row.bytes), oldest: timeText(row.oldest * 1000) }
}
