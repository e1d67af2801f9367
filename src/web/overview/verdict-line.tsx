// The one line at the top: healthy, or what is wrong, since when, and what to do about it.
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { CircleNotchIcon } from '@phosphor-icons/react/dist/csr/CircleNotch'
import { InfoIcon } from '@phosphor-icons/react/dist/csr/Info'
import type { ReactNode } from 'react'
import type { RouterStatus, UnregisteredSender } from '../../contract/collector-status.ts'
import type { Advice } from '../messages/catalogue.ts'
import { messages } from '../messages.ts'
import { CopyCommand } from '../shell/copy-command.tsx'
import { ProblemBanner } from '../shell/problem-banner.tsx'
import { useNow } from '../shell/use-now.ts'
import { formatBinary, formatCount, formatDuration, formatShare } from '../view/units.ts'
import { findingsOf, growth, type Finding, type WatchedLedger } from '../view/verdict.ts'
import { routerLabel } from './router-label.ts'

const text = messages.verdict

function adviceFor(finding: Finding): Advice {
  switch (finding.kind) {
    case 'store-down':
      return text.storeDown(finding.segments)
    case 'spool-full':
      return text.spoolFull(formatCount(finding.records))
    case 'router-silent':
      return text.routerSilent(routerLabel(finding.router), formatDuration(finding.seconds))
    case 'router-never':
      return text.routerNever(routerLabel(finding.router))
    case 'router-loss':
      return text.routerLoss(routerLabel(finding.router), formatShare(finding.loss))
    case 'kernel-drops':
      return text.kernelDrops(formatCount(finding.datagrams), finding.buffer)
    case 'small-buffer': {
      const { address, receive_buffer, receive_buffer_asked } = finding.listener
      return text.smallBuffer(address, formatBinary(receive_buffer), formatBinary(receive_buffer_asked), receive_buffer_asked)
    }
    case 'waiting-templates':
      return text.waitingTemplates(finding.sets)
    default:
      return text.unregistered(finding.senders)
  }
}

function findingKey(finding: Finding): string {
  return 'router' in finding ? `${finding.kind} ${finding.router.address}` : finding.kind
}

function AdviceItem({ advice, icon }: { readonly advice: Advice; readonly icon?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <p>
        {icon}
        <strong className="font-medium text-kumo-default">{advice.title}.</strong> <span className="text-kumo-subtle">{advice.fix}</span>
      </p>
      {advice.command !== undefined && <CopyCommand command={advice.command} />}
    </div>
  )
}

function Notices({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul className="flex flex-col gap-1.5 px-1 text-sm">
      {findings.map((finding) => (
        <li key={findingKey(finding)}>
          <AdviceItem
            advice={adviceFor(finding)}
            icon={<InfoIcon size={16} className="mr-2 inline align-[-3px] text-kumo-subtle" aria-hidden />}
          />
        </li>
      ))}
    </ul>
  )
}

function Line({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="flex items-start gap-2.5 px-1 text-base">
      <span className="mt-0.5">{icon}</span>
      <p>{children}</p>
    </div>
  )
}

function healthyDetail(routers: readonly RouterStatus[]): string {
  return routers.some((router) => router.loss !== null) ? text.healthyDetail : text.healthyNoSequence
}

export interface VerdictProps {
  readonly routers: readonly RouterStatus[] | undefined
  readonly unregistered: readonly UnregisteredSender[]
  readonly ledger: WatchedLedger | undefined
}

export function VerdictLine({ routers, unregistered, ledger }: VerdictProps) {
  const now = useNow(2)
  if (routers === undefined)
    return <Line icon={<CircleNotchIcon size={20} className="animate-spin text-kumo-subtle" aria-hidden />}>{text.checking}</Line>
  const findings = findingsOf({ routers, unregistered, ledger, recentDrops: growth(ledger?.drops ?? []), now })
  const problems = findings.filter((finding) => finding.severity !== 'notice')
  const notices = findings.filter((finding) => finding.severity === 'notice')
  const [first, ...others] = problems
  return (
    <section aria-label={text.label} className="flex flex-col gap-3">
      {first === undefined ? (
        <Line icon={<CheckCircleIcon size={20} weight="fill" className="text-kumo-success" aria-hidden />}>
          <strong className="font-semibold text-kumo-default">{text.healthy(routers.length)}.</strong>{' '}
          <span className="text-kumo-subtle">{healthyDetail(routers)}</span>
        </Line>
      ) : (
        <Problems first={first} others={others} />
      )}
      {notices.length > 0 && <Notices findings={notices} />}
    </section>
  )
}

function Problems({ first, others }: { readonly first: Finding; readonly others: readonly Finding[] }) {
  const advice = adviceFor(first)
  return (
    <ProblemBanner
      grave={first.severity === 'error'}
      advice={advice}
      remedy={advice.command !== undefined && <CopyCommand command={advice.command} />}
      others={others.map((problem) => (
        <li key={findingKey(problem)}>
          <AdviceItem advice={adviceFor(problem)} />
        </li>
      ))}
    />
  )
}
