// Asks the server by GraphQL what it holds of the flows that match a filter, and waits until it holds enough.
import type { DrawbridgeServer } from './drawbridge-server.ts'
import { until } from './poll.ts'

/** Sums of the store, sampling applied. */
export interface FlowSums {
  readonly packets: number
  readonly bytes: number
}

/** A filter in the terms of AccountMnmFlowDataAdaptiveGroupsFilter_InputObject, without its time bounds. */
export type FlowFilter = Readonly<Record<string, unknown>>

interface Group {
  readonly sum: { readonly bits: number; readonly packets: number }
  readonly dimensions: Readonly<Record<string, string | number>>
}

function groupQuery(dimensions: readonly string[]): string {
  const selected = dimensions.length === 0 ? '' : `dimensions { ${dimensions.join(' ')} }`
  return `query ($account: string!, $filter: AccountMnmFlowDataAdaptiveGroupsFilter_InputObject!) {
    viewer { accounts(filter: { accountTag: $account }) {
      groups: mnmFlowDataAdaptiveGroups(filter: $filter, limit: 1000) { sum { bits packets } ${selected} } } } }`
}

/** One group for each combination of the dimensions' values within the last hour. */
export async function flowGroups(server: DrawbridgeServer, dimensions: readonly string[], filter: FlowFilter): Promise<Group[]> {
  const now = Date.now()
  const time = (ms: number) => new Date(ms).toISOString()
  const bounds = { datetime_geq: time(now - 3_600_000), datetime_lt: time(now + 60_000) }
  const data = await server.graphql<{ viewer: { accounts: { groups: Group[] }[] } }>(groupQuery(dimensions), {
    filter: { ...filter, ...bounds },
  })
  return data.viewer.accounts[0]?.groups ?? []
}

export async function flowSums(server: DrawbridgeServer, filter: FlowFilter): Promise<FlowSums> {
  const [group] = await flowGroups(server, [], filter)
  return { packets: group?.sum.packets ?? 0, bytes: (group?.sum.bits ?? 0) / 8 }
}

/** Waits until everything that was decoded is stored and the store holds at least so many packets; answers the sums. */
export async function storedSums(server: DrawbridgeServer, filter: FlowFilter, packets: number): Promise<FlowSums> {
  let seen: FlowSums = { packets: 0, bytes: 0 }
  try {
    return await until(`${packets} packets in the store`, async () => {
      const { totals } = await server.ledger()
      seen = await flowSums(server, filter)
      return totals.records_in_flight === 0 && seen.packets >= packets ? seen : undefined
    })
  } catch (error) {
    const { totals } = await server.ledger()
    throw new Error(`${String(error)}; there are ${seen.packets}; ledger: ${JSON.stringify(totals)}`, { cause: error })
  }
}
