// Asks whoever keeps the clock of this machine whether it is synchronised.
import { runProgram } from './program.ts'

export interface ClockAnswer {
  readonly synchronised: boolean | null
  readonly by: string
}

const keepers = [
  { by: 'timedatectl', args: ['show', '-p', 'NTPSynchronized'], parse: parseTimedatectl },
  { by: 'chronyc', args: ['-n', 'tracking'], parse: parseChronyc },
  { by: 'ntpq', args: ['-c', 'rv 0 leap'], parse: parseNtpq },
] as const

export async function readClockKeeper(): Promise<ClockAnswer> {
  for (const { by, args, parse } of keepers) {
    const answer = await runProgram(by, ...args)
    const synchronised = answer.kind === 'output' ? parse(answer.text) : null
    if (synchronised !== null) return { synchronised, by }
  }
  return { synchronised: null, by: '' }
}

export function parseTimedatectl(text: string): boolean | null {
  const said = /^NTPSynchronized=(yes|no)$/m.exec(text)?.[1]
  return said === undefined ? null : said === 'yes'
}

export function parseChronyc(text: string): boolean | null {
  const status = /^Leap status\s*:\s*(.+)$/m.exec(text)?.[1]
  return status === undefined ? null : status.trim() !== 'Not synchronised'
}

/** leap=11 is "never synchronised" (RFC 5905 §7.3). */
export function parseNtpq(text: string): boolean | null {
  const leap = /\bleap=([01]{2})\b/.exec(text)?.[1]
  return leap === undefined ? null : leap !== '11'
}
