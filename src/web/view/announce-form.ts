// The form that announces, as text and choices: what is wrong in it, and the way between it and the API. Pure.
import {
  refusals,
  type Advertisement,
  type FlowSpec,
  type FlowSpecAction,
  type FlowSpecMatch,
  type NumberRange,
  type Refusal,
} from '../../contract/advertisement.ts'
import type { DriverName, Purpose } from '../../contract/owned-prefix.ts'
import type { AnnounceFields } from '../api/advertisement-actions.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { readRate } from './rate-input.ts'
import { longestWhy } from './why.ts'

export interface AnnounceForm {
  readonly prefix: string
  readonly purpose: Purpose
  readonly driver: DriverName | ''
  readonly minutes: number
  readonly why: string
  readonly dryRun: boolean
  readonly source: string
  readonly protocols: string
  readonly sourcePorts: string
  readonly destinationPorts: string
  readonly lengths: string
  readonly flags: FlagChoice
  readonly fragments: boolean
  readonly action: FlowSpecAction['kind']
  readonly rate: string
  readonly target: string
  /** What the form has no fields for, of a rule that was made by the API. */
  readonly other: Partial<FlowSpecMatch>
}

export type AnnounceField = keyof AnnounceForm
export type AnnounceProblems = Partial<Readonly<Record<AnnounceField, string>>>

const defaultMinutes = 60

export const emptyAnnounce: AnnounceForm = {
  prefix: '',
  purpose: 'divert',
  driver: '',
  minutes: defaultMinutes,
  why: '',
  dryRun: false,
  source: '',
  protocols: '',
  sourcePorts: '',
  destinationPorts: '',
  lengths: '',
  flags: 'any',
  fragments: false,
  action: 'discard',
  rate: '',
  target: '',
  other: {},
}

/** Bits of the TCP header's 13th byte. */
const bits = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const
const tcpFlags = {
  any: undefined,
  syn: { set: bits.syn, unset: bits.ack },
  ack: { set: bits.ack, unset: 0 },
  rst: { set: bits.rst, unset: 0 },
  none: { set: 0, unset: bits.fin | bits.syn | bits.rst | bits.psh | bits.ack },
} as const
export type FlagChoice = keyof typeof tcpFlags
export const flagChoices = Object.keys(tcpFlags) as readonly FlagChoice[]

const protocolNumbers: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, gre: 47, esp: 50, ah: 51, icmpv6: 58, sctp: 132 }

const partsOf = (typed: string) => typed.split(/[\s,;]+/).filter((part) => part !== '')

/** Empty for none, undefined for what makes no sense. */
export function readProtocols(typed: string): readonly number[] | undefined {
  const numbers = partsOf(typed).map((part) => protocolNumbers[part.toLowerCase()] ?? (/^\d{1,3}$/.test(part) ? Number(part) : 256))
  return numbers.every((number) => number <= 255) ? numbers : undefined
}

/** Numbers up to 65535 and ranges of them. Empty for none, undefined for what makes no sense. */
export function readRanges(typed: string): readonly NumberRange[] | undefined {
  const ranges = partsOf(typed).map((part): NumberRange => {
    const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? []
    return from === '' ? [1, 0] : [Number(from), Number(to)]
  })
  return ranges.every(([from, to]) => from <= to && to <= 65_535) ? ranges : undefined
}

const some = <K extends string, T>(key: K, list: readonly T[] | undefined) =>
  (list === undefined || list.length === 0 ? {} : { [key]: list }) as Partial<Record<K, readonly T[]>>

const minutesOf = (hours: number) => Math.floor(hours * 60)

function actionOf({ action, rate, target }: AnnounceForm): FlowSpecAction {
  if (action === 'discard') return { kind: 'discard' }
  if (action === 'redirect') return { kind: 'redirect', route_target: target.trim() }
  return { kind: 'rate', bytes_per_second: (readRate(rate) ?? 0) / 8 }
}

function flowSpecOf(form: AnnounceForm): FlowSpec {
  const flags = tcpFlags[form.flags]
  return {
    match: {
      ...form.other,
      destination: form.prefix.trim(),
      ...(form.source.trim() === '' ? {} : { source: form.source.trim() }),
      ...some('protocol', readProtocols(form.protocols)),
      ...some('source_port', readRanges(form.sourcePorts)),
      ...some('destination_port', readRanges(form.destinationPorts)),
      ...(flags === undefined ? {} : { tcp_flags: flags }),
      ...some('packet_length', readRanges(form.lengths)),
      ...(form.fragments ? { fragment: ['is'] } : {}),
    },
    action: actionOf(form),
  }
}

/**
 * What the API gets. The form has no problems.
 * @param longest hours that the server allows at most
 */
export function announceFieldsOf(form: AnnounceForm, longest = Number.POSITIVE_INFINITY): AnnounceFields {
  return {
    prefix: form.prefix.trim(),
    purpose: form.purpose,
    ...(form.purpose === 'flowspec' ? { flowspec: flowSpecOf(form) } : {}),
    ...(form.driver === '' ? {} : { driver: form.driver }),
    why: form.why.trim(),
    minutes: Math.min(form.minutes, minutesOf(longest)),
    dry_run: form.dryRun,
  }
}

const text = advertisingMessages

function flowSpecProblems(form: AnnounceForm): AnnounceProblems {
  const words = text.flowspec
  return {
    ...(readProtocols(form.protocols) === undefined ? { protocols: words.protocolWrong } : {}),
    ...(readRanges(form.sourcePorts) === undefined ? { sourcePorts: words.portWrong } : {}),
    ...(readRanges(form.destinationPorts) === undefined ? { destinationPorts: words.portWrong } : {}),
    ...(readRanges(form.lengths) === undefined ? { lengths: words.portWrong } : {}),
    ...(form.action === 'rate' && typeof readRate(form.rate) !== 'number' ? { rate: words.rateWrong } : {}),
    ...(form.action === 'redirect' && !/^\d{1,10}:\d{1,10}$/.test(form.target.trim()) ? { target: words.targetWrong } : {}),
  }
}

/** What is wrong without asking the server. Whether it may be announced is up to its guard. */
export function announceProblems(form: AnnounceForm): AnnounceProblems {
  return {
    ...(form.prefix.trim() === '' ? { prefix: text.announce.prefixMissing } : {}),
    ...(form.why.trim() === '' ? { why: text.whyMissing } : {}),
    ...(form.purpose === 'flowspec' ? flowSpecProblems(form) : {}),
  }
}

const rangesText = (ranges: readonly NumberRange[] = []) => ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(', ')

/** The choice that stands for flags; undefined where none does. */
function flagChoiceOf(flags: FlowSpecMatch['tcp_flags']): FlagChoice | undefined {
  return flagChoices.find((choice) => tcpFlags[choice]?.set === flags?.set && tcpFlags[choice]?.unset === flags?.unset)
}

function flowSpecForm({ match, action }: FlowSpec): Partial<AnnounceForm> {
  const { icmp_type, icmp_code, dscp, fragment, tcp_flags } = match
  const flags = flagChoiceOf(tcp_flags)
  const anyFragment = fragment?.length === 1 && fragment[0] === 'is'
  const other = {
    ...some('icmp_type', icmp_type),
    ...some('icmp_code', icmp_code),
    ...some('dscp', dscp),
    ...(fragment === undefined || anyFragment ? {} : { fragment }),
    ...(tcp_flags === undefined || flags !== undefined ? {} : { tcp_flags }),
  }
  return {
    other,
    source: match.source ?? '',
    protocols: (match.protocol ?? []).join(', '),
    sourcePorts: rangesText(match.source_port),
    destinationPorts: rangesText(match.destination_port),
    lengths: rangesText(match.packet_length),
    flags: flags ?? 'any',
    fragments: anyFragment,
    action: action.kind,
    rate: action.kind === 'rate' ? String(action.bytes_per_second * 8) : '',
    target: action.kind === 'redirect' ? action.route_target : '',
  }
}

/** The form that announces again what was announced before. */
export function announceAgain({ route, driver, dry_run, causes }: Advertisement): AnnounceForm {
  const why = causes.at(-1)?.why ?? ''
  return {
    ...emptyAnnounce,
    ...(route.flowspec === null ? {} : flowSpecForm(route.flowspec)),
    prefix: route.prefix,
    purpose: route.purpose,
    driver,
    dryRun: dry_run,
    why: why === '' ? '' : text.announce.again(why).slice(0, longestWhy),
  }
}

/** The form that announces a FlowSpec rule which somebody else has made. */
export function announceRule(prefix: string, match: Omit<FlowSpecMatch, 'destination'>, why: string): AnnounceForm {
  const rule = flowSpecForm({ match: { ...match, destination: prefix }, action: { kind: 'discard' } })
  return { ...emptyAnnounce, ...rule, prefix, purpose: 'flowspec', why: why.slice(0, longestWhy) }
}

/** Fields of the API by their JSON pointer, in the form's names. */
const pointers: Readonly<Record<string, AnnounceField>> = {
  prefix: 'prefix',
  purpose: 'purpose',
  driver: 'driver',
  minutes: 'minutes',
  until: 'minutes',
  why: 'why',
  destination: 'prefix',
  source: 'source',
  protocol: 'protocols',
  source_port: 'sourcePorts',
  destination_port: 'destinationPorts',
  tcp_flags: 'flags',
  packet_length: 'lengths',
  action: 'action',
}

/** What a refusal is about, where it is not the prefix; undefined for what no field can mend. */
const refusedFields: Partial<Readonly<Record<Refusal, AnnounceField | undefined>>> = {
  purpose: 'purpose',
  driver: 'driver',
  lifetime: 'minutes',
  flowspec: undefined,
  stopped: undefined,
  cap: undefined,
  flowspec_cap: undefined,
}

/** What the server refused: the sentence, and the field that it belongs to. */
export interface RefusedField {
  readonly field: AnnounceField | undefined
  readonly message: string
}

/** The guard's name of its refusal stands in brackets at the end: `… is locked [locked]`. */
const refusalPattern = /^(.*) \[([a-z_]+)\]$/s

/** @param pointer JSON pointer of the error: `/flowspec/match/source` is about `source` */
export function refusedField(pointer: string, message: string): RefusedField {
  const [, sentence = message, name = ''] = refusalPattern.exec(message) ?? []
  if (name in refusals) {
    // It is one of the names.
    const refusal = name as Refusal
    return { field: refusal in refusedFields ? refusedFields[refusal] : 'prefix', message: sentence }
  }
  const [first = '', second = '', third = ''] = pointer.split('/').slice(1)
  return { field: pointers[first !== 'flowspec' ? first : second === 'match' ? third : second], message }
}

/** Minutes to choose from, the longest one last. @param longest hours that the server allows */
export function durationChoices(longest: number): readonly number[] {
  const most = minutesOf(longest)
  const known = Object.keys(text.announce.durations).map(Number)
  return [...known.filter((minutes) => minutes < most), most]
}
