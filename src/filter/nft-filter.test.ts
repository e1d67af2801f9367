import { describe, expect, it } from 'vitest'
import { packetFilterSchema } from '../contract/agent-protocol.ts'
import { bpfText } from './bpf-filter.ts'
import { FilterError } from './filter-error.ts'
import { nftAlternatives, nftText } from './nft-filter.ts'
import { parseFilter } from './parse-filter.ts'

const whole4 = 'ip frag-off & 0x3fff == { 0, 8192 }'

describe('nftables rules', () => {
  it.each<readonly [string, readonly string[]]>([
    ['dst 203.0.113.0/24 and udp', ['meta nfproto ipv4 meta l4proto 17 ip daddr 203.0.113.0/24 goto capture']],
    ['src 192.0.2.1 and proto 6', ['meta nfproto ipv4 meta l4proto 6 ip saddr 192.0.2.1 goto capture']],
    ['tcp or udp or icmp', ['meta l4proto { 1, 6, 17 } goto capture']],
    ['not tcp', ['meta l4proto != 6 goto capture']],
    ['len > 100', ['meta nfproto ipv4 ip length 101-65535 goto capture', 'meta nfproto ipv6 ip6 length 61-65535 goto capture']],
    ['ip4 or ip6', ['goto capture']],
    ['ip4 and ip6', []],
    ['ip4 and flags syn,!ack', ['meta nfproto ipv4 meta l4proto 6 ip frag-off & 0x3fff == { 0, 8192 } @th,104,8 & 18 == 2 goto capture']],
    ['ip4 and udp and payload[2:2] 0x0102', [`meta nfproto ipv4 meta l4proto 17 ${whole4} @ih,16,16 0x0102 goto capture`]],
    [
      'ip4 and tcp and payload[0:8] "GET / HT"',
      [`meta nfproto ipv4 meta l4proto 6 ${whole4} @th,96,8 80-255 @ih,0,64 0x474554202f204854 goto capture`],
    ],
    ['ip4 and payload[1] 0x02 and proto 1', []],
    ['ip4 and payload[1] 0x02 and payload[1] 0x03', []],
    [
      'ip4 and udp and (payload[0] 0x02 or payload[0] 0x03) and payload[0] & 0x80 == 0x00',
      [`meta nfproto ipv4 ${whole4} @ih,0,8 { 0x02, 0x03 } @ih,0,8 & 0x80 == 0x00 meta l4proto 17 goto capture`],
    ],
    // Behind the protocol, nft could not list it.
    [
      'ip4 and gre and transport[2:2] & 0xff00 == 0x0800',
      [`meta nfproto ipv4 ${whole4} @th,16,16 & 0xff00 == 0x0800 meta l4proto 47 goto capture`],
    ],
    ['ip.df 1 and ip.id 7', ['meta nfproto ipv4 ip id 7 ip frag-off & 0x4000 == 16384 goto capture']],
    ['not ip.df 1', ['meta nfproto ipv4 ip frag-off & 0x4000 == 0 goto capture', 'meta nfproto ipv6 goto capture']],
    ['ip4 and tcp.doff 5', [`meta nfproto ipv4 meta l4proto 6 ${whole4} @th,96,8 80-95 goto capture`]],
    ['src port 53 or src port 123 or src port 54', nftText(parseFilter('src port in {53, 54, 123}'))],
    ['not (not tcp or not dst 10.0.0.1)', nftText(parseFilter('tcp and dst 10.0.0.1'))],
  ])('of %s', (text, rules) => {
    expect(nftText(parseFilter(text))).toEqual(rules)
  })

  it('have bytes as numbers, or as text where numbers of JSON end', () => {
    const [rule] = nftAlternatives(
      parseFilter('ip4 and udp and payload[0:4] 0xffffffff and payload[4:5] & 0xff00000000 == 0x0100000000'),
      'inet',
    )
    const matches = rule?.slice(-3, -1)
    expect(matches).toEqual([
      { match: { op: '==', left: { payload: { base: 'ih', offset: 0, len: 32 } }, right: 0xffffffff } },
      { match: { op: '==', left: { '&': [{ payload: { base: 'ih', offset: 32, len: 40 } }, '0xff00000000'] }, right: '0x100000000' } },
    ])
  })

  it('of every packet have no match, but for what is not IP on an interface', () => {
    expect(nftAlternatives(null, 'inet')).toEqual([[]])
    expect(nftText(null, 'netdev')).toEqual(['meta protocol { ip, ip6 } goto capture'])
  })

  it('hold numbers and addresses as they were read', () => {
    expect(nftAlternatives(parseFilter('src in {192.0.2.0/24, 198.51.100.7} and ttl in {1, 5-9}'), 'inet')).toEqual([
      [
        { match: { op: '==', left: { meta: { key: 'nfproto' } }, right: 'ipv4' } },
        {
          match: {
            op: '==',
            left: { payload: { protocol: 'ip', field: 'saddr' } },
            right: { set: [{ prefix: { addr: '192.0.2.0', len: 24 } }, '198.51.100.7'] },
          },
        },
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'ttl' } }, right: { set: [1, { range: [5, 9] }] } } },
      ],
    ])
  })

  it('are refused when they are too many', () => {
    const pairs = Array.from({ length: 40 }, (_, index) => `(src 10.0.0.${index} and dst 10.0.1.${index})`)
    expect(nftText(parseFilter(pairs.join(' or ')))).toHaveLength(40)
    expect(() => nftAlternatives(parseFilter(`(${pairs.join(' or ')}) and (ttl 1 or len 100)`), 'inet')).toThrow(FilterError)
  })
})

describe('what an agent takes from the server', () => {
  const tcp = { kind: 'number', field: 'protocol', spans: [[6, 6]] } as const

  it.each([
    ['no prefix', { kind: 'address', side: 'source', prefixes: ['10.0.0.1'] }],
    ['text for a prefix', { kind: 'address', side: 'source', prefixes: ['10.0.0.0/8 } ; drop'] }],
    ['a field of its own', { kind: 'number', field: 'mark', spans: [[1, 1]] }],
    ['text for a number', { kind: 'port', side: 'source', spans: [['53', '53']] }],
    ['more beside', { ...tcp, comment: 'x' }],
  ])('is no filter with %s', (_, filter) => {
    expect(packetFilterSchema.safeParse(filter).success).toBe(false)
  })

  it('is no filter without end, in depth or in width', () => {
    const deep = `${'{"kind":"not","of":'.repeat(30_000)}${JSON.stringify(tcp)}${'}'.repeat(30_000)}`
    const wide = { kind: 'any', of: Array.from({ length: 11 }, () => ({ kind: 'all', of: Array.from({ length: 50 }, () => tcp) })) }
    expect(packetFilterSchema.safeParse(JSON.parse(deep)).success).toBe(false)
    expect(packetFilterSchema.safeParse(wide).success).toBe(false)
    expect(packetFilterSchema.safeParse({ ...wide, of: wide.of.slice(0, 10) }).success).toBe(true)
  })

  it('may match nothing, or everything', () => {
    expect(nftAlternatives({ kind: 'any', of: [] }, 'inet')).toEqual([])
    expect(nftAlternatives({ kind: 'all', of: [] }, 'inet')).toEqual([[]])
    expect(bpfText({ kind: 'any', of: [] })).toBe('ip and ip6')
    expect(bpfText({ kind: 'all', of: [] })).toBe('(ip or ip6)')
  })
})

const header4 = '((ip[0] & 15) << 2)'

describe('the text for tcpdump', () => {
  it.each<readonly [string, string]>([
    ['src 10.0.0.0/8 and len > 500', '(ip and (src net 10.0.0.0/8 and ip[2:2] >= 501))'],
    ['host in {192.0.2.1, 2001:db8::/32}', '((ip and net 192.0.2.1/32) or (ip6 and net 2001:db8::/32))'],
    ['dst 0.0.0.0/0', 'ip'],
    ['ip.id 7 or ip.df 1', '(ip and (ip[4:2] = 7 or ((ip[6] >> 6) & 1) = 1))'],
    [
      'ip4 and udp and payload[0:7] & 0xffffffff00ffff == 0x61626364006667',
      `(ip and (ip[9] = 17 and (ip[9] = 17 and ((ip[6:2] & 0x1fff) = 0 and ip[2:2] >= ${header4} + 15) and (ip[${header4} + 8:4] = 0x61626364 and (ip[${header4} + 12:2] & 0xff) = 0x66 and ip[${header4} + 14] = 0x67))))`,
    ],
    ['ip6 and ttl 1', '(ip6 and ip6[7] = 1)'],
  ])('of %s', (text, expression) => {
    expect(bpfText(parseFilter(text))).toBe(expression)
  })

  it('has nothing in it but its own words, numbers and addresses', () => {
    const text = bpfText(
      parseFilter('not (flags syn,!ack or port in {1, 3}) and host 2001:db8::7 and not fragment and icmp.type 8 and payload[0:3] "$()"'),
    )
    expect(text).toMatch(/^[()[\]a-z0-9 .:/&|<>=!+]+$/)
    expect(text).not.toMatch(/^-/)
  })

  it('is refused when no program could take it', () => {
    const lists = Array.from(
      { length: 3 },
      (_, list) => `port in {${Array.from({ length: 250 }, (__, index) => (index * 3 + list) * 2).join()}}`,
    )
    expect(() => bpfText(parseFilter(lists.join(' or ')))).toThrow(/too long for tcpdump/)
  })
})
