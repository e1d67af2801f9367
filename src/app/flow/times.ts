// The times of a question: `last`, or `from` with or without `to`.
import { ApiError, type ApiErrorName } from '../../contract/api-errors.ts'
import type { FlowQuestion } from '../../contract/flow-question.ts'
import type { TimeRange } from '../../query/time-ranges.ts'

type Times = Pick<FlowQuestion, 'last' | 'from' | 'to'>

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const lastDefault = '1h'

/** From here on a range that ends now begins with a whole minute or hour, so that the sums can answer it. */
const wholeMinutesFrom = 3600
const wholeHoursFrom = 7 * 86_400

/**
 * Whole seconds since 1970, `to` excluded. What lies in the future is now: nothing is there yet.
 * @param now seconds since 1970
 * @param error row of the error table whose message has a `{reason}`
 * @throws ApiError with a pointer to the field
 */
export function readTimes({ last, from, to }: Times, now: number, error: ApiErrorName = 'flow_question_invalid'): TimeRange {
  const fail = (field: string, reason: string) => new ApiError(error, { reason: `${field} ${reason}` }, `/${field}`)
  if (last !== undefined && (from !== undefined || to !== undefined)) throw fail('last', 'cannot stand beside from and to')
  // The second that has begun is part of it.
  const end = Math.floor(now) + 1
  if (from === undefined) {
    if (to !== undefined) throw fail('to', 'needs from')
    return { from: beginning(end, secondsOf(last ?? lastDefault)), to: end }
  }
  const range = { from: Math.max(Math.floor(Date.parse(from) / 1000), 0), to: to === undefined ? end : Math.min(secondAfter(to), end) }
  if (range.from >= end) throw fail('from', 'is in the future')
  if (range.from >= range.to) throw fail('to', 'must be later than from')
  return range
}

const secondAfter = (time: string) => Math.ceil(Date.parse(time) / 1000)

function secondsOf(last: string): number {
  // The schema has seen to a number and one of these letters.
  return Number(last.slice(0, -1)) * (unitSeconds[last.slice(-1)] ?? 1)
}

function beginning(end: number, seconds: number): number {
  const step = seconds >= wholeHoursFrom ? 3600 : seconds >= wholeMinutesFrom ? 60 : 1
  return Math.max(Math.floor((end - seconds) / step) * step, 0)
}
