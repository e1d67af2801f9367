// Switches the automatic advertisement of a rule on or off (contract §1.2).
import { z } from 'zod'
import { change } from '../change.ts'
import { timeText, type Principal, type RuleContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { publishRules } from './publish.ts'
import { readRule, updateRules } from './rows.ts'

const input = z.object(
  { automatic_advertisement: z.boolean({ error: 'must be true, false or null' }).nullable().optional() },
  { error: 'must be a JSON object' },
)

/**
 * @param body `{automatic_advertisement?}`; without it, or without a body, nothing changes
 * @throws ApiError rule_not_found, rule_invalid, forbidden
 */
export async function setAdvertisement(
  context: RuleContext,
  principal: Principal,
  { id, body }: { id: string; body: unknown },
): Promise<{ automatic_advertisement: boolean | null }> {
  requireScope(principal, 'mnm:write')
  const { automatic_advertisement } = parseInput(input, body ?? {}, 'rule_invalid')
  const account = principal.account.number
  if (automatic_advertisement === undefined) return pickAdvertisement(await readRule(context.state, account, id))
  await change(context, principal, async (state) => {
    const before = await readRule(state, account, id)
    const rule = { ...before, automatic_advertisement }
    await updateRules(state, [rule], timeText(context.clock.now()))
    return {
      result: undefined,
      audit: {
        action: 'rule.advertisement',
        target: id,
        detail: { name: rule.name, before: before.automatic_advertisement, automatic_advertisement },
      },
    }
  })
  await publishRules(context)
  return { automatic_advertisement }
}

const pickAdvertisement = ({ automatic_advertisement }: { readonly automatic_advertisement: boolean | null }) => ({
  automatic_advertisement,
})
