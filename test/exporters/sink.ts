// What host B counts of the traffic that reaches it, by an nftables table that answers nothing: filler aside, by protocol.
import type { Namespace } from '../lab/lab.ts'
import { fillerPort, type Truth } from './traffic.ts'

const protocols = ['tcp', 'udp', 'icmp'] as const
const table = 'sink'

/** `counter drop` for what a rule matches. */
const countAndDrop = [{ counter: { packets: 0, bytes: 0 } }, { drop: null }]

function equals(left: object, right: string | number): object {
  return { match: { op: '==', left, right } }
}

/** Rules in nftables' JSON: the filler first, then a rule for each protocol. */
const sinkRules: readonly (readonly object[])[] = [
  [equals({ payload: { protocol: 'udp', field: 'dport' } }, fillerPort), ...countAndDrop],
  ...protocols.map((name) => [equals({ meta: { key: 'l4proto' } }, name), ...countAndDrop]),
]

/** The table of B, for `ExporterLab.loadRules`. */
export const sink = { table, rules: sinkRules } as const

interface Counter {
  readonly packets: number
  readonly bytes: number
}

/** What B has received since its table was loaded. Bytes are of IP total length, as nftables counts them. */
export interface Arrived {
  readonly filler: Counter
  readonly byProtocol: Readonly<Record<string, Counter>>
}

interface ListedRule {
  readonly rule?: { readonly expr: readonly { readonly counter?: Counter }[] }
}

/** Reads the counters of B. */
export async function arrivedAt(namespace: Namespace): Promise<Arrived> {
  const listed = JSON.parse(await namespace.run('nft', '-j', 'list', 'table', 'ip', table)) as { nftables: readonly ListedRule[] }
  const counters = listed.nftables.flatMap(({ rule }) => rule?.expr.flatMap(({ counter }) => counter ?? []) ?? [])
  const [filler, ...others] = counters
  if (filler === undefined || others.length !== protocols.length) throw new Error(`the table ${table} lists ${counters.length} counters`)
  return { filler, byProtocol: Object.fromEntries(protocols.map((name, index) => [name, others[index]])) }
}

/** What arrived between two readings, without the filler. */
export function truthBetween(before: Arrived, after: Arrived): Truth {
  const byProtocol: Record<string, Counter> = {}
  const total = { packets: 0, bytes: 0 }
  for (const [name, { packets, bytes }] of Object.entries(after.byProtocol)) {
    const from = before.byProtocol[name] ?? { packets: 0, bytes: 0 }
    const sum = { packets: packets - from.packets, bytes: bytes - from.bytes }
    byProtocol[name] = sum
    total.packets += sum.packets
    total.bytes += sum.bytes
  }
  return { ...total, byProtocol }
}
