// The table of interface counters: how much each grew between two looks, one row an interface every five minutes.
import { interfaceCounters } from '../contract/exporter-health.ts'

export const interfaceCounterTable = 'interface_counters'

/** In the order of the table. */
export const interfaceCounterColumns = [
  'time',
  'account',
  'router',
  'if_index',
  'seconds',
  'speed',
  'status',
  ...interfaceCounters,
] as const

/** One row. Counters are growth over the `seconds` before `time`, wraps undone. */
export interface InterfaceCounterRow extends Readonly<Record<(typeof interfaceCounters)[number], number>> {
  /** Seconds since 1970. */
  readonly time: number
  readonly account: number
  /** Canonical text, IPv4 mapped into IPv6. */
  readonly router: string
  readonly if_index: number
  readonly seconds: number
  /** Bits a second, 0 when unknown. */
  readonly speed: number
  /** Bit 0: administratively up, bit 1: operationally up. */
  readonly status: number
}

/**
 * It stands in ClickHouse and not in SQLite: 1000 interfaces make 26 million rows in 90 days, which are read by range
 * and dropped by partition, like the minute sums whose lifetime they share.
 */
export function createInterfaceCounterTable(): string {
  return `create table if not exists ${interfaceCounterTable} (
  time DateTime('UTC') codec(Delta, LZ4),
  account UInt16,
  router IPv6,
  if_index UInt32,
  seconds UInt32,
  speed UInt64,
  status UInt8,
  ${interfaceCounters.map((name) => `${name} UInt64`).join(',\n  ')}
)
engine = MergeTree
partition by toMonday(time)
order by (account, router, if_index, time)`
}
