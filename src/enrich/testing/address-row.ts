// Puts addresses into the `ip` columns of a batch, and looks single addresses up, for tests.
import { AddressParser, isMappedIpv4 } from '../address-text.ts'
import { ownTrait, type EnrichTables } from '../enrich-tables.ts'
import { findIpv4, findIpv6, recordWords, swapBytes } from '../range-table.ts'

/** Four words of an address in numeric order. */
export function addressWords(text: string): Uint32Array {
  const parser = new AddressParser()
  const bytes = new TextEncoder().encode(text)
  if (!parser.parse(bytes, 0, bytes.length)) throw new Error(`${text} is no address`)
  return parser.words
}

/** Writes an address as a decoder does: the 16 bytes in network order. */
export function putAddress(column: Uint32Array, row: number, text: string): void {
  column.set([...addressWords(text)].map(swapBytes), row * 4)
}

export interface Found {
  readonly asn: number
  /** Two letters, empty when unknown. */
  readonly country: string
  readonly own: boolean
}

/** What the tables say of an address. */
export function lookUp(tables: EnrichTables, text: string): Found {
  const words = addressWords(text)
  const table = isMappedIpv4(words) ? tables.ipv4 : tables.ipv6
  const range = isMappedIpv4(words) ? findIpv4(tables.ipv4, words[3]) : findIpv6(tables.ipv6, words[0], words[1])
  const [asn, traits] = table.records.subarray(range * recordWords, (range + 1) * recordWords)
  const letters = traits & 0xffff
  return {
    asn,
    country: letters === 0 ? '' : String.fromCharCode(letters & 255, letters >>> 8),
    own: (traits & ownTrait) !== 0,
  }
}
