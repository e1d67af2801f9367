// Finds the cell of rule prefixes that holds an IPv4 address: octet by octet, in as many loads as the prefixes around make
// necessary. Where no rule has a prefix, the first octet or the second is enough.

/**
 * Nodes of 256 entries, one for each value of an octet, the first node for the first octet. An entry that is not negative
 * is the cell of all addresses that begin so; otherwise its complement is the node for the next octet.
 */
export type Ipv4Trie = Int32Array<SharedArrayBuffer>

/** Cell of the IPv4 address in the last word of an `ip` column, whose lowest octet is the first; 0 none. */
export function findCell4(trie: Ipv4Trie, word: number): number {
  let entry = trie[word & 255]
  if (entry >= 0) return entry
  entry = trie[(~entry << 8) | ((word >>> 8) & 255)]
  if (entry >= 0) return entry
  entry = trie[(~entry << 8) | ((word >>> 16) & 255)]
  if (entry >= 0) return entry
  return trie[(~entry << 8) | (word >>> 24)]
}

export class Ipv4TrieBuilder {
  #entries = new Int32Array(256 * 64)
  #nodes = 1

  /**
   * Gives a prefix to a cell, within what was given before: a prefix must come before those inside of it.
   * @param address first address of the prefix as a number
   */
  place(address: number, length: number, cell: number): void {
    let node = 0
    let bits = 8
    for (; length > bits; bits += 8) node = this.#child(node * 256 + ((address >>> (32 - bits)) & 255))
    const first = node * 256 + ((address >>> (32 - bits)) & 255)
    this.#entries.fill(cell, first, first + 2 ** (bits - length))
  }

  /** The node below an entry, made with the entry's cell where there is none. */
  #child(at: number): number {
    const entry = this.#entries[at]
    if (entry < 0) return ~entry
    const node = this.#nodes++
    if (this.#nodes * 256 > this.#entries.length) this.#grow()
    this.#entries.fill(entry, node * 256, (node + 1) * 256)
    this.#entries[at] = ~node
    return node
  }

  #grow(): void {
    const larger = new Int32Array(this.#entries.length * 2)
    larger.set(this.#entries)
    this.#entries = larger
  }

  finish(): Ipv4Trie {
    const shared = new Int32Array(new SharedArrayBuffer(this.#nodes * 1024))
    shared.set(this.#entries.subarray(0, this.#nodes * 256))
    return shared
  }
}
