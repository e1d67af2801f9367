// Attacks on the simulated network: which one runs at a moment, and its flows.
import { demoAttacks, type AttackKind } from './attack-kinds.ts'
import type { SimFlow } from './flow.ts'
import { accessNetworks, demoNetworks, type SimNetwork } from './internet.ts'
import { addressInPrefix, parsePrefix, randomAddress, type SimPrefix } from './prefix.ts'
import { Random, WeightedChoice } from './random.ts'

export interface AttackScheduleConfig {
  readonly seed?: number
  /** Quiet time before the first attack and between two, from and to, in ms. */
  readonly first?: number
  readonly pause?: readonly [number, number]
  readonly length?: readonly [number, number]
}

/** One attack, from `start` to `end` (ms since 1970). */
export class Attack {
  readonly name: string
  readonly start: number
  readonly end: number
  private readonly kind: AttackKind
  private readonly random: Random
  private readonly networks: WeightedChoice<SimNetwork>
  private readonly senders: readonly Uint8Array[]
  private readonly target: number
  private readonly prefix: SimPrefix

  constructor(kind: AttackKind, times: { readonly start: number; readonly end: number }, random: Random) {
    this.kind = kind
    this.name = kind.name
    this.start = times.start
    this.end = times.end
    this.random = random
    const family = kind.ipv6 ? 16 : 4
    this.networks = new WeightedChoice(
      accessNetworks().filter(({ prefix }) => prefix.address.length === family),
      ({ weight }) => weight,
    )
    this.prefix = parsePrefix(demoNetworks[kind.ipv6 ? 2 : 0])
    this.senders = Array.from({ length: kind.senders ?? 0 }, () => randomAddress(this.networks.pick(random).prefix, random))
    this.target = random.integer(10, 60)
  }

  /** Strength at a time, 0 to 1: it rises for three seconds and ends at once. */
  strength(now: number): number {
    if (now < this.start || now >= this.end) return 0
    return Math.min(1, (now - this.start) / 3000)
  }

  /** One flow of the attack, entering by `inInterface`. */
  flow(inInterface: number): SimFlow {
    const { kind, random } = this
    const packets = Math.round(random.pareto(1, kind.longest, 1.1))
    const host = kind.targets === 1 ? this.target : random.integer(1, kind.targets)
    return {
      source: this.senders.length > 0 ? random.pick(this.senders) : randomAddress(this.networks.pick(random).prefix, random),
      destination: addressInPrefix(this.prefix, host),
      sourcePort: kind.sourcePort ?? random.integer(1024, 65_535),
      destinationPort: kind.destinationPort ?? random.integer(1024, 65_535),
      protocol: kind.protocol,
      tcpFlags: kind.tcpFlags,
      tos: 0,
      inInterface,
      outInterface: 10,
      bytes: packets * random.integer(...kind.sizes),
      packets,
      sourceAs: 0,
      destinationAs: 0,
      sourceMask: 16,
      destinationMask: this.prefix.length,
      nextHop: kind.ipv6 ? addressInPrefix(this.prefix, 10) : Uint8Array.of(192, 0, 2, 10),
      age: random.integer(0, 500),
      duration: packets === 1 ? 0 : random.integer(1, 900),
      ...(kind.fragment && { fragment: kind.fragment }),
    }
  }
}

/** Attacks one after another, each kind in turn. The first comes soon, so that a newcomer sees one. */
export class AttackSchedule {
  private readonly random: Random
  private readonly config: Required<Omit<AttackScheduleConfig, 'seed'>>
  private current: Attack | undefined
  private count = 0

  constructor(config: AttackScheduleConfig = {}) {
    this.random = new Random(config.seed ?? 7)
    this.config = {
      first: config.first ?? 75_000,
      pause: config.pause ?? [240_000, 480_000],
      length: config.length ?? [50_000, 80_000],
    }
  }

  /** The attack that runs now, if any. Call with times that do not go back. */
  at(now: number): Attack | undefined {
    if (!this.current) this.current = this.plan(now + this.config.first)
    else if (now >= this.current.end) this.current = this.plan(now + this.random.integer(...this.config.pause))
    return now >= this.current.start ? this.current : undefined
  }

  private plan(start: number): Attack {
    const kind = demoAttacks[this.count++ % demoAttacks.length]
    return new Attack(kind, { start, end: start + this.random.integer(...this.config.length) }, this.random)
  }
}
