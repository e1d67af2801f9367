import { describe, expect, it } from 'vitest'
import { filterText } from '../../filter/filter-text.ts'
import { parseFilter } from '../../filter/parse-filter.ts'
import { conditionsOf } from '../describe/leaves.ts'
import { joined, united } from './conjunction.ts'
import type { Condition } from './row-test.ts'

// What stands in these tests are conditions that the learner can find.
const conditions = (text: string) => conditionsOf(parseFilter(text)) as readonly Condition[]
const text = (all: readonly Condition[] | undefined) => all && filterText({ kind: 'all', of: all })

describe('a conjunction', () => {
  it.each([
    ['udp and len 100-900', 'len > 499', 'udp and len 500-900'],
    ['tcp and flags syn', 'flags !ack', 'tcp and flags syn,!ack'],
    ['udp and payload[4:2] 0x0102', 'src port 53', 'udp and src port 53 and payload[4:2] 0x0102'],
    ['udp and payload[4:2] 0x0102', 'payload[0:2] 0x0304', 'udp and payload[0:2] 0x0304 and payload[4:2] 0x0102'],
    ['udp and dst port in {53, 80-90}', 'dst port in {85-100, 53}', 'udp and dst port in {53, 85-90}'],
  ])('%s, joined by %s', (before, added, after) => {
    expect(text(conditions(added).reduce(joined, [...conditions(before)]))).toBe(after)
  })

  it.each([
    ['udp and src port 53', 'udp and src port 123', 'udp and src port in {53, 123}'],
    ['tcp and len 40-50 and flags rst', 'tcp and len 51 and flags rst', 'tcp and len 40-51 and flags rst'],
    ['udp and src port 53', 'udp and src port 53', 'udp and src port 53'],
    ['udp and src port 53', 'udp and dst port 53', undefined],
    ['udp and src port 53 and len 1', 'udp and src port 54 and len 2', undefined],
    ['udp and payload[0:2] 0x0102', 'udp and payload[0:2] 0x0103', undefined],
    ['udp and src port 53', 'udp', undefined],
  ])('%s, united with %s', (one, other, both) => {
    expect(text(united(conditions(one), conditions(other)))).toBe(both)
  })
})
