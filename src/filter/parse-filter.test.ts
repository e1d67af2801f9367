import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packetFilterSchema } from '../contract/agent-protocol.ts'
import { filterExamples, filterFields, filterOperators, type FilterFault, type PacketFilter } from '../contract/packet-filter.ts'
import { FilterError } from './filter-error.ts'
import { filterText } from './filter-text.ts'
import { filterOfV1, joinFilters } from './filter-v1.ts'
import { parseFilter } from './parse-filter.ts'
import { expectedMatch, modelPackets } from './testing/model-packets.ts'
import { randomFilters } from './testing/random-filters.ts'

/** As written, and as it is printed. */
const texts: readonly (readonly [text: string, printed: string])[] = [
  ['dst in 203.0.113.0/24 and udp and src port 53 and len > 500', 'dst 203.0.113.0/24 and udp and src port 53 and len > 500'],
  ['SRC 203.0.113.7', 'src 203.0.113.7'],
  ['src host 203.0.113.7', 'src 203.0.113.7'],
  ['ip.src == 203.0.113.7', 'src 203.0.113.7'],
  ['src != 2001:DB8:0::1', 'not src 2001:db8::1'],
  ['dst net 203.0.113.77/24', 'dst 203.0.113.0/24'],
  ['host 2001:db8::/32', 'host 2001:db8::/32'],
  ['dst in {10.0.0.0/8, 2001:db8::/32,10.0.0.0/8}', 'dst in {10.0.0.0/8, 2001:db8::/32}'],
  ['src not in {10.0.0.1, ::1}', 'not src in {10.0.0.1, ::1}'],
  ['dst port in {53, 123, 1000-2000, 54}', 'dst port in {53-54, 123, 1000-2000}'],
  ['portrange 1-10', 'port 1-10'],
  ['sport 0x35', 'src port 53'],
  ['port >= 1024', 'port 1024-65535'],
  ['udp dst port 53', 'udp and dst port 53'],
  ['not udp port 53', 'not (udp and port 53)'],
  ['proto udp', 'udp'],
  ['proto 17', 'udp'],
  ['proto icmpv6', 'icmp6'],
  ['proto 200', 'proto 200'],
  ['protocol in {6, udp}', 'proto in {6, 17}'],
  ['ip4 or version 6', 'ip4 or ip6'],
  ['len 100-200', 'len 100-200'],
  ['ttl<=5', 'ttl < 6'],
  ['ttl ge 255', 'ttl 255'],
  ['len > 65534', 'len 65535'],
  ['dscp ef', 'dscp 46'],
  ['dscp in {cs1, af41}', 'dscp in {8, 34}'],
  ['icmp.type 8 and icmp.code 0', 'icmp.type 8 and icmp.code 0'],
  ['tcp.window 1024', 'tcp.window 1024'],
  ['ip.id 0xd431 and ip.df 1', 'ip.id 54321 and ip.df 1'],
  ['tcp.doff >= 6 and udp.length 0-7', 'tcp.doff > 5 and udp.length < 8'],
  ['payload[2:2] 0x8180', 'payload[2:2] 0x8180'],
  ['PAYLOAD [ 2:2 ] == 0X81FF', 'payload[2:2] 0x81ff'],
  ['payload[3:1] eq 0x07', 'payload[3] 0x07'],
  ['payload[0] & 0x07 == 0x07', 'payload[0] & 0x07 == 0x07'],
  ['payload[0] & 0x07 0x01', 'payload[0] & 0x07 == 0x01'],
  ['payload[0:2] & 0xffff = 0x1234', 'payload[0:2] 0x1234'],
  ['payload[0:2] & 0x0000 0x0000', 'payload[0:2] & 0x0000 == 0x0000'],
  ['transport[20:4] == 0x020405b4', 'transport[20:4] 0x020405b4'],
  ['transport[239:16] 0x000102030405060708090a0b0c0d0e0f', 'transport[239:16] 0x000102030405060708090a0b0c0d0e0f'],
  ['payload[0:5] "HTTP/"', 'payload[0:5] "HTTP/"'],
  ['payload[0:5]=="HTTP/"and tcp', 'payload[0:5] "HTTP/" and tcp'],
  ['payload[0:4] 0x4b6f6421', 'payload[0:4] "Kod!"'],
  ['payload[0:3] "GET"', 'payload[0:3] 0x474554'],
  ['payload[0:3] & 0xdfdfdf == "GET"', 'payload[0:3] & 0xdfdfdf == 0x474554'],
  ['payload[0:4] "not "', 'payload[0:4] "not "'],
  ['payload[0:4] 0x22222222', 'payload[0:4] 0x22222222'],
  [
    'not port 53 and payload[0] 0x00 or not (tcp) and payload[1] 0x01',
    '(not port 53 and payload[0] 0x00) or (not tcp and payload[1] 0x01)',
  ],
  ['flags syn,!ack', 'flags syn,!ack'],
  ['tcp.flags == SYN', 'flags syn'],
  ['flags any', 'flags any'],
  ['fragment or frag later or fragment first', 'fragment or fragment later or fragment first'],
  ['tcp and port 80 or udp', '(tcp and port 80) or udp'],
  ['tcp && (port 80 || port 443) && !src 10.0.0.1', 'tcp and (port 80 or port 443) and not src 10.0.0.1'],
  ['((tcp))', 'tcp'],
  ['not not\n\ttcp', 'not not tcp'],
]

describe('the filter language', () => {
  it.each(texts)('reads %s', (text, printed) => {
    const filter = parseFilter(text)
    expect(filterText(filter)).toBe(printed)
    expect(parseFilter(printed)).toEqual(filter)
    expect(packetFilterSchema.safeParse(filter).success).toBe(true)
  })

  it.each([...filterFields, ...filterOperators.filter(({ example }) => example !== '')])(
    'reads its own example: $example',
    ({ example }) => {
      expect(filterText(parseFilter(example))).not.toBe('')
    },
  )

  it.each(filterFields.flatMap(({ names, takes }) => names.map((name) => ({ name, takes }))))('knows $name', ({ name, takes }) => {
    const values = {
      address: '192.0.2.1',
      port: '53',
      number: name === 'ip.df' ? '1' : name.includes('version') ? '4' : '5',
      flags: 'syn',
      part: 'first',
      bytes: '[0] 0x07',
      nothing: '',
    }
    expect(() => parseFilter(`${name} ${values[takes]}`)).not.toThrow()
  })

  it.each(filterExamples)('reads $filter', ({ filter }) => {
    expect(filterText(parseFilter(filter))).not.toBe('')
  })

  it('prints what is read as the same filter, whatever it is', () => {
    fc.assert(
      fc.property(randomFilters, fc.array(modelPackets(), { minLength: 8, maxLength: 8 }), (filter, packets) => {
        const text = filterText(filter)
        const read = parseFilter(text)
        expect(filterText(read)).toBe(text)
        for (const packet of packets) expect(expectedMatch(read, packet)).toBe(expectedMatch(filter, packet))
      }),
    )
  })

  it('has a tree that an agent takes, up to its limits', () => {
    const list = Array.from({ length: 256 }, (_, index) => index * 2)
    const many = Array.from({ length: 512 }, () => 'tcp').join('||')
    const negated = `${'!('.repeat(16)}tcp${')'.repeat(16)}`
    const deep = `${'tcp or tcp and ('.repeat(32)}tcp or tcp and udp port 53${')'.repeat(32)}`
    for (const text of [`port in {${list.join()}}`, many, negated, deep]) {
      const all = joinFilters(
        parseFilter(text),
        filterOfV1({ source_address: '192.0.2.1', source_port: 1, destination_port: 2, protocol: 6 }),
      )
      expect(packetFilterSchema.safeParse(all).success).toBe(true)
    }
  })
})

function faultOf(text: string): FilterFault & { readonly at: string } {
  try {
    parseFilter(text)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return { ...error.fault, at: text.slice(error.fault.from, error.fault.to) }
  }
  throw new Error(`no fault in ${text.slice(0, 80)}`)
}

/** What is wrong is between the marks; part of the message. */
const faults: readonly (readonly [marked: string, message: string])[] = [
  ['«»', 'the filter is empty'],
  ['  «»', 'the filter is empty'],
  ['«srcc» 10.0.0.1', 'did you mean src?'],
  ['src «10.0.0.256»', 'no address and no prefix'],
  ['src «10.0.0.0/33»', 'no address and no prefix'],
  ['src «10.0.0.1-10.0.0.9»', 'written as prefixes'],
  ['src «>» 10.0.0.1', 'expected an operator for addresses'],
  ['src in {10.0.0.1 «10.0.0.2»}', 'expected a comma or the end of the list'],
  ['src in {«»', 'but the filter ends'],
  ['src in {«}»', 'expected an address or a prefix, not "}"'],
  ['tcp and«»', 'expected a condition, but the filter ends'],
  ['tcp «udp»', 'expected and, or, or the end, not "udp"'],
  ['tcp «adn» udp', 'did you mean and?'],
  ['(tcp«»', 'closing parenthesis'],
  ['tcp«)»', 'expected and, or, or the end'],
  ['«)»', 'expected a condition'],
  ['port «65536»', 'from 0 to 65535'],
  ['port «99999999999»', 'is not a port'],
  ['port «-1»', 'is not a port'],
  ['port «http»', 'is not a port'],
  ['port 53-«99999»', 'from 0 to 65535'],
  ['port «x»-9', '"x" is not a port'],
  ['port «9-3»', 'write 3-9'],
  ['port > «1-2»', '"1-2" is not a port'],
  ['len «> 65535»', 'nothing is > 65535'],
  ['ttl «< 0»', 'nothing is < 0'],
  ['ttl > «256»', 'from 0 to 255'],
  ['dscp «eff»', 'did you mean ef?'],
  ['proto «upd»', 'did you mean udp?'],
  ['version «5x»', 'is not a value of version'],
  ['flags «sny»', 'did you mean syn?'],
  ['flags syn,«»', 'expected a TCP flag'],
  ['flags «syn,!syn»', 'both set and not set'],
  ['ip.df «2»', 'from 0 to 1'],
  ['payload «0x01»', 'expected the place of the bytes in brackets'],
  ['payload[«x»] 0x01', 'expected where the bytes begin'],
  ['payload[«2:»] 0x01', 'expected where the bytes begin'],
  ['payload[«0-1»] 0x01', 'expected where the bytes begin'],
  ['payload[«]» 0x01', 'expected where the bytes begin'],
  ['payload[«0:0»] 0x', 'compares 1 to 16 bytes, not 0'],
  ['payload[«0:17»] 0x00', 'compares 1 to 16 bytes, not 17'],
  ['payload[«240:16»] 0x00', 'these end at 256'],
  ['payload[«9999»] 0x00', 'these end at 10000'],
  ['payload[0:2 «0x0000»', 'expected a closing bracket'],
  ['payload[0:2]«»', 'expected the bytes as 0x and hex digits, but the filter ends'],
  ['payload[0:2] «8180»', 'is not the bytes: write 0x and hex digits'],
  ['payload[0:2] «0xzz»', 'is not the bytes'],
  ['payload[0:2] «0x81»', '2 bytes are 4 hex digits; 0x81 has 2'],
  ['payload[0:2] «0x818»', '0x818 has 3'],
  ['payload[0] «0x8180»', '1 byte is 2 hex digits; 0x8180 has 4'],
  ['payload[0:2] «{»0x8180}', 'expected the bytes as 0x and hex digits'],
  ['payload[0:2] «in» {0x8180}', 'is not the bytes'],
  ['payload[0:2] «>» 0x8180', 'expected the bytes as 0x and hex digits'],
  ['payload[0:2] & «7» == 0x0000', 'is not a mask'],
  ['payload[0:2] & «0x07» == 0x0007', '2 bytes are 4 hex digits'],
  ['payload[0] & 0x07 == «0x08»', 'has bits that the mask 0x07 takes away'],
  ['payload[0:3] & 0xdfdfdf «"get"»', 'has bits that the mask'],
  ['payload[0:4] «"HTTP/"»', 'the place has 4 bytes, the text 5'],
  ['payload[0:4] «"HTT»', 'the quoted text does not end'],
  ['payload[0:4] "HTT«é»"', 'cannot stand in quoted text'],
  ['payload[0] «!=» 0x07', 'cannot be negated'],
  ['not «payload[0] 0x07»', 'cannot be negated'],
  ['tcp and not (udp or (port 1 and «transport[0] & 0x01 == 0x01») )', 'cannot be negated'],
  ['! ! «payload[0] 0x07»', 'cannot be negated'],
  ['src «"10.0.0.1"»', 'expected an address or a prefix'],
  ['port «"53"»', 'expected a port'],
  ['tcp «[»0]', 'expected and, or, or the end'],
  ['tcp «&» udp', 'expected and, or, or the end'],
  ['tcp and «€»', '"€" has no meaning'],
  ['tcp «;» rm -rf /', '";" has no meaning'],
  ['«😀»', 'has no meaning'],
  ['tcp «|» udp', '"|" has no meaning'],
]

describe('faults', () => {
  it.each(faults)('have their place: %s', (marked, message) => {
    const from = marked.indexOf('«')
    const text = marked.replaceAll(/[«»]/g, '')
    const fault = faultOf(text)
    expect({ from: fault.from, at: fault.at }).toEqual({ from, at: marked.slice(from + 1, marked.indexOf('»')) })
    expect(fault.message).toContain(message)
    expect(fault.expected.length).toBeLessThanOrEqual(8)
  })

  it('say what could stand there', () => {
    expect(faultOf('src').expected[0]).toBe('203.0.113.7')
    expect(faultOf('tcp udp').expected).toEqual(['and', 'or'])
    expect(faultOf('dscp eff').expected).toEqual(['ef'])
  })
})

const shell = [
  '$(reboot)',
  '`reboot`',
  '; reboot',
  '| reboot',
  '& reboot',
  '> /etc/passwd',
  '\\',
  '"',
  "'",
  '#',
  '*',
  '?',
  '~',
  '%',
  '^',
  '\0',
  '\r\n;',
  '\u{2028}',
  '\u202e',
  'é',
  '＝',
  '{{',
  '<script>',
]
const nft = [
  'tcp drop',
  'tcp accept',
  'tcp goto capture',
  'tcp jump x',
  'ip saddr 10.0.0.1',
  '@th,0,16',
  'meta mark set 1',
  'tcp comment',
  'flush ruleset',
  'delete table inet x',
]

describe('hostile text', () => {
  it.each([...shell.flatMap((text) => [text, `tcp ${text}`, `src 10.0.0.1${text}`, `port ${text}`]), ...nft])('is a fault: %j', (text) => {
    const { from, to } = faultOf(text)
    expect(from).toBeLessThanOrEqual(to)
    expect(to).toBeLessThanOrEqual(text.length)
  })

  it.each([
    ['parentheses without end', '('.repeat(100_000), 'at most 4096 characters'],
    ['deep parentheses', `${'('.repeat(33)}tcp${')'.repeat(33)}`, 'at most 32 deep'],
    ['deep negations', `${'!'.repeat(4000)}tcp`, 'at most 32 deep'],
    ['too many conditions', Array.from({ length: 513 }, () => 'tcp').join('||'), 'at most 512 conditions'],
    ['a list too long', `port in {${Array.from({ length: 257 }, (_, index) => index).join()}}`, 'at most 256 values'],
    ['a long word', 'a'.repeat(4096), 'expected a condition'],
    ['names of every object', 'constructor', 'expected a condition'],
    ['names of every object as values', 'proto __proto__', 'is not a value of proto'],
  ])('is a fault: %s', (_, text, message) => {
    expect(faultOf(text).message).toContain(message)
  })

  it('is a filter or a fault, and nothing else', () => {
    const words = [
      'tcp',
      'src',
      'port',
      'not',
      'and',
      'or',
      '(',
      ')',
      '{',
      '}',
      ',',
      '!',
      '==',
      '<',
      '10.0.0.1',
      '::/0',
      '53',
      '1-2',
      'flags',
      'syn',
      'in',
      'fragment',
      'proto',
      'payload',
      'transport[1:2]',
      '[',
      '0:2',
      ']',
      '&',
      '0x0102',
      '"ab"',
      '"',
      '/',
      '-',
      ':',
      '.',
      '\0',
      '€',
    ]
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((list) => list.join(' ')),
        ),
        (text) => {
          const found = readOrFault(text)
          const again = found instanceof FilterError ? readOrFault(text) : parseFilter(filterText(found))
          expect(again).toEqual(found)
        },
      ),
      { numRuns: 1500 },
    )
  })
})

function readOrFault(text: string): PacketFilter | FilterError {
  try {
    return parseFilter(text)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
}
