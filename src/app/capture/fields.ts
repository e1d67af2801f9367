// The fields of a request for a capture as clients send them: what each may hold (contract §3.2), old spellings, our extension
// object.
import { z } from 'zod'
import { parsePrefixOrAddress } from '../../base/ip-prefix.ts'
import { interfaceName } from '../../contract/agent-protocol.ts'
import { ApiError } from '../../contract/api-errors.ts'
import {
  captureEngines,
  captureHooks,
  captureLinks,
  captureTypes,
  simpleSampling,
  simpleSnapLength,
  wholePackets,
  type CaptureExtension,
  type CaptureType,
} from '../../contract/capture.ts'
import type { FilterV1 } from '../../contract/packet-filter.ts'
import { objectFault, parseInput } from '../validation.ts'

/** A request as it was sent, each field checked by itself and together with the type. */
export interface CaptureFields {
  readonly type: CaptureType
  readonly filter_v1: FilterV1
  /** Text in the filter language, not read yet. */
  readonly filter: string | null
  readonly time_limit: number
  readonly packet_limit: number | null
  readonly byte_limit: number | null
  readonly offset_time: string | null
  readonly colo_name: string
  readonly destination_conf: string | null
  readonly extension: CaptureExtension
  /** Whether the body asks for a snap length, which then may not be beyond what the account allows. */
  readonly snapLengthGiven: boolean
  /** As the original knows it: no text filter, no extension object, one place at the most. Its limits of pace then hold. */
  readonly originalForm: boolean
}

/** Contract §3.2. */
const seconds = { simple: 300, full: 86_400 } as const
const originalLimits = { packets: 10_000, bytes: 1_000_000_000 } as const
/** With our extension object: what a server merges in a minute, and what a multipart upload of 10 000 parts holds. */
const extendedLimits = { packets: 10_000_000, bytes: 1_000_000_000_000 } as const

const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return z.number({ error: message }).int(message).min(least, message).max(most, message)
}
const oneOf = <const T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values, { error: `must be ${values.length === 1 ? `"${values[0]}"` : `one of ${values.join(', ')}`}` })
const text = z.string({ error: 'must be text' })

const address = text.refine((value) => parsePrefixOrAddress(value) !== undefined, {
  error: 'must be an address like 203.0.113.7 or 2001:db8::1, or a prefix like 203.0.113.0/24',
})

const filterV1 = z.strictObject(
  {
    source_address: address.optional(),
    destination_address: address.optional(),
    source_port: whole(0, 65_535).optional(),
    destination_port: whole(0, 65_535).optional(),
    protocol: whole(0, 255).optional(),
  },
  { error: objectFault },
)

/** 64 places with commas between them. */
const longestPlaces = 64 * 21
export const places = text
  .max(longestPlaces, `must not be longer than ${longestPlaces} characters`)
  .regex(/^(?:(?:\*|[A-Za-z]{2,16}\d{0,4})(?:,(?!$)|$))*$/, 'must be a colo like ord02, a group like ORD, several with commas, or *')

const extension = z.strictObject(
  {
    sampling: whole(1, 1_000_000).optional(),
    snap_length: whole(20, wholePackets).optional(),
    hook: oneOf(captureHooks).optional(),
    interface: interfaceName.nullable().optional(),
    engine: oneOf(captureEngines).optional(),
    link: oneOf(captureLinks).optional(),
    mask_payload: z.boolean({ error: 'must be true or false' }).optional(),
    note: text
      .max(500, 'must not be longer than 500 characters')
      .regex(/^\P{Cc}*$/u, 'must not hold control characters')
      .optional(),
  },
  { error: objectFault },
)

const common = {
  type: oneOf(captureTypes),
  filter_v1: filterV1.nullish(),
  filter: text.nullish(),
  colo_name: places.nullish(),
  // As the documentation's curl lines call it.
  colo: places.nullish(),
  drawbridge: extension.nullish(),
}

const capture = z.strictObject(
  {
    ...common,
    system: oneOf(['magic-transit']).optional(),
    time_limit: whole(1, seconds.full),
    packet_limit: whole(1, extendedLimits.packets).nullish(),
    byte_limit: whole(1, extendedLimits.bytes).nullish(),
    offset_time: z.iso.datetime({ offset: true, error: 'must be a time like 2027-01-31T00:00:00Z' }).nullish(),
    destination_conf: text.max(16_384, 'must not be longer than 16384 characters').nullish(),
  },
  { error: objectFault },
)
const previewed = z.object(common, { error: 'must be a JSON object' })

/** @throws ApiError capture_invalid */
export function parseCaptureFields(body: unknown): CaptureFields {
  const input = parseInput(capture, body, 'capture_invalid')
  const fields = {
    ...commonFields(input),
    time_limit: input.time_limit,
    packet_limit: input.packet_limit ?? null,
    byte_limit: input.byte_limit ?? null,
    offset_time: input.offset_time ?? null,
    destination_conf: input.destination_conf ?? null,
  }
  checkTogether(fields, input.drawbridge === undefined || input.drawbridge === null ? originalLimits : extendedLimits)
  if (fields.originalForm && input.system === undefined) refuse('/system', 'must be "magic-transit"')
  return fields
}

export type PreviewedFields = Pick<CaptureFields, 'type' | 'filter_v1' | 'filter' | 'colo_name' | 'extension' | 'snapLengthGiven'>

/** Of a request that is still being written: what a preview looks at. @throws ApiError capture_invalid */
export function parsePreviewedFields(body: unknown): PreviewedFields {
  return commonFields(parseInput(previewed, body, 'capture_invalid'))
}

function commonFields(input: z.output<typeof previewed>) {
  const { type, colo, drawbridge } = input
  const colo_name = input.colo_name ?? colo ?? ''
  if (typeof colo === 'string' && colo !== colo_name) refuse('/colo', 'and colo_name name different places; send one of the two')
  const filter = input.filter ?? null
  const onePlace = !/[*,]/.test(colo_name)
  return {
    type,
    // exactOptionalPropertyTypes: zod's optional keys are left out where JSON has none.
    filter_v1: (input.filter_v1 ?? {}) as FilterV1,
    filter,
    colo_name,
    extension: wholeExtension(type, drawbridge ?? {}),
    snapLengthGiven: drawbridge?.snap_length !== undefined,
    originalForm: filter === null && (drawbridge === undefined || drawbridge === null) && onePlace,
  }
}

/** What a type does unless told. */
export function defaultExtension(type: CaptureType): CaptureExtension {
  return {
    sampling: type === 'simple' ? simpleSampling : 1,
    snap_length: type === 'simple' ? simpleSnapLength : wholePackets,
    hook: 'prerouting',
    interface: null,
    engine: 'nflog',
    link: 'raw',
    mask_payload: false,
    note: '',
  }
}

function wholeExtension(type: CaptureType, given: z.output<typeof extension>): CaptureExtension {
  // JSON has no undefined: what is given is there.
  const extension = { ...defaultExtension(type), ...(given as Partial<CaptureExtension>) }
  if (extension.interface !== null) return extension
  if (extension.engine === 'interface') refuse('/drawbridge/interface', 'must name the interface that tcpdump is to listen on')
  if (extension.hook === 'ingress') refuse('/drawbridge/interface', 'must name the interface whose ingress is meant')
  return extension
}

type Limits = typeof originalLimits | typeof extendedLimits

function checkTogether(fields: Omit<CaptureFields, 'snapLengthGiven'>, limits: Limits): void {
  const { type, time_limit, packet_limit, byte_limit } = fields
  if (time_limit > seconds[type]) refuse('/time_limit', `must be a whole number from 1 to ${seconds[type]} for ${type} captures`)
  const more = limits === originalLimits ? '; more with an object "drawbridge", which may be empty' : ''
  if (packet_limit !== null && packet_limit > limits.packets) {
    refuse('/packet_limit', `must be a whole number from 1 to ${limits.packets}${more}`)
  }
  if (byte_limit !== null && byte_limit > limits.bytes) refuse('/byte_limit', `must be a whole number from 1 to ${limits.bytes}${more}`)
  if (type === 'simple') checkSimple(fields)
  else checkFull(fields)
}

function checkSimple({ packet_limit, destination_conf }: Pick<CaptureFields, 'packet_limit' | 'destination_conf'>): void {
  if (packet_limit === null) refuse('/packet_limit', 'must be given for simple captures')
  if (destination_conf !== null) refuse('/destination_conf', 'is for full captures; simple ones are downloaded')
}

function checkFull(fields: Pick<CaptureFields, 'offset_time' | 'destination_conf' | 'colo_name' | 'originalForm'>): void {
  if (fields.offset_time !== null) refuse('/offset_time', 'is for simple captures: only headers are known of the past')
  if (fields.destination_conf === null) refuse('/destination_conf', 'must name a bucket for full captures')
  if (fields.originalForm && fields.colo_name === '') refuse('/colo_name', 'must be given for full captures; * means all')
}

function refuse(pointer: string, fault: string): never {
  throw new ApiError('capture_invalid', { reason: `${pointer.slice(1).replaceAll('/', '.')} ${fault}` }, pointer)
}
