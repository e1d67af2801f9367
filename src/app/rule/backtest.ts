// Replays a rule, saved or not, over stored history: when it would have fired and on what.
import { setImmediate } from 'node:timers/promises'
import type { BacktestFiring, BacktestPoint, BacktestResult } from '../../contract/backtest.ts'
import { ruleDurations, type Rule } from '../../contract/rule.ts'
import { Replay, SteppedSeconds, type ReplayFiring } from '../../detect/backtest.ts'
import { createEvaluator } from '../../detect/evaluators.ts'
import type { SamplingOverrides } from '../../query/applied-rate.ts'
import { queryTalkers } from '../../query/incident-talkers.ts'
import { storeFailure } from '../../query/store-failure.ts'
import type { AppContext, Principal } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'
import { requireScope } from '../scopes.ts'
import { AttackReplay } from './attack-replay.ts'
import { parseBacktest, type BacktestQuestion } from './backtest-question.ts'
import { MinuteHistory } from './minute-history.ts'
import { TimeBudget } from './time-budget.ts'
import { historyError, readTraffic, type TrafficHistory } from './traffic-history.ts'
import { readAdvertisingFacts, WouldAdvertise } from './would-advertise.ts'

export type BacktestContext = Pick<AppContext, 'state' | 'flows' | 'clock' | 'config'>

const maxPoints = 1000
const maxFirings = 1000
/** Firings whose busiest destination is looked up, and over how many seconds. */
const namedFirings = 20
const namedSeconds = 600
/** Clients wait a minute. */
const requestSeconds = 50
/** A replay ends, done or not, when no more is left for what comes after it. */
const namingSeconds = 10
/** Attack reports cost half a millisecond for each second that is replayed. */
const longestByFlows = 6 * 3600
/** Some 5 ms; then others have their turn. */
const judgementsPerTurn = 1000
/** A zscore looks at five minutes; a threshold at ten seconds before its duration. */
const leadSeconds = 600

interface Backtest extends BacktestQuestion {
  readonly history: TrafficHistory
  readonly overrides: SamplingOverrides
  readonly caveats: string[]
  readonly budget: TimeBudget
}

/**
 * @param body `{rule} or {rule_id}`, `from?`, `to?` (RFC 3339); the last 24 hours when left out
 * @throws ApiError invalid_request, rule_invalid, rule_not_found, history_missing, history_too_large, forbidden
 */
export async function backtestRule(context: BacktestContext, principal: Principal, body: unknown): Promise<BacktestResult> {
  requireScope(principal, 'mnm:read')
  requireScope(principal, 'analytics:read')
  const budget = new TimeBudget(requestSeconds)
  const question = await parseBacktest(context, principal, body)
  const { rule, saved, to } = question
  const overrides = await samplingOverrides(context.state, rule.account)
  // Vectors are told by flows only.
  const byFlows = rule.type === 'advanced_ddos'
  const from = byFlows ? Math.max(question.from, to - longestByFlows) : question.from
  const history = await readTraffic(context, {
    account: rule.account,
    prefixes: rule.prefixes,
    from,
    to,
    overrides,
    budget,
    savedRule: saved && !byFlows ? rule.id : undefined,
    lead: leadSeconds + ruleDurations[rule.duration],
  })
  const caveats = [...history.caveats, ...(from > question.from ? [flowsOnly] : []), ...(fires(rule) ? [] : [noThreshold])]
  const backtest = { ...question, history, overrides, caveats, budget }
  try {
    return { ...(await answer(context, backtest, await replayRule(context, backtest))), caveats }
  } catch (error) {
    throw historyError(error)
  }
}

const flowsOnly = `An advanced_ddos rule is replayed flow by flow, over ${longestByFlows / 3600} hours at the most: those before \`to\`.`
const noThreshold = 'The rule has no threshold, so it can never fire.'

const fires = ({ type, bandwidth_threshold: bits, packet_threshold: packets }: Rule) =>
  type !== 'threshold' || bits !== null || packets !== null

async function replayRule(context: BacktestContext, { rule, saved, history, overrides, caveats, budget }: Backtest): Promise<Replay> {
  const evaluator = createEvaluator(rule)
  const minutes = new MinuteHistory(context, { rule, saved, overrides, flowsSince: history.flowsSince, budget })
  const { begin: from, to, step, bits, packets } = history
  await evaluator.prime?.(minutes, from, null)
  const attacks = rule.type === 'advanced_ddos' ? new AttackReplay(context.flows, rule, { from, to, overrides, budget }) : undefined
  const begin = (await attacks?.begin()) ?? from
  if (begin > history.from) caveats.push(`There are too many flows to look at each; the replay begins at ${timeText(begin)}.`)
  const replay = new Replay({
    rule,
    evaluator,
    from: begin,
    to,
    step,
    seconds: new SteppedSeconds(from, step, { bits, packets }),
    before: (second) => {
      for (const report of attacks?.reports(second) ?? []) evaluator.addReport?.(report)
    },
  })
  let more = true
  while (more && budget.left > namingSeconds) {
    const ready = ((await attacks?.reach(replay.next)) ?? Infinity) - replay.next
    more = replay.run(Math.min(judgementsPerTurn, ready))
    await setImmediate()
  }
  if (more) caveats.push(`The replay would have taken too long and ended at ${timeText(replay.next)}; ask for a shorter time.`)
  if (replay.learned !== null)
    caveats.push(`History is too short to learn what is normal: ${Math.floor(replay.learned * 100)} % of it is there.`)
  return replay
}

async function answer(context: BacktestContext, backtest: Backtest, replay: Replay): Promise<Omit<BacktestResult, 'caveats'>> {
  const { rule, history } = backtest
  const inside = replay.firings.filter(({ endedAt }) => endedAt === null || endedAt > history.from)
  if (inside.length > maxFirings) backtest.caveats.push(`It would have fired ${inside.length} times; the first ${maxFirings} are listed.`)
  const step = seriesStep(history)
  return {
    from: timeText(history.from),
    to: timeText(history.to),
    resolution: history.step,
    firings: await firingsOf(context, backtest, inside.slice(0, maxFirings)),
    nearest_miss_seconds: replay.nearestMiss,
    series: seriesOf(history, step),
    series_step: step,
    bandwidth_threshold: rule.type === 'threshold' ? rule.bandwidth_threshold : null,
    packet_threshold: rule.type === 'threshold' ? rule.packet_threshold : null,
    limit_series: rule.type === 'zscore' ? limitsOf(replay, history, step) : null,
  }
}

async function firingsOf(context: BacktestContext, backtest: Backtest, firings: readonly ReplayFiring[]): Promise<BacktestFiring[]> {
  const told: BacktestFiring[] = []
  let unnamed = 0
  const advertiser = new WouldAdvertise(backtest.rule, await readAdvertisingFacts(context, backtest.rule.account))
  for (const firing of firings) {
    const top = told.length < namedFirings && backtest.budget.left > 1 ? await topDestination(context, backtest, firing) : undefined
    if (top === undefined) unnamed++
    told.push({
      started_at: timeText(firing.startedAt),
      fired_at: timeText(firing.firedAt + 1),
      ended_at: firing.endedAt === null ? null : timeText(firing.endedAt),
      metric: firing.metric,
      limit: firing.limit,
      ...peaksOf(firing, backtest.history),
      top_destination: top?.value ?? '',
      top_destination_share: top?.share ?? 0,
      would_advertise: advertiser.prefixes(firing.targets),
    })
  }
  if (unnamed > 0) backtest.caveats.push(`The busiest destination of ${unnamed} firings is not told: their flows are gone or too many.`)
  return told
}

/** Undefined where the flows are gone, or too many to be read within a few seconds. */
async function topDestination(
  { flows }: BacktestContext,
  { rule, history, overrides, budget }: Backtest,
  { startedAt, endedAt, metric }: ReplayFiring,
): Promise<{ value: string; share: number } | undefined> {
  if (startedAt < history.flowsSince) return undefined
  const to = Math.min(endedAt ?? history.to, startedAt + namedSeconds)
  const question = { account: rule.account, prefixes: rule.prefixes, from: startedAt, to, overrides, metric }
  try {
    const { lists, ...total } = await queryTalkers(flows, question, budget.upTo(3))
    const [top] = lists.destinations
    return top && { value: top.value, share: total[metric] === 0 ? 0 : top[metric] / total[metric] }
  } catch (error) {
    if (storeFailure(error) === undefined || storeFailure(error) === 'refused') throw error
    return undefined
  }
}

function peaksOf(
  { startedAt, endedAt }: ReplayFiring,
  { begin, to, step, peaks }: TrafficHistory,
): Pick<BacktestFiring, 'peak_bits_per_second' | 'peak_packets_per_second'> {
  const [first, last] = [startedAt, endedAt ?? to].map((second) => Math.floor((second - begin) / step)) as [number, number]
  const largest = (values: Float64Array) => values.subarray(first, Math.max(last, first + 1)).reduce((a, b) => Math.max(a, b), 0)
  return { peak_bits_per_second: largest(peaks.bits), peak_packets_per_second: largest(peaks.packets) }
}

const seriesStep = ({ from, to, step }: TrafficHistory) => Math.ceil((to - from) / step / maxPoints) * step

function seriesOf({ begin, from, to, step, bits, packets, peaks }: TrafficHistory, coarse: number): BacktestPoint[] {
  const points: BacktestPoint[] = []
  for (let time = from; time < to; time += coarse) {
    const [first, last] = [(time - begin) / step, (Math.min(time + coarse, to) - begin) / step]
    const seconds = (last - first) * step
    const sum = (values: Float64Array) => values.subarray(first, last).reduce((a, b) => a + b, 0)
    const largest = (values: Float64Array) => values.subarray(first, last).reduce((a, b) => Math.max(a, b), 0)
    points.push({
      time,
      bits: sum(bits) / seconds,
      bits_max: largest(peaks.bits),
      packets: sum(packets) / seconds,
      packets_max: largest(peaks.packets),
    })
  }
  return points
}

/** The limit at the end of each step of the series. */
function limitsOf({ limits }: Replay, { from }: TrafficHistory, step: number): { time: number; limit: number }[] {
  const last = new Map<number, number>()
  for (const { time, limit } of limits) if (time >= from) last.set(from + Math.floor((time - from) / step) * step, limit)
  return [...last].map(([time, limit]) => ({ time, limit }))
}

const timeText = (seconds: number) => new Date(seconds * 1000).toISOString()
