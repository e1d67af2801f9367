// Walks the search tree of a MaxMind database in address order and hands out each prefix that has a data record.
// Format: https://maxmind.github.io/MaxMind-DB/
//   node = two records (left for bit 0, right for bit 1) of 24, 28 or 32 bits, big-endian
//     24: LL LL LL RR RR RR      28: LL LL LL lr RR RR RR (l, r are the high four bits)      32: LL LL LL LL RR RR RR RR
//   record < node count: the next node; = node count: nothing known; > node count: pointer into the data section
import { EnrichError } from './enrich-errors.ts'

/** What the walk needs to know of the file, already checked against its length. */
export interface MmdbTree {
  readonly bytes: Uint8Array
  readonly nodeCount: number
  readonly recordSize: 24 | 28 | 32
  readonly ipVersion: 4 | 6
  /** Record found by following 96 zero bits in an IPv6 tree: the root of IPv4. 0 in an IPv4 tree. */
  readonly ipv4Root: number
}

/** A prefix with data: its first key (left-aligned in 64 bits), its length in bits, the pointer. */
export type PrefixVisitor = (high: number, low: number, length: number, record: number) => void

// A sound tree is visited once a node, a little oftener where a writer shares equal branches. Broken or hostile pointers
// could make a graph whose walk takes 2⁶⁴ visits.
const visitsPerNode = 4
const freeVisits = 65_536

/** Record `side` (0 left, 1 right) of a node. */
function readRecord(tree: MmdbTree, node: number, side: 0 | 1): number {
  const bytes = tree.bytes
  if (tree.recordSize === 24) {
    const at = node * 6 + side * 3
    return (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]
  }
  if (tree.recordSize === 28) {
    const at = node * 7
    const from = at + side * 4
    const top = side === 0 ? bytes[at + 3] >>> 4 : bytes[at + 3] & 0x0f
    return (top << 24) | (bytes[from] << 16) | (bytes[from + 1] << 8) | bytes[from + 2]
  }
  const at = node * 8 + side * 4
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
}

/** Follows zero bits from a record: what an address has whose remaining bits are 0. Stops where IPv4 begins. */
function followZeros(tree: MmdbTree, record: number, bits: number): number {
  let found = record
  for (let bit = 0; bit < bits && found < tree.nodeCount; bit++) {
    if (found === tree.ipv4Root && found !== 0) return tree.nodeCount
    found = readRecord(tree, found, 0)
  }
  return found
}

/** The record at which IPv4 begins in an IPv6 tree. */
export function findIpv4Root(tree: MmdbTree): number {
  return followZeros({ ...tree, ipv4Root: 0 }, 0, 96)
}

/**
 * One walk over IPv4 or over the upper 64 bits of IPv6, in steps so that the caller can let other work through.
 * In IPv6 trees writers point several prefixes (::ffff:0:0/96, 2002::/16, 2001::/32, 64:ff9b::/96) at the IPv4 root:
 * these aliases are left out. A /64 with longer prefixes inside has the data of its first address.
 */
export class MmdbWalk {
  readonly #tree: MmdbTree
  readonly #family: 4 | 6
  readonly #visit: PrefixVisitor
  // One pending right branch a level at most, beside the node in hand.
  readonly #records = new Float64Array(66)
  readonly #highs = new Uint32Array(66)
  readonly #lows = new Uint32Array(66)
  readonly #lengths = new Uint8Array(66)
  #pending = 0
  #visits = 0

  constructor(tree: MmdbTree, family: 4 | 6, visit: PrefixVisitor) {
    this.#tree = tree
    this.#family = family
    this.#visit = visit
    this.#push(family === 4 ? tree.ipv4Root : 0, 0, 0, 0)
  }

  /**
   * Goes on for up to `budget` nodes.
   * @returns whether the walk is at its end
   * @throws EnrichError bad_mmdb where the tree is deeper than an address or has no end
   */
  step(budget: number): boolean {
    const nodeCount = this.#tree.nodeCount
    const deepest = this.#family === 4 ? 32 : 64
    for (let visited = 0; visited < budget && this.#pending > 0; visited++) {
      const top = --this.#pending
      const record = this.#records[top]
      const [high, low, length] = [this.#highs[top], this.#lows[top], this.#lengths[top]]
      if (record < nodeCount && length < deepest) this.#descend(record, high, low, length)
      else this.#deliver(this.#atDepth(record), high, low, length)
    }
    return this.#pending === 0
  }

  #descend(node: number, high: number, low: number, length: number): void {
    if (this.#family === 6 && node === this.#tree.ipv4Root && node !== 0) return
    if (++this.#visits > this.#tree.nodeCount * visitsPerNode + freeVisits) throw new EnrichError('bad_mmdb', 'the tree has no end')
    const bit = 0x8000_0000 >>> (length & 31)
    const right = readRecord(this.#tree, node, 1)
    if (length < 32) this.#push(right, (high | bit) >>> 0, low, length + 1)
    else this.#push(right, high, (low | bit) >>> 0, length + 1)
    this.#push(readRecord(this.#tree, node, 0), high, low, length + 1)
  }

  /** The record that counts for the deepest prefix that we keep. */
  #atDepth(record: number): number {
    if (record < this.#tree.nodeCount && this.#family === 4) throw new EnrichError('bad_mmdb', 'the tree is deeper than 32 bits')
    return followZeros(this.#tree, record, 64)
  }

  #deliver(record: number, high: number, low: number, length: number): void {
    if (record === this.#tree.nodeCount) return
    if (record < this.#tree.nodeCount) throw new EnrichError('bad_mmdb', 'the tree is deeper than 128 bits')
    this.#visit(high, low, length, record)
  }

  #push(record: number, high: number, low: number, length: number): void {
    const at = this.#pending++
    this.#records[at] = record
    this.#highs[at] = high
    this.#lows[at] = low
    this.#lengths[at] = length
  }
}
