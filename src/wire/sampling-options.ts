// Sampling told by options tables: which factor a sampler, a selector or the whole exporter uses (RFC 5477, RFC 3954 §8).
import type { OptionsValue } from './flow-host.ts'
import { element, samplingElement } from './information-elements.ts'

/** A factor learnt from an options record. `id` is null when it holds for all flows of the domain. */
export interface SamplerRate {
  readonly id: number | null
  readonly rate: number
}

/** Largest factor that is believed; a larger one is a misread field. */
const maxRate = 0x7fff_ffff

/**
 * The factor in an options record, or null when it tells none: 1 in `samplingInterval` (34) or `samplerRandomInterval`
 * (50); count-based selection of `packetInterval` out of interval + space (305, 306); `samplingSize` out of
 * `samplingPopulation` (309, 310); 1 ÷ `samplingProbability` (311, a float64).
 */
export function samplerRate(values: readonly OptionsValue[]): SamplerRate | null {
  const rate = rateOf(values)
  if (rate === null || !(rate >= 1) || rate > maxRate) return null
  const id = number(values, samplingElement.samplerId) ?? number(values, samplingElement.selectorId)
  return { id, rate: Math.round(rate) }
}

function rateOf(values: readonly OptionsValue[]): number | null {
  const interval = number(values, samplingElement.samplingInterval) ?? number(values, samplingElement.samplerRandomInterval)
  if (interval !== null) return interval
  const packets = number(values, samplingElement.samplingPacketInterval)
  const space = number(values, samplingElement.samplingPacketSpace)
  if (packets !== null && packets > 0 && space !== null) return (packets + space) / packets
  const size = number(values, samplingElement.samplingSize)
  const population = number(values, samplingElement.samplingPopulation)
  if (size !== null && size > 0 && population !== null) return population / size
  return probabilityRate(values)
}

function probabilityRate(values: readonly OptionsValue[]): number | null {
  const field = find(values, samplingElement.samplingProbability)
  if (field?.bytes.length !== 8) return null
  const probability = new DataView(field.bytes.buffer, field.bytes.byteOffset, 8).getFloat64(0)
  return probability > 0 ? 1 / probability : null
}

/** systemInitTimeMilliseconds in an options record, null without. */
export function bootTime(values: readonly OptionsValue[]): number | null {
  return number(values, element.systemInitTimeMilliseconds)
}

function find(values: readonly OptionsValue[], wanted: number): OptionsValue | undefined {
  return values.findLast((value) => value.enterprise === 0 && value.element === wanted)
}

function number(values: readonly OptionsValue[], wanted: number): number | null {
  const found = find(values, wanted)
  return found === undefined || found.bytes.length === 0 || Number.isNaN(found.value) ? null : found.value
}
