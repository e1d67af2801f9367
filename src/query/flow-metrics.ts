// The sums of the dataset and the rates that are a sum divided by a fixed time (contract §2.3).

/** SQL of a sum, and of the part of it that comes from sampled flows, by the SQL of the factor (see applied-rate.ts). */
export interface SumSql {
  readonly sql: (rate: string) => string
  readonly sampledSql: (rate: string) => string
}

const outbound = "direction = 'outbound'"

/**
 * `bits` and `packets` are the total over all flows that match; `egressBits` and `egressPackets` are the part of it that
 * leaves the own networks (direction `outbound`). Sampling is applied: bytes × 8 × factor, packets × factor.
 * The expression is the same on every tier, because the factor is a column of the rollups too.
 */
export const flowSums = {
  bits: {
    sql: (rate) => `sum(bytes * ${rate}) * 8`,
    sampledSql: (rate) => `sumIf(bytes * ${rate}, ${rate} > 1) * 8`,
  },
  packets: {
    sql: (rate) => `sum(packets * ${rate})`,
    sampledSql: (rate) => `sumIf(packets * ${rate}, ${rate} > 1)`,
  },
  egressBits: {
    sql: (rate) => `sumIf(bytes * ${rate}, ${outbound}) * 8`,
    sampledSql: (rate) => `sumIf(bytes * ${rate}, ${outbound} AND ${rate} > 1) * 8`,
  },
  egressPackets: {
    sql: (rate) => `sumIf(packets * ${rate}, ${outbound})`,
    sampledSql: (rate) => `sumIf(packets * ${rate}, ${outbound} AND ${rate} > 1)`,
  },
} as const satisfies Record<string, SumSql>

export type FlowSum = keyof typeof flowSums
// The keys of the table are the names.
export const flowSumNames = Object.keys(flowSums) as readonly FlowSum[]

/** Sums as they can be asked for: `flows` counts flow records, is never scaled, and has no rate and no interval. */
export type FlowTotal = FlowSum | 'flows'
export const flowTotalNames: readonly FlowTotal[] = [...flowSumNames, 'flows']

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
