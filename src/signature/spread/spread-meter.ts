// How the fields of packets spread, attack beside baseline: for charts. Bounded: of an even selection of the packets.
import { protocolWords, tcpFlagBits, type PacketFilter } from '../../contract/packet-filter.ts'
import type { FieldSpread } from '../../contract/signature.ts'
import type { MeterSide } from '../junk/junk-meter.ts'
import type { FedPacket } from '../packet-feed.ts'
import { conjunctionsOf, type Conjunction } from '../render/conjunctions.ts'
import { binsOf, type Bin } from './bins.ts'
import { askedWords, heldValues, heldWords, type HeldTest } from './held-values.ts'
import { payloadWords, SideFields, spreadFieldNames, type SpreadFieldName } from './side-fields.ts'

interface SpreadField {
  readonly title: string
  /** What alone makes sense of it; what is shorter otherwise. */
  readonly shown?: 'values' | 'ranges'
  /** Text of one value. */
  readonly label?: (value: number) => string
}

const flagNames = Object.entries(tcpFlagBits)
const protocolNames = new Map<number, string>(Object.entries(protocolWords).map(([name, number]) => [number, name.toUpperCase()]))

// One row a line: this is a table to be read down its columns.
// prettier-ignore
const spreadFields: Readonly<Record<SpreadFieldName, SpreadField>> = {
  protocol: { title: 'Protocol', shown: 'values', label: (value) => protocolNames.get(value) ?? String(value) },
  source_port: { title: 'Source port' },
  destination_port: { title: 'Destination port' },
  length: { title: 'Length of the IP packet' },
  ttl: { title: 'TTL' },
  tcp_flags: { title: 'TCP flags', shown: 'values', label: (value) => flagNames.filter(([, bit]) => (value & bit) !== 0).map(([name]) => name.toUpperCase()).join(', ') || 'none' },
  tcp_window: { title: 'TCP window' },
  tcp_header: { title: 'Length of the TCP header', shown: 'values', label: (value) => `${value * 4} bytes` },
  ip_id: { title: 'Identification of the IPv4 header' },
  dont_fragment: { title: "Don't-fragment bit", shown: 'values', label: (value) => (value === 1 ? 'set' : 'not set') },
  fragment: { title: 'Fragments', shown: 'values', label: (value) => ['whole packet', 'first fragment', 'later fragment'][value] ?? '' },
  icmp_type: { title: 'ICMP type', shown: 'values' },
  udp_length: { title: 'Length in the UDP header' },
  payload_entropy: { title: 'Entropy of the payload, bits a byte', shown: 'ranges', label: (value) => (value / 100).toFixed(2) },
  source_8: { title: 'First byte of the source address' },
}

/** Words of the payload that get a chart: the first, and those that the signature asks for. */
const wordsAtMost = 4
/** Part of the attack that has the commonest value of them; otherwise they are noise. */
const leastCommonWord = 0.02
/** Part of the attack that has to have a field. */
const leastPresence = 0.01

/** A field as both sides have it. */
interface Question {
  readonly field: string
  readonly title: string
  readonly shown: 'values' | 'ranges' | null
  readonly label: (value: number) => string
  readonly held: HeldTest
  readonly of: (side: SideFields) => Map<number, number>
  /** Part of the attack that its commonest value has to have; of what is only noise there is no chart. */
  readonly leastCommon: number
}

const hexWord = (value: number) => value.toString(16).padStart(8, '0')

export class SpreadMeter {
  readonly #attack = new SideFields()
  #baseline: SideFields | null = null

  add(packet: FedPacket, side: MeterSide): void {
    if (side === 'attack') this.#attack.add(packet)
    else (this.#baseline ??= new SideFields()).add(packet)
  }

  /** The most different first. @param held the signature: which bins it asks for is marked */
  spreads(held: PacketFilter | null): FieldSpread[] {
    const conjunctions = (held === null ? null : conjunctionsOf(held)) ?? []
    const found = questions(conjunctions).flatMap((question) => this.#spread(question) ?? [])
    return found.toSorted((one, other) => order(other) - order(one))
  }

  #spread(question: Question): FieldSpread | null {
    const attack = question.of(this.#attack)
    const weight = total(attack)
    if (weight === 0 || weight < leastPresence * this.#attack.weight()) return null
    if (Math.max(...attack.values()) < question.leastCommon * weight) return null
    const baseline = this.#baseline === null ? new Map<number, number>() : question.of(this.#baseline)
    const { kind, bins } = binsOf(attack, baseline, question.shown)
    const shares = { attack: sharesOf(bins, attack), baseline: total(baseline) === 0 ? null : sharesOf(bins, baseline) }
    const order = kind === 'ranges' ? [...bins.keys()] : byShare(bins, shares)
    return {
      field: question.field,
      title: question.title,
      kind,
      bins: order.flatMap((index) => {
        const bin = bins[index]
        return bin === undefined
          ? []
          : [shownBin(bin, question, { attack: shares.attack[index] ?? 0, baseline: shares.baseline?.[index] ?? null })]
      }),
      distance: shares.baseline === null ? null : distanceOf(shares.attack, shares.baseline),
    }
  }
}

/** Total variation distance. */
function distanceOf(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, share, index) => sum + Math.abs(share - (other[index] ?? 0)), 0) / 2
}

interface BinShares {
  readonly attack: readonly number[]
  readonly baseline: readonly number[] | null
}

/** Indexes of bins, the commonest first, the rest last. */
function byShare(bins: readonly Bin[], { attack, baseline }: BinShares): number[] {
  const isRest = (index: number) => Number(bins[index]?.rest !== undefined)
  const less = (shares: readonly number[] | null, one: number, other: number) => (shares?.[other] ?? 0) - (shares?.[one] ?? 0)
  return [...bins.keys()].toSorted((one, other) => isRest(one) - isRest(other) || less(attack, one, other) || less(baseline, one, other))
}

function shownBin(
  bin: Bin,
  { label, held }: Question,
  shares: Pick<FieldSpread['bins'][number], 'attack' | 'baseline'>,
): FieldSpread['bins'][number] {
  const isHeld = bin.rest === undefined ? held(bin.from, bin.to) : bin.rest.some((value) => held(value, value))
  return { label: labelOf(bin, label), attack: shares.attack, baseline: shares.baseline, held: isHeld }
}

function questions(conjunctions: readonly Conjunction[]): Question[] {
  const numbers = spreadFieldNames.map((name): Question => {
    const { title, shown = null, label = String } = spreadFields[name]
    return { field: name, title, shown, label, held: heldValues(name, conjunctions), of: (side) => side.values(name), leastCommon: 0 }
  })
  const words = [...new Set([0, ...askedWords(conjunctions)])].filter((index) => index < payloadWords).slice(0, wordsAtMost)
  const payload = words.map((index): Question => {
    const [field, title] = [`payload_${index * 4}`, `Bytes ${index * 4}–${index * 4 + 3} of the payload`]
    const held = heldWords(index * 4, conjunctions)
    return { field, title, shown: 'values', label: hexWord, held, of: (side) => side.words(index), leastCommon: leastCommonWord }
  })
  const options: Question = {
    field: 'tcp_options',
    title: 'First four bytes of TCP options',
    shown: 'values',
    label: hexWord,
    held: heldWords(null, conjunctions),
    of: (side) => side.options(),
    leastCommon: leastCommonWord,
  }
  return [...numbers, options, ...payload]
}

/** For sorting: what differs most first; what cannot be compared behind it, the most concentrated first. */
function order({ distance, bins }: FieldSpread): number {
  return distance === null ? bins.reduce((sum, { attack }) => sum + attack * attack, 0) - 2 : distance
}

const total = (weights: ReadonlyMap<number, number>) => [...weights.values()].reduce((sum, weight) => sum + weight, 0)

function sharesOf(bins: readonly Bin[], weights: ReadonlyMap<number, number>): number[] {
  const all = total(weights)
  if (all === 0) return bins.map(() => 0)
  const isRange = bins.some(({ from, to }) => from !== to)
  return bins.map(({ from, to, rest }) => {
    let sum = 0
    if (rest !== undefined) for (const value of rest) sum += weights.get(value) ?? 0
    else if (!isRange) sum = weights.get(from) ?? 0
    else for (const [value, weight] of weights) if (value >= from && value <= to) sum += weight
    return sum / all
  })
}

function labelOf({ from, to, rest }: Bin, label: (value: number) => string): string {
  if (rest !== undefined) return `${rest.length} others`
  return from === to ? label(from) : `${label(from)}–${label(to)}`
}
