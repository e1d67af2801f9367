// What stands in the first tab of the editor: the query that documentation of the dataset begins with, over the last hour.

const query = `query MagicNetworkMonitoring($accountTag: string!, $start: Time, $end: Time) {
  viewer {
    accounts(filter: { accountTag: $accountTag }) {
      mnmFlowDataAdaptiveGroups(
        filter: { datetime_gt: $start, datetime_leq: $end }
        limit: 10
        orderBy: [datetimeFiveMinutes_DESC]
      ) {
        sum {
          bits
          packets
        }
        dimensions {
          datetimeFiveMinutes
        }
      }
    }
  }
}
`

const hour = 3_600_000

/** @param now ms since 1970 */
export function firstQuery(account: string, now: number): { readonly query: string; readonly variables: string } {
  const variables = { accountTag: account, start: timeText(now - hour), end: timeText(now) }
  return { query, variables: JSON.stringify(variables, null, 2) }
}

const timeText = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
