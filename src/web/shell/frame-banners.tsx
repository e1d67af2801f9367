// What concerns the whole page, once: the server is away, or another build of it runs than the one that this page is of.
import { Banner } from '@cloudflare/kumo/components/banner'
import { ArrowsClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowsClockwise'
import { WifiSlashIcon } from '@phosphor-icons/react/dist/csr/WifiSlash'
import { useQuery } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import { awaySince, watchReach } from '../api/reach.ts'
import { buildQuery, statusQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { formatTime } from '../view/units.ts'
import { useAccount } from './account.ts'

const text = messages.shell
// A restart is noticed within a minute.
const lookAgain = 60_000

function AwayBanner() {
  const since = useSyncExternalStore(watchReach, awaySince)
  if (since === undefined) return null
  return (
    <Banner
      variant="alert"
      icon={<WifiSlashIcon weight="bold" aria-hidden />}
      title={text.away(formatTime(since))}
      description={text.awayDetail}
    />
  )
}

/** The script of this page, whose name has the hash of what is in it. */
const ownBuild = () => document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src') ?? ''

function RenewedBanner() {
  const { data: status } = useQuery({ ...statusQuery(useAccount()), refetchInterval: lookAgain })
  const started = status?.started
  // What this page began with: only a server that was started anew can be of another build.
  const [first, setFirst] = useState(started)
  if (first === undefined && started !== undefined) setFirst(started)
  const { data: build } = useQuery({ ...buildQuery(started ?? ''), enabled: started !== undefined && started !== first })
  if (status === undefined || build === undefined || build === ownBuild()) return null
  return (
    <Banner
      icon={<ArrowsClockwiseIcon weight="bold" aria-hidden />}
      title={text.renewed}
      description={text.renewedDetail(status.version)}
      action={<Banner.Action onClick={() => location.reload()}>{text.reload}</Banner.Action>}
    />
  )
}

/** Lies over the page's end: what is above must not move away from the pointer. */
export function FrameBanners() {
  return (
    <div
      aria-live="polite"
      className="fixed right-0 bottom-4 left-0 z-20 mx-auto flex w-fit max-w-[min(40rem,100vw-2rem)] flex-col gap-2 [&>*]:bg-kumo-base [&>*]:shadow-lg [&>*]:ring [&>*]:ring-kumo-line"
    >
      <AwayBanner />
      <RenewedBanner />
    </div>
  )
}
