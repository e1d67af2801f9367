// Tells in red that nothing can be announced, who stopped it and why, and lets it go on.
import { Banner } from '@cloudflare/kumo/components/banner'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import type { AdvertisingStatus } from '../../contract/advertisement.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { formatDayTime } from '../view/units.ts'
import { useTask } from './use-task.tsx'

const text = advertisingMessages.stop

/** Nothing while advertising goes on. */
export function StopBanner({ status }: { readonly status: AdvertisingStatus | undefined }) {
  const [start, dialog] = useTask()
  if (status?.stopped !== true) return null
  const { stop } = status
  return (
    <>
      <Banner
        variant="error"
        role="alert"
        icon={<ProhibitIcon weight="bold" aria-hidden />}
        title={text.banner}
        description={
          <span className="flex flex-col text-kumo-default">
            {stop !== null && <span>{text.bannerDetail(stop.who, formatDayTime(Date.parse(stop.at)), stop.why)}</span>}
            <span>{text.bannerMeaning}</span>
          </span>
        }
        action={<Banner.Action onClick={() => start({ kind: 'resume' })}>{text.resume}</Banner.Action>}
      />
      {dialog}
    </>
  )
}
