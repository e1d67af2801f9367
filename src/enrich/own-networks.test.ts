// Own networks: the default ones, configured ones, and the direction of every pair of ends.
import { describe, expect, it } from 'vitest'
import { direction } from '../contract/flow-columns.ts'
import { joinTables } from './enrich-tables.ts'
import { compileOwnNetworks, destinationShift, directionByEnds, endIpv6, endKnown, endOwn, ethertypeByEnds } from './own-networks.ts'
import { lookUp } from './testing/address-row.ts'

function owned(prefixes: readonly string[], ...addresses: string[]): boolean[] {
  const tables = joinTables({ own: compileOwnNetworks(prefixes) })
  return addresses.map((address) => lookUp(tables, address).own)
}

describe('compileOwnNetworks', () => {
  it('takes private, link-local and loopback addresses when nothing is configured', () => {
    const inside = [
      '10.255.255.255',
      '172.31.0.1',
      '192.168.1.1',
      '100.127.255.255',
      '169.254.1.1',
      '127.0.0.1',
      'fd00::1',
      'fe80::1',
      '::1',
    ]
    expect(owned([], ...inside)).toEqual(inside.map(() => true))
    const outside = ['9.255.255.255', '172.32.0.0', '192.169.0.0', '100.128.0.0', '8.8.8.8', '2001:db8::1', 'ff02::1', 'fec0::1']
    expect(owned([], ...outside)).toEqual(outside.map(() => false))
  })

  it('takes configured prefixes instead of the default ones', () => {
    const prefixes = ['203.0.113.0/24', ' 198.51.100.7 ', '2001:db8::/32', '203.0.113.128/25']
    const addresses = ['203.0.113.0', '203.0.113.255', '203.0.114.0', '198.51.100.7', '198.51.100.8', '2001:db8:ffff::1', '10.0.0.1']
    expect(owned(prefixes, ...addresses)).toEqual([true, true, false, true, false, true, false])
  })

  it('widens IPv6 prefixes longer than /64, and keeps the families apart', () => {
    expect(owned(['2001:db8:0:5::1/128'], '2001:db8:0:5::2', '2001:db8:0:6::1')).toEqual([true, false])
    expect(owned(['::/0'], '2001:db8::', 'ffff::', '10.0.0.1')).toEqual([true, true, false])
    expect(owned(['0.0.0.0/0'], '2001:db8::', '255.255.255.255')).toEqual([false, true])
  })

  it.each(['10.0.0.0/33', 'example.org', '', '2001:db8::/200'])('refuses %j', (prefix) => {
    expect(() => compileOwnNetworks(['10.0.0.0/8', prefix])).toThrow(expect.objectContaining({ code: 'bad_prefix' }))
  })
})

describe('the codes of both ends', () => {
  const own = endKnown | endOwn
  const of = (table: Uint8Array | Uint16Array, source: number, destination: number) => table[source | (destination << destinationShift)]

  it.each([
    [own, own, 'internal'],
    [endKnown, own, 'inbound'],
    [own, endKnown, 'outbound'],
    [endKnown | endIpv6, endKnown | endIpv6, 'external'],
    [0, own, 'unknown'],
    [own, 0, 'unknown'],
    [0, 0, 'unknown'],
  ] as const)('%i to %i is %s', (source, destination, name) => {
    expect(of(directionByEnds(), source, destination)).toBe(direction[name])
  })

  it.each([
    [endKnown, endKnown, 0x0800],
    [endKnown | endIpv6, endKnown | endIpv6, 0x86dd],
    [0, own | endIpv6, 0x86dd],
    [own, 0, 0x0800],
    [0, 0, 0],
  ])('%i to %i has EtherType %i', (source, destination, ethertype) => {
    expect(of(ethertypeByEnds(), source, destination)).toBe(ethertype)
  })
})
