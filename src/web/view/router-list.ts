// The list of routers: what is wrong with each, what is searched for, how it is ordered, how the address bar keeps that. Pure.
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { Metric } from '../api/flow-groups.ts'
import { isSilent, seriousLoss } from './verdict.ts'

/** The gravest first: of a silent router nothing is seen, of one that loses a part, and a doubtful one is seen wrongly. */
export const routerStates = ['silent', 'losing', 'doubtful', 'never', 'well'] as const
export type RouterState = (typeof routerStates)[number]

export const routerSorts = ['state', 'name', 'address', 'seen', 'protocol', 'flows', 'traffic', 'loss', 'ratio', 'sampling'] as const
export type RouterSort = (typeof routerSorts)[number]

/** Search parameters of the page; what is the default is left out. */
export interface RouterSearch {
  readonly q?: string
  readonly state?: RouterState
  readonly sort?: RouterSort
  /** Against the order that the column begins with. */
  readonly turned?: 'yes'
  /** From 1. */
  readonly page?: string
}

export const routersPerPage = 50

/** Reads search parameters of unknown origin; what makes no sense is ignored. */
export function readRouterSearch(search: Readonly<Record<string, unknown>>): RouterSearch {
  const q = search['q']
  const page = search['page']
  const state = routerStates.find((name) => name === search['state'])
  const sort = routerSorts.find((name) => name === search['sort'])
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : {}),
    ...(state === undefined ? {} : { state }),
    ...(sort === undefined || sort === 'state' ? {} : { sort }),
    ...(search['turned'] === 'yes' ? { turned: 'yes' } : {}),
    ...(typeof page === 'string' && /^[1-9]\d{0,4}$/.test(page) && page !== '1' ? { page } : {}),
  }
}

/** What is wrong with a router, the gravest only. */
export function routerState(router: RouterStatus): RouterState {
  if (router.last_seen === null) return 'never'
  if (isSilent(router)) return 'silent'
  if ((router.loss ?? 0) > seriousLoss) return 'losing'
  return router.doubtful_interfaces > 0 ? 'doubtful' : 'well'
}

const names = new Intl.Collator('en', { numeric: true })
const byName = (a: RouterStatus, b: RouterStatus) => names.compare(a.name || a.address, b.name || b.address)
const gravity = (router: RouterStatus) => routerStates.indexOf(routerState(router))
const seen = ({ last_seen }: RouterStatus) => (last_seen === null ? 0 : Date.parse(last_seen))
/** How far from 1, either way; what is not known comes last. */
const distance = ({ counter_check }: RouterStatus) => {
  const ratio = counter_check?.ratio ?? null
  return ratio === null ? -1 : Math.abs(Math.log(Math.max(ratio, 1e-6)))
}

/** The order that a column begins with: what deserves a look first. */
const orders: Readonly<Record<RouterSort, (a: RouterStatus, b: RouterStatus) => number>> = {
  state: (a, b) => gravity(a) - gravity(b) || b.bits_per_second - a.bits_per_second,
  name: byName,
  address: (a, b) => names.compare(a.address, b.address),
  seen: (a, b) => seen(a) - seen(b),
  protocol: (a, b) => names.compare(a.protocols.join(), b.protocols.join()),
  flows: (a, b) => b.flows_per_second - a.flows_per_second,
  traffic: (a, b) => b.bits_per_second - a.bits_per_second,
  loss: (a, b) => (b.loss ?? -1) - (a.loss ?? -1),
  ratio: (a, b) => distance(b) - distance(a),
  sampling: (a, b) => (b.sampling_rate ?? 0) - (a.sampling_rate ?? 0),
}

function matches(router: RouterStatus, { q = '', state }: RouterSearch): boolean {
  if (state !== undefined && routerState(router) !== state) return false
  const wanted = q.toLowerCase()
  return router.name.toLowerCase().includes(wanted) || router.address.includes(wanted)
}

/** The worst first, among equals the busiest. */
export const byConcern = (a: RouterStatus, b: RouterStatus) => orders.state(a, b) || byName(a, b)

const byPackets = (a: RouterStatus, b: RouterStatus) => b.packets_per_second - a.packets_per_second

/** Those that match, in order; equals by name. @param metric in which traffic is shown */
export function listRouters(routers: readonly RouterStatus[], search: RouterSearch, metric: Metric): RouterStatus[] {
  const order = search.sort === 'traffic' && metric === 'packets' ? byPackets : orders[search.sort ?? 'state']
  const direction = search.turned === 'yes' ? -1 : 1
  return routers.filter((router) => matches(router, search)).sort((a, b) => direction * order(a, b) || byName(a, b))
}

/** How many routers have each state. */
export function countStates(routers: readonly RouterStatus[]): Readonly<Record<RouterState, number>> {
  const counts = { silent: 0, losing: 0, doubtful: 0, never: 0, well: 0 }
  for (const router of routers) counts[routerState(router)]++
  return counts
}

/** The search after a press on a column's head: by it, or the other way round where it is by it already. Begins at page 1. */
export function sortedBy({ q, state, sort = 'state', turned }: RouterSearch, wanted: RouterSort): RouterSearch {
  const turn = wanted === sort && turned !== 'yes'
  return readRouterSearch({ q, state, sort: wanted, ...(turn ? { turned: 'yes' } : {}) })
}
