// What the nftables table of firewall rules holds, as chains of rules and named counters. Counters have names, so that they go
// on when the rules around them change.
//
//   chain incoming { type filter hook prerouting priority -449; policy accept
//                    iifname "lo" accept
//                    counter name seen
//                    jump guard
//                    jump m_<id> … }                         for each rule
//   chain guard …                                           see guard.ts
//   chain m_<id>   { iifname "eth0" <alternative> goto r_<id> … }
//   chain r_<id>   { counter name p_<id>
//                    limit name l_<id>_<rate> return          where it limits
//                    counter name d_<id> drop }               unless it counts
import type { FirewallAction, FirewallOrder } from '../../contract/firewall.ts'
import { nftAlternatives, type NftStatement } from '../../filter/nft-filter.ts'
import { guardChain, sparedCounter, type NftChain, type NftRule } from './guard.ts'

export interface NftLimit {
  readonly name: string
  /** Packets a second, and how many may come at once. */
  readonly rate: number
  readonly burst: number
}

/** All that is in the table. */
export interface FirewallContent {
  readonly chains: ReadonlyMap<string, readonly NftRule[]>
  readonly counters: ReadonlySet<string>
  readonly limits: ReadonlyMap<string, NftLimit>
}

/** A rule as nftables says it. */
export interface RuleForm {
  readonly id: string
  readonly action: FirewallAction
  readonly chains: readonly NftChain[]
  readonly limit: NftLimit | undefined
}

/** The chain that packets come to. */
export const incomingChain = 'incoming'
export const seenCounter = 'seen'
export const matchedCounter = (id: string) => `p_${id}`
export const droppedCounter = (id: string) => `d_${id}`

/** @throws FilterError when its filter is too much for nftables */
export function ruleForm(order: FirewallOrder): RuleForm {
  const { id, action } = order
  return { id, action, chains: chainsOf(order), limit: action.kind === 'limit' ? limitOf(id, action) : undefined }
}

export function firewallContent(guard: readonly NftChain[], rules: readonly RuleForm[]): FirewallContent {
  const jumps = rules.map(({ id }) => [{ jump: { target: matchChain(id) } }])
  const incoming = [[isLoopback, { accept: null }], [{ counter: seenCounter }], [{ jump: { target: guardChain } }], ...jumps]
  return {
    chains: new Map<string, readonly NftRule[]>([...guard, ...rules.flatMap(({ chains }) => chains), [incomingChain, incoming]]),
    counters: new Set([seenCounter, sparedCounter, ...rules.flatMap(({ id }) => [matchedCounter(id), droppedCounter(id)])]),
    limits: new Map(rules.flatMap(({ limit }) => (limit === undefined ? [] : [[limit.name, limit] as const]))),
  }
}

const isLoopback: NftStatement = { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'lo' } }
const matchChain = (id: string) => `m_${id}`
const resultChain = (id: string) => `r_${id}`

function chainsOf({ id, action, interface: device, filter }: FirewallOrder): NftChain[] {
  const target = { goto: { target: resultChain(id) } }
  const comesBy: NftRule = device === null ? [] : [{ match: { op: '==', left: { meta: { key: 'iifname' } }, right: device } }]
  return [
    [resultChain(id), resultOf(id, action)],
    [matchChain(id), nftAlternatives(filter, 'inet').map((statements) => comesBy.concat(statements, target))],
  ]
}

function resultOf(id: string, action: FirewallAction): NftRule[] {
  const count: NftRule = [{ counter: matchedCounter(id) }]
  if (action.kind === 'count') return [count]
  const drop: NftRule = [{ counter: droppedCounter(id) }, { drop: null }]
  return action.kind === 'drop' ? [count, drop] : [count, [{ limit: limitOf(id, action).name }, { return: null }], drop]
}

/** Small rates may come within one moment; of larger ones a tenth of a second's packets. */
const smallBurst = 10

function limitOf(id: string, { packets_per_second: rate }: Extract<FirewallAction, { kind: 'limit' }>): NftLimit {
  return { name: `l_${id}_${rate}`, rate, burst: Math.min(rate, Math.max(smallBurst, Math.ceil(rate / 10))) }
}
