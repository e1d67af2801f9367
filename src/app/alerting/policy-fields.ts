// The fields of an alert policy: their rules, with the original's codes where it has some (contract §4.5).
import { z } from 'zod'
import { alertTypes, type AlertType } from '../../contract/alert.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { mechanisms as mechanismKinds, type MechanismName, type Mechanisms } from '../../notify/destinations.ts'
import { goDurationSeconds } from '../../notify/go-duration.ts'
import { parseInput } from '../validation.ts'

export interface PolicyFields {
  readonly name: string
  readonly description: string | null
  readonly enabled: boolean
  readonly alert_type: AlertType
  readonly alert_interval: string | null
  readonly mechanisms: Mechanisms
  readonly filters: Readonly<Record<string, unknown>> | null
}

/** Destinations of one kind. */
const maxDestinations = 50
const minute = 60
const month = 30 * 86_400

const text = z.string({ error: 'must be text' }).max(1024, 'must not be longer than 1024 characters')
const interval = z
  .string({ error: 'must be text' })
  .refine((value) => inRange(goDurationSeconds(value)), 'must be a duration from 1m to 720h, like 30m or 1h30m')

const inRange = (seconds: number | undefined): boolean => seconds !== undefined && seconds >= minute && seconds <= month

const fields = {
  name: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(256, 'must not be longer than 256 characters'),
  enabled: z.boolean({ error: 'must be true or false' }),
  description: text.nullable(),
  alert_interval: interval.nullable(),
}
const notAnObject = { error: 'must be a JSON object' }
const optional = { description: fields.description.default(null), alert_interval: fields.alert_interval.default(null) }
const whole = z.object({ ...fields, ...optional, enabled: fields.enabled.default(true) }, notAnObject)
/** PUT of the original: what it requires stays when it is left out, what is optional is cleared. */
const change = z.object({ name: fields.name.optional(), enabled: fields.enabled.optional(), ...optional }, notAnObject)

/** @throws ApiError invalid_request, alert_type_invalid, alert_mechanism_required, alert_filters_invalid */
export function parsePolicy(body: unknown): PolicyFields {
  const { name, enabled, description, alert_interval } = parseInput(whole, body, 'invalid_request')
  return { name, enabled, description, alert_interval, ...special(body as Readonly<Record<string, unknown>>) }
}

/** As parsePolicy, over the fields that a policy has now. */
export function parsePolicyChange(body: unknown, now: PolicyFields): PolicyFields {
  const { name, enabled, description, alert_interval } = parseInput(change, body, 'invalid_request')
  // An empty change passed the schema, so it is an object.
  const { alert_type = now.alert_type, mechanisms = now.mechanisms, filters } = body as Readonly<Record<string, unknown>>
  return {
    name: name ?? now.name,
    enabled: enabled ?? now.enabled,
    description,
    alert_interval,
    ...special({ alert_type, mechanisms, filters }),
  }
}

/** Fields whose faults have codes of their own. */
function special({ alert_type, mechanisms, filters }: Readonly<Record<string, unknown>>) {
  return { alert_type: alertType(alert_type), mechanisms: mechanismsOf(mechanisms), filters: filtersOf(filters, String(alert_type)) }
}

function alertType(value: unknown): AlertType {
  if (typeof value === 'string' && Object.hasOwn(alertTypes, value)) return value as AlertType
  const reason = `${typeof value === 'string' ? value : 'alert_type'} is not one of ${Object.keys(alertTypes).join(', ')}`
  throw new ApiError('alert_type_invalid', { reason }, '/alert_type')
}

const destination = z.looseObject({ id: z.string().min(1).max(320) })
const mechanismLists = z.partialRecord(
  z.enum(Object.keys(mechanismKinds) as [MechanismName, ...MechanismName[]]),
  z.array(destination).max(maxDestinations).nullable(),
)

/** A mail address as RFC 5321 has it, without quoted names: what else passes here the mail server judges. */
const mailAddress = /^[^\s\p{Cc}@<>(),;:"[\]\\]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/iu

function mechanismsOf(value: unknown): Mechanisms {
  const refuse = (reason: string, pointer: string) => new ApiError('alert_mechanism_required', { reason }, pointer)
  if (value === undefined || value === null) throw refuse('name where to send: email, pagerduty, webhooks or syslog', '/mechanisms')
  const result = mechanismLists.safeParse(value)
  if (!result.success) {
    const names = Object.keys(mechanismKinds).join(', ')
    throw refuse(`must be an object with lists of {"id"}, each ${maxDestinations} entries at the most, under ${names}`, '/mechanisms')
  }
  const chosen = result.data
  if (Object.values(chosen).every((list) => (list ?? []).length === 0)) throw refuse('at least one destination is needed', '/mechanisms')
  const wrong = chosen.email?.findIndex(({ id }) => !mailAddress.test(id)) ?? -1
  if (wrong !== -1) throw refuse(`${chosen.email?.[wrong]?.id} is not a mail address`, `/mechanisms/email/${wrong}/id`)
  return chosen
}

/** None of our alert types has filters. An empty object is what Terraform sends. */
function filtersOf(value: unknown, type: string): PolicyFields['filters'] {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ApiError('alert_filters_invalid', { reason: 'must be an object' }, '/filters')
  const set = Object.entries(value).find(([, entries]) => entries !== null && !(Array.isArray(entries) && entries.length === 0))
  if (set) throw new ApiError('alert_filters_invalid', { reason: `alerts of type ${type} have no filter ${set[0]}` }, `/filters/${set[0]}`)
  return value as Readonly<Record<string, unknown>>
}
