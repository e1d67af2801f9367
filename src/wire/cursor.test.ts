// Tests of the bounds-checked reader.
import { describe, expect, it } from 'vitest'
import { WireError } from '../contract/wire-errors.ts'
import { Cursor } from './cursor.ts'
import { hex } from './testing/bytes.ts'

const truncated = expect.objectContaining({ code: 'truncated' })

describe('Cursor', () => {
  it('reads integers in network order', () => {
    const cursor = new Cursor().reset(hex('01 0203 fffefdfc 0000000100000002'))
    expect([cursor.u8(), cursor.u16(), cursor.u32(), cursor.u64()]).toEqual([1, 0x0203, 0xfffefdfc, 2 ** 32 + 2])
    expect(cursor.remaining).toBe(0)
  })

  it('reads integers in little-endian order when told so, and keeps that over a reset', () => {
    const cursor = new Cursor()
    cursor.littleEndian = true
    cursor.reset(hex('0302 fcfdfeff 0200000001000000'))
    expect([cursor.u16(), cursor.u32(), cursor.u64()]).toEqual([0x0203, 0xfffefdfc, 2 ** 32 + 2])
  })

  it.each([
    ['u8', 0],
    ['u16', 1],
    ['u32', 3],
    ['u64', 7],
  ] as const)('%s of %i bytes is truncated and moves nothing', (read, length) => {
    const cursor = new Cursor().reset(new Uint8Array(length))
    expect(() => cursor[read]()).toThrow(truncated)
    expect(cursor.offset).toBe(0)
  })

  it('stays inside a window that is smaller than the array', () => {
    const cursor = new Cursor().reset(hex('0102030405'), 1, 3)
    expect(cursor.u16()).toBe(0x0203)
    expect(() => cursor.u8()).toThrow(WireError)
  })

  it('cuts a window that is larger than the array', () => {
    expect(new Cursor().reset(hex('0102'), 0, 100).remaining).toBe(2)
    expect(new Cursor().reset(hex('0102'), 100, 200).remaining).toBe(0)
  })

  it('hands a part to another cursor and moves behind it', () => {
    const cursor = new Cursor().reset(hex('0102030405'))
    const part = cursor.take(2, new Cursor())
    expect([part.remaining, part.u16(), cursor.u8()]).toEqual([2, 0x0102, 3])
    expect(() => cursor.take(3, part)).toThrow(truncated)
  })

  it.each([-1, 3, 0xffffffff, Number.MAX_SAFE_INTEGER])('refuses to skip %d of 2 bytes', (length) => {
    const cursor = new Cursor().reset(hex('0102'))
    expect(() => cursor.skip(length)).toThrow(truncated)
    expect(cursor.offset).toBe(0)
  })
})
