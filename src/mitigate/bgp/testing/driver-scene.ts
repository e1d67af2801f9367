// A BGP driver with neighbours but without a network, and routes for it.
import type { Log } from '../../../base/log.ts'
import type { Purpose } from '../../../contract/owned-prefix.ts'
import { encodeKeepalive } from '../../../wire/bgp/bgp-framer.ts'
import { encodeOpen } from '../../../wire/bgp/bgp-open.ts'
import type { Direction, DriverOutcome, DriverRoute } from '../../driver.ts'
import { BgpDriver } from '../bgp-driver.ts'
import { ManualTimers } from './manual-timers.ts'
import { MemoryNetwork, rest, type MemoryConnection } from './memory-connection.ts'
import { driverConfig } from './neighbor-config.ts'
import { theirOpen } from './session-scene.ts'

export interface SettledCall {
  readonly id: string
  readonly direction: Direction
  readonly outcome: DriverOutcome
}

/** Of our own AS; a FlowSpec rule discards all of the prefix. */
export function driverRoute(purpose: Purpose, prefix: string, id = `${purpose} ${prefix}`): DriverRoute {
  const flowspec = purpose === 'flowspec' ? ({ match: { destination: prefix }, action: { kind: 'discard' } } as const) : null
  return { id, account: 1, originAs: 64_500, route: { purpose, prefix, flowspec } }
}

/** The neighbour answers the connection. */
export function bringUp(connection: MemoryConnection): void {
  connection.events.connected()
  connection.arrive(encodeOpen(theirOpen), encodeKeepalive())
}

/** A driver with sessions to so many neighbours, without a network. */
export async function driverInMemory(count: number) {
  const timers = new ManualTimers()
  const network = new MemoryNetwork()
  const settled: SettledCall[] = []
  const logged: string[] = []
  const note = (fields: object, message: string) => void logged.push('reason' in fields ? `${message}: ${String(fields.reason)}` : message)
  const driver = new BgpDriver(driverConfig(...Array.from({ length: count }, () => ({ connect_seconds: 10 }))), {
    clock: timers,
    // The log takes other forms too, which are not used.
    log: { info: note as Log['info'], warn: note as Log['warn'] },
    settled: (id, direction, outcome) => void settled.push({ id, direction, outcome }),
    timers,
    connect: network.connect,
    random: () => 0,
  })
  await driver.start([])
  for (const connection of network.connections) bringUp(connection)
  await rest()
  return { driver, network, timers, settled, logged }
}
