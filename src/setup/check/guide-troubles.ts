// What a router's guide knows about steps of the live check that stay red.
import type { ConfigTrouble } from '../../contract/router-config.ts'
import { routerConfig } from '../config/render.ts'
import { RouterConfigError } from '../config/router-config-error.ts'
import type { Surroundings } from './surroundings.ts'
import { sameFamily } from './wording.ts'

/** None where the guide cannot be filled in for this machine. */
export function guideTroubles(guide: string, { host, expected }: Surroundings): readonly ConfigTrouble[] {
  const collector = host.reachable.find((address) => expected === null || sameFamily(address, expected)) ?? host.reachable[0] ?? '127.0.0.1'
  try {
    return routerConfig({ guide, collector, ...(expected !== null && sameFamily(collector, expected) ? { router: expected } : {}) })
      .troubles
  } catch (error) {
    if (!(error instanceof RouterConfigError)) throw error
    return []
  }
}
