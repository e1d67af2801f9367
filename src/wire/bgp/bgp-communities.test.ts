// Communities between text and numbers, and the extended ones of FlowSpec rules.
import { describe, expect, it } from 'vitest'
import type { FlowSpecAction } from '../../contract/advertisement.ts'
import { hex } from '../testing/bytes.ts'
import { actionCommunity, communityText, extendedCommunityText, parseCommunities } from './bgp-communities.ts'

describe('communities', () => {
  it('are read, ordered, and kept once', () => {
    expect(parseCommunities(['65535:666', '0:1', '65535:666', '64500:1:2', '7:4294967295:0', '64500:1:2'])).toEqual({
      communities: [1, 0xffff029a],
      largeCommunities: [
        [7, 0xffffffff, 0],
        [64_500, 1, 2],
      ],
    })
  })

  it.each(['65536:1', '1:65536', '1', '1:2:3:4', '1:2:4294967296', '', 'a:b', '-1:1', '1:', '1: 2', '1.5:1'])('are not %j', (text) => {
    expect(() => parseCommunities([text])).toThrow(RangeError)
  })

  it.each([
    [0xffff029a, '65535:666 BLACKHOLE'],
    [0xffffff01, '65535:65281 NO_EXPORT'],
    [0xfbf40001, '64500:1'],
    [0, '0:0'],
  ])('%i is told as %s', (community, text) => {
    expect(communityText(community)).toBe(text)
  })
})

describe('what a FlowSpec rule does', () => {
  it.each([
    ['discards', { kind: 'discard' }, '8006 0000 00000000', 'rate 0 bytes/s (discard)'],
    ['limits', { kind: 'rate', bytes_per_second: 1_250_000 }, '8006 0000 499896 80', 'rate 1250000 bytes/s'],
    ['redirects by an AS of two bytes', { kind: 'redirect', route_target: '65000:100000' }, '8008 fde8 000186a0', 'redirect 65000:100000'],
    [
      'redirects by an AS of four bytes',
      { kind: 'redirect', route_target: '4200000000:100' },
      '8208 fa56ea00 0064',
      'redirect 4200000000:100',
    ],
    ['redirects by the first AS of four bytes', { kind: 'redirect', route_target: '65536:1' }, '8208 00010000 0001', 'redirect 65536:1'],
    ['redirects by an address', { kind: 'redirect', route_target: '192.0.2.1:100' }, '8108 c0000201 0064', 'redirect 192.0.2.1:100'],
  ] as const)('%s', (_name, action, bytes, text) => {
    const community = actionCommunity(action)
    expect(community).toEqual(hex(bytes))
    expect(extendedCommunityText(community)).toBe(text)
  })

  it.each([
    { kind: 'rate', bytes_per_second: -1 },
    { kind: 'rate', bytes_per_second: Number.NaN },
    { kind: 'rate', bytes_per_second: 1e39 },
    { kind: 'redirect', route_target: '65000' },
    { kind: 'redirect', route_target: '65000:4294967296' },
    { kind: 'redirect', route_target: '65536:65536' },
    { kind: 'redirect', route_target: '4294967296:1' },
    { kind: 'redirect', route_target: '192.0.2.256:1' },
    { kind: 'redirect', route_target: '192.0.2.1:65536' },
  ] satisfies FlowSpecAction[])('cannot be %j', (action) => {
    expect(() => actionCommunity(action)).toThrow(RangeError)
  })

  it('tells others in hexadecimal', () => {
    expect(extendedCommunityText(hex('0002fde800000064'))).toBe('0x0002fde800000064')
  })
})
