// Time range and unit: the two choices that everything below follows.
import { Button } from '@cloudflare/kumo/components/button'
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { CaretLeftIcon } from '@phosphor-icons/react/dist/csr/CaretLeft'
import { CaretRightIcon } from '@phosphor-icons/react/dist/csr/CaretRight'
import { MagnifyingGlassMinusIcon } from '@phosphor-icons/react/dist/csr/MagnifyingGlassMinus'
import type { ReactNode } from 'react'
import { messages } from '../messages.ts'
import { defaultRange } from '../view/search.ts'
import { rangeNames, windowOf, type RangeName } from '../view/time-range.ts'
import { formatDayTime } from '../view/units.ts'
import { shifted, widened, type FixedTime } from './shift.ts'
import type { ViewControl } from './use-view.ts'

const text = messages.overview
const scrollLabels = { scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }
const rangeTabs = rangeNames.map((name) => ({ value: name, label: text.rangeLabels[name] }))
const unitTabs = [
  { value: 'bits', label: text.bits },
  { value: 'packets', label: text.packets },
]

/** What the toolbar needs of a page. */
type ToolbarControl = Pick<ViewControl, 'setTime' | 'setMetric'> & { readonly view: Pick<ViewControl['view'], 'time' | 'metric'> }

function ShiftButtons({ control }: { readonly control: ToolbarControl }) {
  const { time } = control.view
  // From a moving range the first step back fixes it.
  const fixed = (): FixedTime => {
    if (time.kind === 'fixed') return time
    const window = windowOf(time, Date.now())
    return { kind: 'fixed', from: window.start, to: window.end }
  }
  return (
    <div className="flex gap-1">
      <Button
        shape="square"
        aria-label={messages.chart.earlier}
        icon={CaretLeftIcon}
        onClick={() => control.setTime(shifted(fixed(), -1, Date.now()))}
      />
      <Button
        shape="square"
        aria-label={messages.chart.later}
        icon={CaretRightIcon}
        disabled={time.kind === 'preset'}
        onClick={() => control.setTime(shifted(fixed(), 1, Date.now()))}
      />
      <Button
        shape="square"
        aria-label={messages.chart.zoomOut}
        icon={MagnifyingGlassMinusIcon}
        disabled={time.kind === 'preset'}
        onClick={() => control.setTime(widened(fixed(), Date.now()))}
      />
    </div>
  )
}

/** @param children stands beside them, or below where it is too long for that: the filters */
export function ViewToolbar({ control, children }: { readonly control: ToolbarControl; readonly children: ReactNode }) {
  const { time, metric } = control.view
  const chooseRange = (value: string) => {
    const name = rangeNames.find((range) => range === value)
    control.setTime({ kind: 'preset', name: name ?? defaultRange })
  }
  const fixedTab =
    time.kind === 'fixed' ? [{ value: 'fixed', label: text.fixedRange(formatDayTime(time.from), formatDayTime(time.to)) }] : []
  const selected: RangeName | 'fixed' = time.kind === 'preset' ? time.name : 'fixed'
  return (
    <section aria-label={text.view} className="flex flex-wrap items-center gap-3">
      <Tabs tabs={[...rangeTabs, ...fixedTab]} value={selected} onValueChange={chooseRange} labels={scrollLabels} className="max-w-full" />
      <ShiftButtons control={control} />
      <Tabs
        tabs={unitTabs}
        value={metric}
        onValueChange={(value) => control.setMetric(value === 'packets' ? 'packets' : 'bits')}
        labels={scrollLabels}
      />
      <div className="max-w-full min-w-0">{children}</div>
    </section>
  )
}
