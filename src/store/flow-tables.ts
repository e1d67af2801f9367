// The ClickHouse tables of flows as DDL, derived from the column table: every flow, one-minute sums, one-hour sums, one-hour totals.
import { flowColumn, flowColumns, type FlowColumn, type FlowColumnName, type Tier } from '../contract/flow-columns.ts'

/** The table of each tier. */
export const tierTables: Readonly<Record<Tier, string>> = { raw: 'flows', minute: 'flows_1m', hour: 'flows_1h' }

/** Columns of the rollups that are added up; `flows` counts what was added. */
const sums = ['bytes', 'packets', 'flows'] as const

const columns: readonly FlowColumn[] = flowColumns

/** What a rollup groups by: every column that it keeps but the sums. Time comes first, as the table's order. */
export const rollupDimensions: readonly FlowColumn[] = columns.filter(
  ({ name, rollup }) => rollup && name !== 'bytes' && name !== 'packets',
)

/**
 * The hour once more, by columns of few values only. What is asked of a month most often (how much, through which routers,
 * by which protocols) reads some hundred thousand rows there, and tens of millions among the sums by hour.
 */
export const totalTable = 'flows_1h_total'

/** In the order of the table: a question about one router reads its rows only. */
const totalColumns = [
  'time_received',
  'account',
  'router',
  'direction',
  'protocol',
  'ethertype',
  'export_protocol',
  'sampling_rate',
  'sampling_source',
] as const satisfies readonly FlowColumnName[]

export const totalDimensions: readonly FlowColumn[] = totalColumns.map((name) => flowColumn[name])

/** Whether the hourly totals tell these columns apart. */
export function inTotals(names: Iterable<FlowColumnName>): boolean {
  const kept: readonly FlowColumnName[] = totalColumns
  return [...names].every((name) => kept.includes(name))
}

/**
 * Inserts of which a table remembers the token, so that a repeated one changes nothing. One a segment: at two segments
 * a second (far more than seal_rows and seal_seconds make) it reaches 80 minutes back, and a segment is repeated until
 * it is acknowledged before it is left.
 */
const deduplicationWindow = 10_000

/*
 * Settings of the tables, by measurement with chDB 3.4 (engine 26.7) on two cores that other work shared, so that single
 * figures vary by some 20 %. CPU-seconds per million rows of 29 columns, merges included, with both rollups:
 *
 *                                   1 M rows a segment   100 k rows a segment
 *   defaults                          1.05 to 1.24           2.6 to 3.4
 *   compact parts                     0.95 to 1.02           2.2 to 2.3
 *   … and optimize_on_insert = 0      0.96                   2.2
 *   without rollups, defaults         0.79                   2.2
 *   without rollups, compact parts    0.72                   1.2 to 1.4
 *
 * The rows "compact parts" had no limit to compactness. These settings as they stand, measured once while other work kept
 * the load at 9 on the two cores: inserts 0.79 to 0.92 at 1 M, and 1.40 to 1.59 with a merge of all six parts into a wide
 * one; 2.5 at 100 k. Compare them only with figures of the same hour.
 *
 * - Parts are compact (one data file) up to 512 MiB: 50 columns are 100 files a wide part, and most parts live seconds.
 *   Larger parts are wide, so that a query over days reads only the columns that it names.
 * - No statistics: by default a merge computes distinct counts of every column, which no query here uses.
 * - An insert is on disk when it is acknowledged: the segment's file is deleted then, and a power cut must not lose it.
 *   Merged parts need none: their sources stay for eight minutes.
 * - No codecs: rows are 44 bytes with LZ4 alone. Sparse columns, index granularity and the merge selector's base made no
 *   difference beyond the noise, so they stay as they are.
 */
const tableSettings: Readonly<Record<string, string>> = {
  non_replicated_deduplication_window: String(deduplicationWindow),
  min_bytes_for_wide_part: String(512 * 1024 * 1024),
  auto_statistics_types: "''",
  fsync_after_insert: '1',
  fsync_part_directory: '1',
}

/** Settings that older servers do not know: left out there. */
export const optionalTableSettings: readonly string[] = ['auto_statistics_types']

/** Type of a column in the tables: times are in UTC wherever the engine runs. */
function tableType({ type }: FlowColumn): string {
  return type === 'DateTime' ? "DateTime('UTC')" : type
}

/** `name type` of a column. */
export function columnDefinition(column: FlowColumn): string {
  return `${column.name} ${tableType(column)}`
}

function settingsClause(known: ReadonlySet<string>): string {
  const entries = Object.entries(tableSettings).filter(([name]) => known.has(name) || !optionalTableSettings.includes(name))
  return `settings ${entries.map(([name, value]) => `${name} = ${value}`).join(', ')}`
}

function list(items: readonly string[]): string {
  return items.join(',\n  ')
}

/** @param known those of `optionalTableSettings` that the engine has */
export function rawTable(known: ReadonlySet<string>): string {
  return `create table if not exists ${tierTables.raw} (
  ${list(columns.map((column) => columnDefinition(column)))}
)
engine = MergeTree
partition by toYYYYMMDD(time_received)
order by time_received
${settingsClause(known)}`
}

export interface Rollup {
  readonly table: string
  /** Table whose inserts it follows. */
  readonly source: string
  readonly dimensions: readonly FlowColumn[]
  /** SQL function that floors a time to the rollup's step. */
  readonly floor: string
  readonly partition: string
}

/**
 * The hour follows the minute: its view reads the few rows that the minute's has just made. One week a partition for 90
 * days and one month for two years: what outlives its time does so by at most that much.
 */
export const rollups: readonly Rollup[] = [
  {
    table: tierTables.minute,
    source: tierTables.raw,
    dimensions: rollupDimensions,
    floor: 'toStartOfMinute',
    partition: 'toMonday(time_received)',
  },
  {
    table: tierTables.hour,
    source: tierTables.minute,
    dimensions: rollupDimensions,
    floor: 'toStartOfHour',
    partition: 'toYYYYMM(time_received)',
  },
]

/** It follows the hour as the hour follows the minute, and lives as long. */
export const totalRollup: Rollup = {
  table: totalTable,
  source: tierTables.hour,
  dimensions: totalDimensions,
  floor: 'toStartOfHour',
  partition: 'toYYYYMM(time_received)',
}

/** Rows with equal dimensions add up when parts are merged; a query sums the rest. */
export function rollupTable(rollup: Rollup, known: ReadonlySet<string>): string {
  const dimensions = rollup.dimensions.map(({ name }) => name)
  return `create table if not exists ${rollup.table} (
  ${list([...rollup.dimensions.map((column) => columnDefinition(column)), ...sums.map((name) => `${name} UInt64`)])}
)
engine = SummingMergeTree((${sums.join(', ')}))
partition by ${rollup.partition}
primary key time_received
order by (${dimensions.join(', ')})
${settingsClause(known)}`
}

/** The view that fills a rollup. */
export function rollupView(rollup: Rollup): string {
  return `create materialized view if not exists ${rollup.table}_mv to ${rollup.table} as
${rollupSelect(rollup)}`
}

/** The rows of a rollup, as its source has them. */
export function rollupSelect(rollup: Rollup): string {
  const dimensions = rollup.dimensions.map(({ name }) => name)
  const rest = dimensions.filter((name) => name !== 'time_received')
  // Qualified inside the function: the alias of the same name would otherwise be floored again.
  return `select
  ${list([
    `${rollup.floor}(${rollup.source}.time_received) as time_received`,
    ...rest,
    `sum(${rollup.source}.bytes) as bytes`,
    `sum(${rollup.source}.packets) as packets`,
    `${rollup.source === tierTables.raw ? 'count()' : `sum(${rollup.source}.flows)`} as flows`,
  ])}
from ${rollup.source}
group by ${dimensions.join(', ')}`
}
