// Below the chart: the rules nearest to their limit. Press one to draw what it counts beside the whole.
import { messages } from '../messages.ts'
import { overviewMessages } from '../messages/overview.ts'
import { ruleMessages } from '../messages/rules.ts'
import type { Metric } from '../api/flow-groups.ts'
import type { Limits, RuleLimit } from '../view/traffic-limits.ts'
import { formatRate, formatShare } from '../view/units.ts'
import type { OwnTraffic } from './use-rule-limits.ts'

const text = overviewMessages.limits
/** The page about rules has them all. */
const mostShown = 4

interface LimitButtonProps {
  readonly limit: RuleLimit
  readonly metric: Metric
  /** Of its line; undefined where it has none. */
  readonly colour: string | undefined
  readonly own: OwnTraffic
  /** What is drawn is what it counts: there is nothing to add. */
  readonly whole: boolean
}

function LimitButton({ limit, metric, colour, own, whole }: LimitButtonProps) {
  const drawn = own.id === limit.id
  const load = ruleMessages.list.ofLimit(formatRate(limit.rate, metric), formatRate(limit.limit, metric))
  return (
    <button
      type="button"
      disabled={whole}
      aria-pressed={drawn}
      title={whole ? undefined : drawn ? text.ownHide(limit.name) : text.own(limit.name)}
      className={`flex max-w-full min-w-0 items-center gap-2 rounded-md px-2 py-1 text-sm ring focus-visible:outline-2 focus-visible:outline-kumo-brand ${drawn ? 'bg-kumo-tint ring-kumo-line' : 'ring-kumo-hairline'} ${whole ? '' : 'cursor-pointer hover:bg-kumo-tint'}`}
      onClick={() => own.choose(drawn ? undefined : limit.id)}
    >
      <span
        aria-hidden
        className="h-0 w-4 shrink-0 border-t-2 border-dashed border-kumo-line"
        style={colour === undefined ? {} : { borderColor: colour }}
      />
      <span className="truncate font-medium text-kumo-default">{limit.name}</span>
      <span className={`whitespace-nowrap tabular-nums ${limit.share >= 1 ? 'font-medium text-kumo-danger' : 'text-kumo-subtle'}`}>
        {load} ({formatShare(Math.round(limit.share * 100) / 100)})
      </span>
    </button>
  )
}

export interface LimitLegendProps {
  readonly limits: Limits
  readonly own: OwnTraffic
  readonly metric: Metric
  /** Colours of the lines by rule. */
  readonly colours: ReadonlyMap<string, string>
  /** How many limits are too far above to be drawn. */
  readonly far: number
}

export function LimitLegend({ limits: { scope, limits }, own, metric, colours, far }: LimitLegendProps) {
  if (scope === 'none') return <p className="text-sm text-kumo-subtle">{text.filtered}</p>
  if (limits.length === 0) return null
  const notes = [text[scope], ...(far > 0 ? [text.far(far)] : []), ...(own.error === null ? [] : [text.unread])]
  return (
    <section aria-label={text.title} className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-kumo-subtle">{text.title}</span>
        {limits.slice(0, mostShown).map((limit) => (
          <LimitButton key={limit.id} limit={limit} metric={metric} colour={colours.get(limit.id)} own={own} whole={scope === 'same'} />
        ))}
      </div>
      <p className="text-sm text-kumo-subtle max-sm:hidden">{messages.sentences(notes)}</p>
    </section>
  )
}
