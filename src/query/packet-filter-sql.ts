// A packet filter as a condition on stored flows. A flow tells less than its packets: what it cannot tell is left out.
import { portProtocols, type FilterSide, type NumberFieldName, type NumberSpan, type PacketFilter } from '../contract/packet-filter.ts'
import { filterText } from '../filter/filter-text.ts'
import { normalSpans } from '../filter/number-spans.ts'
import type { SqlParameters } from './sql-parameters.ts'
import { isMapped, prefixesSql, rangesSql } from './value-ranges.ts'

export interface PacketFilterCondition {
  /** Can stand beside AND. */
  readonly condition: string
  /** Conditions of the filter that no flow tells, or not every flow, in the filter language; such a flow passes them. */
  readonly notExpressible: readonly string[]
}

/**
 * The condition that a flow may have packets that the filter matches. TCP flags are those of all packets of the flow
 * together, the length is the mean of its packets.
 */
export function packetFilterSql(filter: PacketFilter | null, parameters: SqlParameters): PacketFilterCondition {
  if (filter === null) return { condition: '1', notExpressible: [] }
  const scope: Scope = { parameters, untold: new Set() }
  return { condition: compile(filter, true, scope), notExpressible: [...scope.untold] }
}

interface Scope {
  readonly parameters: SqlParameters
  readonly untold: Set<string>
}

/** Negations are carried down to the single conditions: what a flow does not tell passes either way. */
function compile(filter: PacketFilter, wanted: boolean, scope: Scope): string {
  if (filter.kind === 'not') return compile(filter.of, !wanted, scope)
  if (!('of' in filter)) return tested(filter, wanted, scope)
  const parts = filter.of.map((part) => compile(part, wanted, scope))
  const isAll = (filter.kind === 'all') === wanted
  return parts.length === 0 ? String(Number(isAll)) : `(${parts.join(isAll ? ' AND ' : ' OR ')})`
}

function tested(filter: Condition, wanted: boolean, { parameters, untold }: Scope): string {
  const { sql, toldIf } = conditionOf(filter, parameters)
  if (toldIf !== 'always') untold.add(toldIf === 'never' ? filterText(filter) : `${filterText(filter)} (of flows that do not tell it)`)
  if (toldIf === 'never') return '1'
  const test = wanted ? `(${sql})` : `NOT (${sql})`
  return toldIf === 'always' ? test : `(NOT (${toldIf}) OR ${test})`
}

interface FlowCondition {
  readonly sql: string
  /** Condition that the flow tells it. */
  readonly toldIf: string
}

const never: FlowCondition = { sql: '1', toldIf: 'never' }
const told = (sql: string): FlowCondition => ({ sql, toldIf: 'always' })

type Condition = Exclude<PacketFilter, { kind: 'all' | 'any' | 'not' }>

function conditionOf(filter: Condition, parameters: SqlParameters): FlowCondition {
  if (filter.kind === 'address') return told(atEnds(filter.side, 'addr', (column) => prefixesSql(column, filter.prefixes, parameters)))
  if (filter.kind === 'port') {
    const ports = atEnds(filter.side, 'port', (column) => spansSql(column, filter.spans, parameters))
    return told(`${hasTransport(portProtocols)} AND (${ports})`)
  }
  if (filter.kind === 'number') return numberCondition(filter.field, filter.spans, parameters)
  if (filter.kind === 'bytes') return never
  if (filter.kind === 'fragment') return { sql: fragments[filter.part], toldIf: hasHeader }
  const [mask, set] = [filter.set | filter.unset, filter.set].map((bits) => parameters.bind(bits, 'UInt16'))
  const isImpossible = (filter.set & filter.unset) !== 0
  return told(isImpossible ? '0' : `${hasTransport([6])} AND bitAnd(tcp_flags, ${mask}) = ${set}`)
}

/** Only sampled headers tell of fragments. */
const hasHeader = "export_protocol = 'sflow5'"
/** IE 197: bit 5 is more fragments. */
const moreFragments = 'bitAnd(fragment_flags, 32) != 0'
const fragments = {
  any: `fragment_offset != 0 OR ${moreFragments}`,
  first: `fragment_offset = 0 AND ${moreFragments}`,
  later: 'fragment_offset != 0',
} as const

/** Later fragments have no transport header. */
function hasTransport(protocols: readonly number[]): string {
  return `protocol IN (${protocols.join(', ')}) AND fragment_offset = 0`
}

function atEnds(side: FilterSide, column: 'addr' | 'port', sql: (column: string) => string): string {
  if (side === 'either') return `(${sql(`src_${column}`)}) OR (${sql(`dst_${column}`)})`
  return sql(side === 'source' ? `src_${column}` : `dst_${column}`)
}

function spansSql(expression: string, spans: readonly NumberSpan[], parameters: SqlParameters): string {
  return rangesSql(expression, normalSpans(spans), { type: 'UInt16', parameters })
}

/** 14 bytes of Ethernet header and 4 of check sequence stand in the length of a sampled frame and not in that of a flow. */
const frameBytes = 18
/** Mean of the IP packets of a flow, whole bytes. */
const meanLength = `round(bytes / greatest(packets, 1)) - if(export_protocol = 'sflow5', ${frameBytes}, 0)`
const icmp = 'protocol IN (1, 58) AND fragment_offset = 0'

interface NumberColumn {
  readonly sql: string
  /** What has to hold beside. */
  readonly needs?: string
  readonly toldIf?: string
}

const numberColumns: Readonly<Record<NumberFieldName, NumberColumn | undefined>> = {
  protocol: { sql: 'protocol' },
  version: { sql: `if(${isMapped('dst_addr')}, 4, 6)` },
  length: { sql: meanLength },
  // No router forwards a packet with 0, and many tell none.
  ttl: { sql: 'ttl', toldIf: 'ttl != 0' },
  dscp: { sql: 'bitShiftRight(tos, 2)' },
  icmp_type: { sql: 'icmp_type', needs: icmp },
  icmp_code: { sql: 'icmp_code', needs: icmp },
  window: undefined,
  ip_id: undefined,
  dont_fragment: undefined,
  tcp_header: undefined,
  udp_length: undefined,
}

function numberCondition(field: NumberFieldName, spans: readonly NumberSpan[], parameters: SqlParameters): FlowCondition {
  const column = numberColumns[field]
  if (column === undefined) return never
  const sql = spansSql(column.sql, spans, parameters)
  return { sql: column.needs === undefined ? sql : `${column.needs} AND ${sql}`, toldIf: column.toldIf ?? 'always' }
}
