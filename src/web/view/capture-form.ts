// The form of a capture as text and choices: what is wrong in it, and the way between it and the API. Pure.
import {
  simpleSampling,
  simpleSnapLength,
  wholePackets,
  type Capture,
  type CaptureEngine,
  type CaptureExtension,
  type CaptureHook,
  type CaptureLink,
  type CaptureType,
} from '../../contract/capture.ts'
import type { CaptureBody } from '../api/capture-actions.ts'
import { captureMessages } from '../messages/captures.ts'
import { fieldTime, readFieldTime } from './clock.ts'
import { exactBytes, exactSeconds, readAmount, readSeconds } from './quantity-input.ts'

export interface CaptureForm {
  readonly filter: string
  readonly when: 'now' | 'past'
  /** As the browser's field for date and time has it, local time: `2026-11-22T08:30:15`. */
  readonly before: string
  readonly type: CaptureType
  /** Colos; empty for all. */
  readonly places: readonly string[]
  readonly seconds: string
  readonly packets: string
  readonly bytes: string
  readonly sampling: string
  /** Empty for whole packets. */
  readonly snapLength: string
  readonly bucket: string
  readonly hook: CaptureHook
  readonly engine: CaptureEngine
  readonly interface: string
  readonly link: CaptureLink
  readonly mask: boolean
  readonly note: string
}

export type CaptureField = keyof CaptureForm
export type CaptureProblems = Partial<Readonly<Record<CaptureField, string>>>

/** What only depends on the type. */
type Limits = Pick<CaptureForm, 'seconds' | 'packets' | 'bytes' | 'sampling' | 'snapLength'>

const usualLimits: Readonly<Record<CaptureType, Limits>> = {
  simple: { seconds: '60 s', packets: '10000', bytes: '', sampling: String(simpleSampling), snapLength: String(simpleSnapLength) },
  full: { seconds: '5 min', packets: '', bytes: '100 MB', sampling: '1', snapLength: '' },
}

export const emptyCapture: CaptureForm = {
  filter: '',
  when: 'now',
  before: '',
  type: 'simple',
  places: [],
  ...usualLimits.simple,
  bucket: '',
  hook: 'prerouting',
  engine: 'nflog',
  interface: '',
  link: 'raw',
  mask: false,
  note: '',
}

/** The form with another type: limits that nobody has touched become those that are usual for it. */
export function withType(form: CaptureForm, type: CaptureType): CaptureForm {
  const [old, usual] = [usualLimits[form.type], usualLimits[type]]
  const pick = (field: keyof Limits) => (form[field] === old[field] ? usual[field] : form[field])
  return {
    ...form,
    type,
    seconds: pick('seconds'),
    packets: pick('packets'),
    bytes: pick('bytes'),
    sampling: pick('sampling'),
    snapLength: pick('snapLength'),
  }
}

/** Samples of the past are simple captures, without limits of agents. */
export const isPast = ({ when, type }: Pick<CaptureForm, 'when' | 'type'>): boolean => when === 'past' && type === 'simple'

const mostSeconds: Readonly<Record<CaptureType, number>> = { simple: 300, full: 86_400 }
export const longestText = (type: CaptureType): string => exactSeconds(mostSeconds[type])
const mostPackets = 10_000_000
const mostBytes = 1e12
const mostSampling = 1_000_000
const leastSnapLength = 20
const longestFilter = 4096
/** Milliseconds. The browser's clock is not the server's, and the form looks at it every few seconds only. */
const clockSlack = 60_000

const within = (value: number | null | undefined, from: number, to: number) => typeof value === 'number' && value >= from && value <= to

const text = captureMessages.problems

function limitProblems(form: CaptureForm): Record<string, string | undefined> {
  const { type } = form
  const packets = readAmount(form.packets)
  const bytes = readAmount(form.bytes)
  const sampling = readAmount(form.sampling)
  const snap = readAmount(form.snapLength)
  const noPackets = packets === null && type === 'full'
  return {
    seconds: within(readSeconds(form.seconds), 1, mostSeconds[type]) ? undefined : text.seconds(longestText(type)),
    packets: noPackets || within(packets, 1, mostPackets) ? undefined : text.packets,
    bytes: type === 'simple' || bytes === null || within(bytes, 1, mostBytes) ? undefined : text.bytes,
    sampling: isPast(form) || within(sampling, 1, mostSampling) ? undefined : text.sampling,
    snapLength: snap === null || within(snap, leastSnapLength, wholePackets) ? undefined : text.snapLength(String(wholePackets)),
  }
}

function interfaceProblem({ engine, hook, interface: name }: CaptureForm): string | undefined {
  const trimmed = name.trim()
  if (trimmed === '') return engine === 'interface' || hook === 'ingress' ? text.interface : undefined
  return /^[A-Za-z0-9_.@:-]{1,15}$/.test(trimmed) ? undefined : text.interfaceName
}

/** What is wrong without asking the server, which judges the filter. @param now milliseconds since 1970 */
export function captureProblems(form: CaptureForm, now: number): CaptureProblems {
  const before = readFieldTime(form.before)
  const problems: Record<string, string | undefined> = {
    ...limitProblems(form),
    filter: form.filter.length > longestFilter ? text.filterLong : undefined,
    before: isPast(form) && !(before <= now + clockSlack) ? text.before : undefined,
    bucket: form.type === 'full' && form.bucket === '' ? text.bucket : undefined,
    interface: isPast(form) ? undefined : interfaceProblem(form),
  }
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined)) as CaptureProblems
}

function extensionOf(form: CaptureForm, cap: number): Partial<CaptureExtension> {
  const snap_length = readAmount(form.snapLength) ?? cap
  const common = { snap_length, mask_payload: form.mask, note: form.note.trim() }
  if (isPast(form)) return common
  const name = form.interface.trim()
  return {
    ...common,
    sampling: readAmount(form.sampling) ?? 1,
    hook: form.hook,
    engine: form.engine,
    link: form.link,
    interface: name === '' ? null : name,
  }
}

/**
 * What the API gets. The form has no problems.
 * @param cap bytes of each packet that the account allows
 */
export function captureBodyOf(form: CaptureForm, cap = wholePackets): CaptureBody {
  const packets = readAmount(form.packets)
  const bytes = readAmount(form.bytes)
  const filter = form.filter.trim()
  return {
    type: form.type,
    system: 'magic-transit',
    ...(filter === '' ? {} : { filter }),
    time_limit: readSeconds(form.seconds) ?? 1,
    ...(typeof packets === 'number' ? { packet_limit: packets } : {}),
    ...(form.type === 'full' && typeof bytes === 'number' ? { byte_limit: bytes } : {}),
    ...(isPast(form) ? { offset_time: new Date(readFieldTime(form.before) || 0).toISOString() } : {}),
    colo_name: form.places.length === 0 ? '*' : form.places.join(','),
    ...(form.type === 'full' ? { destination_conf: form.bucket } : {}),
    drawbridge: extensionOf(form, cap),
  }
}

/**
 * What a preview is asked for: a form that is not complete yet has one, too, so that what is wrong in it is as usual instead.
 * @param cap bytes of each packet that the account allows
 */
export function previewBodyOf(form: CaptureForm, cap = wholePackets): CaptureBody {
  const wrong = limitProblems(form)
  const usual = usualLimits[form.type]
  const sampling = wrong['sampling'] === undefined ? form.sampling : usual.sampling
  const snapLength = wrong['snapLength'] === undefined ? form.snapLength : usual.snapLength
  const { hook, engine } = form
  const taken = interfaceProblem(form) === undefined ? { hook, engine, interface: form.interface } : {}
  const { filter, places } = form
  const { drawbridge, ...body } = captureBodyOf({ ...emptyCapture, filter, places, sampling, snapLength, ...taken }, cap)
  return { ...body, drawbridge: { ...drawbridge, snap_length: Math.min(drawbridge.snap_length ?? cap, cap) } }
}

/** The form that asks for the same again. */
export function captureAgain(capture: Capture): CaptureForm {
  const { extension, filter_v1, colo_name } = capture
  return {
    filter: capture.filter ?? filterOfV1(filter_v1),
    when: capture.offset_time === null ? 'now' : 'past',
    before: capture.offset_time === null ? '' : fieldTime(Date.parse(capture.offset_time)),
    type: capture.type,
    places: colo_name === '' || colo_name === '*' ? [] : colo_name.split(','),
    seconds: exactSeconds(capture.time_limit),
    packets: capture.packet_limit === null ? '' : String(capture.packet_limit),
    bytes: capture.byte_limit === null ? '' : exactBytes(capture.byte_limit),
    sampling: String(extension.sampling),
    snapLength: extension.snap_length === wholePackets ? '' : String(extension.snap_length),
    bucket: capture.destination_conf ?? '',
    hook: extension.hook,
    engine: extension.engine,
    interface: extension.interface ?? '',
    link: extension.link,
    mask: extension.mask_payload,
    note: extension.note,
  }
}

/** The original's five fields in the filter language; empty where none is set. */
export function filterOfV1(filter: Capture['filter_v1']): string {
  const { source_address, destination_address, source_port, destination_port, protocol } = filter
  return [
    ...(source_address === undefined ? [] : [`src ${source_address}`]),
    ...(destination_address === undefined ? [] : [`dst ${destination_address}`]),
    ...(protocol === undefined ? [] : [`proto ${protocol}`]),
    ...(source_port === undefined ? [] : [`src port ${source_port}`]),
    ...(destination_port === undefined ? [] : [`dst port ${destination_port}`]),
  ].join(' and ')
}

/** Fields of the API by their JSON pointer, in the form's names. */
const pointers: Readonly<Record<string, CaptureField>> = {
  filter: 'filter',
  time_limit: 'seconds',
  packet_limit: 'packets',
  byte_limit: 'bytes',
  offset_time: 'before',
  colo_name: 'places',
  destination_conf: 'bucket',
  sampling: 'sampling',
  snap_length: 'snapLength',
  hook: 'hook',
  interface: 'interface',
  engine: 'engine',
  link: 'link',
  mask_payload: 'mask',
  note: 'note',
}

/** The field that an error of the API is about: `/drawbridge/sampling` is `sampling`. */
export function captureFieldAt(pointer: string): CaptureField | undefined {
  const [first = '', second = ''] = pointer.split('/').slice(1)
  return pointers[first === 'drawbridge' ? second : first]
}
