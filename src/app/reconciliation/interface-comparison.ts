// Puts counters and flows of a router's interfaces beside each other.
import type { CounterCause, CounterComparison, CounterRates, InterfaceFacts, InterfaceStatus } from '../../contract/exporter-health.ts'
import type { FlowDirection, InterfaceFlows, InterfaceFlowsRow } from '../../query/interface-flows.ts'
import { counterCauses, quietBps } from './counter-cause.ts'

export interface ComparedParts {
  readonly facts: readonly InterfaceFacts[]
  readonly counters: ReadonlyMap<number, CounterRates>
  /** Of this router only. */
  readonly flows: readonly InterfaceFlowsRow[]
  /** Seconds that the flows cover. */
  readonly seconds: number
}

/** Every interface that counters, options data or flows tell of, by ifIndex. */
export function compareInterfaces({ facts, counters, flows, seconds }: ComparedParts): InterfaceStatus[] {
  const known = new Map(facts.map((fact) => [fact.ifIndex, fact]))
  const seen = new Map(flows.map((row) => [`${row.direction} ${row.ifIndex}`, row]))
  const indexes = new Set([...known.keys(), ...flows.map(({ ifIndex }) => ifIndex)])
  return [...indexes]
    .sort((a, b) => a - b)
    .map((ifIndex) => {
      const rates = counters.get(ifIndex)
      const of = (direction: FlowDirection) => ({
        counterBps: rates?.[direction] ?? null,
        flows: seen.get(`${direction} ${ifIndex}`) ?? null,
      })
      const both = { in: of('in'), out: of('out') }
      const causes = counterCauses(both, seconds)
      const fact = known.get(ifIndex)
      return {
        if_index: ifIndex,
        name: fact?.name ?? '',
        description: fact?.description ?? '',
        speed: fact?.speed ?? null,
        in: comparison(both.in, seconds, causes.in),
        out: comparison(both.out, seconds, causes.out),
        suggested_sampling: causes.suggestedSampling,
        updated: fact?.updated === undefined || fact.updated === null ? null : new Date(fact.updated).toISOString(),
      }
    })
}

function comparison(
  facts: { counterBps: number | null; flows: InterfaceFlows | null },
  seconds: number,
  cause: CounterCause,
): CounterComparison {
  const { counterBps, flows } = facts
  const flowBps = ((flows?.bytes ?? 0) * 8) / seconds
  const ratio = counterBps === null || counterBps < quietBps ? null : flowBps / counterBps
  return { counter_bps: counterBps, flow_bps: flowBps, ratio, cause }
}
