// Durations and amounts as people type them.
import { describe, expect, it } from 'vitest'
import { exactBytes, exactSeconds, readAmount, readSeconds } from './quantity-input.ts'

describe('amounts', () => {
  it('are read as people type them', () => {
    expect(['90', '90 s', '5min', '2 h', '1d'].map(readSeconds)).toEqual([90, 90, 300, 7200, 86_400])
    expect(['', '-1', '5 weeks', '1.5 h'].map(readSeconds)).toEqual([undefined, undefined, undefined, undefined])
    expect(['', '100 MB', '10k', '12 bytes', 'many'].map(readAmount)).toEqual([null, 100_000_000, 10_000, 12, undefined])
  })

  it('are written so that they read the same again', () => {
    expect([1, 90, 300, 86_400].map(exactSeconds)).toEqual(['1 s', '90 s', '5 min', '24 h'])
    for (const bytes of [1, 1234, 100_000_000, 1_500_000_000, 1_000_000_000_000]) expect(readAmount(exactBytes(bytes))).toBe(bytes)
    expect(exactBytes(1_500_000_000)).toBe('1.5 GB')
  })
})
