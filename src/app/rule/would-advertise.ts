// Which prefixes automatic advertisement would announce if a rule fired now: what it asks for and the guard allows.
import type { Config } from '../../contract/config.ts'
import { driverNames, type OwnedPrefix } from '../../contract/owned-prefix.ts'
import type { Rule } from '../../contract/rule.ts'
import { AdvertisementRefused } from '../../mitigate/advertising.ts'
import { judge } from '../../mitigate/guard.ts'
import { ruleRequest } from '../advertisement/rule-request.ts'
import { wantedPrefixes } from '../advertisement/wanted-prefixes.ts'
import type { AppContext } from '../context.ts'
import { readOwnedPrefixes } from '../owned-prefix/rows.ts'

export interface AdvertisingFacts {
  /** Of the rule's account. */
  readonly owned: readonly OwnedPrefix[]
  readonly limits: Config['advertise']
  /** Milliseconds since 1970. */
  readonly now: number
}

export async function readAdvertisingFacts(
  { state, config, clock }: Pick<AppContext, 'state' | 'config' | 'clock'>,
  account: number,
): Promise<AdvertisingFacts> {
  return { owned: await readOwnedPrefixes(state, account), limits: config.advertise, now: clock.now() }
}

/** What one rule would announce. The guard is asked once for each prefix, however often the rule fires. */
export class WouldAdvertise {
  readonly #rule: Rule
  readonly #facts: AdvertisingFacts
  readonly #objections = new Map<string, string | undefined>()

  constructor(rule: Rule, facts: AdvertisingFacts) {
    this.#rule = rule
    this.#facts = facts
  }

  /** @param targets what an advanced_ddos rule told as attacked */
  prefixes(targets: Iterable<string>): readonly string[] {
    return wantedPrefixes(this.#rule, targets, this.#facts.owned).filter((prefix) => this.objection(prefix) === undefined)
  }

  /** Why the rule could not advertise a prefix, whatever else is announced; undefined when it could. */
  objection(prefix: string): string | undefined {
    if (!this.#objections.has(prefix)) this.#objections.set(prefix, this.#judge(prefix))
    return this.#objections.get(prefix)
  }

  #judge(prefix: string): string | undefined {
    const { owned, limits, now } = this.#facts
    const nothingElse = { stopped: false, announcements: 0, flowspecRules: 0, there: null, recent: 0 }
    try {
      judge(ruleRequest(this.#rule, prefix), { ...nothingElse, ownedPrefixes: owned, drivers: driverNames, limits, now })
      return undefined
    } catch (error) {
      if (error instanceof AdvertisementRefused) return error.message
      throw error
    }
  }
}
