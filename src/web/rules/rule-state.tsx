// Badges and bars that tell how a rule stands.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Link } from '@tanstack/react-router'
import type { RuleStatus } from '../../contract/rule.ts'
import type { RuleFields } from '../api/rule-queries.ts'
import type { Metric } from '../api/flow-groups.ts'
import { messages } from '../messages.ts'
import { ruleMessages } from '../messages/rules.ts'
import { loadOf, stateText, type Load } from '../view/rule-state.ts'
import { formatRate } from '../view/units.ts'

const text = ruleMessages

export interface RuleStateProps {
  readonly rule: RuleFields
  readonly status: RuleStatus | undefined
  readonly now: number
}

/** The state, since when, and the way to the incident while there is one. */
export function RuleState({ rule, status, now }: RuleStateProps) {
  const { tone, label, detail } = stateText(rule, status, now)
  const incident = status?.incident ?? null
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Badge appearance="dot" variant={tone}>
        {label}
      </Badge>
      {detail !== '' && incident === null && <span className="text-sm whitespace-nowrap text-kumo-subtle tabular-nums">{detail}</span>}
      {incident !== null && (
        <Link
          to="/incidents/$id"
          params={{ id: incident }}
          title={text.toIncident}
          aria-label={`${text.toIncident} ${detail}`}
          className="rounded-sm text-sm whitespace-nowrap text-kumo-link tabular-nums hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          {detail}
        </Link>
      )}
    </span>
  )
}

function barColour({ share }: Load): string {
  if (share >= 1) return 'bg-kumo-danger'
  return share >= 0.7 ? 'bg-kumo-warning' : 'bg-kumo-info'
}

/** A bar that is full at the limit. The words beside it say the same. */
function LoadBar({ load }: { readonly load: Load }) {
  return (
    <span aria-hidden className="block h-1 w-full overflow-hidden rounded-full bg-kumo-fill">
      <span
        className={`block h-full rounded-full ${barColour(load)}`}
        style={{ width: `${Math.min(100, Math.max(load.share * 100, load.share > 0 ? 1 : 0))}%` }}
      />
    </span>
  )
}

export interface RuleLoadProps {
  readonly rule: RuleFields
  readonly status: RuleStatus | undefined
  /** For rules without a limit to compare with. */
  readonly metric: Metric
}

/** The rate now, against the limit where there is one. */
export function RuleLoad({ rule, status, metric }: RuleLoadProps) {
  if (status === undefined) return <span className="text-kumo-subtle">{messages.none}</span>
  const load = loadOf(rule, status)
  const rate = formatRate(metric === 'bits' ? status.bits_per_second : status.packets_per_second, metric)
  if (load === undefined) return <span className="whitespace-nowrap tabular-nums">{rate}</span>
  const note =
    rule.type === 'zscore' && status.expected !== null
      ? `${rate}, ${text.list.usually(formatRate(status.expected, rule.zscore_target ?? 'bits'))}`
      : ''
  return (
    <span className="flex min-w-36 flex-col gap-1">
      <span className={`whitespace-nowrap tabular-nums ${load.share >= 1 ? 'font-medium text-kumo-danger' : ''}`}>{load.label}</span>
      <LoadBar load={load} />
      {note !== '' && <span className="text-sm whitespace-nowrap text-kumo-subtle tabular-nums">{note}</span>}
    </span>
  )
}
