// What is announced now: to whom, why, since when and until when, with the ways to announce and to withdraw.
import { Empty } from '@cloudflare/kumo/components/empty'
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { Advertisement } from '../../contract/advertisement.ts'
import type { Page } from '../api/envelope.ts'
import { advertisementQuery, advertisingStatusQuery, currentAdvertisementsQuery, ownedPrefixesQuery } from '../api/advertisement-queries.ts'
import { signatureQuery } from '../api/signature-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { byUrgency } from '../view/advertisement-view.ts'
import { announceAgain, announceRule, emptyAnnounce, type AnnounceForm } from '../view/announce-form.ts'
import { AdvertisementRows } from './advertisement-rows.tsx'
import { AdvertisingFrame } from './advertising-frame.tsx'
import { AdvertisingVerdict } from './advertising-verdict.tsx'
import { DriverCard } from './driver-card.tsx'
import { NoPrefixes } from './no-prefixes.tsx'
import { useTask } from './use-task.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { PermittedButton } from '../shell/permitted.tsx'
import { useMay } from '../shell/use-may.ts'

const AnnounceDialog = lazyPart(() => import('./announce-dialog.tsx'), 'AnnounceDialog')

const text = advertisingMessages

/** What the dialog begins with, by the address; undefined while it is closed or not known yet. */
function useBegin(): AnnounceForm | undefined {
  const account = useAccount()
  const { announce, signature = '', rule = '0' } = useSearch({ from: '/shell/advertisements' })
  const again = announce !== undefined && /^[0-9a-f]{32}$/.test(announce)
  const earlier = useQuery({ ...advertisementQuery(account, announce ?? ''), enabled: again })
  const derived = useQuery({ ...signatureQuery(account, signature), enabled: signature !== '', refetchInterval: false })
  if (announce === undefined || derived.isLoading) return undefined
  const match = derived.data?.renderings.find(({ format }) => format === 'flowspec')?.flowspec?.[Number(rule)]
  if (derived.data !== undefined && match !== undefined) return announceRule(announce, match, text.announce.signature(derived.data.name))
  if (!again) return { ...emptyAnnounce, prefix: announce === 'new' ? '' : announce }
  if (earlier.data !== undefined) return announceAgain(earlier.data)
  return earlier.error === null ? undefined : emptyAnnounce
}

function NothingAnnounced() {
  const navigate = useNavigate()
  const { data: owned } = useQuery(ownedPrefixesQuery(useAccount()))
  if (owned?.length === 0) return <NoPrefixes />
  return (
    <Empty
      icon={<BroadcastIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.now.none}
      description={text.now.noneDetail}
      contents={
        <PermittedButton scope="advertisements:write" onClick={() => void navigate({ to: '/advertisements', search: { announce: 'new' } })}>
          {text.now.announce}
        </PermittedButton>
      }
    />
  )
}

function CurrentCard({ query, now }: { readonly query: CardQuery<Page<Advertisement>>; readonly now: number }) {
  const [start, dialog] = useTask()
  return (
    <Card title={text.now.title} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>
        {({ items, total }) => (
          <>
            {items.length === 0 ? (
              <NothingAnnounced />
            ) : (
              <AdvertisementRows advertisements={items.toSorted(byUrgency)} now={now} onTask={start} />
            )}
            {total > items.length && <Nothing>{text.now.more(items.length, total)}</Nothing>}
          </>
        )}
      </WithAnswer>
      {dialog}
    </Card>
  )
}

export function CurrentPage() {
  useTitle(text.title)
  const account = useAccount()
  const navigate = useNavigate({ from: '/advertisements' })
  const status = useQuery(advertisingStatusQuery(account))
  const current = useQuery(currentAdvertisementsQuery(account))
  const begin = useBegin()
  const may = useMay('advertisements:write')
  const now = useNow(1)
  return (
    <AdvertisingFrame>
      {status.data !== undefined && <AdvertisingVerdict status={status.data} advertisements={current.data?.items ?? []} />}
      <CurrentCard query={current} now={now} />
      {status.data !== undefined && <DriverCard status={status.data} now={now} />}
      <Suspense fallback={null}>
        {begin !== undefined && may !== false && (
          <AnnounceDialog begin={begin} onClose={() => void navigate({ search: {}, replace: true })} />
        )}
      </Suspense>
    </AdvertisingFrame>
  )
}
