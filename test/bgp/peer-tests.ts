// What every peer has to show, for IPv4 and IPv6: the tests of one daemon, which differ only in the daemon's own words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DriverRoute } from '../../src/mitigate/driver.ts'
import { until } from '../lab/poll.ts'
import { needs } from '../requirements.ts'
import type { MakePeer } from './bgp-lab.ts'
import { customerAs, ownAs, peerAs, peerLinks, wrongAs } from './lab-addresses.ts'
import { blackholed, customers, divert, diverted, filtered, neighborNames, otherNextHops, speakerConfig } from './lab-routes.ts'
import { families, type Family, type PeerRoute, type PeerRule, type PeerSetup } from './peer.ts'
import { PeerSituation, prefixesOf } from './peer-situation.ts'
import type { SpeakerConfig } from './speaker.ts'
import type { Sighting } from './watcher.ts'

export interface PeerExpectations {
  /** Programs that the daemon consists of. */
  readonly commands: readonly string[]
  readonly makePeer: MakePeer
  /** LOCAL_PREF that it gives to what comes without; null where it shows none. */
  readonly defaultLocalPref: number | null
  /** Whether it keeps FlowSpec rules while we restart. */
  readonly keepsRules: boolean
  /** How it shows the FlowSpec rules of `filtered`. */
  readonly rules: Readonly<Record<Family, readonly PeerRule[]>>
}

const baseSetup: PeerSetup = { as: peerAs, neighborAs: ownAs, password: '', ttlSecurity: false }
const password = 'correct-horse:7'
const live = families.map((family) => diverted[family])

function byPrefix(routes: readonly PeerRoute[]): PeerRoute[] {
  return routes.toSorted((one, other) => (one.prefix < other.prefix ? -1 : 1))
}

/** All that a peer is to tell of what is diverted, blackholed, and originated by a customer. */
function expectedRoutes(family: Family, localPref: number | null): PeerRoute[] {
  const own = { asPath: [ownAs, ownAs, ownAs], origin: 'igp', localPref, nextHop: peerLinks[family].other }
  const attributes = { med: 50, communities: ['65000:1', '65000:65535'], largeCommunities: ['4200000001:7:8'] }
  const blackhole = { med: null, communities: ['65535:65281', '65535:666'], largeCommunities: [], asPath: [ownAs] }
  const nextHop = family === 'ipv4' ? otherNextHops.next_hop_ipv4 : otherNextHops.next_hop_ipv6
  return byPrefix([
    { prefix: diverted[family].route.prefix, ...own, ...attributes },
    { prefix: customers[family].route.prefix, ...own, ...attributes, asPath: [ownAs, ownAs, ownAs, customerAs] },
    { prefix: blackholed[family].route.prefix, ...own, ...blackhole, nextHop },
  ])
}

/** Prefixes whose way through the peer shows that everything before has gone through it too. */
const markers: Readonly<Record<Family, DriverRoute>> = { ipv4: divert('192.0.2.0/24'), ipv6: divert('2001:db8:ffff::/48') }

/** Waits until the watcher has seen all that we have announced and withdrawn; answers how many sightings it has then. */
async function watcherIsUpToDate(situation: PeerSituation): Promise<number> {
  const { watcher } = situation.lab.parts
  const from = (await watcher.sightings()).length
  for (const family of families) {
    await situation.speaker.announce(markers[family])
    await watcher.appears(markers[family].route.prefix, from)
  }
  for (const family of families) {
    await situation.speaker.withdraw(markers[family])
    await watcher.disappears(markers[family].route.prefix, from)
  }
  return (await watcher.sightings()).length
}

/** What the watcher has seen of `live` since `from`. */
async function seenSince(situation: PeerSituation, from: number): Promise<readonly Sighting[]> {
  const prefixes = new Set(prefixesOf(live))
  const to = await watcherIsUpToDate(situation)
  return (await situation.lab.parts.watcher.sightings()).slice(from, to).filter(({ prefix }) => prefixes.has(prefix))
}

export function testPeer(name: string, expectations: PeerExpectations): void {
  const commands = [...expectations.commands, 'bird', 'birdc', 'tcpdump', 'tshark', 'nft', 'nstat', 'ip']
  // Each waits most of its time, so the daemons are tested at the same time, each in namespaces of its own.
  describe.skipIf(needs({ root: true, commands })).concurrent(`BGP with ${name}`, () => {
    const situation = new PeerSituation(expectations.makePeer)
    beforeAll(async () => {
      await situation.lab.start()
      await situation.peer.start(baseSetup)
    })
    afterAll(() => situation.lab.stop())
    describe.sequential('has what we announce', () => {
      testRoutes(situation, expectations)
    })
    describe.sequential('loses us and comes back', () => {
      testInterruptions(situation)
    })
    describe.sequential('sees no withdrawal', () => {
      testRestarts(situation, expectations)
    })
    describe.sequential('is set up differently', () => {
      testDisagreements(situation)
    })
  })
}

function testRoutes(situation: PeerSituation, expectations: PeerExpectations): void {
  it('comes up over IPv4 and IPv6', async () => {
    await situation.begin(speakerConfig(), [])
    await situation.established()
    await until('the watcher to have its sessions', async () => (await situation.lab.parts.watcher.isEstablished()) || undefined)
    for (const family of families) {
      const status = await situation.speaker.neighbor(neighborNames[family])
      expect(status).toMatchObject({ families: [family, `${family}-flowspec`], hold_seconds: 3, sessions: 1 })
      expect(status.graceful_restart_seconds).toBeGreaterThan(0)
    }
  })

  it('has each route with its attributes', async () => {
    const routes = families.flatMap((family) => [diverted[family], customers[family], blackholed[family]])
    for (const route of routes) expect(await situation.speaker.announce(route)).toMatchObject({ kind: 'done', already: false })
    expect(await situation.peerHas(routes)).toEqual(prefixesOf(routes))
    for (const family of families) {
      expect(byPrefix(await situation.peer.routes(family))).toEqual(expectedRoutes(family, expectations.defaultLocalPref))
    }
  })

  it('has the FlowSpec rules with their actions', async () => {
    for (const family of families) {
      for (const route of filtered[family]) expect(await situation.speaker.announce(route)).toMatchObject({ kind: 'done' })
      await until('the rules', async () => ((await situation.peer.rules(family)).length === filtered[family].length ? true : undefined))
      expect(new Set(await situation.peer.rules(family))).toEqual(new Set(expectations.rules[family]))
    }
  })

  it('loses what we withdraw, and nothing else', async () => {
    for (const family of families) {
      for (const route of [customers[family], blackholed[family], ...filtered[family]]) {
        expect(await situation.speaker.withdraw(route)).toMatchObject({ kind: 'done', already: false })
      }
      await until('no rule', async () => ((await situation.peer.rules(family)).length === 0 ? true : undefined))
    }
    expect(await situation.peerHas(live)).toEqual(prefixesOf(live))
  })
}

/** Begins and ends with both sessions up and `live` announced. */
function testInterruptions(situation: PeerSituation): void {
  async function backAgain(): Promise<string[]> {
    await situation.established()
    return await situation.peerHas(live)
  }

  it('after its links were down for longer than the hold time', async () => {
    await situation.lab.links('down')
    await situation.lost()
    await situation.lab.links('up')
    expect(await backAgain()).toEqual(prefixesOf(live))
  })

  it('after it was shut down with a message, which we show', async () => {
    for (const family of families) {
      const from = situation.speaker.told.length
      await situation.peer.shutDown(family, 'maintenance-until-six')
      await situation.peerLost(family)
      await situation.speaker.tells(neighborNames[family], /maintenance-until-six/, from)
      await situation.peer.bringUp(family)
    }
    expect(await backAgain()).toEqual(prefixesOf(live))
  })

  it('after its own graceful restart', async () => {
    await situation.peer.restartGracefully()
    expect(await backAgain()).toEqual(prefixesOf(live))
  })

  it('after it was silent for longer than the hold time: we end the session', async () => {
    const before = await situation.notifications()
    const from = situation.speaker.told.length
    situation.peer.process.child.kill('SIGSTOP')
    for (const family of families) await situation.speaker.tells(neighborNames[family], /hold timer expired/i, from)
    await situation.notified('us', 4, 0, before)
    situation.peer.process.child.kill('SIGCONT')
    expect(await backAgain()).toEqual(prefixesOf(live))
  })

  it('after we were silent for longer than the hold time: it ends the session', async () => {
    const before = await situation.notifications()
    situation.speaker.signal('SIGSTOP')
    for (const family of families) await situation.peerLost(family)
    await situation.notified('the peer', 4, 0, before)
    situation.speaker.signal('SIGCONT')
    expect(await backAgain()).toEqual(prefixesOf(live))
  })
}

/** Begins as `testInterruptions`, ends with FlowSpec rules beside. */
function testRestarts(situation: PeerSituation, { keepsRules }: PeerExpectations): void {
  const all = [...live, ...families.flatMap((family) => filtered[family])]

  async function peerHasRules(are: boolean): Promise<void> {
    for (const family of families) {
      const wanted = are ? filtered[family].length : 0
      await until(`${wanted} rules`, async () => ((await situation.peer.rules(family)).length === wanted ? true : undefined))
    }
  }

  for (const [what, end] of [
    ['our restart', () => situation.end()],
    ['our kill -9', () => situation.speaker.kill()],
  ] as const) {
    it(`through ${what} with live announcements`, async () => {
      for (const route of all) expect(await situation.speaker.announce(route)).toMatchObject({ kind: 'done' })
      await peerHasRules(true)
      const from = await watcherIsUpToDate(situation)
      await end()
      for (const family of families) await situation.peerLost(family)
      await situation.peerHas(live)
      await peerHasRules(keepsRules)
      await situation.begin(speakerConfig(), all)
      await situation.established()
      expect(await seenSince(situation, from)).toEqual([])
      await situation.peerHas(live)
      await peerHasRules(true)
    })
  }
}

/** Begins as `testInterruptions`; leaves nothing running but the peer. */
function testDisagreements(situation: PeerSituation): void {
  /** Waits until a new speaker of ours has been refused over both sessions and says so. */
  async function refused(config: SpeakerConfig, why: RegExp): Promise<void> {
    await situation.end()
    await situation.begin(config, live)
    for (const family of families) await situation.speaker.tells(neighborNames[family], why, 0)
  }

  /** How many sessions our speaker has had with each neighbour. */
  async function sessions(): Promise<number[]> {
    const { neighbors } = await situation.speaker.status()
    return neighbors.map((neighbor) => neighbor.sessions)
  }

  async function restartPeer(changes: Partial<PeerSetup>): Promise<void> {
    await situation.peer.stop()
    await situation.peer.start({ ...baseSetup, ...changes })
  }

  it('we refuse another AS than configured', async () => {
    await restartPeer({})
    const before = await situation.notifications()
    await refused(speakerConfig({ as: wrongAs }), /65001.*65099|65099.*65001/)
    await situation.notified('us', 2, 2, before)
    expect(await sessions()).toEqual([0, 0])
  })

  it('packets from farther away than TTL security allows never reach us', async () => {
    const before = await situation.lab.refusedSoFar('drawbridge', 'TCPMinTTLDrop')
    await situation.end()
    await situation.begin(speakerConfig({ ttl_security: 1 }), live)
    await situation.lab.refused('drawbridge', 'TCPMinTTLDrop', before)
    expect(await sessions()).toEqual([0, 0])
  })

  it('another AS than it expects is refused by it', async () => {
    await restartPeer({ neighborAs: wrongAs })
    const before = await situation.notifications()
    await refused(speakerConfig(), /bad peer as/i)
    await situation.notified('the peer', 2, 2, before)
    expect(await sessions()).toEqual([0, 0])
  })

  it('TCP MD5 and TTL security that agree work together', async () => {
    await restartPeer({ password, ttlSecurity: true })
    await situation.end()
    await situation.begin(speakerConfig({ password, ttl_security: 1 }), live)
    await situation.established()
    expect(await situation.peerHas(live)).toEqual(prefixesOf(live))
  })

  it('another TCP MD5 password, or none, is not answered', async () => {
    for (const [other, counter] of [
      ['another password', 'TCPMD5Failure'],
      ['', 'TCPMD5NotFound'],
    ] as const) {
      const before = await situation.lab.refusedSoFar('peerNamespace', counter)
      await situation.end()
      await situation.begin(speakerConfig({ password: other, ttl_security: 1 }), live)
      await situation.lab.refused('peerNamespace', counter, before)
      expect(await sessions()).toEqual([0, 0])
    }
    for (const family of families) await situation.speaker.tells(neighborNames[family], /no answer within .* must fit on both sides/, 0)
  })

  it('packets without TTL security are dropped where it is wanted', async () => {
    const before = await situation.lab.refusedSoFar('peerNamespace', 'TCPMinTTLDrop')
    await situation.end()
    await situation.begin(speakerConfig({ password }), live)
    await situation.lab.refused('peerNamespace', 'TCPMinTTLDrop', before)
    // Daemons set the limit after the connection is there: our OPEN may come through, but nothing that follows.
    for (const family of families) expect(await situation.peer.isEstablished(family)).toBe(false)
  })

  it('as our own AS it has LOCAL_PREF and a path without us', async () => {
    await restartPeer({ as: ownAs })
    await situation.end()
    const routes = families.flatMap((family) => [diverted[family], customers[family]])
    await situation.begin(speakerConfig({ as: ownAs, divert: { ...otherNextHops, local_pref: 250 } }), routes)
    await situation.peerHas(routes)
    for (const family of families) {
      const nextHop = family === 'ipv4' ? otherNextHops.next_hop_ipv4 : otherNextHops.next_hop_ipv6
      const [own, customer] = [diverted[family], customers[family]].map(({ route }) => route.prefix)
      const found = await situation.peer.routes(family)
      expect(found.find(({ prefix }) => prefix === own)).toMatchObject({ asPath: [], localPref: 250, nextHop })
      expect(found.find(({ prefix }) => prefix === customer)).toMatchObject({ asPath: [customerAs], localPref: 250, nextHop })
    }
    await situation.end()
  })
}
