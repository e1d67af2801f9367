// Conditions on bytes: runs of bytes that are the same in most of a vector, and bits that are.
import type { ByteBase } from '../../contract/packet-filter.ts'
import { byteLimits } from '../../contract/packet-filter.ts'
import { keptBytes } from '../features/selection.ts'
import { counted, gainOf, type Candidate, type Contest } from './contest.ts'
import type { Population } from './population.ts'
import type { Condition } from './row-test.ts'
import { rowTest } from './row-test.ts'

export type ByteRunCondition = Extract<Condition, { kind: 'bytes' }>

/** Bytes from the base that are looked at. */
const lookedAt = 64
const byteValues = 256
/** A byte that holds less of what is left begins no run. */
const leastValue = 0.05
/** Packets that have the byte where a run begins, and the next byte of the run too. */
const leastTogether = 0.98
/** A bit is constant when so much of the attack agrees on it. */
const leastConstant = 0.99
/** Bytes from which runs are grown. */
const mostSeeds = 10
/** Packets of one protocol, above which its header means something. */
const leastProtocol = 0.98
/** Conversations in which the same sequence numbers are no chance. */
const leastConversations = 10

/** By offset and value: shares, as in a tally. */
interface ByteTally {
  readonly attack: Float64Array
  readonly spared: Float64Array
}

interface Place {
  readonly base: ByteBase
  readonly offset: number
}

export function byteCandidates(contest: Contest): Candidate[] {
  return [...baseCandidates('payload', () => true, contest), ...transportCandidates(contest)]
}

/** Of the header behind IP: what no other condition looks at, as far as the protocol has it. */
function transportCandidates(contest: Contest): Candidate[] {
  const isWanted = wantedOffsets(contest.attack)
  return isWanted === undefined ? [] : baseCandidates('transport', isWanted, contest)
}

function wantedOffsets(attack: Population): ((offset: number) => boolean) | undefined {
  const protocol = commonProtocol(attack)
  if (protocol === undefined) return undefined
  // TCP: sequence and acknowledgement, urgent pointer, options. UDP: the checksum. ICMP: behind type, code and checksum.
  if (protocol === 6) {
    const end = optionsEnd(attack)
    // Within a connection the numbers hardly change: constant ones are told by several connections only.
    const from = attack.hasConversations(leastConversations) ? 4 : 12
    return (offset) => (offset >= from && offset < 12) || (offset >= 18 && offset < end)
  }
  if (protocol === 17) return (offset) => offset === 6 || offset === 7
  const quoted = quotedAddresses[protocol]
  if (quoted !== undefined) return (offset) => offset >= 4 && !(offset >= quoted.from && offset < quoted.to)
  return () => true
}

/** ICMP errors quote the packet that they are about: its source, their target, is not learnt. By protocol, from ICMP on. */
const quotedAddresses: Readonly<Partial<Record<number, { readonly from: number; readonly to: number }>>> = {
  1: { from: 8 + 12, to: 8 + 20 },
  58: { from: 8 + 8, to: 8 + 40 },
}

/** The protocol of nearly all. */
export function commonProtocol({ rows, selection, weight }: Population): number | undefined {
  const weights = new Map<number, number>()
  for (const row of rows)
    weights.set(selection.columns.protocol[row], (weights.get(selection.columns.protocol[row]) ?? 0) + selection.weights[row])
  const [most] = [...weights].toSorted(([, one], [, other]) => other - one)
  return most !== undefined && most[0] >= 0 && most[1] >= leastProtocol * weight ? most[0] : undefined
}

/** Where the options of nearly all TCP headers end at the earliest: behind that is payload. */
function optionsEnd({ rows, selection }: Population): number {
  const words = Int32Array.from(rows, (row) => selection.columns.tcp_header[row]).sort()
  return (words[Math.floor(words.length * (1 - leastProtocol))] ?? 0) * 4
}

function baseCandidates(base: ByteBase, isWanted: (offset: number) => boolean, contest: Contest): Candidate[] {
  const tally = tallyBytes(base, contest)
  const offsets = Array.from({ length: lookedAt }, (_, offset) => offset).filter(isWanted)
  const singles = offsets.flatMap((offset) => singleBytes({ base, offset }, tally))
  const seeds = singles.toSorted((one, other) => gainOf(other, contest) - gainOf(one, contest)).slice(0, mostSeeds)
  return [...seeds, ...runsOf(seeds, isWanted, contest), ...offsets.flatMap((offset) => maskedByte({ base, offset }, tally))]
}

function tallyBytes(base: ByteBase, { attack, spared }: Contest): ByteTally {
  const tally = { attack: new Float64Array(lookedAt * byteValues), spared: new Float64Array(lookedAt * byteValues) }
  if (attack.weight > 0) addBytes(base, attack, { into: tally.attack, factor: 1 / attack.weight })
  for (const { population, total, importance } of spared) {
    if (total > 0) addBytes(base, population, { into: tally.spared, factor: importance / total })
  }
  return tally
}

function addBytes(base: ByteBase, { rows, selection }: Population, { into, factor }: { into: Float64Array; factor: number }): void {
  const { bytes, kept, payload, weights } = selection
  for (const row of rows) {
    const skipped = base === 'transport' ? 0 : payload[row]
    if (skipped < 0) continue
    const there = Math.min(lookedAt, kept[row] - skipped)
    const start = row * keptBytes + skipped
    const weight = weights[row] * factor
    for (let offset = 0; offset < there; offset++) into[offset * byteValues + bytes[start + offset]] += weight
  }
}

function singleBytes({ base, offset }: Place, { attack, spared }: ByteTally): Candidate[] {
  const found: Candidate[] = []
  for (let value = 0; value < byteValues; value++) {
    const at = offset * byteValues + value
    if (attack[at] < leastValue) continue
    found.push({ condition: { kind: 'bytes', base, offset, value: hexOf(value), mask: null }, attack: attack[at], spared: spared[at] })
  }
  return found
}

/** The runs that the packets with one of these bytes have in common. */
function runsOf(seeds: readonly Candidate[], isWanted: (offset: number) => boolean, contest: Contest): Candidate[] {
  const runs = new Map<string, ByteRunCondition>()
  for (const { condition } of seeds) {
    if (condition.kind !== 'bytes') continue
    const run = grownRun(condition, isWanted, contest.attack)
    if (run.value.length > condition.value.length) runs.set(`${run.offset}:${run.value}`, run)
  }
  return Array.from(runs.values(), (run) => counted(run, contest))
}

/** The run with the bytes before and behind it that nearly all of its packets have in common. */
export function grownRun(run: ByteRunCondition, isWanted: (offset: number) => boolean, population: Population): ByteRunCondition {
  const holding = population.where(rowTest(run, population.selection))
  const common = commonBytes(run.base, holding)
  let from = run.offset
  let end = run.offset + run.value.length / 2
  let value = run.value
  const isFree = () => end - from < byteLimits.length
  while (isFree() && end < lookedAt && common[end] >= 0 && isWanted(end)) value += hexOf(common[end++])
  while (isFree() && from > 0 && common[from - 1] >= 0 && isWanted(from - 1)) value = hexOf(common[--from]) + value
  return { ...run, offset: from, value }
}

/** By offset: the byte that nearly all have there; −1 where there is none. */
function commonBytes(base: ByteBase, population: Population): Int16Array {
  const tally = new Float64Array(lookedAt * byteValues)
  if (population.weight > 0) addBytes(base, population, { into: tally, factor: 1 / population.weight })
  return Int16Array.from({ length: lookedAt }, (_, offset) =>
    tally.subarray(offset * byteValues, (offset + 1) * byteValues).findIndex((share) => share >= leastTogether),
  )
}

/** The bits of a byte that are constant while others vary: of flags and types in a header. */
function maskedByte({ base, offset }: Place, { attack, spared }: ByteTally): Candidate[] {
  const shares = attack.subarray(offset * byteValues, (offset + 1) * byteValues)
  const total = shares.reduce((sum, share) => sum + share, 0)
  if (total < leastConstant) return []
  let mask = 0
  let wanted = 0
  for (let bit = 1; bit < byteValues; bit <<= 1) {
    const set = shares.reduce((sum, share, value) => sum + ((value & bit) === 0 ? 0 : share), 0)
    if (set >= leastConstant || total - set >= leastConstant) mask |= bit
    if (set >= leastConstant) wanted |= bit
  }
  if (mask === 0 || mask === 0xff) return []
  const sum = (all: Float64Array) => all.reduce((held, share, value) => held + ((value & mask) === wanted ? share : 0), 0)
  const condition: Condition = { kind: 'bytes', base, offset, value: hexOf(wanted), mask: hexOf(mask) }
  return [{ condition, attack: sum(shares), spared: sum(spared.subarray(offset * byteValues, (offset + 1) * byteValues)) }]
}

const hexOf = (byte: number) => byte.toString(16).padStart(2, '0')
