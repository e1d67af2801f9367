// The flows that a question looks at, as what stands behind SELECT and FROM: the rows of a table that pass, all of them or
// of each flow only those of the router that saw most of it.
import { appliedRate, type SamplingOverrides } from '../applied-rate.ts'
import { filterSql } from '../filter-sql.ts'
import type { FlowFilter } from '../flow-filter.ts'
import { FlowQueryError } from '../flow-query-error.ts'
import type { FlowTier } from '../flow-tiers.ts'
import type { SqlParameters } from '../sql-parameters.ts'
import { fiveTuple, node } from './plan.ts'

export interface Look {
  /** Number of the account. */
  readonly account: number
  readonly filter: FlowFilter
  /** Receive times, seconds since 1970, whole rows of the tier; `to` is excluded. */
  readonly from: number
  readonly to: number
  readonly tier: FlowTier
  /** What is grouped by. */
  readonly keys: readonly KeySql[]
  readonly overrides: SamplingOverrides
  readonly distinct: boolean
  /** Seconds since 1970: bounds after it cut no row in two. */
  readonly now: number
}

export interface KeySql {
  /** Over columns of the tables. */
  readonly sql: string
  /** What sorts as people expect, by the SQL of the key; the key itself where it is left out. */
  readonly order?: (key: string) => string
}

export interface NamedSql {
  readonly alias: string
  /** Over columns of the tables. */
  readonly sql: string
}

export interface FlowRows {
  /** The columns, to stand behind SELECT; their aliases to stand behind GROUP BY. */
  readonly select: readonly string[]
  /** From FROM on, with its WHERE. */
  readonly from: string
  /** Sums over a group, sampling applied but for `flows`. */
  readonly bytes: string
  readonly packets: string
  readonly flows: string
}

/** Highest value of ClickHouse's DateTime: 32 bits of seconds. */
const latestTime = 0xffff_ffff

/**
 * What tells one flow from another. 64 bits: among 10 million flows any two are taken for one another once in 400 000
 * questions. It is a tenth of the work of a cryptographic hash.
 */
export const flowHash = `cityHash64(${fiveTuple.join(', ')})`

/** Parameters travel in the URL, of which ClickHouse takes 1 MiB (http_max_uri_size); half of it leaves room for all else. */
const maxParameterLength = 500_000

/** @throws FlowQueryError when the filter holds a value that its dimension cannot have, or too many of them */
export function flowRows(look: Look, columns: readonly NamedSql[], parameters: SqlParameters): FlowRows {
  const rate = appliedRate(look.overrides, parameters)
  const conditions = conditionsOf(look, parameters)
  if (parameters.urlLength > maxParameterLength) {
    throw new FlowQueryError('bad_arguments', { node, reason: 'the values of the filter are too long together' })
  }
  const bytes = `sum(bytes * ${rate})`
  const all = `FROM ${look.tier.table}\nWHERE ${conditions}`
  return {
    select: columns.map(({ alias, sql }) => `${sql} AS ${alias}`),
    from: look.distinct ? `${all}\nAND ${isBest(all, bytes)}` : all,
    bytes,
    packets: `sum(packets * ${rate})`,
    flows: look.tier.flows,
  }
}

function conditionsOf({ account, filter, from, to, tier, now }: Look, parameters: SqlParameters): string {
  const time = (value: number) => `toDateTime(${parameters.bind(Math.min(Math.max(value, 0), latestTime), 'UInt32')}, 'UTC')`
  const conditions = [
    `account = ${parameters.bind(account, 'UInt16')}`,
    `time_received >= ${time(from)}`,
    `time_received < ${time(to)}`,
    filterSql(filter, { parameters, tierSeconds: tier.seconds, node, now }),
  ]
  return conditions.join(' AND ')
}

/**
 * Whether a record is of the router that saw most bytes of its flow in the range; of the lowest address where several saw
 * as many. Flows that one router saw need no place in the set, and the groups that it is made from go on disk when they
 * grow: 4 million flows take 12 CPU-seconds in 256 MB. Keeping every flow's records to choose from took 29, and 1 GB.
 */
function isBest(all: string, bytes: string): string {
  return `cityHash64(${flowHash}, router) NOT IN (
SELECT arrayJoin(arrayMap(other -> cityHash64(flow, other), arrayFilter(other -> other != best, routers)))
FROM (SELECT flow, argMin(router, (bitNot(router_bytes), router)) AS best, groupArray(router) AS routers
FROM (SELECT ${flowHash} AS flow, router, ${bytes} AS router_bytes
${all}
GROUP BY flow, router)
GROUP BY flow
HAVING count() > 1))`
}
