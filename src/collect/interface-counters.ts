// Interface counters as agents send them, and how much they grew from one time to the next across wraps and resets.
import { interfaceCounters } from '../contract/exporter-health.ts'
import type { SflowInterfaceCounters } from '../wire/sflow-counters.ts'

/** What is counted, in the order of `InterfaceSample.values`. Octets have 64 bits, all others 32. */
export const counterNames = interfaceCounters

export const inOctets = counterNames.indexOf('in_octets')
export const outOctets = counterNames.indexOf('out_octets')

/** The counters of one interface at one moment. */
export interface InterfaceSample {
  ifIndex: number
  /** IANAifType. */
  type: number
  /** Bits a second, 0 when the agent does not know. */
  speed: number
  /** Bit 0: ifAdminStatus up, bit 1: ifOperStatus up. */
  status: number
  /** When it came, milliseconds since 1970. */
  at: number
  /** Milliseconds since the agent booted, modulo 2³². */
  uptimeMs: number
  /** By `counterNames`; NaN where the agent does not count. Above 2⁵³ the last digits are rounded, one in 10¹⁶. */
  readonly values: number[]
}

export function createInterfaceSample(): InterfaceSample {
  return { ifIndex: 0, type: 0, speed: 0, status: 0, at: 0, uptimeMs: 0, values: counterNames.map(() => Number.NaN) }
}

/** The fields of an sFlow record in the order of `counterNames`. */
const counterFields = [
  'inOctets',
  'inUnicastPackets',
  'inMulticastPackets',
  'inBroadcastPackets',
  'inDiscards',
  'inErrors',
  'outOctets',
  'outUnicastPackets',
  'outMulticastPackets',
  'outBroadcastPackets',
  'outDiscards',
  'outErrors',
] as const satisfies readonly (keyof SflowInterfaceCounters)[]

/** Takes over what an agent counted. `at` and `uptimeMs` are the caller's. */
export function takeCounters(from: SflowInterfaceCounters, to: InterfaceSample): void {
  to.ifIndex = from.ifIndex
  to.type = from.type
  to.speed = Math.max(0, from.speed)
  to.status = (from.administrativelyUp ? 1 : 0) | (from.operationallyUp ? 2 : 0)
  for (const [index, field] of counterFields.entries()) to.values[index] = from[field] < 0 ? Number.NaN : from[field]
}

export function copySample(sample: InterfaceSample): InterfaceSample {
  return { ...sample, values: [...sample.values] }
}

const word = 0x1_0000_0000

/** An uptime that falls within this of its largest value has wrapped, after 49.7 days; otherwise the agent has restarted. */
const uptimeWrapMs = 15 * 60_000

function hasRestarted(before: InterfaceSample, after: InterfaceSample): boolean {
  return after.uptimeMs < before.uptimeMs && before.uptimeMs < word - uptimeWrapMs
}

/**
 * How much each counter grew, in the order of `counterNames`; NaN where that cannot be told: the agent does not count, it
 * has restarted, or the counter was set back. A counter that fell is taken to have wrapped when that is possible: from
 * the upper half of its range, and by no more octets than the interface could have carried. Agents that fill the 64 bits
 * of the octets from a 32-bit counter wrap at 32 bits.
 */
export function counterGrowth(before: InterfaceSample, after: InterfaceSample): number[] {
  const restarted = hasRestarted(before, after)
  // Twice what the speed allows makes room for jitter of the samples; without a speed the range decides alone.
  const seconds = Math.max(1, (after.at - before.at) / 1000)
  const octetsAtMost = after.speed === 0 ? Infinity : (after.speed / 8) * seconds * 2
  return after.values.map((value, index) => {
    const old = before.values[index] ?? Number.NaN
    if (restarted || Number.isNaN(old) || Number.isNaN(value)) return Number.NaN
    if (value >= old) return value - old
    const isOctets = index === inOctets || index === outOctets
    const range = isOctets && old >= word ? word * word : word
    const wrapped = range - old + value
    return old >= range / 2 && (!isOctets || wrapped <= octetsAtMost) ? wrapped : Number.NaN
  })
}
