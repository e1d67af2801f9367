import * as fc from 'fast-check'
import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { demoNetworks } from './internet.ts'
import { addressBytes, addressInPrefix, parsePrefix, randomAddress } from './prefix.ts'
import { Random } from './random.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const text = (bytes: Uint8Array) => (bytes.length === 4 ? bytes.join('.') : (hex(bytes).match(/.{4}/g) ?? []).join(':'))

describe('addressBytes', () => {
  it.each([
    ['203.0.113.255', 'cb0071ff'],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::', '0'.repeat(32)],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['fe80::', `fe80${'0'.repeat(28)}`],
  ])('%s', (address, expected) => expect(hex(addressBytes(address))).toBe(expected))

  it.each(['', '1.2.3', 'fe80::1%eth0', 'host'])('refuses %j', (address) => {
    expect(() => addressBytes(address)).toThrow('is not an address')
  })
})

describe('addresses of a prefix', () => {
  it('fills the host bits', () => {
    expect(text(addressInPrefix(parsePrefix('198.51.100.0/24'), 0x1ff))).toBe('198.51.100.255')
    expect(hex(addressInPrefix(parsePrefix('2001:db8::/32'), 0xdeadbeef))).toBe('20010db80000000000000000deadbeef')
  })

  it('lie in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...demoNetworks, '17.0.0.0/8', '45.57.0.0/17', '2601::/20'), fc.integer(), (prefix, seed) => {
        const list = new BlockList()
        const [address = '', length] = prefix.split('/')
        const family = address.includes(':') ? 'ipv6' : 'ipv4'
        list.addSubnet(address, Number(length), family)
        expect(list.check(text(randomAddress(parsePrefix(prefix), new Random(seed))), family)).toBe(true)
      }),
    )
  })
})
