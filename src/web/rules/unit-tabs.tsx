// Bits or packets, for the charts of one page; kept in its address.
import { Tabs } from '@cloudflare/kumo/components/tabs'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'

const text = messages.overview
const scrollLabels = { scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }
const tabs = [
  { value: 'bits', label: text.bits },
  { value: 'packets', label: text.packets },
]

export function UnitTabs({ metric, onChange }: { readonly metric: Metric; readonly onChange: (metric: Metric) => void }) {
  return (
    <Tabs
      tabs={tabs}
      value={metric}
      size="sm"
      onValueChange={(value) => onChange(value === 'packets' ? 'packets' : 'bits')}
      labels={scrollLabels}
    />
  )
}
