// Bytes of a packet as fields of alternatives: one field for each place and mask, whose values are numbers.
import type { ByteBase } from '../contract/packet-filter.ts'
import type { ByteCondition } from './byte-condition.ts'
import type { ValueSet } from './value-set.ts'

/** `payload[2:2]&ffff`. */
export type ByteFieldName = `${ByteBase}[${number}:${number}]&${string}`

export interface ByteField {
  readonly base: ByteBase
  readonly offset: number
  readonly length: number
  /** Hex; null for all bits. */
  readonly mask: string | null
}

export function byteFieldName({ base, offset, value, mask }: ByteCondition): ByteFieldName {
  return `${base}[${offset}:${value.length / 2}]&${mask ?? ''}`
}

export function byteField(name: ByteFieldName): ByteField {
  const [, base, offset = '', length = '', mask = ''] = /^(\w+)\[(\d+):(\d+)\]&(\w*)$/.exec(name) ?? []
  return {
    base: base === 'payload' ? 'payload' : 'transport',
    offset: Number(offset),
    length: Number(length),
    mask: mask === '' ? null : mask,
  }
}

export function byteValues({ value }: ByteCondition): ValueSet {
  const number = BigInt(`0x${value}`)
  return [[number, number]]
}
