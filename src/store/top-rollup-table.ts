// The table of the first addresses and ports of each hour: what remains of "who was it" when the flows themselves are gone.
import { flowColumn, type FlowColumnName } from '../contract/flow-columns.ts'
import { columnDefinition, inTotals, optionalTableSettings, rollupDimensions, tierTables, totalTable } from './flow-tables.ts'
import { sqlString } from './sql-text.ts'

export const topTable = 'flows_top_1h'

/** Seconds that a row stands for. */
export const topSeconds = 3600

export interface TopFacet {
  readonly name: string
  /** Column whose first values are kept. */
  readonly key: FlowColumnName
  /** Columns of the rollups that a row of this facet does not tell apart. */
  readonly without: readonly FlowColumnName[]
  /** The keys, in a sentence. */
  readonly keys: string
}

const bothSides = ['src_as', 'dst_as', 'src_country', 'dst_country'] as const

/**
 * An address has one AS and one country, but what it speaks with has thousands: a server among the first sources would
 * need a row for each AS of its clients. So an address is kept with its own, and a port with none. EtherType and export
 * protocol follow from address and router, and cost nothing.
 */
export const topFacets = [
  { name: 'source', key: 'src_addr', without: ['dst_as', 'dst_country'], keys: 'source addresses' },
  { name: 'destination', key: 'dst_addr', without: ['src_as', 'src_country'], keys: 'destination addresses' },
  { name: 'source_port', key: 'src_port', without: bothSides, keys: 'source ports' },
  { name: 'destination_port', key: 'dst_port', without: bothSides, keys: 'destination ports' },
] as const satisfies readonly TopFacet[]

// The rows of the table are typed FlowColumn, whose name is any string; their names are FlowColumnName.
const dimensionNames = rollupDimensions.map(({ name }) => name as FlowColumnName)
const keyNames: readonly FlowColumnName[] = topFacets.map(({ key }) => key)

/** Columns of the rollups that a facet keeps beside its key, the time first. */
export function topDimensions({ without }: Pick<TopFacet, 'without'>): FlowColumnName[] {
  return dimensionNames.filter((name) => !without.includes(name))
}

/** Added up when parts are merged. Differences are taken in UInt64 and wrap around, so that their sums come out right. */
const sums = ['bytes', 'packets', 'flows'] as const

/**
 * One row an hour, facet, kept key and combination of the dimensions beside it. `seen` is 0 in all of them; one row more
 * an hour and facet, without a key, an account and sums, says in it how many flows were looked at.
 *
 * Size: 4 facets × 2 × `keep` × directions × routers, pairs of interfaces and protocols in which a key is seen in one hour.
 * Measured with an hour of 1 million flows (3 routers, 110 000 addresses and 60 000 ports on either side by a power law,
 * 14 000 AS, two directions): 250 by bytes and 250 by packets are some 500 keys a facet with half of the traffic, 32 000
 * rows for all four, 0.25 to 0.4 MB; the sums by hour are 55 000 rows and 0.8 MB. 100: 13 500 rows, 1000: 117 000 rows.
 *
 * Pairs of addresses are no facet: finding the first of them would cost 1.3 CPU-seconds per million flows more.
 */
export function createTopTable(known: ReadonlySet<string>): string {
  const settings = ['fsync_after_insert = 1', 'fsync_part_directory = 1']
  for (const name of optionalTableSettings) if (known.has(name)) settings.push(`${name} = ''`)
  const facets = topFacets.map(({ name }, index) => `'${name}' = ${index + 1}`).join(', ')
  return `create table if not exists ${topTable} (
  facet Enum8(${facets}),
  ${rollupDimensions.map((column) => columnDefinition(column)).join(',\n  ')},
  ${keyNames.map((key) => columnDefinition(flowColumn[key])).join(',\n  ')},
  ${[...sums, 'seen'].map((name) => `${name} UInt64`).join(',\n  ')}
)
engine = SummingMergeTree((${[...sums, 'seen'].join(', ')}))
partition by toYYYYMM(time_received)
primary key (facet, time_received)
order by (facet, time_received, ${[...keyNames, ...dimensionNames.filter((name) => name !== 'time_received')].join(', ')})
settings ${settings.join(', ')}`
}

/**
 * What a question about a facet reads, as a subquery that has the columns of a rollup, the key and `rest`. Rows of the
 * kept keys have `rest` 0. Rows with `rest` 1 have an empty key: the sums by hour, and the kept ones taken away. So all
 * rows together are the sums by hour exactly, whatever is filtered or grouped by, and an hour of which no key is kept (one
 * of before this table) is all rest. The engine pushes conditions into each part.
 * @param columns that the question names; it has no others where the totals of the hours will do
 * @param hours whole hours, seconds since 1970, `to` is excluded: of all others every flow is read
 */
export function topSource(
  facet: TopFacet,
  columns: ReadonlySet<FlowColumnName>,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const { key, name } = facet
  const few = inTotals([...columns].filter((column) => column !== key))
  const dimensions = topDimensions(facet)
    .filter((column) => !few || inTotals([column]))
    .join(', ')
  const [first, end] = [from, to].map((time) => `toDateTime(${time}, 'UTC')`)
  const within = `time_received >= ${first} AND time_received < ${end}`
  const ofFacet = `FROM ${topTable} WHERE facet = '${name}' AND ${within}`
  const noKey = `${emptyValue(key)} AS ${key}`
  return [
    `(SELECT ${dimensions}, ${noKey}, 1 AS rest, ${sums.join(', ')} FROM ${few ? totalTable : tierTables.hour} WHERE ${within}`,
    `UNION ALL SELECT ${dimensions}, ${noKey}, 1, ${negative(sums)} ${ofFacet}`,
    `UNION ALL SELECT ${dimensions}, ${key}, 0, ${sums.join(', ')} ${ofFacet}`,
    `UNION ALL SELECT ${dimensions}, ${key}, 0, bytes, packets, toUInt64(1) FROM ${tierTables.raw} WHERE time_received < ${first} OR time_received >= ${end})`,
  ].join('\n')
}

function emptyValue(column: FlowColumnName): string {
  return `defaultValueOfTypeName(${sqlString(flowColumn[column].type)})`
}

const negative = (names: readonly string[]) => names.map((name) => `toUInt64(-${name})`).join(', ')

/**
 * Settings of the insert. One thread, so that questions and segments have the other cores; sums that outgrow their memory
 * go on disk; one block however many rows, so that a kill leaves all of them or none. No `os_thread_priority`: without
 * CAP_SYS_NICE a thread of the engine's pool could never get its priority back.
 */
const insertSettings = {
  max_threads: 1,
  max_insert_threads: 1,
  // What is taken away and put back is one row of nothing, which is not written.
  optimize_on_insert: 1,
  min_insert_block_size_rows: 16_000_000,
  min_insert_block_size_bytes: 8_000_000_000,
  max_bytes_before_external_group_by: 128 * 1024 * 1024,
  max_execution_time: 600,
} as const

/**
 * Makes a facet of an hour what it should be: inserts what the flows say now and takes away what the table says, in one
 * statement and one part. So it is there whole or not at all, and doing it again changes nothing. Parameters: `hour`
 * (seconds since 1970), `seen`.
 *
 * First are the `keep` keys with the most bytes and those with the most packets of each account and direction, by the
 * factor of sampling that is stored; an empty key is never kept, it stands for the rest.
 *
 * Cost, in the hour above: 1.8 CPU-seconds per million flows for all four facets (addresses 0.6 each, ports 0.3 each) at
 * nice 15 while others kept the load at 12 on two cores, where storing the same flows took 2.3; 1.5 on a quieter machine.
 * At 10 000 flows/s that is 1.5 % of a core.
 */
export function insertTop({ name, key, without }: TopFacet, keep: number): string {
  const time = "toDateTime({hour:UInt32}, 'UTC')"
  const inHour = `time_received >= ${time} AND time_received < ${time} + INTERVAL 1 HOUR`
  const columns = [...dimensionNames, ...keyNames]
  const kept = columns.filter((column) => column === key || topDimensions({ without }).some((kept) => kept === column))
  const grouped = kept.filter((column) => column !== 'time_received')
  const settings = Object.entries(insertSettings).map(([setting, value]) => `${setting} = ${value}`)
  const values = (value: (column: FlowColumnName) => string) =>
    kept.map((column) => (column === 'time_received' ? time : value(column))).join(', ')
  const first = (sum: string) => `groupArraySorted(${keep})((bitNot(${sum}), key))`
  return `INSERT INTO ${topTable} (facet, ${kept.join(', ')}, ${sums.join(', ')}, seen)
SETTINGS ${settings.join(', ')}
SELECT '${name}', ${values((column) => column)}, sum(bytes), sum(packets), count(), 0
FROM ${tierTables.raw}
WHERE ${inHour} AND (account, direction, ${key}) IN (
  SELECT account, direction, tupleElement(arrayJoin(arrayConcat(${first('all_bytes')}, ${first('all_packets')})), 2)
  FROM (
    SELECT account, direction, ${key} AS key, sum(bytes * sampling_rate) AS all_bytes, sum(packets * sampling_rate) AS all_packets
    FROM ${tierTables.raw} WHERE ${inHour} AND ${key} != ${emptyValue(key)}
    GROUP BY account, direction, key
  )
  GROUP BY account, direction
)
GROUP BY ${grouped.join(', ')}
UNION ALL
SELECT '${name}', ${values((column) => column)}, ${negative([...sums, 'seen'])} FROM ${topTable} WHERE facet = '${name}' AND time_received = ${time}
UNION ALL
SELECT '${name}', ${values(emptyValue)}, 0, 0, 0, {seen:UInt64}`
}
