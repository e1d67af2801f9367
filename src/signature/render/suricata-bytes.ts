// Conditions on numbers and bytes in the words of Suricata rules: content, byte_test and the buffers of headers.
import type { NumberSpan } from '../../contract/packet-filter.ts'

/** A number of one to four bytes at a place of a buffer. */
export interface BufferNumber {
  readonly bytes: 1 | 2 | 4
  readonly offset: number
  /** Hex; the number is shifted down by the zeros at the mask's end. */
  readonly bitmask?: string
  readonly most: number
}

/** Keywords that hold when it is within the range. */
export function numberTests({ bytes, offset, bitmask, most }: BufferNumber, [from, to]: NumberSpan): string[] {
  const mask = bitmask === undefined ? '' : `,bitmask 0x${bitmask}`
  const test = (operator: string, value: number) => `byte_test:${bytes},${operator},${value},${offset}${mask};`
  if (from === to) return [test('=', from)]
  return [...(from > 0 ? [test('>=', from)] : []), ...(to < most ? [test('<=', to)] : [])]
}

/** Keywords for bytes of the buffer that is current: runs of whole bytes as content, others by their bits. */
export function byteTests(offset: number, value: string, mask: string | null): string[] {
  const bits = mask ?? 'f'.repeat(value.length)
  const tests: string[] = []
  for (let at = 0; at < value.length;) {
    const run = wholeBytes(bits, at)
    if (run > 0) tests.push(contentTest(offset + at / 2, value.slice(at, at + run)))
    else tests.push(...maskTest(offset + at / 2, value.slice(at, at + 2), bits.slice(at, at + 2)))
    at += Math.max(2, run)
  }
  return tests
}

/** Hex digits of whole bytes from here on. */
function wholeBytes(bits: string, from: number): number {
  let to = from
  while (bits.slice(to, to + 2) === 'ff') to += 2
  return to - from
}

function contentTest(offset: number, hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((byte) => byte.toUpperCase())
  return `content:"|${bytes.join(' ')}|"; offset:${offset}; depth:${bytes.length};`
}

function maskTest(offset: number, value: string, mask: string): string[] {
  const bits = Number.parseInt(mask, 16)
  // A byte of which nothing is asked has to be there all the same.
  if (bits === 0) return [`isdataat:${offset};`]
  let shift = 0
  while (((bits >> shift) & 1) === 0) shift++
  return [`byte_test:1,=,${Number.parseInt(value, 16) >> shift},${offset},bitmask 0x${mask};`]
}
