// The answer: chart, what it comes from, and the table of its groups; before the first one, while the next is on its way, empty and failed.
import { Banner } from '@cloudflare/kumo/components/banner'
import { Button } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { ChartLineIcon } from '@phosphor-icons/react/dist/csr/ChartLine'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useCallback, useMemo } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { flowDimensionsQuery, type GivenAnswer } from '../api/flow-question-queries.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { RuleOfQuestionButton } from '../rules/rule-of-question-button.tsx'
import { Card } from '../shell/card.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { useTheme } from '../shell/theme.tsx'
import { bandsOf } from '../view/explore-chart.ts'
import { withFilter } from '../view/explore-filter.ts'
import { storeDelay } from '../view/series.ts'
import { answerRows, type AnswerRow } from '../view/explore-table.ts'
import { formatDayTime, formatDuration, formatStep, formatTime } from '../view/units.ts'
import { AnswerNotes } from './answer-notes.tsx'
import { AnswerTable } from './answer-table.tsx'
import { QuestionProgress } from './question-progress.tsx'
import type { AnswerSource } from './use-answer.ts'
import type { ExploreControl } from './use-explore.ts'
import { lazyPart } from '../shell/lazy-part.ts'

// ECharts is the greatest part of the page: it comes after the first paint.
const AnswerChart = lazyPart(() => import('./answer-chart.tsx'), 'AnswerChart')
const AnswerPicture = lazyPart(() => import('./answer-picture.tsx'), 'AnswerPicture')

const text = exploreMessages.answer
const height = 320

interface AnswerProps {
  readonly source: AnswerSource
  readonly control: ExploreControl
}

interface ChartProps extends AnswerProps {
  readonly answer: GivenAnswer
  readonly rows: readonly AnswerRow[]
}

function Chart({ answer, rows, source, control }: ChartProps) {
  const { dark } = useTheme()
  const { state, set } = control
  const { metric } = state
  const until = answer.given - storeDelay
  const bands = useMemo(
    () => bandsOf(answer, { rows, before: source.before }, { metric, names: text, until }),
    [answer, rows, source.before, metric, until],
  )
  const zoom = useCallback((from: number, to: number) => set({ time: { kind: 'fixed', from, to } }), [set])
  const [start, end] = [Date.parse(answer.from), Date.parse(answer.to)]
  return (
    <Suspense fallback={<div style={{ height }} aria-busy="true" />}>
      {state.chart === 'areas' || state.chart === 'lines' ? (
        <AnswerChart
          // A new theme makes a new chart instance, which would lose the fixed axis and the selection by dragging.
          key={dark ? 'dark' : 'light'}
          bands={bands}
          lines={state.chart === 'lines'}
          start={start}
          end={end}
          metric={metric}
          height={height}
          description={text.description(bands.length, formatDayTime(start), formatDayTime(end))}
          onZoom={zoom}
        />
      ) : (
        <AnswerPicture answer={answer} rows={rows} bands={bands} control={control} height={height} />
      )}
    </Suspense>
  )
}

function Nothing({ control }: Pick<AnswerProps, 'control'>) {
  const { filter } = control.state
  return (
    <Empty
      size="sm"
      icon={<ChartLineIcon size={32} className="text-kumo-inactive" aria-hidden />}
      title={text.emptyTitle}
      description={filter === '' ? text.emptyPlain : text.emptyFiltered}
      contents={
        <div className="flex flex-wrap justify-center gap-2">
          {filter !== '' && <Button onClick={() => control.set({ filter: '' })}>{text.clear}</Button>}
          <Button onClick={() => control.set({ time: { kind: 'preset', name: '7d' } })}>{text.longer}</Button>
        </div>
      }
    />
  )
}

/** Codes of contract/api-errors.ts that say what to do themselves. */
const titles: Readonly<Record<number, string>> = { 20060: text.refused, 20062: text.tooLarge }
const cancelled = 20_063

function Failed({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const code = error instanceof ApiFailure ? error.code : 0
  const faulty = error instanceof ApiFailure && error.fault !== undefined
  const title = faulty ? text.refused : titles[code]
  if (title === undefined && code !== cancelled) return <FailureBanner error={error} onRetry={onRetry} />
  return (
    <Banner
      variant="alert"
      role="alert"
      icon={<WarningIcon weight="fill" aria-hidden />}
      title={title ?? text.cancelled}
      description={code === cancelled ? text.cancelledFix : messages.sentences([error.message, ...(faulty ? [text.mend] : [])])}
      action={<Banner.Action onClick={onRetry}>{text.again}</Banner.Action>}
    />
  )
}

/** How long an answer took, and when it was given. */
function Asked({ source }: Pick<AnswerProps, 'source'>) {
  const { data, isFetching } = source.query
  if (isFetching || data === undefined) return <span className="text-sm text-kumo-subtle">{text.asking}</span>
  const { elapsed_ms: elapsed } = data.question
  const duration = elapsed < 1000 ? `${Math.round(elapsed)} ms` : formatDuration(elapsed / 1000)
  return <span className="text-sm text-kumo-subtle">{text.askedAt(formatTime(data.given), duration)}</span>
}

function Shown({ source, control, answer }: AnswerProps & { readonly answer: GivenAnswer }) {
  const { set, state } = control
  const { filter } = state
  const rows = useMemo(() => answerRows(answer.groups, answer.by), [answer])
  const dimensions = useQuery(flowDimensionsQuery(useAccount()))
  const steps = answer.steps
  return (
    <>
      <div className="flex flex-col gap-2 p-4">
        <Chart answer={answer} rows={rows} source={source} control={control} />
        <p className="flex flex-wrap justify-between gap-x-4 text-sm text-kumo-subtle">
          <span>{steps === undefined ? '' : text.step(formatStep(steps.seconds))}</span>
          {(state.chart === 'areas' || state.chart === 'lines') && <span className="max-md:hidden">{text.zoomHint}</span>}
        </p>
        <AnswerNotes answer={answer} distinct={state.distinct} onCountOnce={() => set({ distinct: true })} />
      </div>
      <div className="border-t border-kumo-hairline">
        <AnswerTable
          answer={answer}
          rows={rows}
          dimensions={dimensions.data ?? []}
          control={control}
          onCondition={(condition) => set({ filter: withFilter(filter, condition) })}
        />
      </div>
    </>
  )
}

export function AnswerCard({ source, control }: AnswerProps) {
  const { query } = source
  const answer = query.data
  const failed = query.error !== null && !query.isFetching ? query.error : undefined
  const empty = answer !== undefined && answer.total.flows === 0
  return (
    <Card
      title={text.title[control.state.metric]}
      actions={
        failed === undefined && (
          <div className="flex flex-wrap items-center gap-x-3">
            <Asked source={source} />
            {answer !== undefined && !empty && !query.isPlaceholderData && <RuleOfQuestionButton state={control.state} answer={answer} />}
          </div>
        )
      }
      flush
    >
      {source.slow && (
        <div className="px-4 pt-4">
          <QuestionProgress source={source} />
        </div>
      )}
      {failed !== undefined && (
        <div className="p-4">
          <Failed error={failed} onRetry={() => void query.refetch()} />
        </div>
      )}
      {failed === undefined && (
        // The answer before stays until the next one is there, and what is pressed meanwhile holds.
        <div
          className={`transition-opacity ${query.isFetching ? 'opacity-60' : ''}`}
          aria-busy={query.isFetching}
          style={{ minHeight: height }}
        >
          {answer !== undefined && (empty ? <Nothing control={control} /> : <Shown source={source} control={control} answer={answer} />)}
        </div>
      )}
    </Card>
  )
}
