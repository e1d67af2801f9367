import { describe, expect, it } from 'vitest'
import type { PrefixMatch, RuleType } from '../../contract/rule.ts'
import { testRule } from '../../detect/testing/rules.ts'
import { wouldAdvertise } from './would-advertise.ts'

const prefixes = ['203.0.113.0/24', '203.0.113.64/26', '2001:db8::/32', '198.51.100.7']

function advertised(
  type: RuleType,
  match: PrefixMatch | null,
  targets: readonly string[],
  automatic: boolean | null = true,
): readonly string[] {
  return wouldAdvertise(testRule({ type, prefixes, prefix_match: match, automatic_advertisement: automatic }), targets)
}

describe('wouldAdvertise', () => {
  it('is nothing where advertisement is not automatic', () => {
    expect(advertised('threshold', null, [], false)).toEqual([])
    expect(advertised('advanced_ddos', 'subnet', ['203.0.113.1/32'], null)).toEqual([])
  })

  it('is every prefix of a rule that judges a sum', () => {
    expect(advertised('threshold', 'exact', [])).toEqual(prefixes)
    expect(advertised('zscore', null, [])).toEqual(prefixes)
  })

  it.each([
    ['subnet', ['203.0.113.1/32'], ['203.0.113.0/24']],
    ['subnet', ['203.0.113.65/32', '2001:db8:1::/64'], ['203.0.113.0/24', '203.0.113.64/26', '2001:db8::/32']],
    [null, ['198.51.100.7/32'], ['198.51.100.7']],
    ['exact', ['203.0.113.0/24'], ['203.0.113.0/24']],
    ['exact', ['203.0.113.65/32', '198.51.100.7/32'], ['198.51.100.7']],
    ['supernet', ['203.0.113.0/24'], ['203.0.113.0/24', '203.0.113.64/26']],
    ['supernet', ['192.0.2.0/24'], []],
  ] as const)('by %s of %j is %j', (match, targets, expected) => {
    expect(advertised('advanced_ddos', match, targets)).toEqual(expected)
  })
})
