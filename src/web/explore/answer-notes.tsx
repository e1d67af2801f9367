// Which table answered and why, what that means for the figures, and how often traffic was counted.
import { Button } from '@cloudflare/kumo/components/button'
import type { FlowAnswerView } from '../../contract/flow-question.ts'
import { messages } from '../messages.ts'
import { exploreMessages } from '../messages/explore.ts'
import { serverText } from '../messages/server-text.ts'
import { formatDayTime } from '../view/units.ts'

const text = exploreMessages.notes

/** Below this it is noise at the edges of the range. */
const worthSaying = 1.05
const factorText = new Intl.NumberFormat(messages.locale, { maximumFractionDigits: 2 })

/** The reason tells of rounded bounds and of days that are not kept; these say what it means for who reads the figures. */
function remarks({ tier, complete, since }: FlowAnswerView): string[] {
  return [...(tier === 'top' ? [text.lowerBound] : []), ...(complete ? [] : [text.covers(formatDayTime(Date.parse(since)))])]
}

interface AnswerNotesProps {
  readonly answer: FlowAnswerView
  readonly distinct: boolean
  readonly onCountOnce: () => void
}

export function AnswerNotes({ answer, distinct, onCountOnce }: AnswerNotesProps) {
  const { tier_reason: reason, inflation } = answer
  const inflated = !distinct && inflation !== null && inflation.factor > worthSaying ? inflation : undefined
  return (
    <section aria-label={text.label} className="flex flex-col gap-1.5 text-sm text-kumo-subtle">
      <p>{messages.sentences([text.from(serverText(reason)), ...remarks(answer)])}</p>
      {inflated !== undefined && (
        <p className="flex flex-wrap items-center gap-2">
          <span>{text.inflation(factorText.format(inflated.factor), inflated.routers)}</span>
          <Button size="xs" onClick={onCountOnce}>
            {text.countOnce}
          </Button>
        </p>
      )}
    </section>
  )
}
