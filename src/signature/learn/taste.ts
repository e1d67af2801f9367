// Which conditions are preferred where several do the same: those that mean something, and that cost the attacker most.
import { variabilityOf } from '../describe/variability.ts'
import type { Condition } from './row-test.ts'

/** Factors by field; 1 where nothing is said. */
const byField: Readonly<Partial<Record<string, number>>> = {
  udp_length: 0.9,
  tcp_header: 0.95,
  window: 0.85,
  dscp: 0.8,
  ttl: 0.8,
  dont_fragment: 0.8,
  ip_id: 0.8,
  version: 0.7,
}

/** Of each further member of a list: it is one more thing that may be true by chance. */
const memberFactor = 0.985
const spanFactor = 0.97
const prefixFactor = 0.85
/** By chance a single byte is right more often than several. */
const byteFactors = { one: 0.9, several: 0.97, masked: 0.85 } as const

const costFactors = { free: 0.92, effort: 0.97, fixed: 1 } as const

/** @param conditions those that it stands beside */
export function taste(condition: Condition, conditions: readonly Condition[]): number {
  return formFactor(condition) * costFactors[variabilityOf(condition, conditions).variability]
}

function formFactor(condition: Condition): number {
  if (condition.kind === 'address') return prefixFactor
  if (condition.kind === 'bytes') {
    return condition.mask !== null ? byteFactors.masked : condition.value.length === 2 ? byteFactors.one : byteFactors.several
  }
  if (condition.kind !== 'number' && condition.kind !== 'port') return 1
  const [[from, to] = [0, 0]] = condition.spans
  const form = condition.spans.length > 1 ? memberFactor ** condition.spans.length : from === to ? 1 : spanFactor
  return form * (condition.kind === 'number' ? (byField[condition.field] ?? 1) : 1)
}
