import { describe, expect, it } from 'vitest'
import { readTimes } from './times.ts'

/** 2026-01-01T12:34:56.789Z. */
const now = Date.UTC(2026, 0, 1, 12, 34, 56, 789) / 1000
const second = Math.floor(now)
const text = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

function read(times: Parameters<typeof readTimes>[0]): [string, string] {
  const { from, to } = readTimes(times, now)
  return [text(from), text(to)]
}

describe('the times of a question', () => {
  it.each<[string, string]>([
    ['90s', '2026-01-01T12:33:27Z'],
    ['15m', '2026-01-01T12:19:57Z'],
    ['1h', '2026-01-01T11:34:00Z'],
    ['1d', '2025-12-31T12:34:00Z'],
    ['7d', '2025-12-25T12:00:00Z'],
    ['2w', '2025-12-18T12:00:00Z'],
    ['999999999w', '1970-01-01T00:00:00Z'],
  ])('last %s begins at %s and ends with the second that is now', (last, from) => {
    expect(read({ last, from: undefined, to: undefined })).toEqual([from, '2026-01-01T12:34:57Z'])
  })

  it('are the last hour where none is told', () => {
    expect(readTimes({ last: undefined, from: undefined, to: undefined }, now)).toEqual({ from: second + 1 - 3600 - 57, to: second + 1 })
  })

  it('are what is told, to the second, with any offset', () => {
    const times = { last: undefined, from: '2026-01-01T10:00:00.900+01:00', to: '2026-01-01T10:00:00.100Z' }
    expect(read(times)).toEqual(['2026-01-01T09:00:00Z', '2026-01-01T10:00:01Z'])
  })

  it('end now where they would end later', () => {
    const times = { last: undefined, from: '2026-01-01T10:00:00Z', to: '9999-12-31T23:59:59Z' }
    expect(read(times)).toEqual(['2026-01-01T10:00:00Z', '2026-01-01T12:34:57Z'])
    expect(read({ ...times, to: undefined })).toEqual(['2026-01-01T10:00:00Z', '2026-01-01T12:34:57Z'])
  })

  it.each([
    [{ last: '1h', from: '2026-01-01T00:00:00Z' }, '/last', 'last cannot stand beside from and to'],
    [{ to: '2026-01-01T00:00:00Z' }, '/to', 'to needs from'],
    [{ from: '2026-01-02T00:00:00Z' }, '/from', 'from is in the future'],
    [{ from: '2026-01-01T10:00:00Z', to: '2026-01-01T10:00:00Z' }, '/to', 'to must be later than from'],
    [{ from: '2026-01-01T10:00:00Z', to: '2025-01-01T10:00:00Z' }, '/to', 'to must be later than from'],
  ])('refuses %j with a pointer to %s', (times, pointer, reason) => {
    const all = { last: undefined, from: undefined, to: undefined, ...times }
    expect(() => readTimes(all, now)).toThrow(expect.objectContaining({ pointer, message: `Invalid question: ${reason}` }))
  })
})
