// Conditions on transport headers for BPF: the protocol and the length first, then the loads.
import type { BpfShape } from './bpf-shapes.ts'
import { allTerms, spansTerm, type FilterTerm } from './filter-terms.ts'
import { normalSpans } from './number-spans.ts'

export interface TransportQuestion {
  readonly protocols: readonly number[]
  readonly bytes: number
  /** What the header then has to be. */
  readonly found: FilterTerm
}

export function transportTerm({ protocols, bytes, found }: TransportQuestion, { protocol, hasTransport }: BpfShape): FilterTerm {
  if (protocol === null) return false
  const spans = normalSpans(protocols.map((number) => [number, number]))
  return allTerms(spansTerm(protocol, spans, 255), hasTransport(bytes), found)
}
