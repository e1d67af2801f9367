// Durations and amounts as people type them: 90, 5 min, 1h; 100 MB, 10k.
import { readRate } from './rate-input.ts'

const seconds: Readonly<Record<string, number>> = { '': 1, s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86_400 }

/** Whole seconds; undefined for what is no duration. */
export function readSeconds(typed: string): number | undefined {
  const match = /^(\d{1,7})\s*([a-z]*)$/i.exec(typed.trim())
  const factor = seconds[(match?.[2] ?? '').toLowerCase()]
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor
}

/** A whole number with k, M, G or T. Null for nothing, undefined for what is none or below 1. */
export function readAmount(typed: string): number | null | undefined {
  return readRate(typed.replace(/bytes?$/i, ''))
}

const steps = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const

/** Without rounding: 100000000 is `100 MB`, 1234 stays a number. */
export function exactBytes(bytes: number): string {
  const step = steps.find(([, factor]) => bytes >= factor && bytes % (factor / 10) === 0)
  return step === undefined ? String(bytes) : `${bytes / step[1]} ${step[0]}`
}

/** Without rounding: 300 is `5 min`, 90 is `90 s`. */
export function exactSeconds(length: number): string {
  if (length >= 3600 && length % 3600 === 0) return `${length / 3600} h`
  return length >= 60 && length % 60 === 0 ? `${length / 60} min` : `${length} s`
}
