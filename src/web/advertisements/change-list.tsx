// The history of one announcement: each change of its state, who made it, why and when.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { AdvertisementChange } from '../../contract/advertisement.ts'
import { stateLabel, stateTone } from '../view/advertisement-view.ts'
import { formatDayTime, formatTime } from '../view/units.ts'
import { serverText } from '../messages/server-text.ts'

export interface ChangeListProps {
  readonly changes: readonly AdvertisementChange[]
  readonly dryRun: boolean
}

export function ChangeList({ changes, dryRun }: ChangeListProps) {
  return (
    <ol className="flex flex-col">
      {changes.map((change, index) => (
        // Two changes can be of the same millisecond; they are never reordered.
        // eslint-disable-next-line react/no-array-index-key
        <li key={index} className="flex flex-col gap-1 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <time dateTime={change.at} title={formatDayTime(Date.parse(change.at))} className="text-sm text-kumo-subtle tabular-nums">
              {index === 0 && `${formatDayTime(Date.parse(change.at))} · `}
              {formatTime(Date.parse(change.at))}
            </time>
            <Badge appearance="dot" variant={stateTone({ state: change.to, dry_run: dryRun })}>
              {stateLabel({ state: change.to, dry_run: dryRun })}
            </Badge>
            <span className="text-sm break-words text-kumo-subtle">{change.who}</span>
          </span>
          <span className="break-words text-kumo-default">{serverText(change.why)}</span>
        </li>
      ))}
    </ol>
  )
}
