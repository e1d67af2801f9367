// The mark on tables and processes: written and read again, and a process that is gone is told from one that is not.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isGone, markComment, ownerText, ownProcess, readMark, readOwner } from './capture-owner.ts'

const id = '0123456789abcdef0123456789abcdef'

describe.skipIf(process.platform !== 'linux')('the owner of a capture', () => {
  it('is read as it was written, to the second, in a comment that nftables takes', () => {
    const second = fc.integer({ min: 0, max: 4_000_000_000 })
    const owner = fc.record({ namespace: fc.nat().map(String), pid: fc.nat(), started: fc.maxSafeNat().map(String) })
    fc.assert(
      fc.property(second, owner, (seconds, by) => {
        const comment = markComment({ id, until: seconds * 1000, owner: by })
        expect(readMark(comment)).toEqual({ id, until: seconds * 1000, owner: by })
        expect(comment.length).toBeLessThanOrEqual(128)
      }),
    )
  })

  it.each([
    '',
    'drawbridge',
    `drawbridge capture ${id} until tomorrow by 1/2/3`,
    `drawbridge capture ${id} until 2026-11-22T08:00:00Z by me`,
    `drawbridge capture ${id.slice(1)} until 2026-11-22T08:00:00Z by 1/2/3`,
    `not a drawbridge capture ${id} until 2026-11-22T08:00:00Z by 1/2/3`,
  ])('is not read from %j', (comment) => {
    expect(readMark(comment)).toBeUndefined()
  })

  it('is gone when there is no such process any more, or another one has its number', () => {
    const own = ownProcess()
    expect(isGone(own)).toBe(false)
    expect(isGone({ ...own, started: '1' })).toBe(true)
    expect(isGone({ ...own, pid: 2 ** 22 + 1 })).toBe(true)
    expect(readOwner(ownerText(own))).toEqual(own)
  })

  it('of another PID namespace is not said to be gone', () => {
    expect(isGone({ ...ownProcess(), namespace: '1', started: '1' })).toBe(false)
  })
})
