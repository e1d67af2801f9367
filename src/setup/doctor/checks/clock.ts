// Whether the clock of this machine is right: flows are stored by it, and the clocks of routers are compared with it.
import type { DoctorFinding } from '../../../contract/doctor.ts'
import { fine, found } from '../finding.ts'

export interface ClockReading {
  /** ms since 1970. */
  readonly now: number
  /** null where nobody could be asked. */
  readonly synchronised: boolean | null
  /** Who said so. */
  readonly by: string
}

/** Before this version was made, and as late as certificates and 32-bit times go. */
const years = { first: 2026, last: 2105 }

export function checkClock({ now, synchronised, by }: ClockReading): DoctorFinding {
  const text = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const year = new Date(now).getUTCFullYear()
  const command = 'sudo timedatectl set-ntp true'
  if (year < years.first || year > years.last) {
    return found('clock', 'failed', `The clock of this machine says ${text}, which cannot be.`, {
      advice: 'Set it, and keep it by NTP.',
      command,
    })
  }
  if (synchronised === null) {
    const advice = 'See whether that is the time. In a container the clock is the host’s: ask there.'
    return found('clock', 'unknown', `The clock says ${text}; whether NTP keeps it could not be found out.`, {
      advice,
      command: 'timedatectl',
    })
  }
  if (synchronised) return fine('clock', `The clock is kept by NTP (${by}).`)
  return found('clock', 'warning', `The clock says ${text} and is not synchronised (${by}).`, { advice: 'Keep it by NTP.', command })
}
