// The answer to a question about flows as the API shows it.
import type { FlowAnswerView, FlowFigures, FlowGroupView, FlowSumsView } from '../../contract/flow-question.ts'
import type { AskFigures, AskGroup, AskSums, FlowAskAnswer } from '../../query/ask/flow-ask.ts'
import type { DimensionValue } from '../../query/dimension-kinds.ts'
import { baseDimensions, type FlowDimension } from '../../query/flow-dimensions.ts'
import type { FlowNames } from '../../query/flow-names.ts'
import { labelsOf, onlyRouter } from './labels.ts'
import type { ReadQuestion } from './question.ts'

/** @param question.id by which it was seen while it ran; `elapsedMs` until the answer was there */
export function answerView(
  answer: FlowAskAnswer,
  { asked, names }: { readonly asked: ReadQuestion; readonly names: FlowNames },
  { id, elapsedMs }: { readonly id: string; readonly elapsedMs: number },
): FlowAnswerView {
  const { choice, steps, read } = answer
  const router = onlyRouter(asked.filter)
  return {
    from: timeText(answer.from),
    to: timeText(answer.to),
    tier: choice.tier.tier,
    tier_reason: choice.reason,
    exact: choice.exact,
    complete: choice.complete,
    since: timeText(choice.oldest),
    by: asked.by.map(({ name }) => name),
    groups: answer.groups.map((group) => groupView(group, asked.by, { names, router })),
    other: answer.other && figuresView(answer.other),
    total: figuresView(answer.total),
    ...(steps === undefined ? {} : { steps: { ...steps, from: timeText(steps.from) } }),
    inflation: answer.inflation,
    question: { id, elapsed_ms: elapsedMs, rows_read: read.rowsRead, bytes_read: read.bytesRead },
  }
}

function groupView(
  group: AskGroup,
  by: readonly FlowDimension[],
  { names, router }: { readonly names: FlowNames; readonly router: string | undefined },
): FlowGroupView {
  // Those that a name is made from too: they tell whose interface it is.
  const values = new Map([...new Set([...by, ...baseDimensions(by)])].map((dimension) => [dimension, group.key[dimension.name] ?? '']))
  const labels = labelsOf(values, names, router)
  return {
    key: Object.fromEntries(by.map((dimension) => [dimension.name, printed(dimension, group.key[dimension.name] ?? '')])),
    labels: Object.fromEntries(by.flatMap(({ name }) => (labels[name] === undefined ? [] : [[name, labels[name]]]))),
    ...figuresView(group),
  }
}

function printed(dimension: FlowDimension, value: DimensionValue): DimensionValue {
  if (dimension.type !== 'time') return value
  const text = timeText(Number(value))
  return dimension.scalar === 'Date' ? text.slice(0, 'YYYY-MM-DD'.length) : text
}

function figuresView(figures: AskFigures): FlowFigures {
  const { share, bitsPerSecond, packetsPerSecond, previous, reverse, series } = figures
  return {
    ...sumsView(figures),
    share,
    bits_per_second: bitsPerSecond,
    packets_per_second: packetsPerSecond,
    ...(previous === undefined ? {} : { previous: previous && sumsView(previous) }),
    ...(reverse === undefined ? {} : { reverse: { ...sumsView(reverse), ...(reverse.series ? { series: reverse.series } : {}) } }),
    ...(series === undefined ? {} : { series }),
  }
}

/** Above 2⁵³, a thousand terabytes, the last digits are rounded. */
const sumsView = ({ bits, packets, flows }: AskSums): FlowSumsView => ({
  bits: Number(bits),
  packets: Number(packets),
  flows: Number(flows),
})

/** @param seconds whole, since 1970 */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
