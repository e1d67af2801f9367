import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { gravest, shellWord, sizeText } from './finding.ts'

describe('the gravest state', () => {
  it('is that of the worst finding', () => {
    expect(gravest([])).toBe('ok')
    expect(gravest(['ok', 'unknown'])).toBe('unknown')
    expect(gravest(['warning', 'unknown'])).toBe('warning')
    expect(gravest(['failed', 'warning', 'ok'])).toBe('failed')
  })
})

describe('a word of a shell', () => {
  it('stays one, whatever is in it', () => {
    const texts = fc.sample(
      fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', ';', '\\', '&', '*', '~', '#'), minLength: 1, maxLength: 12 }),
      { seed: 3, numRuns: 60 },
    )
    const words = texts.map(shellWord).join(' ')
    const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' })
    expect(printed.split('\0').slice(0, -1)).toEqual(texts)
  })
})

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [2 ** 30 * 100, '100 GiB'],
    [2 ** 50, '1024 TiB'],
  ])('%d', (bytes, text) => expect(sizeText(bytes)).toBe(text))
})
