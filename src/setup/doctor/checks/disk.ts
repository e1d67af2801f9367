// Whether the disk of the data folder has room, now and for as long as flows are kept.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found, printable, shellWord, sizeText } from '../finding.ts'

export interface DiskReading {
  /** Data folder. */
  readonly path: string
  /** Bytes of the file system, and of them those that we may still use. */
  readonly total: number
  readonly free: number
  /** Lifetime of every flow, days. */
  readonly rawDays: number
  /** Bytes of flows of each whole day that is stored, the latest last; null where the store does not tell or is elsewhere. */
  readonly days: readonly number[] | null
}

const leastShare = 0.02
const lowShare = 0.1
const leastBytes = 2 ** 30

export function checkDisk(reading: DiskReading): DoctorFinding[] {
  const { path, total, free, rawDays } = reading
  const share = total === 0 ? 0 : free / total
  const left = `${sizeText(free)} of ${sizeText(total)} (${Math.floor(share * 100)} %) are free at ${printable(path)}`
  if (share < leastShare || free < leastBytes) {
    return [found('disk', 'failed', `${left}; flows are dropped when nothing is left.`, remedy(reading))]
  }
  const need = stillNeeded(reading)
  if (need !== null && need > free) {
    const text = `${left}, and ${rawDays} days of flows will take ${sizeText(need)} more at the rate of the days that are stored.`
    return [found('disk', 'warning', text, remedy(reading))]
  }
  const text = `${left}${need === null ? '' : `; ${rawDays} days of flows will take ${sizeText(need)} more`}.`
  return [share < lowShare ? found('disk', 'warning', text, remedy(reading)) : fine('disk', text)]
}

function remedy({ path, rawDays }: DiskReading): { readonly advice: string; readonly command: string } {
  const shorter = Math.max(1, Math.floor(rawDays / 2))
  return {
    advice: `Make room, or keep every flow for a shorter time: store.retention.raw_days: ${shorter}. What takes the room:`,
    command: `du -xh --max-depth=1 ${shellWord(path)} | sort -h`,
  }
}

/** Bytes that flows will take beyond those that are there, until the first of them go; null where that is not known. */
function stillNeeded({ days, rawDays }: DiskReading): number | null {
  if (days === null || days.length === 0) return null
  const aDay = days.reduce((sum, bytes) => sum + bytes, 0) / days.length
  return Math.max(0, rawDays - days.length) * aDay
}
