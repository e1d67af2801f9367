// How the question is asked besides its filter, key and time: how many groups by what, and what is set beside them.
import { Select } from '@cloudflare/kumo/components/select'
import { Switch } from '@cloudflare/kumo/components/switch'
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { chartKinds, flowMeasureNames } from '../view/explore-search.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import type { ExploreControl } from './use-explore.ts'

const text = exploreMessages.options
const limits = [5, 10, 20, 50, 100, 1000] as const
const chartTabs = chartKinds.map((kind) => ({ value: kind, label: text.charts[kind] }))
const scrollLabels = { scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }

/** A link can hold any number: it is offered beside the usual ones. */
function limitItems(limit: number): Record<string, string> {
  const all = [...new Set<number>([...limits, limit])].sort((a, b) => a - b)
  return Object.fromEntries(all.map((count) => [String(count), String(count)]))
}

export function OptionBar({ control }: { readonly control: ExploreControl }) {
  const { state, set } = control
  return (
    <section aria-label={text.label} className="flex flex-wrap items-center gap-x-5 gap-y-3">
      <span className="flex items-center gap-2">
        <span className="text-sm text-kumo-subtle">{text.order}</span>
        <Select
          aria-label={text.order}
          items={text.orders}
          value={state.order}
          onValueChange={(value) => set({ order: flowMeasureNames.find((name) => name === value) ?? state.order })}
        />
      </span>
      <span className="flex items-center gap-2">
        <span className="text-sm text-kumo-subtle">{text.limit}</span>
        <Select
          aria-label={text.limit}
          items={limitItems(state.limit)}
          value={String(state.limit)}
          onValueChange={(value) => set({ limit: Number(value) })}
        />
      </span>
      <Tabs
        tabs={chartTabs}
        value={state.chart}
        onValueChange={(value) => set({ chart: chartKinds.find((kind) => kind === value) ?? state.chart })}
        labels={scrollLabels}
      />
      <Switch label={text.previous} checked={state.previous} onCheckedChange={(previous) => set({ previous })} />
      <Switch label={text.reverse} checked={state.reverse} onCheckedChange={(reverse) => set({ reverse })} />
      <Switch label={text.distinct} checked={state.distinct} onCheckedChange={(distinct) => set({ distinct })} />
    </section>
  )
}
