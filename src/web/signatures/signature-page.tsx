// One signature: its verdict, its vectors with their evidence, how the attack differs, and the ways to put it to use.
import { Banner } from '@cloudflare/kumo/components/banner'
import { LinkButton } from '@cloudflare/kumo/components/button'
import { DropdownMenu } from '@cloudflare/kumo/components/dropdown'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { ArrowClockwiseIcon } from '@phosphor-icons/react/dist/csr/ArrowClockwise'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { CircleIcon } from '@phosphor-icons/react/dist/csr/Circle'
import { PencilSimpleIcon } from '@phosphor-icons/react/dist/csr/PencilSimple'
import { TrashIcon } from '@phosphor-icons/react/dist/csr/Trash'
import { WallIcon } from '@phosphor-icons/react/dist/csr/Wall'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { signaturePhases, type Signature, type SignatureReport } from '../../contract/signature.ts'
import { ApiFailure } from '../api/envelope.ts'
import { signatureQuery } from '../api/signature-queries.ts'
import { messages } from '../messages.ts'
import { serverText } from '../messages/server-text.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { ActionsMenu } from '../shell/actions-menu.tsx'
import { Card } from '../shell/card.tsx'
import { Stale, type CardQuery } from '../shell/card-state.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { Permitted, PermittedButton } from '../shell/permitted.tsx'
import { Trail } from '../shell/trail.tsx'
import { useTitle } from '../shell/use-title.ts'
import { isAtWork } from '../view/signature-view.ts'
import { formatDayTime } from '../view/units.ts'
import { DeployedCard } from './deployed-card.tsx'
import { FilterCard } from './filter-card.tsx'
import { InputCard, TargetsCard } from './input-card.tsx'
import { JunkCard } from './junk-card.tsx'
import { PartCard } from './part-card.tsx'
import { RenderingCard } from './rendering-card.tsx'
import { SignatureProgressBar, SignatureState, SourceName } from './signature-state.tsx'
import { SpreadCard } from './spread-card.tsx'
import { useSignatureTask } from './use-signature-task.tsx'
import { ReportWarnings, VerdictCard } from './verdict-card.tsx'

const text = signatureMessages.page

interface SignatureProps {
  readonly signature: Signature
}

function HeadingActions({ signature }: SignatureProps) {
  const navigate = useNavigate()
  const [start, dialog] = useSignatureTask(() => void navigate({ to: '/signatures', replace: true }))
  return (
    <span className="flex flex-wrap items-center gap-2">
      {signature.filter !== null && !isAtWork(signature) && (
        <PermittedButton
          scope="firewall:write"
          icon={WallIcon}
          variant="primary"
          onClick={() => void navigate({ to: '/firewall', search: { deploy: signature.id } })}
        >
          {text.deploy}
        </PermittedButton>
      )}
      <ActionsMenu label={signatureMessages.list.actionsOf(signature.name)} scopes={['signatures:write']}>
        <DropdownMenu.Item
          icon={ArrowClockwiseIcon}
          onClick={() => void navigate({ to: '/signatures/new', search: { again: signature.id } })}
        >
          {text.again}
        </DropdownMenu.Item>
        <DropdownMenu.Item icon={PencilSimpleIcon} onClick={() => start({ kind: 'rename', signature })}>
          {text.rename}
        </DropdownMenu.Item>
        <DropdownMenu.Separator />
        <DropdownMenu.Item icon={TrashIcon} variant="danger" onClick={() => start({ kind: 'remove', signature })}>
          {text.remove}
        </DropdownMenu.Item>
      </ActionsMenu>
      {dialog}
    </span>
  )
}

function Heading({ signature, query }: SignatureProps & { readonly query: CardQuery<Signature> }) {
  const { name, source, created_at: made, who } = signature
  return (
    <div className="flex flex-col gap-1.5">
      <Trail to="/signatures" name={signatureMessages.title} here={name} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1.5">
          <h1 className="text-xl font-semibold break-words text-kumo-default">{name}</h1>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-base text-kumo-subtle">
            <SignatureState signature={signature} />
            <SourceName source={source} />
            <span className="tabular-nums">
              {formatDayTime(Date.parse(made))}, {who}
            </span>
            <Stale query={query} />
          </div>
        </div>
        <HeadingActions signature={signature} />
      </div>
    </div>
  )
}

/** The steps on the way: those behind, the one at hand, those to come. */
function Steps({ signature }: SignatureProps) {
  const steps = signaturePhases.filter((phase) => phase !== 'done' && (phase !== 'reading baseline' || signature.baseline !== null))
  const at = signature.state === 'queued' ? -1 : steps.findIndex((phase) => phase === signature.progress.phase)
  return (
    <ol className="flex flex-wrap gap-x-6 gap-y-1 text-base">
      {steps.map((phase, index) => {
        const Icon = index < at ? CheckCircleIcon : CircleIcon
        const colour = index === at ? 'font-medium text-kumo-default' : 'text-kumo-subtle'
        return (
          <li key={phase} aria-current={index === at ? 'step' : undefined} className={`flex items-center gap-2 ${colour}`}>
            <Icon size={16} weight={index <= at ? 'fill' : 'regular'} aria-hidden className={index < at ? 'text-kumo-success' : ''} />
            {signatureMessages.phases[phase]}
          </li>
        )
      })}
    </ol>
  )
}

/** How far it is; while an edited filter is measured, what was measured before stays below. */
function Work({ signature }: SignatureProps) {
  if (!isAtWork(signature)) return null
  return (
    <Card title={signatureMessages.states[signature.state]}>
      <div className="flex flex-col gap-3">
        <Steps signature={signature} />
        <SignatureProgressBar signature={signature} />
        {signature.report !== null && <p className="text-sm text-kumo-subtle">{text.remeasuring}</p>}
      </div>
    </Card>
  )
}

function Failed({ signature }: SignatureProps) {
  const navigate = useNavigate()
  if (signature.state !== 'failed') return null
  return (
    <Banner
      variant="error"
      role="alert"
      icon={<WarningCircleIcon weight="fill" aria-hidden />}
      title={text.failedTitle}
      description={serverText(signature.error ?? '')}
      action={
        <Permitted scope="signatures:write">
          <Banner.Action onClick={() => void navigate({ to: '/signatures/new', search: { again: signature.id } })}>
            {text.again}
          </Banner.Action>
        </Permitted>
      }
    />
  )
}

function Report({ signature, report }: SignatureProps & { readonly report: SignatureReport }) {
  const { parts } = report
  return (
    <>
      <VerdictCard report={report} edited={signature.edited} />
      <ReportWarnings report={report} />
      <FilterCard signature={signature} />
      {parts.map((part, index) => (
        <PartCard key={part.filter} part={part} number={index + 1} parts={parts.length} />
      ))}
      <SpreadCard spreads={report.spreads} />
      <RenderingCard signature={signature} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <DeployedCard signature={signature} />
          <JunkCard findings={report.junk} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <TargetsCard targets={report.targets} />
          <InputCard signature={signature} report={report} />
        </div>
      </div>
    </>
  )
}

function Details({ signature, query }: SignatureProps & { readonly query: CardQuery<Signature> }) {
  useTitle(signature.name)
  return (
    <div className="flex flex-col gap-5">
      <Heading signature={signature} query={query} />
      <Failed signature={signature} />
      <Work signature={signature} />
      {signature.report !== null && <Report signature={signature} report={signature.report} />}
    </div>
  )
}

function NoSuchSignature() {
  return (
    <Empty
      title={text.notFound}
      description={text.notFoundDetail}
      contents={
        <LinkButton href="/signatures" variant="primary">
          {text.toList}
        </LinkButton>
      }
    />
  )
}

export function SignaturePage() {
  const { id } = useParams({ from: '/shell/signatures/$id' })
  const query = useQuery(signatureQuery(useAccount(), id))
  const { data, error, refetch } = query
  if (data !== undefined) return <Details key={data.id} signature={data} query={query} />
  if (error instanceof ApiFailure && error.status === 404) return <NoSuchSignature />
  if (error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex justify-center py-16">
      <Loader size="lg" aria-label={messages.loading} />
    </div>
  )
}
