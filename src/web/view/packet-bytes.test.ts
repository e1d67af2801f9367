// Bytes of packets as rows.
import { describe, expect, it } from 'vitest'
import { byteRows } from './packet-bytes.ts'

describe('the bytes of a packet', () => {
  it('are rows of hex and text, in which a range is marked', () => {
    expect(byteRows('4500414243', 4, { offset: 2, length: 3 })).toEqual([
      {
        offset: 0,
        missing: 0,
        runs: [
          { marked: false, hex: '45 00', ascii: 'E.' },
          { marked: true, hex: '41 42', ascii: 'AB' },
        ],
      },
      { offset: 4, missing: 3, runs: [{ marked: true, hex: '43', ascii: 'C' }] },
    ])
  })

  it('are none of none, and a range beyond them marks nothing', () => {
    expect(byteRows('', 16)).toEqual([])
    expect(byteRows('00', 16, { offset: 40, length: 4 })[0]?.runs).toEqual([{ marked: false, hex: '00', ascii: '.' }])
  })
})
