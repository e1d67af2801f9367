// The filter of a capture that begins at another page.
import { describe, expect, it } from 'vitest'
import { packetConditions, targetFilter } from './capture-filter.ts'

const condition = (dimension: 'sourceAddress' | 'destinationPort' | 'sourceAS', value: string, exclude = false) => ({
  dimension,
  value,
  exclude,
})

describe('a filter from another page', () => {
  it('says what the chips of the overview say, and which of them packets do not tell', () => {
    expect(
      packetConditions([
        condition('destinationPort', '53'),
        condition('sourceAddress', '192.0.2.1'),
        condition('sourceAS', '64500'),
        condition('sourceAddress', '2001:db8::1'),
        condition('destinationPort', '443', true),
      ]),
    ).toEqual({
      filter: '(src 192.0.2.1 or src 2001:db8::1) and dst port 53 and not dst port 443',
      left: ['sourceAS'],
    })
    expect(packetConditions([condition('sourceAS', '64500')]).filter).toBe('')
  })

  it('holds the targets of an incident', () => {
    expect(targetFilter(['203.0.113.7/32'])).toBe('dst in 203.0.113.7/32')
    expect(targetFilter(['203.0.113.7/32', '2001:db8::/32'])).toBe('dst in {203.0.113.7/32, 2001:db8::/32}')
  })
})
