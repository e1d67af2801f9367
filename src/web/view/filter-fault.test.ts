// Where a filter is wrong, and how it is mended.
import { describe, expect, it } from 'vitest'
import { faultParts, isPlaced, mended } from './filter-fault.ts'

describe('a fault in a filter', () => {
  const filter = 'udp and src prt 53'

  it('has its place in the text, at the end a space', () => {
    expect(faultParts(filter, { from: 12, to: 15 })).toEqual({ before: 'udp and src ', at: 'prt', after: ' 53' })
    expect(faultParts('udp and', { from: 7, to: 7 })).toEqual({ before: 'udp and', at: ' ', after: '' })
    expect([isPlaced({ from: 0, to: 0 }), isPlaced({ from: 0, to: 3 })]).toEqual([false, true])
  })

  it('is mended by a word in its place; what joins comes before what stands there', () => {
    expect(mended(filter, { from: 12, to: 15 }, 'port')).toBe('udp and src port 53')
    expect(mended('udp and', { from: 7, to: 7 }, 'dst')).toBe('udp and dst')
    expect(mended('udp port', { from: 4, to: 8 }, 'and')).toBe('udp and port')
  })
})
