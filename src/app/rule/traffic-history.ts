// Chooses the history that a rule is replayed on and reads it: seconds from stored flows, minutes from stored flows, or the
// minute sums that were kept of a saved rule.
import { ApiError } from '../../contract/api-errors.ts'
import type { RuleMinute } from '../../contract/rule-minutes.ts'
import type { SamplingOverrides } from '../../query/applied-rate.ts'
import { tierLifetime } from '../../query/flow-tiers.ts'
import { queryRuleMinutes } from '../../query/rule-minutes.ts'
import { queryRuleSeries, queryStoredSince, type RuleSeries } from '../../query/rule-series.ts'
import { storeFailure } from '../../query/store-failure.ts'
import type { AppContext } from '../context.ts'
import type { TimeBudget } from './time-budget.ts'

export type HistoryContext = Pick<AppContext, 'flows' | 'clock' | 'config'>

export interface HistoryQuestion {
  readonly account: number
  readonly prefixes: readonly string[]
  /** Id of the rule whose minutes may be there; undefined for a rule that was never saved. */
  readonly savedRule: string | undefined
  /** Seconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  /** Seconds before `from` that a replay begins with, where they are there. */
  readonly lead: number
  readonly overrides: SamplingOverrides
  readonly budget: TimeBudget
}

/** Sums of each step from `begin` to `to`. */
export interface TrafficHistory extends Pick<RuleSeries, 'step' | 'bits' | 'packets'> {
  /** First second, in the lead. */
  readonly begin: number
  /** What was asked for, as far as it is there, on whole steps. */
  readonly from: number
  readonly to: number
  /** Largest second of each step, per second. */
  readonly peaks: { readonly bits: Float64Array; readonly packets: Float64Array }
  /** First second from which on all flows are stored; Infinity when none are. */
  readonly flowsSince: number
  readonly caveats: readonly string[]
}

/** The longest range that is replayed by the second. */
const longestBySeconds = 2 * 86_400
/** Of a single statement. */
const queryTimeout = 30
const minute = 60
/** Minutes that were kept must reach so much further back than flows to be better than seconds. */
const worthMinutes = 3600

/**
 * By the second where flows reach (nearly) back to the begin and that is not too long ago; by the minute otherwise.
 * @throws ApiError history_missing, history_too_large; what the store throws
 */
export async function readTraffic(context: HistoryContext, question: HistoryQuestion): Promise<TrafficHistory> {
  const since = await flowsSince(context, question.account)
  const begin = Math.max(question.from, since)
  const fine = question.to - begin <= longestBySeconds
  const kept = fine && begin <= question.from + worthMinutes ? undefined : await fromMinutes(context, { ...question, since })
  if (kept !== undefined && kept.from <= begin + (fine ? -worthMinutes : minute)) return kept
  if (begin > question.to - minute) throw new ApiError('history_missing')
  try {
    return await fromFlows(context, { ...question, since, step: fine ? 1 : minute })
  } catch (error) {
    const explained = historyError(error)
    if (explained === error) throw error
    const instead = kept ?? (await fromMinutes(context, { ...question, since }))
    if (instead !== undefined) return instead
    throw explained
  }
}

/** The first second from which on all flows of an account are stored; Infinity when there is none. */
export async function flowsSince({ flows, clock, config }: HistoryContext, account: number): Promise<number> {
  const oldest = await queryStoredSince(flows, account)
  if (oldest === undefined) return Infinity
  return Math.max(oldest, Math.ceil(clock.now() / 1000) - tierLifetime('raw', config.store.retention))
}

/** What to tell of a failure to read: history_too_large where a limit of the store was reached, otherwise the error itself. */
export function historyError(error: unknown): unknown {
  const failure = storeFailure(error)
  const tooMuch = failure === 'time' || failure === 'memory' || failure === 'rows' || failure === 'cancelled'
  return tooMuch ? new ApiError('history_too_large') : error
}

async function fromFlows(
  { flows }: HistoryContext,
  question: HistoryQuestion & { readonly since: number; readonly step: number },
): Promise<TrafficHistory> {
  const { account, prefixes, lead, overrides, budget, since, step } = question
  const up = (time: number) => Math.ceil(time / step) * step
  const from = up(Math.max(question.from, since))
  const begin = Math.max(from - up(lead), up(since))
  const to = Math.floor(question.to / step) * step
  const series = await queryRuleSeries(flows, { account, prefixes, from: begin, to, step, overrides }, budget.upTo(queryTimeout))
  const caveats = [
    ...(from > question.from + step ? [`Flows are stored since ${timeText(since)} only; the replay begins there.`] : []),
    ...(step === 1 ? [] : [minuteCaveat]),
  ]
  const { bits, packets } = series
  return {
    begin,
    from,
    to,
    step,
    bits,
    packets,
    peaks: { bits: perSecond(bits, step), packets: perSecond(packets, step) },
    flowsSince: since,
    caveats,
  }
}

const perSecond = (sums: Float64Array, step: number) => (step === 1 ? sums : sums.map((sum) => sum / step))

const minuteCaveat =
  'Replayed by the minute, each taken as even: what is shorter than a minute is not seen, and starts and ends are known to the minute.'

/** Undefined when the rule was never saved or was not counted in that time. */
async function fromMinutes(
  { flows }: HistoryContext,
  question: HistoryQuestion & { readonly since: number },
): Promise<TrafficHistory | undefined> {
  const { savedRule: rule, lead } = question
  if (rule === undefined) return undefined
  const down = (time: number) => Math.floor(time / minute) * minute
  const kept = await queryRuleMinutes(flows, { rule, from: down(question.from - lead), to: down(question.to) })
  const inside = kept.filter((row) => row.minute >= down(question.from))
  const [begin, from, last] = [kept[0]?.minute, inside[0]?.minute, inside.at(-1)?.minute]
  if (begin === undefined || from === undefined || last === undefined) return undefined
  // The newest minutes are stored a little later.
  const to = last + minute
  const missing = (to - from) / minute - inside.length
  const caveats = [
    minuteCaveat,
    'The minutes were counted by the prefixes that the rule had then.',
    ...(from > question.from + minute ? [`The rule was counted since ${timeText(from)} only; the replay begins there.`] : []),
    ...(missing > 0 ? [`${missing} minutes were not counted, because the server was down; they are taken as no traffic.`] : []),
  ]
  return { begin, from, to, step: minute, ...layMinutes(kept, begin, (to - begin) / minute), flowsSince: question.since, caveats }
}

function layMinutes(kept: readonly RuleMinute[], begin: number, steps: number): Pick<TrafficHistory, 'bits' | 'packets' | 'peaks'> {
  const [bits, packets, bitPeaks, packetPeaks] = [0, 1, 2, 3].map(() => new Float64Array(steps)) as [Sums, Sums, Sums, Sums]
  for (const row of kept) {
    const at = (row.minute - begin) / minute
    bits[at] = row.bytes * 8
    packets[at] = row.packets
    bitPeaks[at] = row.peak_bits
    packetPeaks[at] = row.peak_packets
  }
  return { bits, packets, peaks: { bits: bitPeaks, packets: packetPeaks } }
}
type Sums = Float64Array<ArrayBuffer>

const timeText = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')
