// How an announcement stands: its state, since when, when it is tried again, and whether it is a dry run.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { Advertisement } from '../../contract/advertisement.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { sinceText, stateLabel, stateTone } from '../view/advertisement-view.ts'

const text = advertisingMessages

interface StateProps {
  readonly advertisement: Advertisement
  readonly now: number
}

export function AdvertisementState({ advertisement, now }: StateProps) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Badge appearance="dot" variant={stateTone(advertisement)}>
        {stateLabel(advertisement)}
      </Badge>
      <span className="text-sm text-kumo-subtle tabular-nums">{sinceText(advertisement, now)}</span>
    </span>
  )
}

/** What it is for, and whether anybody is told of it. */
export function Purpose({ advertisement }: Pick<StateProps, 'advertisement'>) {
  const { route, dry_run } = advertisement
  return (
    <span className="inline-flex flex-wrap gap-1.5">
      <Badge variant={route.purpose === 'blackhole' ? 'primary' : 'secondary'}>{text.purposes[route.purpose]}</Badge>
      {dry_run && (
        <span title={text.dryRunMeaning}>
          <Badge variant="info">{text.dryRun}</Badge>
        </span>
      )}
    </span>
  )
}
