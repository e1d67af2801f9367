// How often the traffic of a question was counted, because several routers saw the same flows.
import type { AskInflation } from './flow-ask.ts'
import type { Look } from './flow-rows.ts'
import type { StatementReader } from './statement-reader.ts'
import { inflationStatement, routersStatement } from './statements.ts'

/**
 * Records that are compared. Of more a sample is: whole flows, chosen by their hash. Finding it costs as much as grouping
 * (0.3 CPU-seconds in 4 million records), comparing 500 000 records costs five times that.
 */
const recordsCompared = 100_000
/** Beyond these it takes longer than people wait for what they did not ask for. */
const mostRecords = 20_000_000

interface RoutersRow {
  readonly routers: string
  readonly flow_count: string
}

interface InflationRow {
  readonly all_bytes: string
  readonly best_bytes: string
}

/** Undefined where it cannot be told: from sums, from nothing, from too much. */
export async function askInflation(reader: StatementReader, look: Look): Promise<AskInflation | undefined> {
  if (look.tier.tier !== 'raw') return undefined
  const [seen] = await reader.rows<RoutersRow>(routersStatement(look), 1)
  const [routers, records] = [Number(seen?.routers ?? 0), Number(seen?.flow_count ?? 0)]
  if (records === 0 || (routers > 1 && records > mostRecords)) return undefined
  if (routers === 1) return { factor: 1, routers }
  const [sums] = await reader.rows<InflationRow>(inflationStatement(look, Math.ceil(records / recordsCompared)), 1)
  const best = Number(sums?.best_bytes ?? 0)
  return best === 0 ? undefined : { factor: Number(sums?.all_bytes) / best, routers }
}
