// Makes findings of the doctor, and what they have in common: commands that are safe to paste, sizes for people.
import type { DoctorCheckName, DoctorFinding, DoctorState } from '../../contract/doctor.ts'

/** What to do, as a sentence, and the command that does it. */
interface Remedy {
  readonly advice: string
  readonly command?: string
}

export function fine(check: DoctorCheckName, text: string): DoctorFinding {
  return { check, state: 'ok', text, advice: '', command: '' }
}

export function found(check: DoctorCheckName, state: Exclude<DoctorState, 'ok'>, text: string, remedy: Remedy): DoctorFinding {
  return { check, state, text, advice: remedy.advice, command: remedy.command ?? '' }
}

const gravity = ['ok', 'unknown', 'warning', 'failed'] as const satisfies readonly DoctorState[]

/** The gravest state; what is unknown is graver than what is fine. */
export function gravest(states: readonly DoctorState[]): DoctorState {
  return gravity[Math.max(0, ...states.map((state) => gravity.indexOf(state)))] ?? 'ok'
}

/** One word of a shell command; quoted where it has to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A text of other programs, or of a file name, as it can be shown on a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u007E\u00A1-\uFFFD]/g, '?')
}

const steps = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `1.5 GiB`. */
export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log2(bytes) / 10))
  const scaled = bytes / 1024 ** step
  return `${scaled >= 100 || step === 0 ? scaled.toFixed(0) : scaled.toFixed(1).replace(/\.0$/, '')} ${steps[step]}`
}
