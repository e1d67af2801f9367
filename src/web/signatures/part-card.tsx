// The vectors of an attack: for each one its conditions with their evidence, what they look at, and how cheaply they are changed.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { SignatureCondition, SignaturePart } from '../../contract/signature.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { Card } from '../shell/card.tsx'
import { variabilityTone, verdictShare } from '../view/signature-view.ts'
import { JunkList } from './junk-card.tsx'
import { ShareBars } from './share-bars.tsx'

const text = signatureMessages.page

function Condition({ condition }: { readonly condition: SignatureCondition }) {
  const { filter, field, meaning, attack, baseline, variability, why } = condition
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-3 border-t border-kumo-hairline px-4 py-3 lg:grid-cols-[minmax(0,4fr)_minmax(0,4fr)_minmax(0,4fr)]">
      <span className="flex min-w-0 flex-col gap-0.5">
        <code className="font-mono text-sm font-medium break-words text-kumo-default">{filter}</code>
        <span className="text-sm text-kumo-subtle">{serverText(meaning === '' ? field : `${field}: ${meaning}`)}</span>
      </span>
      <ShareBars attack={attack} baseline={baseline} />
      <span className="flex flex-col items-start gap-0.5">
        <Badge appearance="dot" variant={variabilityTone[variability]}>
          {text.variabilities[variability]}
        </Badge>
        <span className="text-sm text-kumo-subtle">{serverText(why)}</span>
      </span>
    </li>
  )
}

/** Heads of the columns, for the eye; each condition says for itself what its parts are. */
function Heads() {
  return (
    <div
      aria-hidden
      className="hidden gap-x-6 border-t border-kumo-hairline bg-kumo-elevated px-4 py-1.5 text-sm text-kumo-subtle lg:grid lg:grid-cols-[minmax(0,4fr)_minmax(0,4fr)_minmax(0,4fr)]"
    >
      <span>{text.condition}</span>
      <span>{text.evidence}</span>
      <span>{text.variability}</span>
    </div>
  )
}

export interface PartCardProps {
  readonly part: SignaturePart
  /** From 1. */
  readonly number: number
  /** Of how many. */
  readonly parts: number
}

export function PartCard({ part, number, parts }: PartCardProps) {
  const { conditions, attack, bytes, adds, baseline, junk } = part
  const title = serverText(part.title)
  const figures = [
    text.partHolds(verdictShare(attack.share), verdictShare(bytes.share)),
    ...(number === 1 ? [] : [text.partAdds(verdictShare(adds.share))]),
    ...(baseline === null ? [] : [text.partFalse(verdictShare(baseline.share))]),
  ]
  return (
    <Card title={parts === 1 ? title : `${text.part(number)}: ${title}`} flush>
      <div className="flex flex-col gap-2 px-4 py-3">
        <p className="text-base text-kumo-default tabular-nums">{figures.join('; ')}</p>
        <ShareBars attack={attack} baseline={baseline} />
      </div>
      <Heads />
      <ul>
        {conditions.map((condition) => (
          <Condition key={condition.filter} condition={condition} />
        ))}
      </ul>
      {junk.length > 0 && (
        <div className="border-t border-kumo-hairline">
          <JunkList findings={junk} />
        </div>
      )}
    </Card>
  )
}
