// Explore: any question about the traffic as a page. Its address is the question.
import { Button } from '@cloudflare/kumo/components/button'
import { useMemo, type ComponentProps } from 'react'
import { exploreMessages } from '../messages/explore.ts'
import { ViewToolbar } from '../overview/view-toolbar.tsx'
import { Card } from '../shell/card.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useTitle } from '../shell/use-title.ts'
import { AnswerCard } from './answer-card.tsx'
import { CopyMenu } from './copy-menu.tsx'
import { DimensionBar } from './dimension-bar.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FilterField } from './filter-field.tsx'
import { OptionBar } from './option-bar.tsx'
import { SavedMenu } from './saved-menu.tsx'
import { TimePicker } from './time-picker.tsx'
import { useAnswer } from './use-answer.ts'
import { useExplore, type ExploreControl } from './use-explore.ts'
import { useFilterDraft } from './use-filter-draft.ts'

const text = exploreMessages

/** Time and unit as the toolbar of the overview takes them. */
function useToolbar({ state, set }: ExploreControl): ComponentProps<typeof ViewToolbar>['control'] {
  return useMemo(
    () => ({
      view: { time: state.time, metric: state.metric },
      setTime: (time) => set({ time }),
      // Who looks at packets wants the first by packets, unless something else was chosen.
      setMetric: (metric) => set({ metric, order: state.order === state.metric ? metric : state.order }),
    }),
    [state, set],
  )
}

export function ExplorePage() {
  useTitle(text.title)
  const control = useExplore()
  const { state, set } = control
  const source = useAnswer(state)
  const draft = useFilterDraft(state.filter)
  const toolbar = useToolbar(control)
  const ask = () => {
    if (draft.text === state.filter) void source.query.refetch()
    else set({ filter: draft.text })
  }
  return (
    <div className="flex flex-col gap-5">
      <PageHeading
        title={text.title}
        intro={text.intro}
        actions={
          <div className="flex gap-2">
            <SavedMenu />
            <CopyMenu state={state} />
            <ExportMenu state={state} />
          </div>
        }
      />
      <Card title={text.question}>
        <div className="flex flex-col gap-4">
          <div className="flex items-start gap-2">
            <FilterField draft={draft} onAsk={ask} />
            {/* As high as the label of the field beside it. */}
            <Button variant="primary" className="mt-7" onClick={ask}>
              {text.filter.run}
            </Button>
          </div>
          <DimensionBar control={control} />
          <OptionBar control={control} />
        </div>
      </Card>
      <ViewToolbar control={toolbar}>
        <TimePicker time={state.time} onChoose={(time) => set({ time })} />
      </ViewToolbar>
      <AnswerCard source={source} control={control} />
    </div>
  )
}
