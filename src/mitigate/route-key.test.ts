import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlowSpec, FlowSpecAction, FlowSpecMatch, NumberRange, Route } from '../contract/advertisement.ts'
import { canonicalRoute } from './canonical-route.ts'
import { nlriKey, routeKey } from './route-key.ts'

const plain = (purpose: 'divert' | 'blackhole', prefix = '203.0.113.0/24'): Route => canonicalRoute({ purpose, prefix, flowspec: null })
const rule = (match: Partial<FlowSpecMatch> = {}, action: FlowSpecAction = { kind: 'discard' }): Route => {
  const prefix = match.destination ?? '203.0.113.0/24'
  return canonicalRoute({ purpose: 'flowspec', prefix, flowspec: { match: { destination: prefix, ...match }, action } })
}

describe('routeKey', () => {
  it('is one for each purpose, prefix, match and action', () => {
    const routes = [
      plain('divert'),
      plain('blackhole'),
      plain('divert', '203.0.113.0/25'),
      plain('divert', '2001:db8::/32'),
      rule(),
      rule({ destination: '203.0.112.0/24' }),
      rule({ source: '192.0.2.0/24' }),
      rule({ protocol: [6] }),
      rule({ icmp_type: [6] }),
      rule({ icmp_code: [6] }),
      rule({ dscp: [6] }),
      rule({ source_port: [[6, 6]] }),
      rule({ destination_port: [[6, 6]] }),
      rule({ packet_length: [[6, 6]] }),
      rule({ tcp_flags: { set: 6, unset: 0 } }),
      rule({ tcp_flags: { set: 0, unset: 6 } }),
      rule({ fragment: ['first'] }),
      rule({}, { kind: 'rate', bytes_per_second: 1000 }),
      rule({}, { kind: 'rate', bytes_per_second: 2000 }),
      rule({}, { kind: 'redirect', route_target: '65000:1' }),
    ]
    expect(new Set(routes.map(routeKey)).size).toBe(routes.length)
  })

  it.each<[string, Route, Route]>([
    ['spelling of the prefix', plain('divert', '2001:db8::/32'), plain('divert', '2001:0DB8:0::0/32')],
    ['order of values', rule({ protocol: [17, 6] }), rule({ protocol: [6, 17, 6] })],
    [
      'ranges in pieces',
      rule({ source_port: [[10, 19]] }),
      rule({
        source_port: [
          [15, 19],
          [10, 12],
          [11, 14],
        ],
      }),
    ],
    ['order of fields', rule({ protocol: [6], dscp: [1] }), rule({ dscp: [1], protocol: [6] })],
    ['order of fragments', rule({ fragment: ['first', 'last'] }), rule({ fragment: ['last', 'first', 'first'] })],
    ['fragments that are any fragment anyway', rule({ fragment: ['is'] }), rule({ fragment: ['last', 'is'] })],
    ['a rate of nothing', rule(), rule({}, { kind: 'rate', bytes_per_second: 0 })],
    [
      'a rate within what is sent',
      rule({}, { kind: 'rate', bytes_per_second: 123_456_789 }),
      rule({}, { kind: 'rate', bytes_per_second: 123_456_790 }),
    ],
    ['fields that match everything', rule(), rule({ source: '0.0.0.0/0', packet_length: [[0, 65_535]] })],
  ])('does not see %s', (_name, one, other) => expect(routeKey(one)).toBe(routeKey(other)))

  it('does not change when a canonical route is made canonical', () => {
    fc.assert(
      fc.property(flowspecs, (flowspec) => {
        const once = canonicalRoute({ purpose: 'flowspec', prefix: '203.0.113.0/24', flowspec })
        expect(canonicalRoute(once)).toEqual(once)
      }),
    )
  })
})

it('nlriKey is the same for what would be in each other’s way', () => {
  expect(nlriKey(plain('blackhole'))).toBe(nlriKey(plain('divert')))
  expect(nlriKey(rule({ protocol: [6] }, { kind: 'rate', bytes_per_second: 1 }))).toBe(nlriKey(rule({ protocol: [6] })))
  const apart = [plain('divert'), plain('divert', '203.0.112.0/24'), rule(), rule({ protocol: [6] })]
  expect(new Set(apart.map(nlriKey)).size).toBe(apart.length)
})

const value = (most: number) => fc.oneof(fc.nat(most), fc.constantFrom(0, 1, 2, most - 1, most))
const listOf = (most: number) => fc.array(value(most), { minLength: 1, maxLength: 20 })
const rangesOf = fc.array(
  fc.tuple(value(65_535), value(65_535)).map(([one, other]): NumberRange => [Math.min(one, other), Math.max(one, other)]),
  { minLength: 1, maxLength: 20 },
)
const flowspecs: fc.Arbitrary<FlowSpec> = fc.record({
  match: fc.record(
    {
      destination: fc.constant('203.0.113.0/24'),
      dscp: listOf(63),
      packet_length: rangesOf,
      source_port: rangesOf,
      fragment: fc.constant(['last', 'is'] as const),
    },
    { requiredKeys: ['destination'] },
  ),
  action: fc.oneof(
    fc.constant({ kind: 'discard' } as const),
    fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }).map((rate) => ({ kind: 'rate', bytes_per_second: rate }) as const),
  ),
})

describe('a canonical FlowSpec rule', () => {
  const within = (at: number, ranges: readonly NumberRange[] | undefined) =>
    ranges === undefined || ranges.some(([from, to]) => from <= at && at <= to)

  it('matches the same as what was asked for', () => {
    fc.assert(
      fc.property(flowspecs, fc.array(value(65_535), { minLength: 20, maxLength: 20 }), (flowspec, points) => {
        const { match } = canonicalRoute({ purpose: 'flowspec', prefix: '203.0.113.0/24', flowspec }).flowspec as FlowSpec
        const edges = [...(flowspec.match.source_port ?? []), ...(flowspec.match.packet_length ?? [])]
          .flat()
          .flatMap((at) => [at - 1, at, at + 1])
        const seen = [...points, ...edges].filter((at) => at >= 0 && at <= 65_535)
        expect(seen.filter((at) => within(at, match.source_port) !== within(at, flowspec.match.source_port))).toEqual([])
        expect(seen.filter((at) => within(at, match.packet_length) !== within(at, flowspec.match.packet_length))).toEqual([])
        const codes = Array.from({ length: 64 }, (_, code) => code)
        const has = (list: readonly number[] | undefined) => codes.filter((code) => list === undefined || list.includes(code))
        expect(has(match.dscp)).toEqual(has(flowspec.match.dscp))
      }),
    )
  })

  it('has ranges in order and apart', () => {
    fc.assert(
      fc.property(rangesOf, (ranges) => {
        const merged = rule({ source_port: ranges }).flowspec?.match.source_port ?? []
        expect(merged.slice(1).every(([from], index) => from > (merged[index]?.[1] ?? 0) + 1)).toBe(true)
      }),
    )
  })
})
