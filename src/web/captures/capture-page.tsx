// One capture: how it goes at each agent while it runs, then its packets, and the ways to have them.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Banner } from '@cloudflare/kumo/components/banner'
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { DownloadSimpleIcon } from '@phosphor-icons/react/dist/csr/DownloadSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { Capture } from '../../contract/capture.ts'
import { downloadPath } from '../api/capture-queries.ts'
import { ApiFailure } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { captureMessages } from '../messages/captures.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { Stale } from '../shell/card-state.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { Trail } from '../shell/trail.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { DeriveButton } from '../signatures/derive-button.tsx'
import { filterName, gotText, isOver } from '../view/capture-view.ts'
import { CaptureAgents } from './capture-agents.tsx'
import { CaptureFacts } from './capture-facts.tsx'
import { CaptureState, CaptureType } from './capture-state.tsx'
import { DownloadCard } from './download-card.tsx'
import { PacketCard } from './packet-card.tsx'
import { CaptureMeter } from './running-list.tsx'
import { StopButton } from './stop-button.tsx'
import { useLiveCapture, type LiveCapture } from './use-live-capture.ts'
import { lazyPart } from '../shell/lazy-part.ts'
import { Permitted, PermittedButton } from '../shell/permitted.tsx'

const RemoveCaptureDialog = lazyPart(() => import('./capture-dialogs.tsx'), 'RemoveCaptureDialog')

const text = captureMessages.page

interface CaptureProps {
  readonly capture: Capture
}

function HeadingActions({ capture }: CaptureProps) {
  const account = useAccount()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  return (
    <span className="flex flex-wrap gap-2">
      <StopButton capture={capture} />
      {isOver(capture) && capture.downloadable && (
        <Permitted scope="captures:packets">
          <LinkButton href={downloadPath(account, capture.id, 'pcap')} icon={DownloadSimpleIcon} variant="primary" download>
            {captureMessages.list.download}
          </LinkButton>
        </Permitted>
      )}
      {isOver(capture) && capture.downloadable && capture.packets > 0 && <DeriveButton from={{ capture: capture.id }} />}
      <PermittedButton scope="captures:write" onClick={() => void navigate({ to: '/captures/new', search: { again: capture.id } })}>
        {text.again}
      </PermittedButton>
      <PermittedButton scope="captures:write" icon={TrashIcon} onClick={() => setRemoving(true)}>
        {text.remove}
      </PermittedButton>
      <Suspense fallback={null}>
        {removing && (
          <RemoveCaptureDialog
            capture={capture}
            onClose={() => setRemoving(false)}
            onRemoved={() => void navigate({ to: '/captures', replace: true })}
          />
        )}
      </Suspense>
    </span>
  )
}

function Heading({ capture, live }: CaptureProps & { readonly live: LiveCapture }) {
  return (
    <div className="flex flex-col gap-1.5">
      <Trail to="/captures" name={captureMessages.title} here={captureMessages.types[capture.type]} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1.5">
          <h1 className="min-w-0 font-mono text-lg font-semibold break-words text-kumo-default">{filterName(capture)}</h1>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <CaptureState capture={capture} />
            <CaptureType capture={capture} />
            <span className="text-base text-kumo-default tabular-nums">{gotText(capture)}</span>
            {live.live && <Badge variant="info">{text.live}</Badge>}
            <Stale query={live.query} />
          </div>
        </div>
        <HeadingActions capture={capture} />
      </div>
    </div>
  )
}

/** Why it failed, or what is missing; the reasons of single agents stand in their rows. */
function Outcome({ capture }: CaptureProps) {
  const { error_message, status } = capture
  if (error_message === null) return null
  const failed = status === 'failed'
  const Icon = failed ? WarningCircleIcon : WarningIcon
  return (
    <Banner
      variant={failed ? 'error' : 'alert'}
      icon={<Icon weight="fill" aria-hidden />}
      title={failed ? text.failedTitle : text.partial}
      description={serverText(error_message)}
    />
  )
}

function Running({ capture }: CaptureProps) {
  const now = useNow(1)
  return <CaptureMeter capture={capture} now={now} />
}

function Details({ capture, live }: CaptureProps & { readonly live: LiveCapture }) {
  useTitle(filterName(capture))
  const over = isOver(capture)
  // Packets that are in a bucket only cannot be shown.
  const readable = capture.type === 'simple' || capture.downloadable
  return (
    <div className="flex flex-col gap-5">
      <Heading capture={capture} live={live} />
      <Outcome capture={capture} />
      {!over && <Running capture={capture} />}
      <CaptureAgents agents={capture.agents} />
      {readable && <PacketCard capture={capture} />}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-2">
        <CaptureFacts capture={capture} />
        <DownloadCard capture={capture} />
      </div>
    </div>
  )
}

function NoSuchCapture() {
  return (
    <Empty
      title={text.notFound}
      description={text.notFoundDetail}
      contents={
        <LinkButton href="/captures" variant="primary">
          {text.toList}
        </LinkButton>
      }
    />
  )
}

export function CapturePage() {
  const { id } = useParams({ from: '/shell/captures/$id' })
  const live = useLiveCapture(id)
  const { data, error, refetch } = live.query
  if (data !== undefined) return <Details key={data.id} capture={data} live={live} />
  if (error instanceof ApiFailure && error.status === 404) return <NoSuchCapture />
  if (error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex justify-center py-16">
      <Loader size="lg" aria-label={messages.loading} />
    </div>
  )
}
