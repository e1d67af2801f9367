// Batches of made-up flows for tests, the same for the same seed.
import { columnIndex, createFlowBatch, type BatchColumnName, type FlowBatch } from '../../contract/flow-batch.ts'

/** Numbers from 0 to 2^32 − 1 (xorshift). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

export interface BatchSums {
  readonly rows: number
  readonly bytes: number
  readonly packets: number
}

const written = ['time_received', 'account', 'router', 'src_addr', 'protocol', 'src_as', 'bytes', 'packets', 'sampling_rate'] as const

/** A batch of `rows` flows within five minutes from `time`, in seconds since 1970. */
export function makeBatch(rows: number, seed: number, time = Date.UTC(2026, 0, 5, 10) / 1000): FlowBatch {
  const next = randomNumbers(seed)
  const batch = createFlowBatch(rows)
  const { columns } = batch
  batch.rows = rows
  for (const name of written satisfies readonly BatchColumnName[]) batch.present[columnIndex[name]] = 1
  for (let row = 0; row < rows; row++) {
    columns.time_received[row] = time + Math.floor((row * 300) / rows)
    columns.account[row] = 1
    // ::ffff:192.0.2.x in the words of an `ip` column.
    columns.router.set([0, 0, 0xffff0000, 0x000200c0 + (next() % 4) * 0x1000000], row * 4)
    columns.src_addr.set([next(), next(), next(), next()], row * 4)
    columns.protocol[row] = next() % 2 === 0 ? 6 : 17
    columns.src_as[row] = 64500 + (next() % 20)
    columns.bytes[row * 2] = next() % 100_000
    columns.packets[row * 2] = 1 + (next() % 100)
    columns.sampling_rate[row] = next() % 2 === 0 ? 1 : 1000
  }
  return batch
}

/** What a store that holds the batch once must add up to. */
export function sumsOf({ rows, columns }: FlowBatch): BatchSums {
  let bytes = 0
  let packets = 0
  for (let row = 0; row < rows; row++) {
    bytes += columns.bytes[row * 2] ?? 0
    packets += columns.packets[row * 2] ?? 0
  }
  return { rows, bytes, packets }
}

/** Polls until `met` holds. @throws Error after `seconds` */
export async function until(met: () => boolean | Promise<boolean>, seconds = 30): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (!(await met())) {
    if (performance.now() > deadline) throw new Error(`not met within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
