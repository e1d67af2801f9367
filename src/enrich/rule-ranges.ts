// Finds the cell of rule prefixes that holds an IPv6 address: sorted disjoint ranges in shared memory behind an index by
// the upper bits, so that most addresses of the Internet are decided by one or two loads.
import type { SharedWords } from './range-table.ts'

/**
 * Ranges of 128-bit addresses, four words each in `starts`, numerical order. Operators have few /32, so these are found by
 * a hash of the upper 32 bits: two words a slot, number of the site (0 none) and its upper 32 bits. A site has an index of
 * its own by the upper bits of the second word: `sites` has two words for each, where its part of `jump` begins and the
 * shift. An address of no site is in one cell with its whole /32: in none, unless a prefix is shorter than /32 (`wide`).
 */
export interface Ipv6Cells {
  readonly slots: SharedWords
  readonly sites: SharedWords
  readonly jump: SharedWords
  readonly starts: SharedWords
  readonly cells: SharedWords
  readonly wide: boolean
}

/** Sorted ranges: the first address of each, four words in numerical order, and its cell. The first begins at address 0. */
export interface CellRanges {
  readonly starts: readonly number[]
  readonly cells: readonly number[]
}

const hashFactor = 0x9e3779b1

/** Cell of an IPv6 address given as four words in numerical order; 0 none. */
export function findCell6(index: Ipv6Cells, word0: number, word1: number, word2: number, word3: number): number {
  const { slots, starts, jump } = index
  const mask = slots.length / 2 - 1
  let slot = (Math.imul(word0, hashFactor) >>> 7) & mask
  while (slots[slot * 2] !== 0 && slots[slot * 2 + 1] !== word0) slot = (slot + 1) & mask
  const site = slots[slot * 2]
  let range = 0
  let candidates = index.cells.length - 1
  if (site === 0) {
    if (!index.wide) return 0
  } else {
    const block = index.sites[site * 2] + (word1 >>> index.sites[site * 2 + 1])
    range = jump[block]
    candidates = jump[block + 1] - range
  }
  while (candidates > 0) {
    const half = (candidates + 1) >>> 1
    const at = (range + half) * 4
    if (begun(starts, at, word0, word1, word2, word3)) range += half
    candidates -= half
  }
  return index.cells[range]
}

function begun(starts: Uint32Array, at: number, word0: number, word1: number, word2: number, word3: number): boolean {
  if (starts[at] !== word0) return starts[at] < word0
  if (starts[at + 1] !== word1) return starts[at + 1] < word1
  if (starts[at + 2] !== word2) return starts[at + 2] < word2
  return starts[at + 3] <= word3
}

/** An index is larger than its ranges by this much at the least, so that blocks with several ranges are few. */
const blocksPerRange = 8

/** Bits of an index over so many ranges: 65 536 blocks at the most, which is 256 KiB. */
function indexBits(ranges: number): number {
  return Math.min(16, Math.ceil(Math.log2(ranges * blocksPerRange)))
}

export function indexIpv6({ starts, cells }: CellRanges): Ipv6Cells {
  const sites = sitesOf(starts)
  const slots = shared(2 * 2 ** Math.ceil(Math.log2(Math.max(8, sites.length * 4))))
  const places = shared((sites.length + 1) * 2)
  const jump: number[] = []
  for (const [index, { word, first, last }] of sites.entries()) {
    const bits = indexBits(last - first + 1)
    places.set([jump.length, 32 - bits], (index + 1) * 2)
    indexSite(jump, { starts, word, first, last, bits })
    placeSlot(slots, word, index + 1)
  }
  const wide = cells.some((cell, range) => cell !== 0 && spansSites(starts, range))
  return { slots, sites: places, jump: share(jump), starts: share(starts), cells: share(cells), wide }
}

interface Site {
  readonly word: number
  /** The range that holds its first address and the last one that begins in it. */
  readonly first: number
  last: number
}

/** The /32 that more than one range holds a part of. */
function sitesOf(starts: readonly number[]): Site[] {
  const sites: Site[] = []
  for (let range = 1; range < starts.length / 4; range++) {
    const at = range * 4
    const word = starts[at]
    const known = sites.at(-1)
    if (known?.word === word) known.last = range
    else sites.push({ word, first: starts[at + 1] === 0 && restIsZero(starts, at) ? range : range - 1, last: range })
  }
  return sites
}

/** Whether a range holds a whole /32 that is no site. */
function spansSites(starts: readonly number[], range: number): boolean {
  const first = starts[range * 4] ?? 0
  const next = starts[range * 4 + 4] ?? 2 ** 32
  return next - first > 1
}

function indexSite(jump: number[], site: { starts: readonly number[]; word: number; first: number; last: number; bits: number }): void {
  const { starts, word, last, bits } = site
  let range = site.first
  for (let block = 0; block < 1 << bits; block++) {
    const first = block * 2 ** (32 - bits)
    while (range < last && beginsBy(starts, range + 1, word, first)) range++
    jump.push(range)
  }
  jump.push(last)
}

/** Whether a range begins at or before `word0:word1::`. */
function beginsBy(starts: readonly number[], range: number, word0: number, word1: number): boolean {
  const at = range * 4
  if (starts[at] !== word0) return starts[at] < word0
  return starts[at + 1] < word1 || (starts[at + 1] === word1 && restIsZero(starts, at))
}

/** Whether the lower 64 bits of an address are 0. */
function restIsZero(starts: readonly number[], at: number): boolean {
  return starts[at + 2] === 0 && starts[at + 3] === 0
}

function placeSlot(slots: SharedWords, word: number, site: number): void {
  const mask = slots.length / 2 - 1
  let slot = (Math.imul(word, hashFactor) >>> 7) & mask
  while (slots[slot * 2] !== 0) slot = (slot + 1) & mask
  slots[slot * 2] = site
  slots[slot * 2 + 1] = word
}

function shared(length: number): SharedWords {
  return new Uint32Array(new SharedArrayBuffer(length * 4))
}

export function share(words: readonly number[]): SharedWords {
  const made = shared(words.length)
  made.set(words)
  return made
}
