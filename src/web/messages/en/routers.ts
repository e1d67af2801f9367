// Texts of the page about all routers, and of the strip that shows the worst of them on the overview.
import type { RouterSort, RouterState } from '../../view/router-list.ts'

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

export const routersMessages = {
  intro: 'Every router that may send flows: whether it does, how much gets lost, and whether its flows agree with its own counters.',
  search: 'Name or address',
  state: 'State',
  anyState: 'All states',
  states: {
    silent: 'Silent',
    losing: 'Losing datagrams',
    doubtful: 'Doubtful',
    never: 'Never heard',
    well: 'In order',
  } as Readonly<Record<RouterState, string>>,
  stateCount: (state: string, count: string) => `${state} (${count})`,
  count: (found: number, total: number) =>
    found === total ? `${total} ${plural(total, 'router', 'routers')}` : `${found} of ${total} routers`,
  nothing: 'No router matches.',
  clear: 'Show all',
  none: 'No router yet',
  noneDetail:
    'Flows are stored from routers that are registered here. Set one up: the commands are ready to paste, and each step is checked.',
  columns: {
    state: 'State',
    name: 'Router',
    address: 'Address',
    seen: 'Last seen',
    protocol: 'Protocol',
    flows: 'Flows/s',
    traffic: 'Traffic',
    loss: 'Loss, 5 min',
    ratio: 'Flows ÷ counters',
    sampling: 'Sampling',
  } as Readonly<Record<RouterSort, string>>,
  course: 'Last hour',
  sortBy: (column: string) => `Sort by ${column}`,
  sortLabel: 'Order',
  turn: 'Turn the order round',

  why: {
    silent: (duration: string) => `Silent for ${duration}: nothing of its traffic is seen.`,
    never: 'It has not sent anything since Drawbridge started.',
    losing: (share: string) => `${share} of its export datagrams got lost on the way: its traffic is shown too low.`,
    doubtful: (count: number, cause: string) =>
      `Flows of ${count} ${plural(count, 'interface does', 'interfaces do')} not agree with the counters: ${cause}.`,
    agrees: 'Flows agree with the counters of its interfaces.',
    uncompared: 'The router sends no interface counters, or they were not compared yet. That happens every five minutes.',
    idle: 'Too little traffic to compare.',
  },
  uncompared: 'not compared',

  strip: {
    title: 'Routers',
    all: (count: number) => (count === 1 ? 'All about the router' : `All ${count} routers`),
    healthy: (count: number) => `${count} more in order`,
    worse: (count: number) => `${count} more need a look`,
    course: (router: string, range: string) => `Traffic of ${router}, ${range}`,
    loss: 'Loss',
    ratio: 'Flows ÷ counters',
    ratioShort: 'Ratio',
  },
}
