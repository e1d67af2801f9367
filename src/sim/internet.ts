// Where simulated traffic comes from and goes to. The addresses stand only inside flow records, so that countries and
// AS numbers of the demo are as various as in real traffic; nothing is ever sent to them.
import { parsePrefix, type SimPrefix } from './prefix.ts'

/** Networks of the simulated operator: ranges reserved for documentation (RFC 5737, RFC 3849). */
export const demoNetworks = ['203.0.113.0/24', '198.51.100.0/24', '2001:db8::/32'] as const

export interface SimNetwork {
  readonly prefix: SimPrefix
  /** How much of the traffic it has. */
  readonly weight: number
}

// Address space of content networks, then of access networks on all continents: prefix, weight.
const contentRanges: readonly (readonly [string, number])[] = [
  ['142.250.0.0/15', 20],
  ['172.217.0.0/16', 8],
  ['151.101.0.0/16', 10],
  ['104.16.0.0/13', 14],
  ['23.32.0.0/11', 14],
  ['13.224.0.0/14', 9],
  ['157.240.0.0/16', 12],
  ['45.57.0.0/17', 14],
  ['17.0.0.0/8', 5],
  ['20.64.0.0/10', 8],
  ['52.192.0.0/11', 6],
  ['185.199.108.0/22', 2],
  ['8.8.8.0/24', 1],
  ['2a00:1450::/32', 10],
  ['2606:4700::/32', 7],
  ['2a02:26f0::/32', 5],
  ['2a03:2880::/32', 5],
]
const accessRanges: readonly (readonly [string, number])[] = [
  ['80.128.0.0/11', 8],
  ['91.0.0.0/10', 5],
  ['86.192.0.0/10', 5],
  ['82.0.0.0/11', 4],
  ['81.224.0.0/12', 2],
  ['83.32.0.0/11', 3],
  ['79.0.0.0/10', 3],
  ['84.24.0.0/13', 2],
  ['83.0.0.0/11', 2],
  ['88.224.0.0/11', 2],
  ['95.24.0.0/13', 2],
  ['73.0.0.0/8', 7],
  ['71.160.0.0/11', 4],
  ['99.224.0.0/11', 2],
  ['177.0.0.0/11', 3],
  ['189.128.0.0/11', 2],
  ['181.0.0.0/12', 1],
  ['36.96.0.0/11', 3],
  ['114.80.0.0/12', 2],
  ['49.32.0.0/11', 3],
  ['126.0.0.0/8', 3],
  ['175.192.0.0/10', 2],
  ['1.128.0.0/11', 2],
  ['14.160.0.0/11', 2],
  ['36.64.0.0/11', 1],
  ['41.0.0.0/11', 1],
  ['105.96.0.0/12', 1],
  ['197.32.0.0/11', 1],
  ['2003::/19', 4],
  ['2601::/20', 3],
  ['2804:14c::/31', 1],
  ['2409:4000::/22', 2],
  ['240e::/20', 1],
]

const networks = (ranges: typeof contentRanges): SimNetwork[] => ranges.map(([prefix, weight]) => ({ prefix: parsePrefix(prefix), weight }))

/** Networks that many users fetch from. */
export const contentNetworks = (): SimNetwork[] => networks(contentRanges)
/** Networks that users and bots sit in. */
export const accessNetworks = (): SimNetwork[] => networks(accessRanges)
