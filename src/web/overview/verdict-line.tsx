// The one line at the top: calm, or what is wrong, since when, how bad, what was done, and the way on. The worst first.
import { Button } from '@cloudflare/kumo/components/button'
import { CheckCircleIcon } from '@phosphor-icons/react/dist/csr/CheckCircle'
import { InfoIcon } from '@phosphor-icons/react/dist/csr/Info'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { RouterStatus, UnregisteredSender } from '../../contract/collector-status.ts'
import type { Metric } from '../api/flow-groups.ts'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import type { Advice } from '../messages/catalogue.ts'
import { overviewMessages } from '../messages/overview.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { CopyCommand } from '../shell/copy-command.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { ProblemBanner } from '../shell/problem-banner.tsx'
import { useNow } from '../shell/use-now.ts'
import { findingsOf, growth, type Finding, type WatchedLedger } from '../view/verdict.ts'
import { worriesOf, type Worry } from '../view/worries.ts'
import { attackTitle, AttackLinks, useAttackSentences } from './attack-verdict.tsx'
import { adviceFor, FindingLink, findingKey } from './finding-advice.tsx'

const text = overviewMessages.verdict
// More than this beside a calm line would not be calm.
const mostNotices = 2
// The pages about incidents and routers have them all.
const mostOthers = 8

const link = 'rounded-sm text-kumo-link underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

interface Look {
  readonly metric: Metric
  readonly now: number
}

function AdviceItem({ advice, link, icon }: { readonly advice: Advice; readonly link?: ReactNode; readonly icon?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <p>
        {icon}
        <strong className="font-medium text-kumo-default">
          {advice.title}
          {messages.fullStop}
        </strong>{' '}
        <span className="text-kumo-subtle">{advice.fix}</span>
      </p>
      {advice.command !== undefined && <CopyCommand command={advice.command} />}
      {link}
    </div>
  )
}

function WorryItem({ worry, metric, now }: Look & { readonly worry: Worry }) {
  if (worry.kind === 'collection') return <AdviceItem advice={adviceFor(worry.finding)} link={<FindingLink finding={worry.finding} />} />
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <strong className="font-medium tabular-nums">{attackTitle(worry.incident, now)}</strong>
      <AttackLinks incident={worry.incident} metric={metric} now={now} />
    </div>
  )
}

const keyOf = (worry: Worry) => (worry.kind === 'attack' ? worry.incident.id : findingKey(worry.finding))

interface WorstProps extends Look {
  readonly others: readonly Worry[]
}

/** Beside what helps against the worst: how many more there are, which opens them. */
function useOthers({ others, metric, now }: WorstProps): { button: ReactNode; items: readonly ReactNode[] } {
  const [open, setOpen] = useState(false)
  if (others.length === 0) return { button: null, items: [] }
  const button = (
    <Button size="sm" variant="ghost" aria-expanded={open} onClick={() => setOpen(!open)}>
      {open ? text.fewer : text.more(others.length)}
    </Button>
  )
  const items = others.slice(0, mostOthers).map((worry) => (
    <li key={keyOf(worry)}>
      <WorryItem worry={worry} metric={metric} now={now} />
    </li>
  ))
  const rest = others.slice(mostOthers)
  const more = rest.length > 0 && (
    <li key="rest" className="flex flex-wrap gap-x-4">
      <span>{text.more(rest.length)}</span>
      {rest.some(({ kind }) => kind === 'attack') && (
        <Link to="/incidents" search={{ state: 'open' }} className={link}>
          {text.allIncidents}
        </Link>
      )}
      {rest.some(({ kind }) => kind === 'collection') && (
        <Link to="/routers" className={link}>
          {text.allRouters}
        </Link>
      )}
    </li>
  )
  return { button, items: open ? [...items, more] : [] }
}

function Attack({ worry, ...props }: WorstProps & { readonly worry: Extract<Worry, { kind: 'attack' }> }) {
  const { button, items } = useOthers(props)
  const sentences = useAttackSentences(worry.incident)
  const advice = { title: attackTitle(worry.incident, props.now), fix: sentences }
  const remedy = (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <AttackLinks incident={worry.incident} metric={props.metric} now={props.now} />
      {button}
    </span>
  )
  return <ProblemBanner grave advice={advice} remedy={remedy} others={items} />
}

function Collection({ worry, ...props }: WorstProps & { readonly worry: Extract<Worry, { kind: 'collection' }> }) {
  const { button, items } = useOthers(props)
  const advice = adviceFor(worry.finding)
  const remedy = (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {advice.command !== undefined && <CopyCommand command={advice.command} />}
      <FindingLink finding={worry.finding} />
      {button}
    </span>
  )
  return <ProblemBanner grave={worry.finding.severity === 'error'} advice={advice} remedy={remedy} others={items} />
}

function Notices({ findings }: { readonly findings: readonly Finding[] }) {
  const [open, setOpen] = useState(false)
  if (findings.length === 0) return null
  const icon = <InfoIcon size={16} className="mr-2 inline align-[-3px] text-kumo-subtle" aria-hidden />
  const folded = findings.length > mostNotices && !open
  return (
    <div className="px-1 text-sm">
      {folded ? (
        <Button size="sm" variant="ghost" icon={InfoIcon} aria-expanded={false} onClick={() => setOpen(true)}>
          {text.remarks(findings.length)}
        </Button>
      ) : (
        <ul className="flex flex-col gap-1.5">
          {findings.map((finding) => (
            <li key={findingKey(finding)}>
              <AdviceItem advice={adviceFor(finding)} link={<FindingLink finding={finding} />} icon={icon} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Calm({ routers }: { readonly routers: readonly RouterStatus[] }) {
  const words = messages.verdict
  return (
    <div className="flex min-h-6 items-start gap-2.5 px-1 text-base">
      <CheckCircleIcon size={20} weight="fill" className="mt-0.5 shrink-0 text-kumo-success" aria-hidden />
      <p>
        <strong className="font-semibold text-kumo-default">
          {words.healthy(routers.length)}
          {messages.fullStop}
        </strong>{' '}
        <span className="text-kumo-subtle">
          {routers.some((router) => router.loss !== null) ? words.healthyDetail : words.healthyNoSequence}
        </span>
      </p>
    </div>
  )
}

export interface VerdictProps {
  readonly routers: readonly RouterStatus[]
  readonly unregistered: readonly UnregisteredSender[]
  readonly ledger: WatchedLedger | undefined
  readonly metric: Metric
}

function Worst({ worries, metric, now }: Look & { readonly worries: readonly Worry[] }) {
  const [worst, ...others] = worries
  if (worst === undefined) return null
  // Another worst begins with its list folded.
  if (worst.kind === 'attack') return <Attack key={worst.incident.id} worry={worst} others={others} metric={metric} now={now} />
  return <Collection key={findingKey(worst.finding)} worry={worst} others={others} metric={metric} now={now} />
}

export function VerdictLine({ routers, unregistered, ledger, metric }: VerdictProps) {
  const now = useNow(1)
  const incidents = useQuery(openIncidentsQuery(useAccount()))
  const findings = findingsOf({ routers, unregistered, ledger, recentDrops: growth(ledger?.drops ?? []), now })
  const worries = worriesOf(incidents.data?.items ?? [], findings)
  // Calm is said only where nothing is known to burn, and not while that is being asked.
  const unread = incidents.data === undefined
  return (
    <section aria-label={text.label} className="flex flex-col gap-3">
      {unread && incidents.error !== null && (
        <>
          <p className="px-1 text-base font-medium text-kumo-default">{text.incidentsUnread}</p>
          <FailureBanner error={incidents.error} onRetry={() => void incidents.refetch()} />
        </>
      )}
      <Worst worries={worries} metric={metric} now={now} />
      {worries.length === 0 && !unread && <Calm routers={routers} />}
      <Notices findings={findings.filter(({ severity }) => severity === 'notice')} />
    </section>
  )
}
