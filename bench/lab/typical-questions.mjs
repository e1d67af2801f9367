// Twenty questions that people ask about traffic, in our words and in nfdump's.

const statistic = (field, order) => ['-s', `${field}/${order}`]
const aggregate = (fields, order) => ['-A', fields, '-O', order]

/** `hours`: how much of the end of the day is asked about; `ago`: hours between its end and the end of the day. */
export const typicalQuestions = [
  { name: 'sources, 1 h', hours: 1, by: ['sourceAddress'], nfdump: statistic('srcip', 'bytes') },
  { name: 'destinations, 1 h', hours: 1, by: ['destinationAddress'], nfdump: statistic('dstip', 'bytes') },
  { name: 'destination ports by packets, 1 h', hours: 1, by: ['destinationPort'], order: 'packets', nfdump: statistic('dstport', 'packets') },
  { name: 'pairs of addresses, 1 h', hours: 1, by: ['sourceAddress', 'destinationAddress'], nfdump: aggregate('srcip,dstip', 'bytes') },
  { name: 'source AS and destination port, 1 h', hours: 1, by: ['sourceAS', 'destinationPort'], nfdump: aggregate('srcas,dstport', 'bytes') },
  { name: 'sources of an hour of last night', hours: 1, ago: 12, by: ['sourceAddress'], nfdump: statistic('srcip', 'bytes') },
  { name: 'who asked NTP, 6 h', hours: 6, by: ['sourceAddress'], filter: 'proto udp and dst port 123', nfdump: statistic('srcip', 'bytes') },
  { name: 'marked EF by destination, 6 h', hours: 6, by: ['destinationAddress'], filter: 'ipToS = 184', peerFilter: 'tos 184', nfdump: statistic('dstip', 'bytes') },
  { name: 'sources in three networks, 6 h', hours: 6, by: ['sourceAddress'], filter: 'src 10.0.0.0/8 or src 172.16.0.0/12 or src 100.64.0.0/10', peerFilter: 'src net 10.0.0.0/8 or src net 172.16.0.0/12 or src net 100.64.0.0/10', nfdump: statistic('srcip', 'bytes') },
  { name: 'destination ports, 6 h', hours: 6, by: ['destinationPort'], nfdump: statistic('dstport', 'bytes') },
  { name: 'protocols, 24 h', hours: 24, by: ['protocol'], nfdump: statistic('proto', 'bytes') },
  { name: 'source AS, 24 h', hours: 24, by: ['sourceAS'], nfdump: statistic('srcas', 'bytes') },
  { name: 'destination AS by packets, 24 h', hours: 24, by: ['destinationAS'], order: 'packets', nfdump: statistic('dstas', 'packets') },
  { name: 'input interfaces, 24 h', hours: 24, by: ['inputInterface'], nfdump: statistic('inif', 'bytes') },
  { name: 'sources, 24 h', hours: 24, by: ['sourceAddress'], nfdump: statistic('srcip', 'bytes') },
  { name: 'destinations by packets, 24 h', hours: 24, by: ['destinationAddress'], order: 'packets', nfdump: statistic('dstip', 'packets') },
  { name: 'who talked to one host, 24 h', hours: 24, by: ['sourceAddress'], filter: 'dst 203.0.0.7', peerFilter: 'dst ip 203.0.0.7', nfdump: statistic('srcip', 'bytes') },
  { name: 'only SYN by destination, 24 h', hours: 24, by: ['destinationAddress'], order: 'packets', filter: 'tcpFlags = 2', peerFilter: 'proto tcp and flags S and not flags ARFPU', nfdump: statistic('dstip', 'packets') },
  { name: 'DNS answers by destination, 24 h', hours: 24, by: ['destinationAddress'], filter: 'proto udp and src port 53', nfdump: statistic('dstip', 'bytes') },
  { name: 'hosts of one network, 24 h', hours: 24, by: ['destinationAddress'], filter: 'dst 203.0.1.0/24', peerFilter: 'dst net 203.0.1.0/24', nfdump: statistic('dstip', 'bytes') },
] // prettier-ignore

/** The GraphQL requests of one look at the overview: its chart and its top lists, of single flows and of sums. */
export function dashboardQuestions(account, { from, to }) {
  const time = (seconds) => new Date(seconds * 1000).toISOString()
  const variables = { account, filter: { datetime_geq: time(from), datetime_lt: time(to) } }
  const bucket = to - from > 12 * 3600 ? 'datetimeFiveMinutes' : to - from > 1800 ? 'datetimeMinute' : 'datetimeTenSeconds'
  const node = (alias, dimension, rest) =>
    `${alias}: mnmFlowDataAdaptiveGroups(filter: $filter, ${rest}) { sum { bits packets } ${dimension === '' ? '' : `dimensions { key: ${dimension} }`} }`
  const request = (...nodes) => ({
    variables,
    query: `query ($account: string!, $filter: AccountMnmFlowDataAdaptiveGroupsFilter_InputObject!) {
      viewer { accounts(filter: { accountTag: $account }) { ${nodes.join('\n')} } } }`,
  })
  const list = (dimension) => node(dimension, dimension, 'limit: 25, orderBy: [sum_bits_DESC]')
  const common = [node('total', '', 'limit: 1'), node('first', bucket, `limit: 1, orderBy: [${bucket}_ASC]`)]
  const flows = ['sourceAddress', 'destinationAddress', 'sourcePort', 'destinationPort']
  const sums = [
    'protocol',
    'direction',
    'sourceAS',
    'destinationAS',
    'sourceCountry',
    'destinationCountry',
    'routerAddress',
    'inputInterface',
  ]
  return [
    { name: 'chart', ...request(node('series', bucket, `limit: 2000, orderBy: [${bucket}_ASC]`)) },
    { name: 'top lists of sums', ...request(...common, ...sums.map(list)) },
    { name: 'top lists of addresses and ports', ...request(...common, ...flows.map(list)) },
  ]
}
