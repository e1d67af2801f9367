// By which factor a stored flow counts in an answer: the stored one, unless the router told none and has one set by now.
import { isIP } from 'node:net'
import type { SqlParameters } from './sql-parameters.ts'

/** The factor that is set now for each router that has one, by canonical address. */
export type SamplingOverrides = ReadonlyMap<string, number>

export const noOverrides: SamplingOverrides = new Map()

/** The column of the tables; the same on every tier. */
const storedRate = 'sampling_rate'

/** Sources of a factor that was assumed because the router told nothing. `router` is not among them: it was set for its time. */
const assumedSources = "'unknown', 'account'"

/**
 * SQL of the factor. Flows that were stored with an assumed factor take the one that is set for their router now, so
 * setting it mends the past too; without settings it is the plain column. Works on every tier, because router,
 * sampling_rate and sampling_source are columns of all of them.
 */
export function appliedRate(overrides: SamplingOverrides, parameters: SqlParameters): string {
  if (overrides.size === 0) return storedRate
  const routers = parameters.bind([...overrides.keys()].map(mappedAddress), 'Array(IPv6)')
  const factors = parameters.bind([...overrides.values()], 'Array(UInt32)')
  return `if(sampling_source IN (${assumedSources}), transform(router, ${routers}, ${factors}, ${storedRate}), ${storedRate})`
}

/** Addresses are stored as IPv6, IPv4 mapped into it. */
export function mappedAddress(address: string): string {
  return isIP(address) === 4 ? `::ffff:${address}` : address
}
