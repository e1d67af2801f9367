// The form that asks for a signature: what is wrong in it, and the way to the API. Pure.
import { defaultSignatureAsk, type Signature, type SignatureSource } from '../../contract/signature.ts'
import type { PacketsBody, SignatureBody } from '../api/signature-actions.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { fieldTime, readFieldTime } from './clock.ts'

/** A file that the server has. */
export interface KnownFile {
  readonly id: string
  readonly name: string
  /** Null where that was told long ago. */
  readonly bytes: number | null
}

/** One side: each kind keeps what was chosen for it. */
export interface PacketsForm<K extends string> {
  readonly kind: K
  /** Ids; empty for none. */
  readonly capture: string
  readonly incident: string
  readonly file: KnownFile | null
  readonly uploading: boolean
  readonly hours: string
  /** As the browser's field for date and time has it, local time. */
  readonly until: string
  readonly filter: string
}

export const attackKinds = ['capture', 'incident', 'file'] as const
export type AttackKind = (typeof attackKinds)[number]
export const baselineKinds = ['samples', 'capture', 'file', 'none'] as const
export type BaselineKind = (typeof baselineKinds)[number]

export interface SignatureForm {
  readonly attack: PacketsForm<AttackKind>
  readonly baseline: PacketsForm<BaselineKind>
  readonly maxFalse: number
  readonly minRecall: number
  readonly sources: boolean
  readonly name: string
}

/** Steps of the slider: from 1 in 100 000 to 1 in 10, each about twice the one before. */
export const maxFalseSteps = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] as const
export const minRecallSteps = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999, 1] as const

/** The step that is nearest to a value that somebody else has chosen. */
export const stepOf = (steps: readonly number[], value: number): number =>
  steps.reduce((best, step, index) => (Math.abs(step - value) < Math.abs((steps[best] ?? 0) - value) ? index : best), 0)

const noPackets = { capture: '', incident: '', file: null, uploading: false, hours: '24', until: '', filter: '' }

export const emptySignature: SignatureForm = {
  attack: { ...noPackets, kind: 'capture' },
  baseline: { ...noPackets, kind: 'samples' },
  maxFalse: defaultSignatureAsk.max_false,
  minRecall: defaultSignatureAsk.min_recall,
  sources: defaultSignatureAsk.sources,
  name: '',
}

type Known = Omit<PacketsForm<never>, 'kind' | 'uploading'>

function knownOf(source: SignatureSource): Partial<Known> {
  if (source.kind === 'capture') return { capture: source.id }
  if (source.kind === 'incident') return { incident: source.id }
  if (source.kind === 'file') return { file: { id: source.id, name: source.name, bytes: null } }
  const [from, to] = [Date.parse(source.from), Date.parse(source.to)]
  const hours = String(Math.round((to - from) / 360_000) / 10)
  return { hours, until: fieldTime(to), filter: source.filter ?? '' }
}

/** The form that derives again, from the same packets. Samples can only be asked for on the side of the baseline. */
export function signatureAgain({ source, baseline, ask }: Pick<Signature, 'source' | 'baseline' | 'ask'>): SignatureForm {
  const { attack: noAttack, baseline: noBaseline } = emptySignature
  const kind = source.kind === 'samples' ? 'capture' : source.kind
  const normal = baseline === null || baseline.kind === 'incident' ? 'none' : baseline.kind
  return {
    attack: { ...noAttack, ...knownOf(source), kind },
    baseline: { ...noBaseline, ...(baseline === null ? {} : knownOf(baseline)), kind: normal },
    maxFalse: ask.max_false,
    minRecall: ask.min_recall,
    sources: ask.sources,
    name: '',
  }
}

const text = signatureMessages.form.problems
const leastHours = 0.1
const mostHours = 720
const longestName = 100
// The browser's clock is not the server's.
const clockSlack = 60_000

function packetsProblem({ kind, capture, incident, file, uploading }: PacketsForm<string>): string | undefined {
  if (kind === 'capture') return capture === '' ? text.capture : undefined
  if (kind === 'incident') return incident === '' ? text.incident : undefined
  if (kind !== 'file' || file !== null) return undefined
  return uploading ? text.uploading : text.file
}

const hoursOf = (typed: string): number => (/^\d{1,3}(?:\.\d)?$/.test(typed.trim()) ? Number(typed) : 0)

/** Whether the form has to ask when the attack began and where it went to: of captures and incidents the server knows. */
export const asksForTime = ({ attack, baseline }: Pick<SignatureForm, 'attack' | 'baseline'>): boolean =>
  attack.kind === 'file' && baseline.kind === 'samples'

function samplesProblems(form: SignatureForm, now: number): SignatureProblems {
  const hours = hoursOf(form.baseline.hours)
  const right = hours >= leastHours && hours <= mostHours
  const early = !asksForTime(form) || readFieldTime(form.baseline.until) <= now + clockSlack
  return { ...(right ? {} : { hours: text.hours }), ...(early ? {} : { until: text.until }) }
}

const sameCapture = ({ attack, baseline }: SignatureForm) =>
  attack.kind === 'capture' && baseline.kind === 'capture' && attack.capture !== '' && attack.capture === baseline.capture

export type SignatureField = 'attack' | 'baseline' | 'hours' | 'until' | 'name'
export type SignatureProblems = Partial<Readonly<Record<SignatureField, string>>>

/** What is wrong without asking the server. @param now milliseconds since 1970 */
export function signatureProblems(form: SignatureForm, now: number): SignatureProblems {
  const attack = packetsProblem(form.attack)
  const baseline = sameCapture(form) ? text.same : packetsProblem(form.baseline)
  return {
    ...(attack === undefined ? {} : { attack }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(form.baseline.kind === 'samples' ? samplesProblems(form, now) : {}),
    ...(form.name.length > longestName ? { name: text.name } : {}),
  }
}

function packetsBody({ kind, capture, incident, file }: PacketsForm<string>): PacketsBody | null {
  if (kind === 'capture') return { capture }
  if (kind === 'incident') return { incident }
  return kind === 'file' && file !== null ? { file: file.id } : null
}

function baselineBody(form: SignatureForm): SignatureBody['baseline'] {
  const { kind, hours, until, filter } = form.baseline
  if (kind !== 'samples') return packetsBody(form.baseline)
  if (!asksForTime(form)) return { before: hoursOf(hours) }
  const to = readFieldTime(until)
  const from = new Date(to - hoursOf(hours) * 3_600_000).toISOString()
  return { samples: { from, to: new Date(to).toISOString(), ...(filter.trim() === '' ? {} : { filter: filter.trim() }) } }
}

/** What the API gets. Undefined while the form has problems. */
export function signatureBodyOf(form: SignatureForm): SignatureBody | undefined {
  const attack = packetsBody(form.attack)
  if (attack === null) return undefined
  return {
    attack,
    baseline: baselineBody(form),
    max_false: form.maxFalse,
    min_recall: form.minRecall,
    sources: form.sources,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
  }
}

/** Fields of the API by the first part of their JSON pointer. */
export function signatureFieldAt(pointer: string): SignatureField | undefined {
  const [, first = '', second = ''] = pointer.split('/')
  if (first === 'attack') return 'attack'
  if (first === 'baseline') return second === 'samples' ? 'until' : second === 'before' ? 'hours' : 'baseline'
  return first === 'name' ? 'name' : undefined
}
