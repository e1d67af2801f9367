// What a conjunction asks for: its conditions one by one, and the facts that titles, meanings and costs depend on.
import { attackVectors, type AttackVectorRow } from '../../contract/attack-vectors.ts'
import { tcpFlagBits, type NumberFieldName, type NumberSpan, type PacketFilter } from '../../contract/packet-filter.ts'

/** Top-level parts of a filter: its alternatives. */
export function partsOf(filter: PacketFilter): readonly PacketFilter[] {
  return filter.kind === 'any' && filter.of.length > 0 ? filter.of.flatMap(partsOf) : [filter]
}

/** Conditions of a part: what has to hold together. */
export function conditionsOf(part: PacketFilter): readonly PacketFilter[] {
  return part.kind === 'all' && part.of.length > 0 ? part.of.flatMap(conditionsOf) : [part]
}

export function numberSpans(conditions: readonly PacketFilter[], field: NumberFieldName): readonly NumberSpan[] | undefined {
  return conditions.flatMap((condition) => (condition.kind === 'number' && condition.field === field ? [condition.spans] : []))[0]
}

export function portSpans(conditions: readonly PacketFilter[], side: 'source' | 'destination'): readonly NumberSpan[] | undefined {
  return conditions.flatMap((condition) => (condition.kind === 'port' && condition.side === side ? [condition.spans] : []))[0]
}

/** The one value of a field; undefined where more are asked for, or nothing is. */
export function onlyValue(spans: readonly NumberSpan[] | undefined): number | undefined {
  const [first] = spans ?? []
  return spans?.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : undefined
}

export function flagsOf(conditions: readonly PacketFilter[]): { readonly set: number; readonly unset: number } | undefined {
  return conditions.flatMap((condition) => (condition.kind === 'tcp_flags' ? [condition] : []))[0]
}

/** Whether TCP, by its protocol or because only TCP has what is asked for. */
export function protocolOf(conditions: readonly PacketFilter[]): number | undefined {
  const isTcp = conditions.some(
    (condition) => condition.kind === 'tcp_flags' || (condition.kind === 'number' && ['window', 'tcp_header'].includes(condition.field)),
  )
  return onlyValue(numberSpans(conditions, 'protocol')) ?? (isTcp ? 6 : undefined)
}

const vectors: readonly AttackVectorRow[] = attackVectors

/** The service that is misused to reflect, by the source port. */
export function reflectorOf(conditions: readonly PacketFilter[]): AttackVectorRow | undefined {
  if (protocolOf(conditions) !== 17) return undefined
  const spans = portSpans(conditions, 'source')
  return vectors.find(({ ports }) => spans?.every(([from, to]) => ports?.some(([least, most]) => from >= least && to <= most) === true))
}

/** Answers of hosts to packets with a forged source: the attacker does not write them. */
export function isReflected(conditions: readonly PacketFilter[]): boolean {
  const flags = flagsOf(conditions)
  const { syn, ack, rst } = tcpFlagBits
  const isAnswer = flags !== undefined && ((flags.set & (syn | ack)) === (syn | ack) || (flags.set & rst) !== 0)
  return isAnswer || reflectorOf(conditions) !== undefined
}
