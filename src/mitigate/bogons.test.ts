import { describe, expect, it } from 'vitest'
import { formatIpPrefix, parseIpPrefix, type IpPrefix } from '../base/ip-prefix.ts'
import { embeddedIpv4, specialSpace } from './bogons.ts'

function prefix(text: string): IpPrefix {
  const parsed = parseIpPrefix(text)
  if (parsed === undefined) throw new Error(`${text} is no prefix`)
  return parsed.prefix
}

describe('specialSpace', () => {
  it.each([
    ['0.1.2.0/24', '0.0.0.0/8', 'never'],
    ['127.0.0.1/32', '127.0.0.0/8', 'never'],
    ['169.254.169.254/32', '169.254.0.0/16', 'never'],
    ['192.0.0.0/29', '192.0.0.0/24', 'never'],
    ['224.0.0.251/32', '224.0.0.0/4', 'never'],
    ['255.255.255.255/32', '255.255.255.255/32', 'never'],
    ['250.0.0.0/24', '240.0.0.0/4', 'never'],
    ['10.0.0.0/8', '10.0.0.0/8', 'inside'],
    ['100.127.255.0/24', '100.64.0.0/10', 'inside'],
    ['172.31.0.0/16', '172.16.0.0/12', 'inside'],
    ['192.168.1.0/24', '192.168.0.0/16', 'inside'],
    ['198.19.0.0/16', '198.18.0.0/15', 'inside'],
    ['::/128', '::/128', 'never'],
    ['2001:0:4136::/48', '2001::/32', 'never'],
    ['2001:10::/28', '2001::/23', 'never'],
    ['2001:db8:1::/48', '2001:db8::/32', 'inside'],
    ['3fff:1::/32', '3fff::/20', 'inside'],
    ['fd00::/48', 'fc00::/7', 'inside'],
    ['fe80::1/128', 'fe80::/10', 'never'],
    ['fe00::/16', 'fe00::/9', 'never'],
    ['ff02::/16', 'ff00::/8', 'never'],
  ])('%s is in %s: %s', (text, cidr, use) => expect(specialSpace(prefix(text))).toMatchObject({ cidr, use }))

  it.each([
    '1.1.1.0/24',
    '100.63.0.0/16',
    '100.128.0.0/16',
    '172.15.0.0/16',
    '172.32.0.0/16',
    '192.0.1.0/24',
    '198.17.0.0/16',
    '198.20.0.0/16',
  ])('%s is public', (text) => expect(specialSpace(prefix(text))).toBeUndefined())
  it.each(['2000::/16', '2001:200::/23', '2001:db7::/32', '2001:db9::/32', '2003::/19', '2606:4700::/32', '3ffe::/32', '3fff:1000::/32'])(
    '%s is public',
    (text) => expect(specialSpace(prefix(text))).toBeUndefined(),
  )

  it('knows all of IPv6 but 2000::/3', () => {
    // The first 16 bits decide, except inside of these.
    const unknown = []
    for (let head = 0; head < 0x1_0000; head++) {
      const isGlobal = head >>> 13 === 1
      if (!isGlobal && specialSpace(prefix(`${head.toString(16)}:1234:5678::/48`)) === undefined) unknown.push(head)
    }
    expect(unknown).toEqual([])
  })

  it('names the worst of what a prefix contains', () => {
    expect(specialSpace(prefix('192.0.0.0/22'))).toMatchObject({ cidr: '192.0.0.0/24', use: 'never' })
    expect(specialSpace(prefix('203.0.112.0/23'))).toMatchObject({ cidr: '203.0.113.0/24', use: 'inside' })
  })
})

describe('embeddedIpv4', () => {
  it.each([
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::203.0.113.7/128', '203.0.113.7/32'],
  ])('%s holds %s', (text, ipv4) => expect(formatIpPrefix(embeddedIpv4(prefix(text)) ?? prefix('::/0'))).toBe(ipv4))

  it.each(['::/128', '::1/128', '::/0', '::ffff:0:0/95', '64:ff9b::cb00:7107/128', '2001:db8::/32', '203.0.113.0/24'])(
    '%s holds none',
    (text) => expect(embeddedIpv4(prefix(text))).toBeUndefined(),
  )
})
