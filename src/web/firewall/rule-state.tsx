// How a rule stands: its state as a badge, what it does, its name as a link, its rates as a line.
import { Badge } from '@cloudflare/kumo/components/badge'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { FirewallRule } from '../../contract/firewall.ts'
import { ratesQuery } from '../api/firewall-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { ratesOf, sparkline } from '../view/firewall-rates.ts'
import { actionText, rateText, ruleTone, sinceText } from '../view/firewall-view.ts'

const text = firewallMessages
const size = { width: 112, height: 28, span: 60_000 } as const

interface RuleProps {
  readonly rule: FirewallRule
}

export function FirewallState({ rule, now }: RuleProps & { readonly now: number }) {
  const tone = ruleTone(rule)
  const { state, action } = rule
  return (
    <span className="flex flex-col items-start gap-0.5">
      {tone === 'info' ? (
        <Badge variant="info">{text.states[state]}</Badge>
      ) : (
        <Badge appearance="dot" variant={tone}>
          {text.states[state]}
        </Badge>
      )}
      <span className="text-sm text-kumo-subtle tabular-nums">
        {state === 'enforcing' && `${actionText(action)}, `}
        {sinceText(rule, now)}
      </span>
    </span>
  )
}

export function RuleName({ rule }: RuleProps) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <Link
        to="/firewall/$id"
        params={{ id: rule.id }}
        className="self-start rounded-sm text-base font-medium break-words text-kumo-default hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {rule.name}
      </Link>
      <code className="line-clamp-2 font-mono text-sm break-words text-kumo-subtle" title={rule.filter}>
        {rule.filter}
      </code>
    </span>
  )
}

/** Matched and dropped packets a second, as numbers and over the last minute. What is dropped lies over what matched. */
export function LiveRates({ rule }: RuleProps) {
  const { data: points = [] } = useQuery(ratesQuery(useAccount(), rule.id))
  const rates = ratesOf(rule)
  const top = Math.max(0, ...points.map(({ matched }) => matched))
  const matched = sparkline(
    points.map(({ time, matched: value }) => ({ time, value })),
    { ...size, top },
  )
  const dropped = sparkline(
    points.map(({ time, dropped: value }) => ({ time, value })),
    { ...size, top },
  )
  return (
    <span className="flex items-center gap-3">
      <span className="flex w-28 flex-col tabular-nums">
        <span className="whitespace-nowrap text-kumo-default">
          {rateText(rates?.matched)} <span className="text-sm text-kumo-subtle">{text.perSecond.matched.toLowerCase()}</span>
        </span>
        <span className="whitespace-nowrap text-kumo-default">
          {rateText(rates?.dropped)} <span className="text-sm text-kumo-subtle">{text.perSecond.dropped.toLowerCase()}</span>
        </span>
      </span>
      <svg
        role="img"
        aria-label={text.sparkline(rule.name, rateText(rates?.matched), rateText(rates?.dropped))}
        viewBox={`0 0 ${size.width} ${size.height}`}
        className="h-7 w-28 shrink-0"
        fill="none"
        strokeLinejoin="round"
      >
        <path d={`M0 ${size.height - 0.5}H${size.width}`} className="stroke-kumo-line" />
        <path d={matched} className="stroke-kumo-info" strokeWidth={1.5} />
        <path d={dropped} className="stroke-kumo-danger" strokeWidth={1.5} strokeDasharray="3 2" />
      </svg>
    </span>
  )
}
