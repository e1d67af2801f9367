// The fields of an owned prefix as clients send them. What may be registered at all is the guard's to say.
import { z } from 'zod'
import { driverNames } from '../../contract/owned-prefix.ts'
import { objectFault, parseInput } from '../validation.ts'

const text = (most: number) => z.string({ error: 'must be text' }).trim().max(most, `must not be longer than ${most} characters`)
const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return z.number({ error: message }).int(message).min(least, message).max(most, message)
}
const flag = z.boolean({ error: 'must be true or false' })
const driverMessage = `must be a list of ${driverNames.join(', ')}`

const fields = {
  description: text(200),
  origin_as: whole(1, 4_294_967_294),
  drivers: z
    .array(z.enum(driverNames, { error: driverMessage }), { error: driverMessage })
    .min(1, driverMessage)
    .refine((list) => new Set(list).size === list.length, 'must name each driver once'),
  divert_max_length: whole(0, 128),
  blackhole_min_length: whole(0, 128).nullable(),
  flowspec: flag,
  automatic: flag,
  approval: flag,
  locked: flag,
  lock_reason: text(200),
}
const strict = { error: objectFault }
const changes = z.strictObject(fields, strict).partial()
const cidr = z.string({ error: 'must be text like 203.0.113.0/24' })
const creation = z.strictObject({ ...changes.shape, cidr, origin_as: fields.origin_as }, strict)

/** A prefix to be registered; what is left out gets its default. @throws ApiError prefix_invalid */
export const parseOwnedPrefix = (body: unknown): z.output<typeof creation> => parseInput(creation, body, 'prefix_invalid')

/** Some fields of one that is registered. @throws ApiError prefix_invalid */
export const parseOwnedPrefixChange = (body: unknown): z.output<typeof changes> => parseInput(changes, body, 'prefix_invalid')
