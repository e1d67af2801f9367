// One announcement: what is announced to whom, who holds it and why, what is sent, and everything that happened to it.
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { Advertisement, AdvertisementCause, AdvertisementHistory } from '../../contract/advertisement.ts'
import { advertisementPreviewQuery, advertisementQuery, advertisingStatusQuery, ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { ApiFailure } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, type CardQuery } from '../shell/card-state.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { Trail } from '../shell/trail.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { actionText, matchText } from '../view/advertisement-view.ts'
import { formatDayTime, formatDuration } from '../view/units.ts'
import { AdvertisementActions, Until } from './advertisement-rows.tsx'
import { AdvertisementState, Purpose } from './advertisement-state.tsx'
import { CauseName } from './cause-list.tsx'
import { ChangeList } from './change-list.tsx'
import { MessageList } from './preview-view.tsx'
import { StopBanner } from './stop-banner.tsx'
import { useTask } from './use-task.tsx'

const text = advertisingMessages.page

interface DetailsProps {
  readonly advertisement: AdvertisementHistory
  readonly query: CardQuery<AdvertisementHistory>
}

const timeOf = (at: string) => formatDayTime(Date.parse(at))

function Heading({ advertisement, query }: DetailsProps) {
  const now = useNow(1)
  const navigate = useNavigate()
  const [start, dialog] = useTask()
  const { id, route, state } = advertisement
  return (
    <div className="flex flex-col gap-1.5">
      <Trail to="/advertisements" name={advertisingMessages.title} here={advertisingMessages.drivers[advertisement.driver]} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1.5">
          <h1 className="min-w-0 text-xl font-semibold break-all text-kumo-default">{route.prefix}</h1>
          <Purpose advertisement={advertisement} />
          <AdvertisementState advertisement={advertisement} now={now} />
          <Stale query={query} />
        </div>
        {state === 'withdrawn' ? (
          <PermittedButton scope="advertisements:write" onClick={() => void navigate({ to: '/advertisements', search: { announce: id } })}>
            {text.again}
          </PermittedButton>
        ) : (
          <AdvertisementActions advertisement={advertisement} onTask={start} />
        )}
      </div>
      <div className="text-base">
        <Until advertisement={advertisement} now={now} labelled />
      </div>
      {dialog}
    </div>
  )
}

function firstAnnounced({ announced_at, already }: Advertisement): string {
  if (announced_at === null) return text.neverAnnounced
  return already ? text.already(timeOf(announced_at)) : timeOf(announced_at)
}

type Fact = readonly [name: string, value: string]

function factsOf(advertisement: Advertisement, owned: string | undefined): readonly Fact[] {
  const { route, driver, detail, created_at, until } = advertisement
  const { flowspec } = route
  const rule: readonly Fact[] =
    flowspec === null
      ? []
      : [
          [text.match, matchText(flowspec)],
          [text.action, actionText(flowspec)],
        ]
  const inside: readonly Fact[] = owned === undefined ? [] : [[text.inside, owned]]
  return [
    [text.purpose, advertisingMessages.purposeNotes[route.purpose]],
    ...rule,
    [text.driver, advertisingMessages.drivers[driver]],
    [text.said, detail === '' ? messages.none : detail],
    ...inside,
    [text.begun, timeOf(created_at)],
    [text.announced, firstAnnounced(advertisement)],
    [text.until, timeOf(until)],
  ]
}

function FactCard({ advertisement }: { readonly advertisement: Advertisement }) {
  const { data: prefixes } = useQuery(ownedPrefixesQuery(useAccount()))
  const owned = prefixes?.find(({ id }) => id === advertisement.owned_prefix_id)?.cidr
  return (
    <Card title={text.facts}>
      <dl className="grid gap-x-6 gap-y-3 text-base sm:grid-cols-2">
        {factsOf(advertisement, owned).map(([name, value]) => (
          <div key={name} className="flex min-w-0 flex-col">
            <dt className="text-sm text-kumo-subtle">{name}</dt>
            <dd className="break-words text-kumo-default tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

/** When a cause lets go, as a sentence. */
function holdText(cause: AdvertisementCause, now: number): string {
  const { hold_seconds, signal, calm_since, kind } = cause
  if (kind === 'person') return ''
  if (hold_seconds === null) return text.noHold
  const hold = text.hold(formatDuration(hold_seconds), text.signals[signal ?? 'time'])
  const calm = calm_since === null ? text.notCalm : text.calmSince(formatDuration((now - Date.parse(calm_since)) / 1000))
  return messages.list([hold, calm])
}

function Cause({ cause, now }: { readonly cause: AdvertisementCause; readonly now: number }) {
  const { released_at, released_why } = cause
  return (
    <li className="flex flex-col gap-0.5 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
      <span className="break-words">
        <CauseName cause={cause} />: <span className="text-kumo-default">{serverText(cause.why)}</span>
      </span>
      <span className="text-sm text-kumo-subtle tabular-nums">{text.sinceUntil(timeOf(cause.since), timeOf(cause.until))}</span>
      {released_at === null ? (
        <span className="text-sm text-kumo-subtle tabular-nums">{holdText(cause, now)}</span>
      ) : (
        <span className="text-sm text-kumo-subtle">
          {text.released} {text.releasedAt(timeOf(released_at), released_why ?? '')}
        </span>
      )}
    </li>
  )
}

function CauseCard({ causes }: Pick<Advertisement, 'causes'>) {
  const now = useNow(1)
  return (
    <Card title={text.causes} flush>
      <p className="px-4 py-3 text-base text-kumo-subtle">{text.causesDetail}</p>
      <ul className="border-t border-kumo-hairline">
        {causes.map((cause) => (
          <Cause key={cause.id} cause={cause} now={now} />
        ))}
      </ul>
    </Card>
  )
}

/** What the driver sends for it, as the preview tells. Nothing where that cannot be told any more. */
function SentCard({ advertisement }: { readonly advertisement: Advertisement }) {
  const { data } = useQuery(advertisementPreviewQuery(useAccount(), advertisement))
  if (data === undefined || data.messages.length === 0) return null
  return (
    <Card title={text.sent}>
      <MessageList messages={data.messages} />
    </Card>
  )
}

function Details({ advertisement, query }: DetailsProps) {
  useTitle(advertisement.route.prefix)
  const { data: status } = useQuery(advertisingStatusQuery(useAccount()))
  const current = advertisement.state !== 'withdrawn'
  return (
    <div className="flex flex-col gap-5">
      <Heading advertisement={advertisement} query={query} />
      <StopBanner status={status} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <FactCard advertisement={advertisement} />
          <CauseCard causes={advertisement.causes} />
          {current && <SentCard advertisement={advertisement} />}
        </div>
        <div className="min-w-0">
          <Card title={text.timeline} flush>
            <ChangeList changes={advertisement.changes} dryRun={advertisement.dry_run} />
          </Card>
        </div>
      </div>
    </div>
  )
}

function NoSuchAdvertisement() {
  return (
    <Empty
      title={text.notFound}
      description={text.notFoundDetail}
      contents={
        <LinkButton href="/advertisements" variant="primary">
          {text.toList}
        </LinkButton>
      }
    />
  )
}

export function AdvertisementPage() {
  const { id } = useParams({ from: '/shell/advertisements/$id' })
  const query = useQuery(advertisementQuery(useAccount(), id))
  const { data, error, refetch } = query
  if (data !== undefined) return <Details advertisement={data} query={query} />
  if (error instanceof ApiFailure && error.status === 404) return <NoSuchAdvertisement />
  if (error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex justify-center py-16">
      <Loader size="lg" aria-label={messages.loading} />
    </div>
  )
}
