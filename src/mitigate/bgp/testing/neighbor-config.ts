// A neighbour's configuration as the configuration file gives it, with its defaults.
import { configSchema } from '../../../contract/config.ts'
import type { BgpDriverConfig, BgpNeighborConfig, LocalSpeaker } from '../bgp-agreement.ts'

export const localSpeaker: LocalSpeaker = { as: 64_500, routerId: Uint8Array.of(192, 0, 2, 1), restartSeconds: 120 }

/** @param neighbors what is written for each; name, address and AS are given when left out */
export function driverConfig(...neighbors: readonly object[]): BgpDriverConfig {
  const named = neighbors.map((neighbor, index) => Object.assign({ name: `edge${index + 1}`, address: '127.0.0.1', as: 64_501 }, neighbor))
  return configSchema.parse({ advertise: { bgp: { as: 64_500, router_id: '192.0.2.1', neighbors: named } } }).advertise.bgp
}

export function neighborConfig(written: object = {}): BgpNeighborConfig {
  const [neighbor] = driverConfig(written).neighbors
  if (neighbor === undefined) throw new Error('no neighbour')
  return neighbor
}
