// The sums of the dataset and the rates that are a sum divided by a fixed time (contract §2.3).

const bytes = 'bytes * sampling_rate'
const packets = 'packets * sampling_rate'

/**
 * `bits` and `packets` are the total over all flows that match; `egressBits` and `egressPackets` are the part of it that
 * leaves the own networks (direction `outbound`). Sampling is applied: bytes × 8 × factor, packets × factor.
 * The expression is the same on every tier, because the factor is a column of the rollups too.
 */
export const flowSums = {
  bits: { sql: `sum(${bytes}) * 8`, sampledSql: `sumIf(${bytes}, sampling_rate > 1) * 8` },
  packets: { sql: `sum(${packets})`, sampledSql: `sumIf(${packets}, sampling_rate > 1)` },
  egressBits: {
    sql: `sumIf(${bytes}, direction = 'outbound') * 8`,
    sampledSql: `sumIf(${bytes}, direction = 'outbound' AND sampling_rate > 1) * 8`,
  },
  egressPackets: {
    sql: `sumIf(${packets}, direction = 'outbound')`,
    sampledSql: `sumIf(${packets}, direction = 'outbound' AND sampling_rate > 1)`,
  },
} as const

export type FlowSum = keyof typeof flowSums
export const flowSumNames = Object.keys(flowSums) as readonly FlowSum[]

export interface FlowRate {
  readonly sum: FlowSum
  /** What the sum is divided by. */
  readonly seconds: number
}

const rateNames = { bits: 'bitRate', packets: 'packetRate', egressBits: 'egressBitRate', egressPackets: 'egressPacketRate' } as const
const suffixes = { '': 1, TenSeconds: 10, Minute: 60, FiveMinutes: 300, FifteenMinutes: 900, Hour: 3600, Day: 86_400 } as const

/** `bitRate`, `bitRateTenSeconds`, …: a true rate only where the same time bucket is grouped by. */
export const flowRates: ReadonlyMap<string, FlowRate> = new Map(
  flowSumNames.flatMap((sum) => Object.entries(suffixes).map(([suffix, seconds]) => [rateNames[sum] + suffix, { sum, seconds }])),
)
