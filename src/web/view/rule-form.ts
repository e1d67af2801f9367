// The form of a rule as text and choices, what is wrong in it, and the way between it and the API. Pure.
import {
  defaultRuleExtension,
  type PrefixMatch,
  type RuleDuration,
  type RuleExtension,
  type RuleType,
  type Sensitivity,
  type ZscoreTarget,
} from '../../contract/rule.ts'
import type { WithdrawSignal } from '../../contract/advertisement.ts'
import type { RuleChange } from '../api/rule-actions.ts'
import type { RuleFields } from '../api/rule-queries.ts'
import { captureMessages } from '../messages/captures.ts'
import { ruleMessages } from '../messages/rules.ts'
import { readPrefixes } from './prefix-list.ts'
import { exactRate, readRate } from './rate-input.ts'

export interface RuleForm {
  readonly name: string
  readonly type: RuleType
  /** One a line. */
  readonly prefixes: string
  readonly bandwidth: string
  readonly packets: string
  readonly duration: RuleDuration
  readonly target: ZscoreTarget
  readonly sensitivity: Sensitivity
  readonly floorBits: string
  readonly floorPackets: string
  readonly seasonal: boolean
  readonly ddosSensitivity: Sensitivity
  readonly match: PrefixMatch | ''
  readonly calm: string
  readonly advertise: boolean
  readonly purpose: RuleExtension['advertise_purpose']
  readonly dryRun: boolean
  readonly approval: boolean
  /** Seconds; empty for never. */
  readonly hold: string
  readonly signal: WithdrawSignal
  readonly capture: boolean
  readonly captureSeconds: string
  readonly capturePackets: string
  readonly enabled: boolean
}

export type FormField = keyof RuleForm
export type FormProblems = Partial<Readonly<Record<FormField, string>>>

const secondsText = (seconds: number | null) => (seconds === null ? '' : String(seconds))

export const emptyForm: RuleForm = {
  name: '',
  type: 'threshold',
  prefixes: '',
  bandwidth: '',
  packets: '',
  duration: '1m',
  target: 'bits',
  sensitivity: 'medium',
  floorBits: '',
  floorPackets: '',
  seasonal: false,
  ddosSensitivity: defaultRuleExtension.ddos_sensitivity,
  match: '',
  calm: '',
  advertise: false,
  purpose: defaultRuleExtension.advertise_purpose,
  dryRun: defaultRuleExtension.advertise_dry_run,
  approval: defaultRuleExtension.advertise_approval,
  hold: secondsText(defaultRuleExtension.withdraw_hold_seconds),
  signal: defaultRuleExtension.withdraw_signal,
  capture: defaultRuleExtension.capture,
  captureSeconds: String(defaultRuleExtension.capture_seconds),
  capturePackets: String(defaultRuleExtension.capture_packets),
  enabled: true,
}

function rateText(rate: number | null | undefined, metric: 'bits' | 'packets'): string {
  return rate === null || rate === undefined ? '' : exactRate(rate, metric)
}

/** The form that shows a rule. */
export function formOf(rule: RuleFields): RuleForm {
  const extension: RuleExtension = { ...defaultRuleExtension, ...rule.drawbridge }
  return {
    name: rule.name,
    type: rule.type,
    prefixes: rule.prefixes.join('\n'),
    bandwidth: rateText(rule.bandwidth_threshold, 'bits'),
    packets: rateText(rule.packet_threshold, 'packets'),
    duration: rule.duration ?? emptyForm.duration,
    target: rule.zscore_target ?? emptyForm.target,
    sensitivity: rule.zscore_sensitivity ?? emptyForm.sensitivity,
    floorBits: rateText(extension.floor_bits, 'bits'),
    floorPackets: rateText(extension.floor_packets, 'packets'),
    seasonal: extension.seasonal,
    ddosSensitivity: extension.ddos_sensitivity,
    match: rule.prefix_match ?? '',
    calm: secondsText(extension.calm_seconds),
    advertise: rule.automatic_advertisement ?? false,
    purpose: extension.advertise_purpose,
    dryRun: extension.advertise_dry_run,
    approval: extension.advertise_approval,
    hold: secondsText(extension.withdraw_hold_seconds),
    signal: extension.withdraw_signal,
    capture: extension.capture,
    captureSeconds: String(extension.capture_seconds),
    capturePackets: String(extension.capture_packets),
    enabled: extension.enabled,
  }
}

const text = ruleMessages.problems
const longestName = 256
const mostPrefixes = 5000
const mostCalm = 86_400
const mostCaptureSeconds = 300
const mostCapturePackets = 10_000
// A textarea's message with more lines than this would push the form away.
const mostLines = 4

function prefixProblem(typed: string): string | undefined {
  const { prefixes, wrong } = readPrefixes(typed)
  if (wrong.length > 0) {
    const lines = wrong.slice(0, mostLines).map((entry) => text.line(entry.line, entry.text, text.prefix[entry.problem]))
    return [...lines, ...(wrong.length > mostLines ? [text.moreLines(wrong.length - mostLines)] : [])].join('; ')
  }
  if (prefixes.length === 0) return text.noPrefix
  return prefixes.length > mostPrefixes ? text.tooMany : undefined
}

/** Null for nothing, undefined for what is no number of seconds. */
function readCalm(typed: string): number | null | undefined {
  const trimmed = typed.trim()
  if (trimmed === '') return null
  const seconds = Number(trimmed)
  return /^\d{1,5}$/.test(trimmed) && seconds >= 1 && seconds <= mostCalm ? seconds : undefined
}

/** From 1 on; undefined for what is no such number. */
function readWhole(typed: string, most: number): number | undefined {
  const value = Number(typed.trim())
  return /^\d{1,5}$/.test(typed.trim()) && value >= 1 && value <= most ? value : undefined
}

/** What is switched off cannot be wrong. */
function captureProblems({ capture, captureSeconds, capturePackets }: RuleForm): FormProblems {
  if (!capture) return {}
  const words = captureMessages.rule
  return {
    ...(readWhole(captureSeconds, mostCaptureSeconds) === undefined ? { captureSeconds: words.secondsWrong } : {}),
    ...(readWhole(capturePackets, mostCapturePackets) === undefined ? { capturePackets: words.packetsWrong } : {}),
  }
}

function rateProblem(typed: string): string | undefined {
  return readRate(typed) === undefined ? text.rate : undefined
}

/** What is wrong in the fields of the kind that is chosen. */
export function problemsOf(form: RuleForm): FormProblems {
  const problems: Record<string, string | undefined> = {
    // Which characters it may have is up to the server's configuration.
    name: form.name.trim() === '' || form.name.trim().length > longestName ? text.name : undefined,
    prefixes: prefixProblem(form.prefixes),
    calm: readCalm(form.calm) === undefined ? text.calm : undefined,
    ...captureProblems(form),
  }
  if (form.type === 'threshold') {
    const unlimited = readRate(form.bandwidth) === null && readRate(form.packets) === null
    problems['bandwidth'] = unlimited ? text.noLimit : rateProblem(form.bandwidth)
    problems['packets'] = rateProblem(form.packets)
  }
  if (form.type === 'zscore') {
    problems['floorBits'] = rateProblem(form.floorBits)
    problems['floorPackets'] = rateProblem(form.floorPackets)
  }
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined)) as FormProblems
}

/** What only the chosen kind needs; the fields of other kinds are left alone. */
function kindFields(form: RuleForm): RuleChange {
  if (form.type === 'threshold')
    return {
      bandwidth_threshold: readRate(form.bandwidth) ?? null,
      packet_threshold: readRate(form.packets) ?? null,
      duration: form.duration,
    }
  if (form.type === 'zscore') return { zscore_target: form.target, zscore_sensitivity: form.sensitivity, duration: form.duration }
  return { prefix_match: form.match === '' ? null : form.match }
}

function extensionOf(form: RuleForm): RuleExtension {
  return {
    enabled: form.enabled,
    calm_seconds: readCalm(form.calm) ?? null,
    floor_bits: readRate(form.floorBits) ?? null,
    floor_packets: readRate(form.floorPackets) ?? null,
    seasonal: form.seasonal,
    ddos_sensitivity: form.ddosSensitivity,
    advertise_purpose: form.purpose,
    advertise_dry_run: form.dryRun,
    advertise_approval: form.approval,
    withdraw_hold_seconds: form.hold === '' ? null : Number(form.hold),
    withdraw_signal: form.signal,
    capture: form.capture,
    capture_seconds: readWhole(form.captureSeconds, mostCaptureSeconds) ?? defaultRuleExtension.capture_seconds,
    capture_packets: readWhole(form.capturePackets, mostCapturePackets) ?? defaultRuleExtension.capture_packets,
  }
}

/** What a change of a saved rule sends: all that the form shows, null for what was emptied. */
export function changeOf(form: RuleForm): RuleChange {
  return {
    name: form.name.trim(),
    prefixes: readPrefixes(form.prefixes).prefixes,
    automatic_advertisement: form.advertise,
    ...kindFields(form),
    drawbridge: extensionOf(form),
  }
}

/** A whole rule, for creating and for backtests: nothing that is unset, and of the extension only what is not the default. */
export function fieldsOf(form: RuleForm): RuleFields {
  const { drawbridge, ...change } = changeOf(form)
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null))
  const differing = Object.entries(drawbridge ?? {}).filter(([key, value]) => value !== defaultRuleExtension[key as keyof RuleExtension])
  // name, prefixes and the rest of changeOf are never null.
  const fields = { ...set, type: form.type } as RuleFields
  return differing.length === 0 ? fields : { ...fields, drawbridge: Object.fromEntries(differing) }
}

/** Fields of the API by their JSON pointer, in the form's names. */
const pointers: Readonly<Record<string, FormField>> = {
  name: 'name',
  type: 'type',
  prefixes: 'prefixes',
  bandwidth_threshold: 'bandwidth',
  packet_threshold: 'packets',
  duration: 'duration',
  zscore_target: 'target',
  zscore_sensitivity: 'sensitivity',
  prefix_match: 'match',
  automatic_advertisement: 'advertise',
  floor_bits: 'floorBits',
  floor_packets: 'floorPackets',
  seasonal: 'seasonal',
  ddos_sensitivity: 'ddosSensitivity',
  calm_seconds: 'calm',
  advertise_purpose: 'purpose',
  advertise_dry_run: 'dryRun',
  advertise_approval: 'approval',
  withdraw_hold_seconds: 'hold',
  withdraw_signal: 'signal',
  capture: 'capture',
  capture_seconds: 'captureSeconds',
  capture_packets: 'capturePackets',
  enabled: 'enabled',
}

/** The field that an error of the API is about: `/prefixes/3` is `prefixes`, `/drawbridge/floor_bits` is `floorBits`. */
export function fieldAt(pointer: string): FormField | undefined {
  const [first = '', second = ''] = pointer.split('/').slice(1)
  return pointers[first === 'drawbridge' ? second : first]
}
