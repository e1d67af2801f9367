// What a person asks to be announced, as clients send it. What may be announced is the guard's to say.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { FlowSpec } from '../../contract/advertisement.ts'
import { driverNames, purposes } from '../../contract/owned-prefix.ts'
import type { AnnounceRequest } from '../../mitigate/advertising.ts'
import type { Principal } from '../context.ts'
import { objectFault, parseInput } from '../validation.ts'

const minutesMessage = 'must be a number of minutes above 0, up to 525600'
/** Why somebody does something by hand. */
export const whyField = z
  .string({ error: 'must be text: why is it done?' })
  .trim()
  .min(1, 'must not be empty: why is it done?')
  .max(500, 'must not be longer than 500 characters')

const input = z.strictObject(
  {
    prefix: z.string({ error: 'must be text like 203.0.113.0/24' }),
    purpose: z.enum(purposes, { error: `must be one of ${purposes.join(', ')}` }).default('divert'),
    flowspec: z.looseObject({}, { error: 'must be an object with match and action' }).nullable().default(null),
    driver: z
      .enum(driverNames, { error: `must be one of ${driverNames.join(', ')}, or left to the registered prefix` })
      .nullable()
      .default(null),
    why: whyField,
    until: z.iso.datetime({ offset: true, error: 'must be a time like 2027-01-31T00:00:00Z' }).nullable().default(null),
    minutes: z.number({ error: minutesMessage }).positive(minutesMessage).max(525_600, minutesMessage).nullable().default(null),
    dry_run: z.boolean({ error: 'must be true or false' }).default(false),
  },
  { error: objectFault },
)

/**
 * @param body `{prefix, purpose?, flowspec?, driver?, why, until? or minutes?, dry_run?}`
 * @param now ms since 1970
 * @throws ApiError invalid_request
 */
export function parseAnnounceRequest(principal: Principal, body: unknown, now: number): AnnounceRequest {
  const { prefix, purpose, flowspec, driver, why, until, minutes, dry_run } = parseInput(input, body, 'invalid_request')
  if (until !== null && minutes !== null)
    throw new ApiError('invalid_request', { reason: 'until and minutes exclude each other' }, '/minutes')
  const end = until === null ? null : Date.parse(until)
  return {
    account: principal.account.number,
    purpose,
    prefix,
    // The guard looks at each part of it as at something unknown.
    flowspec: flowspec as FlowSpec | null,
    driver,
    cause: {
      kind: 'person',
      who: principal.user.email,
      why,
      rule_id: null,
      incident_id: null,
      until: minutes === null ? end : now + minutes * 60_000,
      hold_seconds: null,
      signal: null,
    },
    dryRun: dry_run,
    approval: false,
  }
}
