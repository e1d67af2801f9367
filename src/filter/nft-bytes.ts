// Bytes of a packet as matches of nftables: raw loads behind the IP header, and behind the transport header.
import type { ByteField } from './byte-fields.ts'
import { raw } from './header-fields.ts'
import { match, type Match } from './nft-match.ts'
import type { ValueSet } from './value-set.ts'

const bases = { transport: 'th', payload: 'ih' } as const

/** The values are few: each was written as one. */
export function byteMatch({ base, offset, length, mask }: ByteField, values: ValueSet): Match {
  const [at, bits] = [offset * 8, length * 8]
  const load = raw(bases[base], at, bits)
  const left = mask === null ? load : { '&': [load, jsonNumber(BigInt(`0x${mask}`))] }
  const items = values.flatMap(([from, to]) => Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index)))
  const hex = items.map((value) => `0x${value.toString(16).padStart(length * 2, '0')}`)
  const right = items.length === 1 ? items.map(jsonNumber)[0] : { set: items.map(jsonNumber) }
  const text = `@${bases[base]},${at},${bits}${mask === null ? '' : ` & 0x${mask}`}`
  return match(
    left,
    right,
    `${text} ${mask === null || hex.length > 1 ? '' : '== '}${hex.length === 1 ? hex.join('') : `{ ${hex.join(', ')} }`}`,
  )
}

/** JSON has no whole numbers of more than 64 bits in nft; it reads text as well. */
function jsonNumber(value: bigint): number | string {
  return value <= 0xffff_ffffn ? Number(value) : `0x${value.toString(16)}`
}
