// A session in a network of its own, what it has told, and messages of a neighbour that is as configured.
import { encodeKeepalive, encodeMessage, messageType } from '../../../wire/bgp/bgp-framer.ts'
import { encodeOpen, type BgpOpen } from '../../../wire/bgp/bgp-open.ts'
import { encodeAnnouncement } from '../../../wire/bgp/bgp-update.ts'
import { BgpSession } from '../bgp-session.ts'
import { ManualTimers } from './manual-timers.ts'
import { MemoryNetwork, type MemoryConnection } from './memory-connection.ts'
import { localSpeaker, neighborConfig } from './neighbor-config.ts'

export const theirOpen: BgpOpen = {
  as: 64_501,
  holdSeconds: 30,
  routerId: Uint8Array.of(192, 0, 2, 2),
  families: ['ipv4', 'ipv6'],
  as4: true,
  routeRefresh: true,
  gracefulRestart: null,
}

export const update = encodeAnnouncement(
  {
    family: 'ipv4',
    nlri: [Uint8Array.of(24, 198, 51, 100)],
    attributes: {
      origin: 'IGP',
      asPath: [64_501],
      nextHop: Uint8Array.of(192, 0, 2, 2),
      med: null,
      localPref: null,
      communities: [],
      largeCommunities: [],
      extendedCommunities: [],
    },
  },
  { as4: true },
)[0]
export const refreshIpv6 = encodeMessage(messageType.routeRefresh, [Uint8Array.of(0, 2, 0, 1)])

/** @param written what the configuration says of the neighbour beside the defaults */
export function sessionScene(written: object = {}) {
  const timers = new ManualTimers()
  const network = new MemoryNetwork()
  const told: string[] = []
  const events = {
    established: () => void told.push('established'),
    lost: () => void told.push('lost'),
    failed: (reason: string) => void told.push(`failed: ${reason}`),
    refresh: (family: string) => void told.push(`refresh ${family}`),
  }
  const config = neighborConfig({ hold_seconds: 90, ...written })
  const session = new BgpSession(localSpeaker, config, events, { connect: network.connect, timers, clock: timers, random: () => 0 })
  return { timers, network, told, session }
}

export type SessionScene = ReturnType<typeof sessionScene>

/** Brings the latest connection up. */
export function establish({ network }: SessionScene, open: Partial<BgpOpen> = {}): MemoryConnection {
  const connection = network.last
  connection.events.connected()
  connection.arrive(encodeOpen({ ...theirOpen, ...open }), encodeKeepalive())
  return connection
}
