// A day of busy traffic without any attack: daily pattern, resolvers, tunnels, nightly backups, a crowd, a live stream.
import { dailyLoad } from '../../src/sim/daily-load.ts'
import { ipProtocol, tcpFlag, type SimFlow } from '../../src/sim/flow.ts'
import { accessNetworks, contentNetworks, demoNetworks, type SimNetwork } from '../../src/sim/internet.ts'
import { addressInPrefix, parsePrefix, randomAddress } from '../../src/sim/prefix.ts'
import { Random, WeightedChoice } from '../../src/sim/random.ts'
import { Traffic } from '../../src/sim/traffic.ts'

const { tcp, udp, icmp, gre } = ipProtocol
const { fin, syn, rst, psh, ack } = tcpFlag
const esp = 50
const hour = 3600
const own = parsePrefix(demoNetworks[0])

/** Packets of one kind within an event. */
interface Part {
  readonly weight: number
  readonly protocol: number
  readonly flags?: number
  readonly from?: number
  readonly to?: number
  readonly size: number
}

/** Something that goes on beside the everyday traffic. */
export interface CleanEvent {
  readonly name: string
  /** Hours of the day. */
  readonly start: number
  readonly end: number
  /** Seconds until it has its full strength. */
  readonly ramp: number
  /** Packets a second to the own network. */
  readonly packets: number
  /** Distinct remote hosts; 0 for any number. */
  readonly senders: number
  readonly content?: true
  /** Own hosts, the first and how many. */
  readonly host: number
  readonly hosts?: number
  readonly parts: readonly Part[]
}

const web: readonly Part[] = [
  { weight: 8, protocol: tcp, flags: syn, to: 443, size: 64 },
  { weight: 60, protocol: tcp, flags: ack, to: 443, size: 64 },
  { weight: 16, protocol: tcp, flags: ack | psh, to: 443, size: 500 },
  { weight: 6, protocol: tcp, flags: fin | ack, to: 443, size: 64 },
  { weight: 2, protocol: tcp, flags: rst, to: 443, size: 64 },
  { weight: 30, protocol: udp, to: 443, size: 90 },
  { weight: 0.5, protocol: icmp, to: 8 << 8, size: 84 },
]
const upload: readonly Part[] = [
  { weight: 1, protocol: tcp, flags: syn, to: 443, size: 64 },
  { weight: 2000, protocol: tcp, flags: ack, to: 443, size: 1480 },
]

// prettier-ignore
export const cleanEvents: readonly CleanEvent[] = [
  { name: 'web server', start: 0, end: 24, ramp: 0, packets: 6000, senders: 0, host: 10, parts: web },
  { name: 'answers of three resolvers', start: 0, end: 24, ramp: 0, packets: 1500, senders: 3, host: 53, parts: [{ weight: 4, protocol: udp, from: 53, size: 150 }, { weight: 1, protocol: udp, from: 53, size: 1200 }] },
  { name: 'answers of name servers to a recursive resolver', start: 0, end: 24, ramp: 0, packets: 1000, senders: 3000, host: 54, parts: [{ weight: 9, protocol: udp, from: 53, size: 200 }, { weight: 1, protocol: udp, from: 53, size: 900 }] },
  { name: 'backup from one branch', start: 2, end: 3, ramp: 0, packets: 25_000, senders: 1, host: 20, parts: upload },
  { name: 'backup over WireGuard', start: 2.25, end: 3, ramp: 0, packets: 20_000, senders: 1, host: 22, parts: [{ weight: 1, protocol: udp, from: 51_820, to: 51_820, size: 1450 }] },
  { name: 'backup of 300 clients', start: 2.5, end: 2.9, ramp: 0, packets: 25_000, senders: 300, host: 21, parts: upload },
  { name: 'backup over IPsec', start: 3, end: 3.5, ramp: 0, packets: 20_000, senders: 4, host: 23, parts: [{ weight: 3, protocol: esp, size: 1400 }, { weight: 1, protocol: udp, from: 4500, to: 4500, size: 1400 }] },
  { name: 'backup over GRE', start: 3.5, end: 4, ramp: 0, packets: 20_000, senders: 2, host: 24, parts: [{ weight: 1, protocol: gre, size: 1450 }] },
  { name: 'restore to 100 clients', start: 4, end: 4.5, ramp: 0, packets: 20_000, senders: 100, host: 21, parts: [{ weight: 1, protocol: tcp, flags: ack, from: 443, size: 64 }] },
  { name: 'video conferences', start: 8, end: 18, ramp: 600, packets: 3000, senders: 40, content: true, host: 100, hosts: 100, parts: [{ weight: 1, protocol: udp, from: 3478, size: 900 }] },
  { name: 'flash crowd', start: 14, end: 14.6, ramp: 180, packets: 60_000, senders: 0, host: 10, parts: web },
  { name: 'game night', start: 19, end: 23, ramp: 120, packets: 15_000, senders: 2000, host: 30, parts: [{ weight: 1, protocol: udp, to: 27_015, size: 120 }] },
  { name: 'live stream', start: 20, end: 22, ramp: 120, packets: 20_000, senders: 60, content: true, host: 100, hosts: 100, parts: [{ weight: 1, protocol: udp, from: 443, size: 1280 }] },
]

export interface CleanDayConfig {
  readonly seed: number
  /** Everyday packets a second towards the own network in the busiest minute. */
  readonly packets: number
  readonly sampling: number
}

export class CleanDay {
  readonly #config: CleanDayConfig
  readonly #random: Random
  readonly #traffic: Traffic
  readonly #due = new Map<CleanEvent | null, number>()
  readonly #senders = new Map<CleanEvent, readonly Uint8Array[]>()
  readonly #parts = new Map<CleanEvent, WeightedChoice<Part>>()
  readonly #networks: Readonly<Record<'access' | 'content', WeightedChoice<SimNetwork>>>

  constructor(config: CleanDayConfig) {
    this.#config = config
    this.#random = new Random(config.seed)
    this.#traffic = new Traffic({ seed: config.seed })
    const choice = (networks: SimNetwork[]) =>
      new WeightedChoice(
        networks.filter(({ prefix }) => prefix.address.length === 4),
        ({ weight }) => weight,
      )
    this.#networks = { access: choice(accessNetworks()), content: choice(contentNetworks()) }
    for (const event of cleanEvents) {
      this.#parts.set(event, new WeightedChoice(event.parts, ({ weight }) => weight))
      this.#senders.set(
        event,
        Array.from({ length: event.senders }, () => this.#stranger(event)),
      )
    }
  }

  #stranger({ content }: CleanEvent): Uint8Array {
    return randomAddress(this.#networks[content ? 'content' : 'access'].pick(this.#random).prefix, this.#random)
  }

  /** Sampled packets of a second towards the own network. @param second since 1970 */
  flows(second: number): SimFlow[] {
    const load = dailyLoad(second * 1000)
    const everyday = Array.from({ length: this.#count(null, this.#config.packets * load) }, () => this.#inbound())
    const events = cleanEvents.flatMap((event) => {
      const count = this.#count(event, event.packets * strength(event, (second % (24 * hour)) / hour, load))
      return Array.from({ length: count }, () => this.#flow(event))
    })
    return [...everyday, ...events]
  }

  /** How many packets are sampled: as chance has it, about so many a second. */
  #count(event: CleanEvent | null, packets: number): number {
    const expected = packets / this.#config.sampling
    // The sum of two uniform numbers from 0.5 to 1.5 varies about as much as a count of six.
    const due = (this.#due.get(event) ?? 0) + expected * (0.5 + 0.5 * (this.#random.unit() + this.#random.unit()))
    this.#due.set(event, due - Math.floor(due))
    return Math.floor(due)
  }

  #inbound(): SimFlow {
    for (;;) {
      const flow = this.#traffic.next()
      if (flow.inInterface < 10) return flow
    }
  }

  #flow(event: CleanEvent): SimFlow {
    const random = this.#random
    const { protocol, flags = 0, from, to, size } = this.#parts.get(event)!.pick(random)
    const senders = this.#senders.get(event)!
    return {
      source: senders.length > 0 ? random.pick(senders) : this.#stranger(event),
      destination: addressInPrefix(own, event.host + random.integer(0, (event.hosts ?? 1) - 1)),
      sourcePort: from ?? random.integer(1024, 65_535),
      destinationPort: to ?? random.integer(1024, 65_535),
      protocol,
      tcpFlags: flags,
      tos: 0,
      inInterface: 1,
      outInterface: 10,
      bytes: size,
      packets: 1,
      sourceAs: 0,
      destinationAs: 0,
      sourceMask: 16,
      destinationMask: 24,
      nextHop: Uint8Array.of(192, 0, 2, 10),
      age: 0,
      duration: 0,
    }
  }
}

function strength({ start, end, ramp }: CleanEvent, now: number, load: number): number {
  if (now < start || now >= end) return 0
  // What goes on all day has the day's pattern.
  if (start === 0 && end === 24) return load
  return ramp === 0 ? 1 : Math.min(1, ((now - start) * hour) / ramp)
}
