// The line under the router's name: healthy, or what is wrong, with the one click that mends it where there is one.
import { Button } from '@cloudflare/kumo/components/button'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { InfoIcon } from '@phosphor-icons/react/dist/csr/Info'
import type { RouterStatus } from '../../contract/collector-status.ts'
import type { InterfaceStatus } from '../../contract/exporter-health.ts'
import type { Advice } from '../messages/catalogue.ts'
import { messages } from '../messages.ts'
import { routerMessages } from '../messages/router.ts'
import { useRouterActions } from '../overview/use-router-actions.ts'
import { ProblemBanner } from '../shell/problem-banner.tsx'
import { shown } from '../shell/use-undoable.ts'
import { interfaceLabel } from '../view/interface-names.ts'
import { formatCount, formatDuration, formatShare } from '../view/units.ts'
import { routerFindings, type PlainCause, type RouterFinding, type RouterObservation } from './router-findings.ts'

const text = routerMessages
// A sentence with more names than this is no longer read; the table below has them all.
const mostNames = 3

function namesOf(interfaces: readonly InterfaceStatus[]): string {
  const names = messages.list(interfaces.slice(0, mostNames).map(interfaceLabel))
  return interfaces.length > mostNames ? text.andMore(names, interfaces.length - mostNames) : names
}

const plainCauses: Readonly<Record<PlainCause, (names: string) => Advice>> = {
  flows_missing: text.flowsMissing,
  counted_twice: text.countedTwice,
  no_flows: text.noFlows,
  unclear: text.unclear,
}

function adviceFor(finding: RouterFinding): Advice {
  switch (finding.kind) {
    case 'silent':
      return text.silent(finding.seconds === undefined ? '' : formatDuration(finding.seconds))
    case 'never':
      return text.never
    case 'loss':
      return text.loss(formatShare(finding.loss))
    case 'sampling-untold':
      return text.samplingUntold(formatCount(finding.rate), namesOf(finding.interfaces))
    case 'sampling-told':
      return text.samplingTold(formatCount(finding.rate), formatCount(finding.told), namesOf(finding.interfaces))
    case 'sampling-pending':
      return text.samplingPending(formatCount(finding.rate), namesOf(finding.interfaces))
    case 'counters':
      return plainCauses[finding.cause](namesOf(finding.interfaces))
    case 'skew':
      return text.skew(formatDuration(finding.seconds))
    default:
      return text.setsWaiting(finding.sets)
  }
}

function findingKey(finding: RouterFinding): string {
  if ('rate' in finding) return `${finding.kind} ${finding.rate}`
  return finding.kind === 'counters' ? finding.cause : finding.kind
}

function SetSampling({ router, rate }: { readonly router: RouterStatus; readonly rate: number }) {
  const actions = useRouterActions()
  return (
    <Button
      variant="primary"
      loading={actions.pending}
      onClick={() => {
        actions.setSampling(router, rate).catch(shown)
      }}
    >
      {text.setSampling(formatCount(rate))}
    </Button>
  )
}

interface ProblemsProps {
  readonly first: RouterFinding
  readonly others: readonly RouterFinding[]
  readonly router: RouterStatus
}

function Problems({ first, others, router }: ProblemsProps) {
  return (
    <ProblemBanner
      grave={first.severity === 'error'}
      advice={adviceFor(first)}
      remedy={first.kind === 'sampling-untold' && <SetSampling router={router} rate={first.rate} />}
      others={others.map((finding) => (
        <OtherProblem key={findingKey(finding)} finding={finding} router={router} />
      ))}
    />
  )
}

function OtherProblem({ finding, router }: { readonly finding: RouterFinding; readonly router: RouterStatus }) {
  const { title, fix } = adviceFor(finding)
  return (
    <li className="flex flex-col items-start gap-2">
      <p>
        <strong className="font-medium text-kumo-default">
          {title}
          {messages.fullStop}
        </strong>{' '}
        <span className="text-kumo-subtle">{fix}</span>
      </p>
      {finding.kind === 'sampling-untold' && <SetSampling router={router} rate={finding.rate} />}
    </li>
  )
}

function Notice({ finding }: { readonly finding: RouterFinding }) {
  const advice = adviceFor(finding)
  return (
    <li className="flex items-start gap-2 px-1 text-sm">
      <InfoIcon size={16} className="mt-0.5 shrink-0 text-kumo-subtle" aria-hidden />
      <p>
        <strong className="font-medium text-kumo-default">
          {advice.title}
          {messages.fullStop}
        </strong>{' '}
        <span className="text-kumo-subtle">{advice.fix}</span>
      </p>
    </li>
  )
}

function Healthy({ interfaces }: { readonly interfaces: readonly InterfaceStatus[] }) {
  const agreeing = interfaces.filter((status) => status.in.cause === 'agree' || status.out.cause === 'agree').length
  const counted = interfaces.some((status) => status.in.counter_bps !== null || status.out.counter_bps !== null)
  return (
    <div className="flex items-start gap-2.5 px-1 text-base">
      <CheckCircleIcon size={20} weight="fill" className="mt-0.5 shrink-0 text-kumo-success" aria-hidden />
      <p>
        <strong className="font-semibold text-kumo-default">
          {agreeing > 0 ? text.healthy(agreeing) : text.healthyUnchecked}
          {messages.fullStop}
        </strong>{' '}
        <span className="text-kumo-subtle">{agreeing > 0 ? text.healthyDetail : counted ? text.idleDetail : text.uncheckedDetail}</span>
      </p>
    </div>
  )
}

export function RouterVerdict(observation: RouterObservation) {
  const { router, health, interfaces } = observation
  const findings = routerFindings(observation)
  const [first, ...others] = findings.filter((finding) => finding.severity !== 'notice')
  const notices = findings.filter((finding) => finding.severity === 'notice')
  const known = health !== undefined && interfaces !== undefined && router.last_seen !== null
  if (findings.length === 0 && !known) return null
  return (
    <section aria-label={text.state} className="flex flex-col gap-3">
      {first !== undefined && <Problems first={first} others={others} router={router} />}
      {known && first === undefined && <Healthy interfaces={interfaces} />}
      {notices.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {notices.map((finding) => (
            <Notice key={findingKey(finding)} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  )
}
