// Plans the self test: what each protocol sends to each listener, over IPv4 and IPv6, and what has to come back.
import { addressBytes } from '../../../sim/prefix.ts'
import { frameLength } from '../../../sim/exporters/sflow5.ts'
import { ipProtocol, type SimFlow } from '../../../sim/flow.ts'
import { configProtocols, type ConfigProtocol } from '../../../contract/router-config.ts'
import { familiesOf, type Endpoint } from '../endpoint.ts'

/** One protocol's way to one listener. */
export interface TestLeg {
  readonly protocol: ConfigProtocol
  /** What is sent to. */
  readonly target: Endpoint
  /** Address that it is sent from. */
  readonly source: string
  /** Address that it counts as: the source, or the sFlow agent. */
  readonly router: string
  /** Observation domain, which no other leg has. */
  readonly domain: number
  readonly flows: readonly SimFlow[]
}

/** What tells the flows of one test from those of all others. */
export interface TestMark {
  /** Source port of the flows. */
  readonly port: number
  /** Destination of the flows, IPv4. */
  readonly destination: string
  /** Third part of the routers' addresses. */
  readonly net: number
}

export interface Sums {
  readonly flows: number
  readonly bytes: number
  readonly packets: number
}

/** Legs that a test has at the most: NetFlow v5 has 8 bits of engine id to number them. */
const mostLegs = 128
const flowsEach = 10

/**
 * @param linux whether all of 127.0.0.0/8 is this machine; elsewhere only 127.0.0.1 is
 * @param ipv6 whether this machine has ::1
 */
export function planLegs(listeners: readonly Endpoint[], mark: TestMark, { linux, ipv6 }: { linux: boolean; ipv6: boolean }): TestLeg[] {
  const targets = listeners.flatMap(({ host, port }) =>
    familiesOf(host)
      .filter((family) => family === 4 || ipv6)
      .map((family) => ({ host: targetHost(host, family), port })),
  )
  return targets
    .flatMap((target) => configProtocols.map((protocol) => ({ target, protocol })))
    .slice(0, mostLegs)
    .map(({ target, protocol }, index) => {
      const source = target.host.includes(':') || !linux ? target.host : `127.83.${mark.net}.${index + 1}`
      // Over IPv6 there is one address to send from: sFlow tells an address of its own, of those for documentation.
      const router =
        protocol === 'sflow5' && target.host.includes(':') ? `2001:db8:83:${mark.net.toString(16)}::${(index + 1).toString(16)}` : source
      return { protocol, target, source, router, domain: index + 1, flows: testFlows(mark, index) }
    })
}

function targetHost(host: string, family: 4 | 6): string {
  if (host !== '::' && host !== '0.0.0.0') return host
  return family === 4 ? '127.0.0.1' : '::1'
}

/** Addresses of 198.18.0.0/15, which is for tests of networks (RFC 2544). */
function testFlows(mark: TestMark, leg: number): SimFlow[] {
  const none = new Uint8Array(4)
  return Array.from({ length: flowsEach }, (_, index) => ({
    source: Uint8Array.of(198, 18, leg, index + 1),
    destination: addressBytes(mark.destination),
    sourcePort: mark.port,
    destinationPort: 9,
    protocol: ipProtocol.udp,
    tcpFlags: 0,
    tos: 0,
    inInterface: 1,
    outInterface: 2,
    bytes: (index + 1) * (100 + leg),
    packets: index + 1,
    sourceAs: 0,
    destinationAs: 0,
    sourceMask: 0,
    destinationMask: 0,
    nextHop: none,
    age: 1000,
    duration: 500,
  }))
}

/** What the store has to hold of a leg: sFlow tells a packet of each flow, with the frame around it. */
export function sentSums({ protocol, flows }: TestLeg): Sums {
  const sum = (value: (flow: SimFlow) => number) => flows.reduce((total, flow) => total + value(flow), 0)
  if (protocol === 'sflow5') return { flows: flows.length, bytes: sum(frameLength), packets: flows.length }
  return { flows: flows.length, bytes: sum(({ bytes }) => bytes), packets: sum(({ packets }) => packets) }
}
