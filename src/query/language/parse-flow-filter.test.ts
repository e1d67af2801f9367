import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FilterFault } from '../../contract/packet-filter.ts'
import { filterExamples } from '../../contract/packet-filter.ts'
import { FilterError } from '../../filter/filter-error.ts'
import { dimensionNamed } from '../dimension-names.ts'
import type { FlowFilter } from '../flow-filter.ts'
import { flowPasses } from '../testing/plain-flows.ts'
import { filterableDimensions, flowFilters } from '../testing/random-flow-filters.ts'
import { columnPools, randomFlows } from '../testing/random-flows.ts'
import { conditionStarts } from './flow-fields.ts'
import { flowFilterText } from './flow-filter-text.ts'
import { parseFlowFilter } from './parse-flow-filter.ts'

const id = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'
const other = 'ffffffffffffffffffffffffffffffff'

/** As written, and as it is printed. */
const texts: readonly (readonly [text: string, printed: string])[] = [
  ['', ''],
  [' \t\r\n', ''],
  [
    'src 203.0.113.0/24 and dst port in {53, 123} and src_as 13335 and not router 192.0.2.1 and proto udp and country DE and tcp.flags syn',
    'src 203.0.113.0/24 and dst_port in {53, 123} and src_as 13335 and router != 192.0.2.1 and proto udp and country DE and flags syn',
  ],
  ['SRC 203.0.113.7', 'src 203.0.113.7'],
  ['src host 203.0.113.7', 'src 203.0.113.7'],
  ['ip.src == 203.0.113.7', 'src 203.0.113.7'],
  ['sourceAddress = 203.0.113.7', 'src 203.0.113.7'],
  ['src_addr "203.0.113.7"', 'src 203.0.113.7'],
  ['src != 2001:DB8:0::1', 'src != 2001:db8::1'],
  ['dst net 203.0.113.77/24', 'dst 203.0.113.0/24'],
  ['dst ::ffff:203.0.113.7', 'dst 203.0.113.7'],
  ['dst ::ffff:203.0.113.7/120', 'dst 203.0.113.0/24'],
  ['dst ::/0 or dst ::', 'dst in {::/0, ::}'],
  ['host 2001:db8::/32', 'host 2001:db8::/32'],
  ['not host 2001:db8::/32', 'host != 2001:db8::/32'],
  ['dst in {10.0.0.0/8, 2001:db8::/32,10.0.0.0/8}', 'dst in {10.0.0.0/8, 2001:db8::/32}'],
  ['src not in {10.0.0.1, ::1}', 'src not in {10.0.0.1, ::1}'],
  ['src 10.0.0.1-10.0.0.9', 'src 10.0.0.1-10.0.0.9'],
  ['src > 10.0.0.1', 'src > 10.0.0.1'],
  ['src like "10.0.%"', 'src like "10.0.%"'],
  ['dst port in {53, 123, 1000-2000, 53}', 'dst_port in {53, 123, 1000-2000}'],
  ['portrange 1-10', 'port 1-10'],
  ['src portrange 1-10', 'src_port 1-10'],
  ['port in {1-2, 5}', 'port in {5, 1-2}'],
  ['sport 0x35', 'src_port 53'],
  ['port >= 1024', 'port >= 1024'],
  ['not port >= 1024', 'src_port < 1024 and dst_port < 1024'],
  ['src port 5 or src port 6', 'src_port in {5, 6}'],
  ['src_port in {}', 'src_port in {}'],
  ['src_port not in {}', 'src_port not in {}'],
  ['udp', 'proto udp'],
  ['udp dst port 53', 'proto udp and dst_port 53'],
  ['udp port 53 or tcp', '(proto udp and port 53) or proto tcp'],
  ['not udp port 53', 'proto != udp or port != 53'],
  ['proto 17', 'proto udp'],
  ['proto icmpv6', 'proto icmp6'],
  ['proto IPv6-ICMP', 'proto icmp6'],
  ['proto eigrp', 'proto eigrp'],
  ['proto 200', 'proto 200'],
  ['protocol in {6, udp}', 'proto in {tcp, udp}'],
  ['protocolString udp', 'proto_name UDP'],
  ['proto_name like "IPv6%"', 'proto_name like "IPv6%"'],
  ['ip4 or ip6', 'ethertype in {2048, 34525}'],
  ['as AS13335', 'as 13335'],
  ['src as 64500-64510', 'src_as 64500-64510'],
  ['not as 13335', 'as != 13335'],
  ['src country de', 'src_country DE'],
  ['country in {de, unknown}', 'country in {DE, unknown}'],
  ['interface 3 or vlan 5', 'interface 3 or vlan 5'],
  ['mac 0A-0B-0C-0D-0E-0F', 'mac 0a:0b:0c:0d:0e:0f'],
  ['src mac 00:00:00:00:00:00', 'src_mac 00:00:00:00:00:00'],
  ['direction INBOUND and tunnel vxlan and export_protocol netflow9', 'direction inbound and tunnel vxlan and export_protocol netflow9'],
  ['direction unknown and direction != ""', 'direction unknown and direction != unknown'],
  ['direction not like "in%"', 'direction not like "in%"'],
  ['direction like "a""b"', 'direction like "a""b"'],
  ['flags syn,!ack', 'flags syn and flags !ack'],
  ['not flags syn,ack', 'not flags syn,ack'],
  ['tcp.flags == SYN', 'flags syn'],
  ['tcp.flags 0x12', 'flags 18'],
  ['flags & 0x12', 'flags syn,ack'],
  ['fragment_flags & 0x20', 'fragment_flags & 32'],
  ['not fragment_flags & 32', 'not fragment_flags & 32'],
  ['not port & 5', 'not port & 5'],
  ['tcpFlagsString "ack,syn"', 'flag_names "SYN,ACK"'],
  [`rule ${id.toUpperCase()}`, `rule ${id}`],
  [`rule in {${id}, ${other}}`, `rule in {${id}, ${other}}`],
  [`not rule in {${id}, ${other}}`, `rule != ${id} and rule != ${other}`],
  ['rule any or not rule any', 'rule any or rule none'],
  ['rule "Office" or rule dns', `rule ${id} or rule ${other}`],
  ['time >= 2026-01-01T00:00:00Z and time < 2026-01-02', 'time >= 2026-01-01T00:00:00Z and time < 2026-01-02T00:00:00Z'],
  ['time "2026-01-01T02:00:00.250+02:00"', 'time 2026-01-01T00:00:00.250Z'],
  ['day 2026-01-01', 'day 2026-01-01'],
  ['minute 2026-01-01T00:00:00Z-2026-01-01T00:05:00Z', 'minute 2026-01-01T00:00:00Z-2026-01-01T00:05:00Z'],
  ['tcp && (port 80 || port 443) && !src 10.0.0.1', 'proto tcp and (port 80 or port 443) and src != 10.0.0.1'],
  ['not (tcp and (port 80 or src 10.0.0.0/8))', 'proto != tcp or (port != 80 and src != 10.0.0.0/8)'],
  ['((tcp))', 'proto tcp'],
  ['not not\n\ttcp', 'proto tcp'],
  ['version 1 and deviceID "" and ipToSEncap > -1', 'version 1 and deviceID "" and ipToSEncap > -1'],
]

const names = {
  rules: new Map([
    ['Office', id],
    ['dns', other],
    ['DNS servers', other],
  ]),
}

const times = { from: Date.UTC(2026, 0, 1) / 1000, to: Date.UTC(2026, 0, 2) / 1000 }
const flows = randomFlows({ ...times, count: 150, seed: 3 })
const held = (filter: FlowFilter) => flows.flatMap((flow, index) => (flowPasses(filter, flow) ? [index] : []))

describe('the filter language of flows', () => {
  it.each(texts)('reads %s', (text, printed) => {
    const filter = parseFlowFilter(text, names)
    expect(flowFilterText(filter)).toBe(printed)
    expect(held(parseFlowFilter(printed))).toEqual(held(filter))
    expect(flowFilterText(parseFlowFilter(printed))).toBe(printed)
  })

  it('prints what is read as the same filter, whatever it is', () => {
    const filters = flowFilters({ dimensions: filterableDimensions, times: [times.from, times.from + 60, times.from + 3600.5, times.to] })
    fc.assert(
      fc.property(filters, (filter) => {
        const text = flowFilterText(filter)
        const read = parseFlowFilter(text)
        const printed = flowFilterText(read)
        expect(flowFilterText(parseFlowFilter(printed))).toBe(printed)
        expect(held(read)).toEqual(held(filter))
      }),
      { seed: 8, numRuns: 250 },
    )
  })

  it('turns round what stands behind not', () => {
    const filters = flowFilters({ dimensions: filterableDimensions, times: [times.from + 3600, times.to] })
    fc.assert(
      fc.property(filters, (filter) => {
        // No text is every flow.
        const text = flowFilterText(filter) || 'src_port >= 0'
        const others = held(parseFlowFilter(`not (${text})`))
        expect([...others, ...held(filter)].toSorted((one, other) => one - other)).toEqual([...flows.keys()])
      }),
      { seed: 9, numRuns: 150 },
    )
  })

  it('has a condition for every value that flows have', () => {
    for (const dimension of filterableDimensions) {
      const pool: readonly (string | number)[] =
        dimension.type === 'column' ? (Object.entries(columnPools).find(([name]) => name === dimension.column)?.[1] ?? []) : []
      for (const value of dimension.type === 'column' && ['number', 'address', 'mac', 'country'].includes(dimension.kind) ? pool : []) {
        if (dimension.type !== 'column') continue
        const filter: FlowFilter = { dimension, operator: 'eq', values: [value] }
        const text = flowFilterText(filter)
        expect({ text, held: held(parseFlowFilter(text)) }).toEqual({ text, held: held(filter) })
      }
    }
  })

  it('reads what packet filters and flow filters have in common', () => {
    const common = filterExamples.filter(({ filter }) => !/len|payload|fragment/.test(filter))
    expect(common.length).toBeGreaterThan(1)
    for (const { filter } of common) expect(flowFilterText(parseFlowFilter(filter))).not.toBe('')
  })

  it('reads the examples of its page', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../../docs/queries.md'), 'utf8')
    const section = page.slice(page.indexOf('## Filter language'), page.indexOf('## Where an answer'))
    const block = /```text\n([^`]+)```/.exec(section)?.[1]?.trim().split('\n') ?? []
    const cells = section
      .split('\n')
      .flatMap((line) => [...(line.split(' | ')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))
    expect(block.length).toBeGreaterThan(3)
    expect(cells.length).toBeGreaterThan(10)
    for (const text of [...block, ...cells]) expect(flowFilterText(parseFlowFilter(text, names))).not.toBe('')
  })

  it('makes the tree that GraphQL would', () => {
    const port = dimensionNamed('src_port')
    expect(parseFlowFilter('src_port in {53, 123}')).toEqual({ dimension: port, operator: 'in', values: [53, 123] })
    expect(parseFlowFilter('')).toEqual({ all: [] })
    expect(parseFlowFilter('src 10.0.0.0/8')).toEqual({ dimension: dimensionNamed('src'), operator: 'incidr', values: ['10.0.0.0/8'] })
    expect(parseFlowFilter(`rule ${id}`)).toEqual({ list: dimensionNamed('rule'), operator: 'has', values: [id] })
    expect(parseFlowFilter('hour 2026-01-01')).toEqual({ time: dimensionNamed('hour'), operator: 'eq', values: [times.from] })
  })
})

/** What is wrong, where, and what could stand there. */
const faults: readonly (readonly [text: string, place: string, message: string, expected?: readonly string[]])[] = [
  ['src_prt 53', 'src_prt', 'expected a field, not "src_prt"; did you mean src_port?', conditionStarts],
  ['src_port', '', 'expected a value of src_port (0 to 65535), but the filter ends', ['53', '0-100', '{53, 123}']],
  ['src_port 70000', '70000', '"70000" is not a value of src_port (0 to 65535)'],
  ['src_port {53', '', 'expected a comma or the end of the list, but the filter ends', [',', '}']],
  ['src_port 53 54', '54', 'expected and, or, or the end, not "54"; did you mean or?', ['and', 'or']],
  ['src_port in 53, 54', ',', 'expected and, or, or the end, not ","', ['and', 'or']],
  ['and src_port 5', 'and', 'expected a field, not "and"', conditionStarts],
  ['src_port 53 and', '', 'expected a field, but the filter ends', conditionStarts],
  ['(src_port 53', '', 'expected and, or, or a closing parenthesis, but the filter ends', [')', 'and', 'or']],
  ['src_port 53)', ')', 'expected and, or, or the end, not ")"', ['and', 'or']],
  ['tcp and 203.0.113.7', '203.0.113.7', 'expected a field before "203.0.113.7", such as src, dst or host', ['src', 'dst', 'host']],
  ['src 203.0.113.0/33', '203.0.113.0/33', '"203.0.113.0/33" is not an address or a prefix'],
  ['src 10.0.0.9-10.0.0.1', '10.0.0.9-10.0.0.1', 'the range ends before it begins; write 10.0.0.1-10.0.0.9', ['10.0.0.1-10.0.0.9']],
  ['src 10.0.0.1-::1', '10.0.0.1-::1', 'a range has two addresses of the same IP version, no prefixes'],
  ['src > 10.0.0.0/8', '10.0.0.0/8', 'a prefix is neither above nor below an address'],
  ['proto upd', 'upd', '"upd" is not a value of proto (0 to 255, or a name); did you mean udp?', ['udp']],
  ['tunnel in {gre, xvlan}', 'xvlan', '"xvlan" is not a value of tunnel; did you mean vxlan?', ['vxlan']],
  ['direction "inbund"', '"inbund"', '"inbund" is not a value of direction; did you mean inbound?', ['inbound']],
  ['country Germany', 'Germany', '"Germany" is not a country by its two letters (ISO 3166-1)'],
  ['src_port like "5%"', 'like', 'like is for texts; src_port is none', ['==', '!=', 'in', '<', '>']],
  ['src like', '', 'expected a pattern in quotation marks, in which % stands for any text, but the filter ends', ['"%"']],
  ['src & 1', '&', 'only numbers have bits', ['==', '!=', 'in']],
  ['rule 12', '12', '"12" is not the id of a rule (32 hex digits), its name, any or none', ['any', 'none', '{id, id}']],
  ['rule "Ofice"', '"Ofice"', '"Ofice" is not the id of a rule (32 hex digits), its name, any or none; did you mean Office?', ['Office']],
  ['rule > 5', '>', 'expected an operator for lists, not ">"', ['in', '==', '!=']],
  ['time 2026-13-01', '2026-13-01', '"2026-13-01" is not a time such as 2026-01-01T00:00:00Z', ['2026-01-01T00:00:00Z', '2026-01-01']],
  ['flags syn,ak', 'ak', 'expected a TCP flag, not "ak"; did you mean ack?'],
  ['flags syn,!syn or tcp', 'syn,!syn', 'a flag cannot be both set and not set'],
  ['direction "in', '"in', 'the quoted text does not end; a " is missing', ['"']],
  ['src_mac 0a:0b', '0a:0b', '"0a:0b" is not a MAC address', ['02:00:5e:10:00:01']],
  ['in_if_name x', 'in_if_name', 'names cannot be asked for; ask for router and in_if, by value', ['router', 'in_if']],
]

describe('a fault of a flow filter', () => {
  it.each(faults.map(([text, place, message, expected]) => ({ text, place, message, expected })))('in $text is told', (told) => {
    const { text, place, message, expected } = told
    const fault = faultOf(text)
    expect(fault.message).toBe(message)
    expect(text.slice(fault.from, fault.to)).toBe(place)
    expect(fault.expected).toEqual(expected ?? fault.expected)
  })
})

function faultOf(text: string): FilterFault {
  try {
    parseFlowFilter(text, names)
  } catch (error) {
    if (error instanceof FilterError) return error.fault
    throw error
  }
  throw new Error(`${text} is read`)
}
