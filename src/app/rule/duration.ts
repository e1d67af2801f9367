// Reads durations of rules in every form that clients send: `5m`, Go's `1h0m0s`, seconds as a number.
import { ruleDurations, type RuleDuration } from '../../contract/rule.ts'

// As Go's time.ParseDuration reads them, without fractions below a second, which no duration of a rule has.
const goDuration = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/i

/** The duration of the table that equals `value`, undefined where none does. */
export function parseDuration(value: string | number): RuleDuration | undefined {
  const seconds = typeof value === 'number' ? value : secondsOf(value)
  return ruleDurationNames.find((name) => ruleDurations[name] === seconds)
}

// Object.keys forgets the names; the table has no others.
export const ruleDurationNames = Object.keys(ruleDurations) as readonly RuleDuration[]

function secondsOf(text: string): number | undefined {
  const match = goDuration.exec(text)
  if (!match || text === '') return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
