// The picture of an answer that is not its time series: a chart for each group, a Sankey diagram or a heat map.
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { FlowAnswerView } from '../../contract/flow-question.ts'
import { flowDimensionsQuery } from '../api/flow-question-queries.ts'
import { exploreMessages } from '../messages/explore.ts'
import { useAccount } from '../shell/account.ts'
import { Nothing } from '../shell/card-state.tsx'
import type { Band } from '../view/explore-chart.ts'
import { conditionOf, withFilter } from '../view/explore-filter.ts'
import { heatMapOf, sankeyOf, type SankeyNode } from '../view/explore-pictures.ts'
import { rateOf, type AnswerRow } from '../view/explore-table.ts'
import { formatDayTime, formatRate, formatShare } from '../view/units.ts'
import { BandGrid } from './band-grid.tsx'
import { HeatPicture, SankeyPicture } from './picture-chart.tsx'
import type { ExploreControl } from './use-explore.ts'

const text = exploreMessages.answer
/** Of a row of a heat map; labels need as much. */
const rowHeight = 26
const heatFrame = 70
/** Of a value in the longest column of a Sankey diagram. */
const nodeHeight = 30

interface AnswerPictureProps {
  readonly answer: FlowAnswerView
  readonly rows: readonly AnswerRow[]
  readonly bands: readonly Band[]
  readonly control: ExploreControl
  /** At the least, so that the table below stays where it is. */
  readonly height: number
}

function SankeyOfAnswer({ answer, rows, control, height }: AnswerPictureProps) {
  const { metric, filter } = control.state
  const { set } = control
  const dimensions = useQuery(flowDimensionsQuery(useAccount())).data
  const sankey = useMemo(() => sankeyOf(rows, { metric, total: text.total }), [rows, metric])
  const choose = useCallback(
    ({ part }: SankeyNode) => {
      const known = dimensions?.find(({ name }) => name === part?.dimension)
      const condition = part === undefined ? undefined : conditionOf(known, part.raw)
      if (condition !== undefined) set({ filter: withFilter(filter, condition) })
    },
    [dimensions, filter, set],
  )
  if (answer.by.length === 0) return <Nothing>{text.sankeyEmpty}</Nothing>
  const columns = sankey.nodes.map(({ column }) => column)
  const longest = Math.max(0, ...columns.map((column) => columns.filter((other) => other === column).length))
  return (
    <div className="flex flex-col gap-1">
      <SankeyPicture
        sankey={sankey}
        metric={metric}
        height={Math.max(height, longest * nodeHeight)}
        description={text.sankeyDescription(sankey.nodes.length)}
        onNode={choose}
      />
      <p className="text-sm text-kumo-subtle max-md:hidden">{text.sankeyHint}</p>
    </div>
  )
}

function HeatOfAnswer({ answer, bands, control, height }: AnswerPictureProps) {
  const map = useMemo(() => heatMapOf(bands), [bands])
  const { from, to } = answer
  return (
    <HeatPicture
      map={map}
      metric={control.state.metric}
      height={Math.max(height, map.names.length * rowHeight + heatFrame)}
      description={text.heatDescription(map.names.length, formatDayTime(Date.parse(from)), formatDayTime(Date.parse(to)))}
    />
  )
}

/** What is in no group of the answer is in no picture: it is told, and the table has its figures. */
function LeftOut({ answer, control }: Pick<AnswerPictureProps, 'answer' | 'control'>) {
  const { metric } = control.state
  if (answer.by.length === 0 || answer.other === null || answer.other[metric] === 0) return null
  const rate = formatRate(rateOf(answer.other, metric).average, metric)
  return <p className="text-sm text-kumo-subtle">{text.leftOut(rate, formatShare(answer.other[metric] / answer.total[metric]))}</p>
}

function Picture(props: AnswerPictureProps) {
  const { answer, bands, control } = props
  const { chart, metric } = control.state
  if (chart === 'sankey') return <SankeyOfAnswer {...props} />
  if (chart === 'heatmap') return <HeatOfAnswer {...props} />
  return <BandGrid bands={bands} start={Date.parse(answer.from)} end={Date.parse(answer.to)} metric={metric} />
}

export function AnswerPicture(props: AnswerPictureProps) {
  const { answer, control, height } = props
  return (
    <div className="flex flex-col gap-2" style={{ minHeight: height }}>
      <Picture {...props} />
      <LeftOut answer={answer} control={control} />
    </div>
  )
}
