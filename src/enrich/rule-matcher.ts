// Looks the addresses of flows up in the table of rule prefixes, a call for the rows of one datagram.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { swapBytes } from './range-table.ts'
import { findCell6 } from './rule-ranges.ts'
import type { PrefixIndex, RuleTable } from './rule-table.ts'
import { findCell4 } from './rule-trie.ts'

// ::ffff:a.b.c.d: bytes 8 to 11 of the address as a little-endian word.
const mappedWord = 0xffff0000

/** Cells of the rows of the last call that found rules. One per thread. */
export class RuleMatcher {
  /** Cell of the destination of each row, the first one at 0. */
  destinations = new Uint32Array(0)
  sources = new Uint32Array(0)
  /** Cell of the destination of the outermost tunnel; to be read only while `tunnelled`. */
  outerDestinations = new Uint32Array(0)
  /** Whether a row may lie in a tunnel. */
  tunnelled = false

  /**
   * Looks up rows `from` to `to` − 1, which belong to one account.
   * @returns whether the account has rules; if not, the arrays stay as they are
   */
  match(table: RuleTable, batch: FlowBatch, rows: { readonly from: number; readonly to: number }, account: number): boolean {
    const index = table.accounts.get(account)
    if (index === undefined) return false
    if (this.destinations.length < rows.to - rows.from) this.#grow(batch.capacity)
    const { columns, present } = batch
    find(this.destinations, index, columns.dst_addr, rows)
    find(this.sources, index, columns.src_addr, rows)
    this.tunnelled = present[columnIndex.tunnel_dst] !== 0
    if (this.tunnelled) find(this.outerDestinations, index, columns.tunnel_dst, rows)
    return true
  }

  #grow(rows: number): void {
    this.destinations = new Uint32Array(rows)
    this.sources = new Uint32Array(rows)
    this.outerDestinations = new Uint32Array(rows)
  }
}

function find(cells: Uint32Array, index: PrefixIndex, addresses: Uint32Array, { from, to }: { from: number; to: number }): void {
  const { ipv4, ipv6 } = index
  for (let row = from; row < to; row++) {
    const at = row * 4
    const word0 = addresses[at]
    const word1 = addresses[at + 1]
    const word2 = addresses[at + 2]
    const word3 = addresses[at + 3]
    if (word0 === 0 && word1 === 0 && word2 === mappedWord) cells[row - from] = findCell4(ipv4, word3)
    else if ((word0 | word1 | word2 | word3) === 0) cells[row - from] = 0
    else cells[row - from] = findCell6(ipv6, swapBytes(word0), swapBytes(word1), swapBytes(word2), swapBytes(word3))
  }
}
