// Judges the traffic of one vector to one target: whether it is an attack, for certain.
import type { AttackVectorRow, DdosSensitivityRow } from '../contract/attack-vectors.ts'
import type { AttackNormal, NormalLevel } from './advanced-ddos-normal.ts'
import { attackSpans, type AttackRate, type AttackWindow } from './advanced-ddos-window.ts'

/** An estimate from fewer samples is off by half and more: 196 % ÷ √16 = 49 %. */
const leastSamples = 16
/** 97.5 % of a normal distribution lie above −1.96 standard deviations; that of a count of k is √k. */
const confidence = 1.96
/** Once an attack is told it lasts until its rate has fallen to half of what tells one. */
const calmPart = 0.5
/** A host with more than this part of a network's or prefix's traffic is judged by itself only. */
const heavyPart = 1 / 8
/** Twice as much as usual is still explained by the traffic that brings it. */
const matchedSlack = 2
/**
 * Packets of a vector that each packet of its `matchedBy` explains, at least and at most. A new connection (SYN) brings
 * some to some hundreds of small packets. Of an established one's packets (ACK), one in three is a SYN, SYN-ACK or RST
 * where every connection carries a single question.
 */
const explained: Readonly<Record<string, readonly [least: number, most: number]>> = { syn_flood: [1, 500], ack_flood: [0.02, 0.34] }

/** What it takes. */
export interface AttackLimits {
  readonly row: AttackVectorRow
  readonly sensitivity: DdosSensitivityRow
  readonly normal: AttackNormal
  readonly level: NormalLevel
  /** Whether an attack of this vector is under way: then less is enough. */
  readonly underWay: boolean
}

/** Everyday traffic to the target that brings some of the vector's packets with it. */
export interface MatchingTraffic {
  readonly window: AttackWindow | undefined
  /** Packets of the vector for each of that traffic. */
  readonly ratio: number
}

/** Traffic that is beyond its limit. */
export interface AttackFinding extends AttackRate {
  readonly metric: 'bits' | 'packets'
  readonly limit: number
}

/** How many packets of a vector each packet of its `matchedBy` explains. */
export function matchingRatio(by: string, own: AttackNormal, other: AttackNormal | undefined): number {
  const [least, most] = explained[by] ?? [0, 0]
  const usual = other?.usualPackets ?? 0
  return usual === 0 ? most : Math.min(most, Math.max(least, (matchedSlack * own.usualPackets) / usual))
}

/** Whether traffic is too little for any closer look. Nearly all is. */
export function isSmall({ rates }: AttackWindow, { leastPackets, leastBits }: DdosSensitivityRow): boolean {
  const packets = leastPackets * calmPart
  const bits = leastBits * calmPart
  return rates[0].packets < packets && rates[1].packets < packets && rates[0].bits < bits && rates[1].bits < bits
}

/**
 * Judges the spans that end with the second that the windows were settled for.
 * @param rates what counts of the window's traffic, by span
 * @returns null when there is no attack
 */
export function judgeTraffic(window: AttackWindow, rates: readonly AttackRate[], limits: AttackLimits): AttackFinding | null {
  const senders = limits.row.senders * (limits.underWay ? calmPart : 1)
  for (const [index, span] of attackSpans.entries()) {
    const finding = rates[index].samples < leastSamples ? null : beyond(rates[index], limits)
    if (finding !== null && isShort(rates[index], limits.row) && window.senders(span) >= senders) return finding
  }
  return null
}

/** Rates without what everyday traffic explains. */
export function unmatchedRates(rates: readonly AttackRate[], { window, ratio }: MatchingTraffic): AttackRate[] {
  return rates.map((rate, index) => {
    const matched = (window?.rates[index].packets ?? 0) * ratio
    const part = rate.packets === 0 ? 0 : Math.max(0, 1 - matched / rate.packets)
    return { packets: rate.packets * part, bits: rate.bits * part, samples: rate.samples * part }
  })
}

/**
 * Those hosts that have a large part of a network's or prefix's traffic. They are judged by themselves, and not with it:
 * one that is busy with a clean transfer must not make its neighbours' everyday senders look like those of an attack.
 */
export function heavyHosts({ long: whole }: AttackWindow, hosts: readonly AttackWindow[]): AttackWindow[] {
  return hosts.filter(({ long }) => long.packets > whole.packets * heavyPart || long.bits > whole.bits * heavyPart)
}

/** Rates of a network or prefix without some of its hosts. */
export function ratesWithout(whole: AttackWindow, heavy: readonly AttackWindow[]): readonly AttackRate[] {
  if (heavy.length === 0) return whole.rates
  return whole.rates.map((rate, index) => {
    const rest = { ...rate }
    for (const { rates } of heavy) {
      rest.packets -= rates[index].packets
      rest.bits -= rates[index].bits
      rest.samples -= rates[index].samples
    }
    return rest
  })
}

/** Whether packets are not too large for an attack of the vector. */
function isShort({ packets, bits }: AttackRate, { mostLength }: AttackVectorRow): boolean {
  return mostLength === undefined || bits / 8 <= mostLength * packets
}

function beyond(rate: AttackRate, { sensitivity, normal, level, underWay }: AttackLimits): AttackFinding | null {
  const part = underWay ? calmPart : 1
  const surely = underWay ? 1 : 1 - confidence / Math.sqrt(rate.samples)
  const packets = sensitivity.factor * normal.packets(level) * part
  const bits = sensitivity.factor * normal.bits(level) * part
  const leastPackets = sensitivity.leastPackets * part
  const leastBits = sensitivity.leastBits * part
  const manyPackets = rate.packets >= leastPackets && rate.packets * surely >= packets
  const manyBits = rate.bits >= leastBits && rate.bits * surely >= bits
  if (!manyPackets && !manyBits) return null
  const packetLimit = Math.max(leastPackets, packets)
  const bitLimit = Math.max(leastBits, bits)
  // Told by the sum that is further beyond its limit.
  const metric = manyBits && (!manyPackets || rate.bits / bitLimit > rate.packets / packetLimit) ? 'bits' : 'packets'
  return { ...rate, metric, limit: metric === 'bits' ? bitLimit : packetLimit }
}
