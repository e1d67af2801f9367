// What stands in place of something that could not be read, and the pages for a crash and for an unknown address.
import { Banner } from '@cloudflare/kumo/components/banner'
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { LockSimpleIcon } from '@phosphor-icons/react/dist/csr/LockSimple'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { WifiSlashIcon } from '@phosphor-icons/react/dist/csr/WifiSlash'
import { useSyncExternalStore } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { awaySince, watchReach } from '../api/reach.ts'
import { messages } from '../messages.ts'

/** Title and explanation of any error. */
export function explain(error: Error): { title: string; fix: string } {
  const text = messages.failure
  if (!(error instanceof ApiFailure)) return { title: text.crashed, fix: `${text.crashedFix} ${error.message}` }
  if (error.status === 0) return { title: text.offline, fix: text.offlineFix }
  if (error.status === 403) return { title: text.forbidden, fix: text.forbiddenFix(error.scope) }
  return { title: text.title(error.status), fix: error.message === '' ? text.unexplained : error.message }
}

const statusOf = (error: Error) => (error instanceof ApiFailure ? error.status : undefined)

interface FailureBannerProps {
  readonly error: Error
  readonly onRetry?: (() => void) | undefined
  /** Outside of the frame, which tells once for all parts of a page that the server is away. */
  readonly alone?: boolean
}

/** A banner with what went wrong and a button to try again. */
export function FailureBanner({ error, onRetry, alone = false }: FailureBannerProps) {
  const away = useSyncExternalStore(watchReach, awaySince) !== undefined
  const { title, fix } = explain(error)
  const status = statusOf(error)
  if (status === 0 && away && !alone) return <p className="text-base text-kumo-subtle">{title}</p>
  const Icon = status === 0 ? WifiSlashIcon : status === 403 ? LockSimpleIcon : WarningCircleIcon
  return (
    <Banner
      variant={status === 403 ? 'alert' : 'error'}
      role="alert"
      icon={<Icon weight="bold" aria-hidden />}
      title={title}
      description={fix}
      action={onRetry && <Banner.Action onClick={onRetry}>{messages.retry}</Banner.Action>}
    />
  )
}

/** What the server did not take, above the button that sent it. */
export function RefusedBanner({ title, error }: { readonly title: string; readonly error: Error | null | undefined }) {
  if (!error) return null
  return (
    <Banner
      variant="error"
      role="alert"
      icon={<WarningCircleIcon weight="bold" aria-hidden />}
      title={title}
      description={explain(error).fix}
    />
  )
}

interface CrashProps {
  readonly error: unknown
}

/** In place of a page inside the frame. */
export function Crash({ error }: CrashProps) {
  return <FailureBanner error={error instanceof Error ? error : new Error(String(error))} onRetry={() => location.reload()} />
}

/** In place of the frame itself. */
export function CrashPage({ error }: CrashProps) {
  return (
    <main className="mx-auto max-w-3xl p-6">
      <Crash error={error} />
    </main>
  )
}

export function NotFoundPage() {
  return (
    <main className="mx-auto max-w-3xl p-6">
      <Empty
        title={messages.shell.notFound}
        contents={
          <LinkButton href="/" variant="primary">
            {messages.shell.toOverview}
          </LinkButton>
        }
      />
    </main>
  )
}
