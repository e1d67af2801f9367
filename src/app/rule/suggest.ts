// Thresholds that fit the traffic of prefixes: twice the largest minute of the last 30 days outside known incidents
// (contract §1.5).
import { z } from 'zod'
import type { ThresholdSuggestion } from '../../contract/backtest.ts'
import type { RuleMinute } from '../../contract/rule-minutes.ts'
import { parsePrefix } from '../../enrich/address-text.ts'
import type { AppContext, Principal } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { parseRule } from './fields.ts'
import { MinuteHistory } from './minute-history.ts'
import { readRules } from './rows.ts'
import { TimeBudget } from './time-budget.ts'
import { flowsSince, historyError } from './traffic-history.ts'

/** Clients wait a minute. */
const requestSeconds = 50
const daySeconds = 86_400
const historyDays = 30
/** What the contract asks for before thresholds are set. */
const enoughDays = 14
const margin = 2
/** Thresholds while nothing is known (contract §1.5). */
const untilLearnt = { bits: 10e9, packets: 10e6 }
/** Twice a minute's peak is passed by short bursts; two minutes, which are recommended, are no choice of the API. */
const duration = '5m'

const input = z.strictObject({ prefixes: z.unknown().optional() }, { error: 'must be a JSON object with prefixes and nothing else' })

/**
 * @param body `{prefixes}`
 * @throws ApiError invalid_request, rule_invalid, history_too_large, forbidden
 */
export async function suggestThresholds(
  context: Pick<AppContext, 'state' | 'flows' | 'clock' | 'config'>,
  principal: Principal,
  body: unknown,
): Promise<ThresholdSuggestion> {
  requireScope(principal, 'mnm:read')
  requireScope(principal, 'analytics:read')
  const account = principal.account.number
  const { prefixes } = parseRule({ name: 'suggestion', ...parseInput(input, body ?? {}, 'invalid_request') }, context.config.rules).fields
  const minutes = await lastMinutes(context, account, prefixes)
  const normal = minutes.filter(({ incident }) => !incident)
  const [bits, packets] = [largest(normal, ({ bytes }) => bytes * 8), largest(normal, (row) => row.packets)]
  const days = daysOf(minutes, context.clock.now() / 1000)
  return {
    bandwidth_threshold: bits.rate === 0 ? untilLearnt.bits : rounded(bits.rate * margin),
    packet_threshold: packets.rate === 0 ? untilLearnt.packets : rounded(packets.rate * margin),
    duration,
    peak_bits_per_second: bits.rate,
    peak_packets_per_second: packets.rate,
    peak_bits_at: bits.at,
    peak_packets_at: packets.at,
    days,
    caveats: caveatsOf(days, { quiet: bits.rate === 0, incidentMinutes: minutes.length - normal.length }),
  }
}

async function lastMinutes(
  context: Pick<AppContext, 'state' | 'flows' | 'clock' | 'config'>,
  account: number,
  prefixes: readonly string[],
): Promise<readonly RuleMinute[]> {
  const key = prefixKey(prefixes)
  const saved = (await readRules(context.state, account)).find((rule) => prefixKey(rule.prefixes) === key)
  const history = new MinuteHistory(context, {
    rule: { account, prefixes, id: saved?.id ?? '' },
    saved: saved !== undefined,
    overrides: await samplingOverrides(context.state, account),
    flowsSince: await flowsSince(context, account),
    budget: new TimeBudget(requestSeconds),
  })
  const now = Math.floor(context.clock.now() / 1000)
  try {
    return await history.minutes(saved?.id ?? '', now - historyDays * daySeconds, now)
  } catch (error) {
    throw historyError(error)
  }
}

/** The same for the same addresses, however they are spelled and in whatever order. */
function prefixKey(prefixes: readonly string[]): string {
  const ranges = prefixes.flatMap((text) => parsePrefix(text) ?? [])
  return ranges
    .map(({ start, end }) => `${start.join('.')}-${end.join('.')}`)
    .toSorted()
    .join(' ')
}

function largest(minutes: readonly RuleMinute[], sum: (minute: RuleMinute) => number): { rate: number; at: string | null } {
  let rate = 0
  let at: string | null = null
  for (const row of minutes) {
    if (sum(row) / 60 <= rate) continue
    rate = sum(row) / 60
    at = new Date(row.minute * 1000).toISOString()
  }
  return { rate, at }
}

/** Three digits, upwards: more would look like knowledge. */
function rounded(rate: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rate)) - 2)
  return Math.ceil(rate / unit) * unit
}

/** From the first minute until now, in tenths. */
function daysOf([first]: readonly RuleMinute[], now: number): number {
  return first === undefined ? 0 : Math.round(((now - first.minute) / daySeconds) * 10) / 10
}

const spanText = (days: number) => (days < 1 ? 'less than a day' : `${days} days`)

function caveatsOf(days: number, { quiet, incidentMinutes }: { quiet: boolean; incidentMinutes: number }): string[] {
  const sentences = []
  if (quiet) sentences.push('No traffic to these prefixes is known. 10 Gb/s and 10 Mp/s are where to begin; ask again after 14 days.')
  else if (days < enoughDays)
    sentences.push(
      `This rests on ${spanText(days)} of history; 14 to 30 days are recommended, so that weekends and backups are in. Ask again later.`,
    )
  if (incidentMinutes > 0) sentences.push(`${incidentMinutes} minutes of known incidents were left out.`)
  return sentences
}
