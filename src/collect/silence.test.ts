// When a router that sent regularly counts as silent.
import { describe, expect, it } from 'vitest'
import { Silence } from './silence.ts'

const start = 1_700_000_000_000

/** A router that sent every `gap` seconds, `times` times. @returns it and when it sent last, in seconds */
function regular(gap: number, times: number): { silence: Silence; last: number } {
  const silence = new Silence()
  for (let i = 0; i < times; i++) silence.note(start + i * gap * 1000)
  return { silence, last: (times - 1) * gap }
}

describe('a router', () => {
  it.each([
    ['every second', 1, 60],
    ['every 30 seconds', 30, 90],
    ['every five minutes', 300, 900],
  ])('that sent %s is silent after three intervals and a minute at the least', (_name, gap, limit) => {
    const { silence, last } = regular(gap, 20)
    expect(silence.isSilent(start + (last + limit) * 1000)).toBe(false)
    expect(silence.isSilent(start + (last + limit + 1) * 1000)).toBe(true)
  })

  it('that has hardly sent is not silent, as nobody knows its habit', () => {
    const { silence, last } = regular(10, 4)
    expect(silence.isSilent(start + (last + 3600) * 1000)).toBe(false)
  })

  it('that came back after an outage does not get more time the next time', () => {
    const { silence, last } = regular(1, 20)
    const back = last + 7200
    for (let i = 0; i < 40; i++) silence.note(start + (back + i) * 1000)
    expect(silence.isSilent(start + (back + 39 + 61) * 1000)).toBe(true)
  })

  it('is not confused by being told the same time again', () => {
    const { silence, last } = regular(30, 20)
    for (let i = 0; i < 100; i++) silence.note(start + last * 1000)
    expect(silence.isSilent(start + (last + 90) * 1000)).toBe(false)
  })
})
