// Everyday traffic of a plausible network: own hosts that serve and fetch, a few talkers with most of the bytes.
import { ipProtocol, tcpFlag, type SimFlow } from './flow.ts'
import { accessNetworks, contentNetworks, demoNetworks, type SimNetwork } from './internet.ts'
import { addressInPrefix, parsePrefix, randomAddress, type SimPrefix } from './prefix.ts'
import { Random, WeightedChoice } from './random.ts'
import { services, type SimService } from './services.ts'

export interface TrafficConfig {
  readonly seed?: number
  /** Share of conversations over IPv6, 0 to 1. */
  readonly ipv6Share?: number
  /** ifIndex of the ports to the Internet and to the own network. */
  readonly uplinks?: readonly number[]
  readonly downlinks?: readonly number[]
}

interface Conversation {
  readonly own: Uint8Array
  readonly other: Uint8Array
  readonly otherMask: number
  readonly ownMask: number
  readonly service: SimService
  /** The own host is the server. */
  readonly serves: boolean
  readonly clientPort: number
  readonly uplink: number
  readonly downlink: number
}

/** How many remote hosts are known well; the rest of the Internet is met once. */
const acquaintances = 3000
const ownHosts = 180

/** Makes flows one by one; the same seed makes the same flows. */
export class Traffic {
  private readonly random: Random
  private readonly ipv6Share: number
  private readonly uplinks: readonly number[]
  private readonly downlinks: readonly number[]
  private readonly own: readonly SimPrefix[] = demoNetworks.map(parsePrefix)
  private readonly service = new WeightedChoice(services, ({ weight }) => weight)
  private readonly offered = new WeightedChoice(
    services.filter(({ offered }) => offered),
    ({ weight }) => weight,
  )
  private readonly remote: Record<'content' | 'access', Record<4 | 6, RemoteHosts>>
  private reply: Conversation | undefined

  constructor(config: TrafficConfig = {}) {
    this.random = new Random(config.seed ?? 1)
    this.ipv6Share = config.ipv6Share ?? 0.18
    this.uplinks = config.uplinks ?? [1, 2]
    this.downlinks = config.downlinks ?? [10, 11, 12]
    const hosts = (networks: SimNetwork[]) => ({
      4: new RemoteHosts(networks, 4, this.random),
      6: new RemoteHosts(networks, 16, this.random),
    })
    this.remote = { content: hosts(contentNetworks()), access: hosts(accessNetworks()) }
  }

  /** The next flow. Each request is followed by its response. */
  next(): SimFlow {
    const answered = this.reply
    if (answered) {
      this.reply = undefined
      return this.flow(answered, false)
    }
    const conversation = this.conversation()
    this.reply = conversation
    return this.flow(conversation, true)
  }

  private conversation(): Conversation {
    const { random } = this
    const family = random.chance(this.ipv6Share) ? 6 : 4
    const serves = random.chance(0.55)
    const service = serves ? this.offered.pick(random) : this.service.pick(random)
    const { address, mask } = this.remote[serves ? 'access' : 'content'][family].pick(random)
    const candidates = this.own.filter(({ address: own }) => own.length === address.length)
    const prefix = random.pick(candidates)
    return {
      own: addressInPrefix(prefix, 1 + random.rank(ownHosts)),
      ownMask: prefix.length,
      other: address,
      otherMask: mask,
      service: family === 6 && service.protocol === ipProtocol.icmp ? { ...service, protocol: ipProtocol.icmp6 } : service,
      serves,
      clientPort: random.integer(32_768, 60_999),
      // A network is reached by one way: the uplink goes by the address.
      uplink: this.uplinks[(address[1] ?? 0) % this.uplinks.length] ?? 1,
      downlink: random.pick(this.downlinks),
    }
  }

  private flow(conversation: Conversation, request: boolean): SimFlow {
    const { own, other, ownMask, otherMask, service, serves, uplink, downlink } = conversation
    const { random } = this
    const inbound = request === serves
    const packets = Math.round(random.pareto(1, service.longest, 1.2))
    const size = packetSize(request ? service.requestSize : service.responseSize, random)
    // One literal with all fields: built of spread parts, a flow takes twenty times as long.
    return {
      source: inbound ? other : own,
      destination: inbound ? own : other,
      sourcePort: sourcePort(conversation, request),
      destinationPort: destinationPort(conversation, request),
      protocol: service.protocol,
      tcpFlags: service.protocol === ipProtocol.tcp ? tcpFlags(packets, random) : 0,
      tos: service.name === 'ssh' ? 0x48 : 0,
      inInterface: inbound ? uplink : downlink,
      outInterface: inbound ? downlink : uplink,
      bytes: packets * size,
      packets,
      // Like a router without a BGP table; the collector looks the numbers up.
      sourceAs: 0,
      destinationAs: 0,
      sourceMask: inbound ? otherMask : ownMask,
      destinationMask: inbound ? ownMask : otherMask,
      nextHop: nextHop(own, inbound ? downlink : uplink),
      age: random.integer(0, 900),
      duration: packets === 1 ? 0 : random.integer(1, Math.min(30_000, packets * 400)),
    }
  }
}

function packetSize(mean: number, random: Random): number {
  const size = Math.round(mean * (0.85 + 0.3 * random.unit()))
  // 64 holds every header that the services need; 1500 is the MTU.
  return Math.min(1500, Math.max(64, size))
}

function sourcePort({ service, clientPort }: Conversation, request: boolean): number {
  if (isIcmp(service)) return 0
  return request ? clientPort : service.port
}

/** For ICMP the type, as NetFlow has it: echo request and reply. */
function destinationPort({ service, clientPort }: Conversation, request: boolean): number {
  if (service.protocol === ipProtocol.icmp) return request ? 8 << 8 : 0
  if (service.protocol === ipProtocol.icmp6) return (request ? 128 : 129) << 8
  return request ? service.port : clientPort
}

function isIcmp({ protocol }: SimService): boolean {
  return protocol === ipProtocol.icmp || protocol === ipProtocol.icmp6
}

function tcpFlags(packets: number, random: Random): number {
  const { syn, ack, psh, fin } = tcpFlag
  if (packets === 1) return random.chance(0.2) ? syn : ack
  return ack | psh | (random.chance(0.5) ? syn : 0) | (random.chance(0.4) ? fin : 0)
}

function nextHop(own: Uint8Array, port: number): Uint8Array {
  const address = new Uint8Array(own.length)
  address.set(own.length === 4 ? [192, 0, 2] : [0xfe, 0x80])
  address[own.length - 1] = port
  return address
}

interface RemoteHost {
  readonly address: Uint8Array
  readonly mask: number
}

/** Hosts of the Internet: some known ones with most of the traffic, and any number of strangers. */
class RemoteHosts {
  private readonly networks: WeightedChoice<SimNetwork>
  private readonly known: readonly RemoteHost[]

  constructor(networks: readonly SimNetwork[], addressLength: number, random: Random) {
    const usable = networks.filter(({ prefix }) => prefix.address.length === addressLength)
    this.networks = new WeightedChoice(usable, ({ weight }) => weight)
    this.known = Array.from({ length: acquaintances }, () => this.stranger(random))
  }

  pick(random: Random): RemoteHost {
    return random.chance(0.8) ? this.known[random.rank(acquaintances)] : this.stranger(random)
  }

  private stranger(random: Random): RemoteHost {
    const { prefix } = this.networks.pick(random)
    return { address: randomAddress(prefix, random), mask: Math.max(prefix.length, random.integer(16, 24)) }
  }
}
