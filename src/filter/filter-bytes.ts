// Reads a condition on bytes: `payload[2:2] 0x8180`, `transport[13] & 0x3f == 0x02`, `payload[0:5] "HTTP/"`.
import { byteLimits, type ByteBase } from '../contract/packet-filter.ts'
import { bytesOfHex, type ByteCondition } from './byte-condition.ts'
import type { FilterToken } from './filter-tokens.ts'
import { equal } from './filter-values.ts'
import type { TokenCursor } from './token-cursor.ts'

const noNegation =
  'conditions on bytes cannot be negated, because not every tool could carry that out; ask for the bytes that the packets have'

/** For a negation around a condition that has been read, from its first token on. */
export function negatedBytes(cursor: TokenCursor, start: FilterToken): Error {
  return cursor.fault(noNegation, [], { ...start, to: cursor.ahead(-1).to })
}

/** What stands behind `payload` or `transport`. */
export function readBytes(cursor: TokenCursor, base: ByteBase): ByteCondition {
  const [offset, length] = readPlace(cursor, base)
  const mask = cursor.accept('&') ? readHex(cursor, length, 'a mask') : null
  if (cursor.text === '!=' || cursor.text === 'ne') throw cursor.fault(noNegation, ['=='])
  cursor.accept(...equal)
  const token = cursor.token
  const value = token.kind === 'quoted' ? readText(cursor, length) : readHex(cursor, length, 'the bytes')
  if (mask !== null && hasOthers(value, mask)) {
    throw cursor.fault(`0x${value} has bits that the mask 0x${mask} takes away: no packet matches`, [], token)
  }
  return { kind: 'bytes', base, offset, value, mask: mask !== null && /^f+$/.test(mask) ? null : mask }
}

/** `[offset:length]`, or `[offset]` for one byte. */
function readPlace(cursor: TokenCursor, base: ByteBase): readonly [offset: number, length: number] {
  const examples = [`${base}[0]`, `${base}[0:4]`]
  if (!cursor.accept('[')) throw cursor.unexpected('the place of the bytes in brackets', examples)
  const token = cursor.token
  const [, first, second = '1'] = /^(\d{1,4})(?::(\d{1,4}))?$/.exec(token.text) ?? []
  if (first === undefined) throw cursor.unexpected('where the bytes begin and how many they are', ['0', '0:4'])
  const [offset, length] = [Number(first), Number(second)]
  if (length < 1 || length > byteLimits.length) throw cursor.fault(`a condition compares 1 to ${byteLimits.length} bytes, not ${length}`)
  if (offset + length > byteLimits.end)
    throw cursor.fault(`bytes are compared up to the ${byteLimits.end}th; these end at ${offset + length}`)
  cursor.take()
  if (!cursor.accept(']')) throw cursor.unexpected('a closing bracket', [']'])
  return [offset, length]
}

/** In lower case, without 0x. */
function readHex(cursor: TokenCursor, length: number, what: string): string {
  const example = `0x${'00'.repeat(length)}`
  if (cursor.token.kind !== 'word') throw cursor.unexpected(`${what} as 0x and hex digits`, [example])
  const [, digits] = /^0x([\da-f]+)$/.exec(cursor.text) ?? []
  if (digits === undefined) throw cursor.fault(`${JSON.stringify(cursor.token.text)} is not ${what}: write 0x and hex digits`, [example])
  if (digits.length !== length * 2) {
    throw cursor.fault(
      `${plural(length)} ${length === 1 ? 'is' : 'are'} ${length * 2} hex digits; ${cursor.token.text.slice(0, 40)} has ${digits.length}`,
      [example],
    )
  }
  cursor.take()
  return digits
}

/** Text between quotation marks as hex. */
function readText(cursor: TokenCursor, length: number): string {
  const text = cursor.token.text.slice(1, -1)
  if (text.length !== length) throw cursor.fault(`the place has ${plural(length)}, the text ${text.length}`)
  cursor.take()
  // Printable ASCII: a byte each.
  return Buffer.from(text, 'latin1').toString('hex')
}

const plural = (bytes: number) => (bytes === 1 ? '1 byte' : `${bytes} bytes`)

function hasOthers(value: string, mask: string): boolean {
  const bits = bytesOfHex(mask)
  return bytesOfHex(value).some((byte, index) => (byte & ~(bits[index] ?? 0)) !== 0)
}
