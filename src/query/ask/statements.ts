// The statements of a question: the first groups with the total, and sums, series and minutes of groups that are known.
import type { FlowMeasure } from '../../contract/flow-question.ts'
import { SqlParameters } from '../sql-parameters.ts'
import { flowHash, flowRows, type FlowRows, type Look, type NamedSql } from './flow-rows.ts'

export interface Statement {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

const keyColumns = ({ keys }: Look): NamedSql[] => keys.map(({ sql }, index) => ({ alias: `d${index}`, sql }))

/** Rows of what is not among the first have an empty key, which is no group. */
const restColumn = ({ tier }: Look): NamedSql[] => (tier.rest === undefined ? [] : [{ alias: 'is_rest', sql: tier.rest }])

const sumColumns = ({ bytes, packets, flows }: FlowRows) => [`${bytes} AS bytes_sum`, `${packets} AS packets_sum`, `${flows} AS flow_count`]

const orderColumn: Readonly<Record<FlowMeasure, string>> = { bits: 'bytes_sum', packets: 'packets_sum', flows: 'flow_count' }

/**
 * The first groups, and before them, where there are keys, the total as a row with `is_total` 1. Both are made in one
 * pass: grouping sets read the flows once, and hold no more than the groups (measured beside a window over the groups and
 * a second SELECT: 3 million groups in 150 MB instead of 250 MB, and no slower).
 * @param hashed with `key_hash`, by which the other statements know the groups again
 */
export function groupsStatement(look: Look, { limit, order: measure }: { limit: number; order: FlowMeasure }, hashed: boolean): Statement {
  const parameters = new SqlParameters()
  const columns = [...keyColumns(look), ...restColumn(look)]
  const rows = flowRows(look, columns, parameters)
  const keys = keyColumns(look).map(({ alias }) => alias)
  const [first] = keys
  const aliases = columns.map(({ alias }) => alias)
  const having = `HAVING ${rows.flows} > 0`
  if (first === undefined)
    return { sql: [`SELECT ${sumColumns(rows).join(', ')}`, rows.from, having].join('\n'), params: parameters.values }
  const select = [
    ...rows.select,
    ...sumColumns(rows),
    `grouping(${first}) AS is_total`,
    ...(hashed ? [`${keyHash(keys)} AS key_hash`] : []),
  ]
  const rest = restColumn(look).map(({ alias }) => alias)
  const sorted = look.keys.map(({ order }, index) => order?.(`d${index}`) ?? `d${index}`)
  const lines = [
    `SELECT ${select.join(', ')}`,
    rows.from,
    `GROUP BY GROUPING SETS ((${aliases.join(', ')}), ())`,
    having,
    `ORDER BY ${['is_total DESC', ...rest, `${orderColumn[measure]} DESC`, ...sorted].join(', ')}`,
    `LIMIT ${parameters.bind(limit + 1, 'UInt32')}`,
  ]
  return { sql: lines.join('\n'), params: parameters.values }
}

/** 64 bits: among 10 million groups one of a thousand is mistaken for another once in two billion questions. */
const keyHash = (keys: readonly string[]) => `cityHash64(${keys.join(', ')})`

/**
 * Number of the group that a flow belongs to, from 1 on; 0 for the others.
 * @param hashes of the groups, as ClickHouse told them
 */
function groupNumber({ keys, tier }: Look, hashes: readonly bigint[]): NamedSql {
  const alias = 'group_number'
  if (hashes.length === 0) return { alias, sql: 'toUInt16(0)' }
  if (keys.length === 0) return { alias, sql: 'toUInt16(1)' }
  // Digits of ClickHouse's own, in the text of the statement: it has more room than parameters.
  const list = `CAST([${hashes.join(', ')}], 'Array(UInt64)')`
  const number = `transform(${keyHash(keys.map(({ sql }) => sql))}, ${list}, CAST(range(1, ${hashes.length + 1}), 'Array(UInt16)'), toUInt16(0))`
  return { alias, sql: tier.rest === undefined ? number : `if(${tier.rest}, toUInt16(0), ${number})` }
}

/** Sums of the groups and of the others. */
export function sumsStatement(look: Look, hashes: readonly bigint[]): Statement {
  const parameters = new SqlParameters()
  const rows = flowRows(look, [groupNumber(look, hashes)], parameters)
  const sql = [`SELECT ${[...rows.select, ...sumColumns(rows)].join(', ')}`, rows.from, 'GROUP BY group_number'].join('\n')
  return { sql, params: parameters.values }
}

/** Groups and the others by the step, as rows of `group_number`, `step`, `bytes_sum`, `packets_sum`. */
function stepSums(look: Look, { hashes, step }: { hashes: readonly bigint[]; step: string }, parameters: SqlParameters): string {
  const rows = flowRows(look, [groupNumber(look, hashes), { alias: 'step', sql: step }], parameters)
  const select = [...rows.select, `${rows.bytes} AS bytes_sum`, `${rows.packets} AS packets_sum`]
  return [`SELECT ${select.join(', ')}`, rows.from, 'GROUP BY group_number, step'].join('\n')
}

/** Series of the groups and of the others, as lists: steps, counted from `from`, and their sums. Steps without flows are left out. */
export function seriesStatement(look: Look, hashes: readonly bigint[], { from, seconds }: { from: number; seconds: number }): Statement {
  const parameters = new SqlParameters()
  const step = `intDiv(toUnixTimestamp(time_received) - ${parameters.bind(from, 'UInt32')}, ${parameters.bind(seconds, 'UInt32')})`
  const sql = [
    'SELECT group_number, groupArray(step) AS steps, groupArray(bytes_sum) AS bytes_list, groupArray(packets_sum) AS packets_list',
    `FROM (${stepSums(look, { hashes, step }, parameters)})`,
    'GROUP BY group_number',
  ].join('\n')
  return { sql, params: parameters.values }
}

export interface Minutes {
  /** Seconds since 1970, whole minutes; `to` is excluded. */
  readonly from: number
  readonly to: number
  /** How many of the largest sums are wanted. */
  readonly largest: number
}

/** The largest sums of a minute, largest first, of each group, of the others (0) and of all (one more than the last group). */
export function minutesStatement(look: Look, hashes: readonly bigint[], { from, to, largest }: Minutes): Statement {
  const parameters = new SqlParameters()
  const bind = (value: number) => parameters.bind(value, 'UInt32')
  const sums = stepSums(look, { hashes, step: 'intDiv(toUnixTimestamp(time_received), 60)' }, parameters)
  const largestOf = (column: string) => `arraySlice(arrayReverseSort(groupArray(${column})), 1, ${bind(largest)})`
  const sql = [
    `SELECT member AS group_number, ${largestOf('minute_bytes')} AS bytes_list, ${largestOf('minute_packets')} AS packets_list`,
    'FROM (SELECT member, step, sum(bytes_sum) AS minute_bytes, sum(packets_sum) AS minute_packets',
    `FROM (SELECT arrayJoin([group_number, toUInt16(${hashes.length + 1})]) AS member, step, bytes_sum, packets_sum`,
    `FROM (${sums}) WHERE step >= ${bind(from / 60)} AND step < ${bind(to / 60)})`,
    'GROUP BY member, step)',
    'GROUP BY member',
  ].join('\n')
  return { sql, params: parameters.values }
}

/** How many routers saw the flows, and how many records they made of them. */
export function routersStatement(look: Look): Statement {
  const parameters = new SqlParameters()
  const { from, flows } = flowRows({ ...look, distinct: false }, [], parameters)
  // A GROUP BY over a few routers takes a fifth of the time of uniqExact().
  const sql = `SELECT count() AS routers, sum(records) AS flow_count\nFROM (SELECT router, ${flows} AS records\n${from}\nGROUP BY router)`
  return { sql, params: parameters.values }
}

/** Bytes of all routers, and of the one that saw most of each flow. @param oneOf only every so many-th flow is looked at */
export function inflationStatement(look: Look, oneOf: number): Statement {
  const parameters = new SqlParameters()
  const { from, bytes } = flowRows({ ...look, distinct: false }, [], parameters)
  const lines = [
    'SELECT sum(of_all) AS all_bytes, sum(of_best) AS best_bytes',
    'FROM (SELECT sum(router_bytes) AS of_all, max(router_bytes) AS of_best',
    `FROM (SELECT ${flowHash} AS flow, ${bytes} AS router_bytes`,
    from,
    ...(oneOf === 1 ? [] : [`AND flow % ${parameters.bind(oneOf, 'UInt32')} = 0`]),
    'GROUP BY flow, router)',
    'GROUP BY flow)',
  ]
  return { sql: lines.join('\n'), params: parameters.values }
}
