import { describe, expect, it } from 'vitest'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'
import { wiresharkText } from './wireshark-filter.ts'

const four = String.raw`frame.protocols matches r"^((?!ipv6).)*\bip\b"`
const six = String.raw`frame.protocols matches r"^((?!\bip\b).)*\bipv6\b"`
const carries = (name: string, ip = String.raw`ip(v6(:ipv6\.[\w.]+)*)?`) =>
  String.raw`frame.protocols matches r"^((?!\bip(v6)?\b).)*\b${ip}:${name}\b"`
const tcpLengths = Array.from({ length: 11 }, (_, index) => 20 + index * 4)

describe('the text for Wireshark', () => {
  it.each<readonly [string, string]>([
    ['udp and src port 53 and payload[2:2] 0x8180', `(${carries('udp')} and udp.srcport#1 == 53 and udp.payload#1[2:2] == 81:80)`],
    ['dst in {10.0.0.0/8, 192.0.2.1}', `(${four} and ip.dst#1 in {10.0.0.0/8, 192.0.2.1})`],
    ['host 2001:db8::7', `(${six} and (ipv6.src#1 == 2001:db8::7 or ipv6.dst#1 == 2001:db8::7))`],
    ['dst ::/0', six],
    ['len > 500', `((${four} and ip.len#1 >= 501) or (${six} and ipv6.plen#1 >= 461))`],
    ['not ttl in {1, 5-9}', `((${four} and not (ip.ttl#1 in {1, 5..9})) or (${six} and not (ipv6.hlim#1 in {1, 5..9})))`],
    [
      'len > 500 and udp and src port 53',
      `((${carries('udp', 'ip')} and ip.len#1 >= 501 and udp.srcport#1 == 53) or (${carries('udp', String.raw`ipv6(:ipv6\.[\w.]+)*`)} and ipv6.plen#1 >= 461 and udp.srcport#1 == 53))`,
    ],
    ['ip4 or ip6', '(ip or ipv6)'],
    ['ip4 and ip6', 'frame.len == 0'],
    ['ip4 and tcp', `(${four} and ip.proto#1 == 6)`],
    ['flags syn,!ack and tcp', `(${carries('tcp')} and (tcp#1[13] & 0x12 == 0x02 and tcp#1[15]))`],
    [
      'udp and transport[6:4] & 0xffff00ff == 0x12340056',
      `(${carries('udp')} and (udp#1[6:2] & ff:ff == 12:34 and udp.payload#1[0:2] & 00:ff == 00:56))`,
    ],
    ['tcp.doff 8 and payload[0:3] "GET"', `(${carries('tcp')} and tcp.hdr_len#1 == 32 and tcp#1[32:3] == 47:45:54)`],
    [
      'tcp and payload[1] 0x45',
      `(${carries('tcp')} and (${tcpLengths.map((length) => `(tcp.hdr_len#1 == ${length} and tcp#1[${length + 1}] == 0x45)`).join(' or ')}))`,
    ],
  ])('of %s', (text, expression) => {
    expect(wiresharkText(parseFilter(text))).toBe(expression)
  })

  it.each(['transport[0] 0x01', 'ospf and transport[0] 0x02'])('is refused for bytes that have no name there: %s', (text) => {
    expect(() => wiresharkText(parseFilter(text))).toThrow(FilterError)
  })

  it('has nothing in it but its own words, numbers and addresses', () => {
    const text = wiresharkText(parseFilter('udp and payload[0:8] "\' ; $(x)" and host in {2001:db8::7, 10.0.0.1} and not ip.id 7'))
    expect(text.replaceAll(/matches r"[^"]*"/g, '')).toMatch(/^[()[\]{}#a-z0-9 .,:/_&|<>=]+$/)
  })
})
