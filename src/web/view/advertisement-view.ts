// An announcement as the pages show it: its tone, what it filters, and when it is withdrawn. Pure.
import type { Advertisement, AdvertisementCause, FlowSpec, NumberRange, Route } from '../../contract/advertisement.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { formatDayTime, formatDuration, formatRate } from './units.ts'

const text = advertisingMessages

export type Tone = 'neutral' | 'success' | 'warning' | 'error'

const tones: Readonly<Record<Advertisement['state'], Tone>> = {
  pending: 'warning',
  announcing: 'neutral',
  announced: 'success',
  withdrawing: 'neutral',
  withdrawn: 'neutral',
  delayed: 'warning',
  locked: 'error',
  failed: 'error',
}

type Stand = Pick<Advertisement, 'state' | 'dry_run'>

/** What is recorded only is never told in the colour of what is announced. */
export function stateTone({ state, dry_run }: Stand): Tone {
  return dry_run && state === 'announced' ? 'neutral' : tones[state]
}

export function stateLabel({ state, dry_run }: Stand): string {
  return dry_run && state === 'announced' ? text.recorded : text.states[state]
}

const protocolNames: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 47: 'GRE', 50: 'ESP', 58: 'ICMPv6' }
const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const

const rangeText = (ranges: readonly NumberRange[]) =>
  messages.list(ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)))
const flagText = (bits: number) => flagNames.filter((_, bit) => (bits & (1 << bit)) !== 0).join('+')

function tcpFlagText({ set, unset }: { readonly set: number; readonly unset: number }): string {
  return set === 0 ? text.flowspec.noFlags(flagText(unset)) : text.flowspec.flagsText(flagText(set), flagText(unset))
}

/** What a rule matches, without its destination. */
export function matchText({ match }: FlowSpec): string {
  const words = text.flowspec
  const parts = [
    ...(match.protocol === undefined ? [] : [messages.list(match.protocol.map((number) => protocolNames[number] ?? String(number)))]),
    ...(match.source === undefined ? [] : [words.from(match.source)]),
    ...(match.source_port === undefined ? [] : [words.sourcePorts(rangeText(match.source_port))]),
    ...(match.destination_port === undefined ? [] : [words.destinationPorts(rangeText(match.destination_port))]),
    ...(match.icmp_type === undefined ? [] : [words.icmp(match.icmp_type.join(', '))]),
    ...(match.icmp_code === undefined ? [] : [words.icmpCode(match.icmp_code.join(', '))]),
    ...(match.tcp_flags === undefined ? [] : [tcpFlagText(match.tcp_flags)]),
    ...(match.packet_length === undefined ? [] : [words.bytes(rangeText(match.packet_length))]),
    ...(match.dscp === undefined ? [] : [words.dscp(match.dscp.join(', '))]),
    ...(match.fragment === undefined ? [] : [words.fragmentText]),
  ]
  return parts.length === 0 ? words.everything : parts.join(', ')
}

export function actionText({ action }: FlowSpec): string {
  const words = text.flowspec.actionText
  if (action.kind === 'discard') return words.discard
  return action.kind === 'rate' ? words.rate(formatRate(action.bytes_per_second * 8, 'bits')) : words.redirect(action.route_target)
}

/** Beside the prefix: what a FlowSpec rule does with what; empty for others. */
export function ruleText({ flowspec }: Route): string {
  return flowspec === null ? '' : `${matchText(flowspec)}: ${actionText(flowspec)}`
}

export const activeCauses = ({ causes }: Pick<Advertisement, 'causes'>): readonly AdvertisementCause[] =>
  causes.filter(({ released_at }) => released_at === null)

interface End {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: 'time' | 'calm' | 'attack' | 'byHand'
}

function endOfCause({ kind, until, calm_since, hold_seconds }: AdvertisementCause): End {
  const latest = Date.parse(until)
  if (kind === 'person') return { at: latest, kind: 'time' }
  if (hold_seconds === null) return { at: latest, kind: 'byHand' }
  if (calm_since === null) return { at: latest, kind: 'attack' }
  const calm = Date.parse(calm_since) + hold_seconds * 1000
  return calm < latest ? { at: calm, kind: 'calm' } : { at: latest, kind: 'time' }
}

/** When the last cause lets go, as far as is known now; undefined where nothing holds it any more. */
export function endOf(advertisement: Pick<Advertisement, 'causes'>): End | undefined {
  return activeCauses(advertisement)
    .map(endOfCause)
    .toSorted((a, b) => b.at - a.at)[0]
}

export interface EndText {
  readonly main: string
  /** Empty where there is nothing to add. */
  readonly detail: string
}

/** When it is withdrawn, in words. @param now milliseconds since 1970 */
export function endText(advertisement: Pick<Advertisement, 'causes' | 'state' | 'state_since'>, now: number): EndText {
  const words = text.until
  if (advertisement.state === 'withdrawn') return { main: words.ended(formatDayTime(Date.parse(advertisement.state_since))), detail: '' }
  const end = endOf(advertisement)
  if (end === undefined || end.at <= now) return { main: words.soon, detail: '' }
  const latest = words.latest(formatDayTime(end.at))
  if (end.kind === 'attack') return { main: words.attack, detail: latest }
  if (end.kind === 'byHand') return { main: words.byHand, detail: latest }
  const left = formatDuration((end.at - now) / 1000)
  return { main: end.kind === 'calm' ? words.calm(left) : words.time(left), detail: formatDayTime(end.at) }
}

/** `since 5 min`, and when a delayed or failed one is tried again. */
export function sinceText({ state_since, retry_at }: Pick<Advertisement, 'state_since' | 'retry_at'>, now: number): string {
  const since = text.since(formatDuration((now - Date.parse(state_since)) / 1000))
  if (retry_at === null) return since
  const left = (Date.parse(retry_at) - now) / 1000
  return messages.list([since, left > 0 ? text.retry(formatDuration(left)) : text.retryNow])
}

// What needs somebody comes first.
const urgency: readonly Advertisement['state'][] = [
  'pending',
  'failed',
  'locked',
  'delayed',
  'announcing',
  'withdrawing',
  'announced',
  'withdrawn',
]

/** Those that need somebody first, then the newest. */
export function byUrgency(a: Advertisement, b: Advertisement): number {
  return urgency.indexOf(a.state) - urgency.indexOf(b.state) || Date.parse(b.created_at) - Date.parse(a.created_at)
}

/** Whether somebody can withdraw it: what is on its way out needs nobody, what waits for approval is rejected instead. */
export function canWithdraw({ state }: Pick<Advertisement, 'state'>): boolean {
  return state !== 'pending' && state !== 'withdrawing' && state !== 'withdrawn'
}

/** Who asked for it: the first, and how many more. */
export function whoText({ causes }: Pick<Advertisement, 'causes'>): string {
  const names = [...new Set(causes.map(({ who }) => who))]
  const [first = messages.none] = names
  return names.length > 1 ? text.history.andMore(first, names.length - 1) : first
}

/** How long it was announced, or is by now; undefined where it never was. */
export function announcedSeconds({ announced_at, dry_run, state, state_since }: Advertisement, now: number): number | undefined {
  if (announced_at === null || dry_run) return undefined
  return Math.max(0, ((state === 'withdrawn' ? Date.parse(state_since) : now) - Date.parse(announced_at)) / 1000)
}
