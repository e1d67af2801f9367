// Measures a filter on all packets of both sides: what each condition, each part and all together hold.
import type { PacketFilter } from '../contract/packet-filter.ts'
import type { Share, SignatureCondition, SignaturePart } from '../contract/signature.ts'
import { filterText } from '../filter/filter-text.ts'
import { packetTest } from '../filter/packet-test.ts'
import { conditionsOf, partsOf } from './describe/leaves.ts'
import { fieldOf, meaningOf } from './describe/meaning.ts'
import { titleOf } from './describe/titles.ts'
import { variabilityOf } from './describe/variability.ts'
import { JunkMeter, type MeterSide } from './junk/junk-meter.ts'
import type { FedPacket } from './packet-feed.ts'
import { PacketSample } from './packet-sample.ts'
import { ShareMeter } from './shares.ts'
import { SpreadMeter } from './spread/spread-meter.ts'
import { TargetCounter } from './targets.ts'

interface SideMeters {
  readonly attack: ShareMeter
  readonly baseline: ShareMeter
}

interface MeasuredCondition {
  readonly filter: PacketFilter
  readonly test: ReturnType<typeof packetTest>
  readonly shares: SideMeters
}

interface MeasuredPart {
  readonly filter: PacketFilter
  readonly conditions: readonly MeasuredCondition[]
  readonly shares: SideMeters
  readonly bytes: ShareMeter
  readonly adds: ShareMeter
  readonly junk: JunkMeter
  readonly sources: Set<string>
}

const sideMeters = (): SideMeters => ({ attack: new ShareMeter(), baseline: new ShareMeter() })

/** Packets of the baseline that the junk of each part is compared with. To look at all of them for each would take longest. */
const comparedPackets = 8192

/** Sources beyond this are many. */
const fewSources = 2

export class FilterMeter {
  readonly held = new ShareMeter()
  readonly heldBytes = new ShareMeter()
  readonly false = new ShareMeter()
  readonly targets = new TargetCounter()
  readonly junk = new JunkMeter()
  readonly spread = new SpreadMeter()
  readonly #parts: readonly MeasuredPart[]
  readonly #compared = new PacketSample(comparedPackets)
  readonly #hasFilter: boolean

  /** @param filter null measures junk, spreads and targets of all packets */
  constructor(filter: PacketFilter | null) {
    this.#hasFilter = filter !== null
    this.#parts = filter === null ? [] : partsOf(filter).map(measuredPart)
  }

  add(packet: FedPacket, side: MeterSide): void {
    this.junk.add(packet, side)
    this.spread.add(packet, side)
    const isHeld = this.#addToParts(packet, side)
    if (side === 'baseline') {
      this.#compared.add(packet)
      return this.false.add(isHeld, packet.sampling)
    }
    this.held.add(isHeld, packet.sampling)
    this.heldBytes.add(isHeld, packet.sampling, packet.wireLength)
    if (isHeld || !this.#hasFilter) this.targets.add(packet.layout, packet.sampling)
  }

  /** In the order of the filter; to be called once. @param hasBaseline whether there was one */
  parts(hasBaseline: boolean): SignaturePart[] {
    const baselineOf = ({ baseline }: SideMeters): Share | null => (hasBaseline ? baseline.share : null)
    return this.#parts.map(({ filter, conditions, shares, bytes, adds, junk }) => {
      this.#compared.each((packet) => junk.add(packet, 'baseline'))
      const all = conditions.map((condition) => condition.filter)
      return {
        title: titleOf(all),
        filter: filterText(filter),
        conditions: conditions.map((condition) => describedCondition(condition, all, baselineOf(condition.shares))),
        attack: shares.attack.share,
        bytes: bytes.share,
        adds: adds.share,
        baseline: baselineOf(shares),
        junk: junk.findings(),
      }
    })
  }

  /** Indices of the parts whose attack packets all come from one or two sources. */
  partsOfFewSources(): number[] {
    return this.#parts.flatMap(({ sources }, index) => (sources.size > 0 && sources.size <= fewSources ? [index] : []))
  }

  #addToParts(packet: FedPacket, side: MeterSide): boolean {
    let isHeld = false
    for (const part of this.#parts) {
      let isOfPart = true
      for (const { test, shares } of part.conditions) {
        const holds = test(packet.layout)
        shares[side].add(holds, packet.sampling)
        isOfPart &&= holds
      }
      this.#addToPart(part, packet, { side, isOfPart, isHeld })
      isHeld ||= isOfPart
    }
    return isHeld
  }

  #addToPart(part: MeasuredPart, packet: FedPacket, { side, isOfPart, isHeld }: { side: MeterSide; isOfPart: boolean; isHeld: boolean }) {
    part.shares[side].add(isOfPart, packet.sampling)
    if (side === 'baseline') return
    part.bytes.add(isOfPart, packet.sampling, packet.wireLength)
    part.adds.add(isOfPart && !isHeld, packet.sampling)
    if (!isOfPart) return
    part.junk.add(packet, side)
    if (part.sources.size <= fewSources) part.sources.add(sourceKey(packet))
  }
}

function measuredPart(filter: PacketFilter): MeasuredPart {
  const conditions = conditionsOf(filter).map((condition) => ({ filter: condition, test: packetTest(condition), shares: sideMeters() }))
  return {
    filter,
    conditions,
    shares: sideMeters(),
    bytes: new ShareMeter(),
    adds: new ShareMeter(),
    junk: new JunkMeter(),
    sources: new Set(),
  }
}

function describedCondition(
  { filter, shares }: MeasuredCondition,
  all: readonly PacketFilter[],
  baseline: Share | null,
): SignatureCondition {
  return {
    filter: filterText(filter),
    field: fieldOf(filter),
    meaning: meaningOf(filter, all),
    attack: shares.attack.share,
    baseline,
    ...variabilityOf(filter, all),
  }
}

function sourceKey({ layout: { bytes, ip } }: FedPacket): string {
  const [at, length] = bytes[ip] >> 4 === 4 ? [ip + 12, 4] : [ip + 8, 16]
  return bytes.subarray(at, at + length).join('.')
}
