// Shares of the attack and of normal traffic, one bar above the other, with their figures.
import type { Share } from '../../contract/signature.ts'
import { messages } from '../messages.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { countsText, intervalText, verdictShare } from '../view/signature-view.ts'

const text = signatureMessages.page

interface BarProps {
  readonly share: Share
  readonly label: string
  readonly colour: string
}

function Bar({ share, label, colour }: BarProps) {
  return (
    <span
      className="grid grid-cols-[minmax(0,1fr)_8rem] items-center gap-3"
      title={messages.list([countsText(share), intervalText(share)])}
    >
      <span aria-hidden className="block h-2 overflow-hidden rounded-full bg-kumo-recessed">
        {share.share > 0 && (
          <span className={`block h-full rounded-full ${colour}`} style={{ width: `${Math.max(share.share * 100, 0.5)}%` }} />
        )}
      </span>
      <span className="text-sm whitespace-nowrap text-kumo-default tabular-nums">{label}</span>
    </span>
  )
}

export interface ShareBarsProps {
  readonly attack: Share
  readonly baseline: Share | null
}

export function ShareBars({ attack, baseline }: ShareBarsProps) {
  return (
    <span className="flex min-w-40 flex-col gap-1">
      <Bar share={attack} label={text.attackShare(verdictShare(attack.share))} colour="bg-(--color-attack)" />
      {baseline !== null && (
        <Bar share={baseline} label={text.baselineShare(verdictShare(baseline.share))} colour="bg-(--color-baseline)" />
      )}
    </span>
  )
}
