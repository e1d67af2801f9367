// One flow as it came, for the first look.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import type { CheckFlow } from '../../contract/router-check.ts'
import { ipText } from '../../wire/address-text.ts'

const word = 0x1_0000_0000
/** Latest time that a Date can hold, in milliseconds since 1970. */
const latestDate = 8.64e15

export function firstFlow({ columns }: FlowBatch, row: number): CheckFlow {
  return {
    source: ipText(columns.src_addr, row),
    destination: ipText(columns.dst_addr, row),
    protocol: columns.protocol[row] ?? 0,
    source_port: columns.src_port[row] ?? 0,
    destination_port: columns.dst_port[row] ?? 0,
    bytes: wide(columns.bytes, row),
    packets: wide(columns.packets, row),
    sampling: columns.sampling_rate[row] || 1,
    start: time(wide(columns.flow_start, row)),
    end: time(wide(columns.flow_end, row)),
  }
}

function wide(column: Uint32Array, row: number): number {
  return column[row * 2] + column[row * 2 + 1] * word
}

function time(milliseconds: number): string | null {
  return milliseconds === 0 || milliseconds > latestDate ? null : new Date(milliseconds).toISOString()
}
