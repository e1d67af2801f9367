// The fields of requests about firewall rules as clients send them.
import { z } from 'zod'
import { firewallAction, interfaceName } from '../../contract/agent-protocol.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { FirewallRequest } from '../../firewall/filtering.ts'
import { whyField } from '../advertisement/request.ts'
import { places } from '../capture/fields.ts'
import { checkCompiles, readFilters } from '../capture/filters.ts'
import { objectFault, parseInput } from '../validation.ts'

const strict = { error: objectFault }
const whole = (most: number) => {
  const message = `must be a whole number from 1 to ${most}`
  return z.number({ error: message }).int(message).min(1, message).max(most, message)
}
/** A year, which is the most that the configuration allows. */
const minutesMessage = 'must be a number of minutes above 0, up to 525600'
const minutes = z.number({ error: minutesMessage }).positive(minutesMessage).max(525_600, minutesMessage)
const id = z
  .string({ error: 'must be one id' })
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
  .nullable()
  .default(null)

const place = {
  filter: z.string({ error: 'must be text in the filter language' }),
  colo_name: places.default(''),
  interface: z
    .string({ error: 'must be the name of an interface, or null' })
    .refine((name) => interfaceName.safeParse(name).success, 'must be the name of an interface, like eth0')
    .nullable()
    .default(null),
}
const calm = z.strictObject({ packets_per_second: whole(1_000_000_000), seconds: whole(86_400) }, strict)
const addition = z.strictObject(
  {
    ...place,
    name: z
      .string({ error: 'must be text' })
      .trim()
      .min(1, 'must not be empty')
      .max(200, 'must not be longer than 200 characters')
      .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
    lifetime_minutes: minutes,
    calm: calm.nullable().default(null),
    signature_id: id,
    incident_id: id,
    why: whyField,
  },
  strict,
)
const previewed = z.strictObject(place, strict)
const enforcement = z.strictObject(
  {
    action: firewallAction.refine(({ kind }) => kind !== 'count', 'must drop or limit; counting has an address of its own'),
    why: whyField,
    force: z.boolean({ error: 'must be true or false' }).default(false),
  },
  strict,
)
const extension = z.strictObject({ lifetime_minutes: minutes, why: whyField }, strict)
const reason = z.strictObject({ why: whyField }, strict)

type Addition = Omit<FirewallRequest, 'account' | 'who'>

/** @throws ApiError firewall_invalid, filter_invalid */
export function parseAddition(body: unknown): Addition {
  const { colo_name, lifetime_minutes, signature_id, incident_id, filter, ...rest } = parseInput(addition, body, 'firewall_invalid')
  return {
    ...rest,
    filterText: filter,
    filter: readFilter(filter),
    coloName: colo_name,
    lifetimeMs: lifetime_minutes * 60_000,
    signatureId: signature_id,
    incidentId: incident_id,
  }
}

/** @throws ApiError firewall_invalid, filter_invalid */
export function parsePreviewed(body: unknown): Pick<FirewallRequest, 'filter' | 'coloName' | 'interface'> {
  const { filter, colo_name, interface: device } = parseInput(previewed, body, 'firewall_invalid')
  return { filter: readFilter(filter), coloName: colo_name, interface: device }
}

/** @throws ApiError firewall_invalid */
export function parseEnforcement(body: unknown): z.output<typeof enforcement> {
  return parseInput(enforcement, body, 'firewall_invalid')
}

/** @throws ApiError firewall_invalid */
export function parseExtension(body: unknown): { readonly lifetimeMs: number; readonly why: string } {
  const { lifetime_minutes, why } = parseInput(extension, body, 'firewall_invalid')
  return { lifetimeMs: lifetime_minutes * 60_000, why }
}

/** @throws ApiError firewall_invalid */
export function parseReason(body: unknown): z.output<typeof reason> {
  return parseInput(reason, body, 'firewall_invalid')
}

/** One that every agent can make a rule of nftables of. */
function readFilter(text: string): PacketFilter {
  const filter = readFilters({ filter: text, filter_v1: {} })
  checkCompiles(filter, { engine: 'nflog', hook: 'prerouting' })
  // Text always makes a filter: none at all is a fault.
  return filter as PacketFilter
}
