// The field in which a router is looked for by any of its names.
import { Combobox } from '@cloudflare/kumo/components/combobox'
import type { RouterGuideSummary } from '../../contract/router-config.ts'
import { messages } from '../messages.ts'
import { guideText } from '../messages/server-text.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { matchesGuide } from './guide-search.ts'

const text = setUpMessages.choose
// A line below the title: more names than this are not read.
const shownNames = 6

const titleOf = ({ title }: RouterGuideSummary) => guideText(title)
const sameGuide = (one: RouterGuideSummary, other: RouterGuideSummary) => one.id === other.id

interface GuidePickerProps {
  readonly guides: readonly RouterGuideSummary[]
  readonly chosen: RouterGuideSummary | undefined
  readonly onChoose: (id: string) => void
}

export function GuidePicker({ guides, chosen, onChoose }: GuidePickerProps) {
  return (
    <Combobox<RouterGuideSummary>
      label={text.guide}
      items={guides}
      value={chosen ?? null}
      isItemEqualToValue={sameGuide}
      itemToStringLabel={titleOf}
      filter={matchesGuide}
      onValueChange={(guide) => onChoose(guide?.id ?? '')}
    >
      <Combobox.TriggerInput className="w-full" placeholder={text.search} showOptionsLabel={text.showAll} />
      <Combobox.Content className="max-w-[calc(100vw-2rem)]">
        <Combobox.Empty>{text.nothing}</Combobox.Empty>
        <Combobox.List>
          {(guide: RouterGuideSummary) => (
            <Combobox.Item key={guide.id} value={guide}>
              <span className="flex min-w-0 flex-col">
                <span className="text-base text-kumo-default">{titleOf(guide)}</span>
                <span className="text-sm text-kumo-subtle">{messages.list(guide.names.slice(0, shownNames))}</span>
              </span>
            </Combobox.Item>
          )}
        </Combobox.List>
      </Combobox.Content>
    </Combobox>
  )
}
