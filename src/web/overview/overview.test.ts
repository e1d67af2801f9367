// The small decisions of the first page: shifting and zooming, what people type.
import { describe, expect, it } from 'vitest'
import { isInvitation, secretOf } from '../sign-in/secret.ts'
import { readSampling } from './sampling-input.ts'
import { shifted, widened } from './shift.ts'
import { tidyValue } from './tidy-value.ts'

describe('moving a fixed range', () => {
  const time = { kind: 'fixed', from: 1000, to: 2000 } as const

  it('goes one length back or on, but not into the future', () => {
    expect(shifted(time, -1, 9000)).toEqual({ kind: 'fixed', from: 0, to: 1000 })
    expect(shifted(time, 1, 2500)).toEqual({ kind: 'fixed', from: 1500, to: 2500 })
  })

  it('widens to twice the length', () => {
    expect(widened(time, 9000)).toEqual({ kind: 'fixed', from: 500, to: 2500 })
  })
})

describe('what people type', () => {
  it('is tidied by the kind of field', () => {
    expect(tidyValue('sourceAS', ' AS13335 ')).toBe('13335')
    expect(tidyValue('sourceCountry', 'jp')).toBe('JP')
    expect(tidyValue('sourceAddress', ' 192.0.2.1')).toBe('192.0.2.1')
  })

  it('is a sampling factor, nothing, or wrong', () => {
    expect(['', ' 1000 ', '4294967295'].map(readSampling)).toEqual([null, 1000, 4_294_967_295])
    expect(['0', '-1', '1.5', '1e3', '4294967296', 'x'].map(readSampling)).toEqual(Array.from({ length: 6 }))
  })

  it('is a secret, a fragment or a whole link', () => {
    expect(['abc', ' #abc ', 'http://127.0.0.1:8080/sign-in#abc\n', ''].map(secretOf)).toEqual(['abc', 'abc', 'abc', ''])
    expect([secretOf('https://drawbridge.example/sign-in#link=abc'), isInvitation('#link=abc'), isInvitation('#abc')]).toEqual([
      'abc',
      true,
      false,
    ])
  })
})
