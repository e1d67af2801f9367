// Sampling told by options tables: which factor a sampler, a selector, an interface or the whole exporter uses (RFC 5477,
// RFC 3954 §8).
import type { OptionsValue } from './flow-host.ts'
import { element, samplingElement } from './information-elements.ts'

/** A factor learnt from an options record. */
export interface SamplerRate {
  /**
   * Whose flows it holds for: a sampler or selector by its id, an interface by `interfaceSampler`, null for all flows of
   * the domain.
   */
  readonly id: number | null
  readonly rate: number
}

/** Rates that the options tables of one domain told. */
export interface ToldRates {
  /** By sampler or selector id, and by `interfaceSampler`. */
  readonly samplers: ReadonlyMap<number, number>
  /** For flows without either, 0 when none was told. */
  readonly wideRate: number
}

/** Largest factor that is believed; a larger one is a misread field. */
const maxRate = 0x7fff_ffff

/** The factor in whole packets, null when it makes no sense. */
export function believedRate(rate: number | null): number | null {
  return rate === null || !(rate >= 1) || rate > maxRate ? null : Math.round(rate)
}

/** Count-based selection (RFC 5477 §8.2.3): `interval` packets are taken, then `space` are passed over. */
export function spacedRate(interval: number, space: number): number | null {
  return interval > 0 ? (interval + space) / interval : null
}

/** Random selection of `size` packets out of `population` (RFC 5477 §8.2.7). */
export function populationRate(size: number, population: number): number | null {
  return size > 0 ? population / size : null
}

/** Random selection of each packet with the probability that the float64 at `at` tells (RFC 5477 §8.2.8). */
export function probabilityRate(bytes: Uint8Array, at: number): number | null {
  const probability = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getFloat64(0)
  return probability > 0 ? 1 / probability : null
}

/** The key of an interface among samplers: below 0, where no sampler id is. */
export function interfaceSampler(interfaceIndex: number): number {
  return -1 - interfaceIndex
}

/**
 * The factor in an options record, or null when it tells none: 1 in `samplingInterval` (34) or `samplerRandomInterval`
 * (50), whatever the mode beside them; the pairs and the probability above. An exporter that has a field for a form which
 * it does not use leaves it at 0.
 */
export function samplerRate(values: readonly OptionsValue[]): SamplerRate | null {
  const rate = believedRate(rateOf(values))
  return rate === null ? null : { id: samplerOf(values), rate }
}

function samplerOf(values: readonly OptionsValue[]): number | null {
  const sampler = number(values, samplingElement.samplerId) ?? number(values, samplingElement.selectorId)
  if (sampler !== null) return sampler
  const scope = values.filter((value) => value.scope)
  const index = number(scope, element.ingressInterface) ?? number(scope, element.egressInterface)
  // Interface 0 is none: exporters that know no interfaces, such as softflowd, mean all their flows by it.
  return index === null || index === 0 ? null : interfaceSampler(index)
}

function rateOf(values: readonly OptionsValue[]): number | null {
  const interval = number(values, samplingElement.samplingInterval) || number(values, samplingElement.samplerRandomInterval)
  if (interval !== null && interval > 0) return interval
  const packets = number(values, samplingElement.samplingPacketInterval)
  const space = number(values, samplingElement.samplingPacketSpace)
  if (packets !== null && packets > 0 && space !== null) return spacedRate(packets, space)
  const size = number(values, samplingElement.samplingSize)
  const population = number(values, samplingElement.samplingPopulation)
  if (size !== null && size > 0 && population !== null) return populationRate(size, population)
  const probability = find(values, samplingElement.samplingProbability)
  return probability?.bytes.length === 8 ? probabilityRate(probability.bytes, 0) : null
}

/**
 * The factor that options tables told for a flow: that of its sampler, else of the interface by which it came or went.
 * @param sampler NaN when the flow names none
 * @returns undefined when none was told
 */
export function samplerOrInterfaceRate(told: ToldRates, sampler: number, inInterface: number, outInterface: number): number | undefined {
  const { samplers } = told
  return samplers.get(sampler) ?? samplers.get(interfaceSampler(inInterface)) ?? samplers.get(interfaceSampler(outInterface))
}

/** The factor for flows that name no sampler: the domain's, or that of its only sampler; 0 without. */
export function domainRate({ samplers, wideRate }: ToldRates): number {
  if (wideRate > 0 || samplers.size !== 1) return wideRate
  const [[id, rate] = [0, 0]] = samplers
  // The rate of one interface says nothing about the others.
  return id < 0 ? 0 : rate
}

/** systemInitTimeMilliseconds in an options record, null without. */
export function bootTime(values: readonly OptionsValue[]): number | null {
  return number(values, element.systemInitTimeMilliseconds)
}

function find(values: readonly OptionsValue[], wanted: number): OptionsValue | undefined {
  // A plain loop: it is called a dozen times for every options record, and a datagram may hold a thousand of those.
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i]
    if (value?.element === wanted && value.enterprise === 0) return value
  }
  return undefined
}

function number(values: readonly OptionsValue[], wanted: number): number | null {
  const found = find(values, wanted)
  return found === undefined || found.bytes.length === 0 || Number.isNaN(found.value) ? null : found.value
}
