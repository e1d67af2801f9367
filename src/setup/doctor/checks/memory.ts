// Whether there is memory for the server and its flow store.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, sizeText } from '../finding.ts'

export interface MemoryReading {
  /** Bytes of the machine, or of the container where that has less; and of them what programs can still have. */
  readonly total: number
  readonly available: number
  /** Bytes that the embedded store may use; 0 when the store is elsewhere. */
  readonly store: number
  /** Whether the server runs already and has its part. */
  readonly serving: boolean
}

/** What the server takes beside its store when little comes. */
const serverBytes = 512 * 2 ** 20
/** Less than this and the kernel ends a program before long. */
const leastBytes = 128 * 2 ** 20
const lowShare = 0.05

export function checkMemory({ total, available, store, serving }: MemoryReading): DoctorFinding {
  const text = `${sizeText(available)} of ${sizeText(total)} of memory are available`
  const remedy = { advice: 'End what else takes memory, or let the flow store have less: store.memory_mib. Who has it:', command: seen }
  if (available < leastBytes) return found('memory', 'failed', `${text}; the kernel will end a program before long.`, remedy)
  if (!serving && available < store + serverBytes) {
    return found('memory', 'warning', `${text}; with its flow store the server may take ${sizeText(store + serverBytes)}.`, remedy)
  }
  if (available / total < lowShare) return found('memory', 'warning', `${text}.`, remedy)
  return fine('memory', `${text}.`)
}

const seen = 'ps -eo rss,pid,comm --sort=-rss | head'
