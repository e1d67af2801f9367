// Shows firewall rules as they count, each second: on a terminal in place, elsewhere one after another.
import type { FirewallRule } from '../contract/firewall.ts'
import { ServerUnreachableError, type ApiClient } from './api-client.ts'
import { pause } from './capture-follow.ts'
import { currentRules, firewallPath } from './firewall-rules.ts'
import { firewallRulesText, firewallRuleText } from './firewall-text.ts'
import { eraseScreen, inPlace } from './in-place.ts'
import { Output } from './output.ts'

const everyMs = 1000

export interface Watching {
  /** Of one rule; all that are there unless told. */
  readonly id: string | undefined
  /** One line of JSON each second. */
  readonly json: boolean
  readonly signal: AbortSignal
}

/** Until the signal comes, the reader has gone, or the one rule is withdrawn. */
export async function watchFirewall(client: Pick<ApiClient, 'call'>, { id, json, signal }: Watching): Promise<void> {
  const output = new Output(process.stdout)
  const isScreen = process.stdout.isTTY && !json
  if (isScreen) output.add(eraseScreen)
  for (let over = false; !over && !signal.aborted && output.open;) {
    const rules = await read(client, id)
    over = id !== undefined && rules?.every(({ state }) => state === 'withdrawn') === true
    const text = rules === undefined ? 'no server answers; asking again\n' : shown(rules, { id, json })
    output.add(isScreen ? inPlace(text) : text)
    await output.flush(true)
    if (!over) await pause(everyMs, signal)
  }
  await output.end()
}

/** Undefined while no server answers: rules go on without it, and so does who watches them. */
async function read(client: Pick<ApiClient, 'call'>, id: string | undefined): Promise<readonly FirewallRule[] | undefined> {
  try {
    return id === undefined ? await currentRules(client) : [await client.call<FirewallRule>('GET', `${firewallPath}/rules/${id}`)]
  } catch (error) {
    if (error instanceof ServerUnreachableError) return undefined
    throw error
  }
}

function shown(rules: readonly FirewallRule[], { id, json }: Pick<Watching, 'id' | 'json'>): string {
  if (json) return `${JSON.stringify(rules)}\n`
  return id === undefined ? firewallRulesText(rules, Date.now()) : rules.map(firewallRuleText).join('')
}
