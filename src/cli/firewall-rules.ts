// Finds firewall rules on the server.
import { suggestion } from '../base/nearest-name.ts'
import type { FirewallRule } from '../contract/firewall.ts'
import type { ApiClient } from './api-client.ts'
import { CommandError } from './command-error.ts'

/** Below the account. */
export const firewallPath = '/drawbridge/firewall'

/** What the server gives at most for one request. */
const pageSize = 100

/** All that are not withdrawn, the newest first. */
export async function currentRules(client: Pick<ApiClient, 'call'>): Promise<readonly FirewallRule[]> {
  const all: FirewallRule[] = []
  for (let page = 1; ; page++) {
    const found = await client.call<readonly FirewallRule[]>('GET', `${firewallPath}/rules?state=current&page=${page}&per_page=${pageSize}`)
    all.push(...found)
    if (found.length < pageSize) return all
  }
}

/** Digits of an id that are enough to mean a rule, when no other one begins with them. */
const leastDigits = 4

/**
 * The rule that a person means, by id, by the beginning of it, or by name.
 * @throws CommandError when there is none, or more than one
 */
export async function chooseRule(client: Pick<ApiClient, 'call'>, name: string): Promise<FirewallRule> {
  const rules = await currentRules(client)
  const chosen = rules.filter((rule) => rule.name === name || (name.length >= leastDigits && rule.id.startsWith(name)))
  const [rule, other] = chosen
  if (rule !== undefined && other === undefined) return rule
  const next = 'drawbridge firewall list'
  if (other !== undefined) throw new CommandError(`${chosen.length} firewall rules are meant by ${name}; name one by its id`, { next })
  const near = suggestion(
    name,
    rules.map((each) => each.name),
  )
  throw new CommandError(`there is no firewall rule ${name}${near}`, { next })
}
