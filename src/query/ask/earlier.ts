// The filter of the same question about an earlier time.
import { flowDimension, type TimeDimension } from '../flow-dimensions.ts'
import type { FlowFilter } from '../flow-filter.ts'
import { timeCondition } from '../time-ranges.ts'

type TimeFilter = Extract<FlowFilter, { time: unknown }>

/** Conditions on the time are about the time so many seconds before. */
export function earlierFilter(filter: FlowFilter, seconds: number): FlowFilter {
  if ('all' in filter) return { all: filter.all.map((part) => earlierFilter(part, seconds)) }
  if ('any' in filter) return { any: filter.any.map((part) => earlierFilter(part, seconds)) }
  return 'time' in filter ? earlierTime(filter, seconds) : filter
}

/** By the second, because what was a whole hour need not be one so many seconds before. */
function earlierTime({ time, operator, values }: TimeFilter, shift: number): FlowFilter {
  const { ranges, negated } = timeCondition(operator, values, time.seconds)
  const parts = ranges.map(({ from, to }): FlowFilter => {
    const ends: FlowFilter[] = []
    if (from !== -Infinity) ends.push(bySecond(negated ? 'lt' : 'geq', from - shift))
    if (to !== Infinity) ends.push(bySecond(negated ? 'geq' : 'lt', to - shift))
    return negated ? { any: ends } : { all: ends }
  })
  if (negated) return { all: parts }
  // An empty OR list is no constraint, but no range at all lets nothing pass.
  return parts.length === 0 ? { time: secondDimension(), operator: 'in', values: [] } : { any: parts }
}

const bySecond = (operator: 'geq' | 'lt', time: number): FlowFilter => ({ time: secondDimension(), operator, values: [time] })

function secondDimension(): TimeDimension {
  const dimension = flowDimension('datetime')
  if (dimension?.type !== 'time') throw new Error('there is no dimension datetime')
  return dimension
}
