// Marks of a chart: those that would cover each other become one. Pure.
import { messages } from '../messages.ts'

export interface ChartMark {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly label: string
  readonly description?: string
  /** Calm marks are drawn without alarm. */
  readonly calm?: boolean
}

/** A chart has room for this many labels beside each other. */
export const markSteps = 30

function joined(a: ChartMark, b: ChartMark): ChartMark {
  const descriptions = [a.description, b.description].filter((text) => text !== undefined)
  return {
    time: a.time,
    // What happened twice at once is said once; the description has both.
    label: a.label.split(messages.list(['', ''])).includes(b.label) ? a.label : messages.list([a.label, b.label]),
    ...(descriptions.length === 0 ? {} : { description: messages.list(descriptions) }),
    calm: a.calm === true && b.calm === true,
  }
}

/** @param span of the time axis, in milliseconds */
export function joinMarks(marks: readonly ChartMark[], span: number): ChartMark[] {
  const rows: ChartMark[] = []
  for (const mark of marks.toSorted((a, b) => a.time - b.time)) {
    const last = rows.at(-1)
    if (last !== undefined && mark.time - last.time <= span / markSteps) rows[rows.length - 1] = joined(last, mark)
    else rows.push(mark)
  }
  return rows
}
