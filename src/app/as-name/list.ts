// Names of AS numbers, for people who read top lists.
import { z } from 'zod'
import type { AppContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

/** The longest list that a page shows, with room. */
const maxNumbers = 500
const message = `must be a list of up to ${maxNumbers} AS numbers with commas between`
const input = z.object({
  asn: z
    .string({ error: message })
    .regex(/^\d{1,10}(,\d{1,10})*$/, message)
    .transform((text) => text.split(',').map(Number))
    .refine((numbers) => numbers.length <= maxNumbers, message),
})

/**
 * @param query `{asn: '13335,15169'}`
 * @returns names by number; a number without a known name is left out
 * @throws ApiError invalid_request, forbidden
 */
export function listAsNames(context: Pick<AppContext, 'asName'>, principal: Principal, query: unknown): Record<string, string> {
  requireScope(principal, 'analytics:read')
  const { asn } = parseInput(input, query, 'invalid_request')
  const names: Record<string, string> = {}
  for (const number of asn) {
    const name = context.asName(number)
    if (name !== undefined) names[number] = name
  }
  return names
}
