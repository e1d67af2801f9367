// One figure for a whole router: what its flows add up to against all of its interface counters.
import type { CounterCheck, CounterComparison, InterfaceStatus } from '../../contract/exporter-health.ts'
import { isDoubtful, quietBps } from './counter-cause.ts'

const mostOf = ({ counter_bps, flow_bps }: CounterComparison) => Math.max(counter_bps ?? 0, flow_bps)

/** Null where no interface has counters. */
export function checkOf(interfaces: readonly InterfaceStatus[]): CounterCheck | null {
  const directions = interfaces.flatMap((status) => [status.in, status.out]).filter(({ counter_bps }) => counter_bps !== null)
  if (directions.length === 0) return null
  const counted = directions.reduce((sum, { counter_bps }) => sum + (counter_bps ?? 0), 0)
  const flowed = directions.reduce((sum, { flow_bps }) => sum + flow_bps, 0)
  const [worst] = directions.filter(isDoubtful).toSorted((a, b) => mostOf(b) - mostOf(a))
  return { ratio: counted < quietBps ? null : flowed / counted, cause: worst?.cause ?? 'agree' }
}
