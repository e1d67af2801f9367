import { describe, expect, it } from 'vitest'
import type { FilterV1 } from '../contract/packet-filter.ts'
import { FilterError } from './filter-error.ts'
import { filterText } from './filter-text.ts'
import { filterOfV1, joinFilters } from './filter-v1.ts'
import { parseFilter } from './parse-filter.ts'

const textOf = (v1: FilterV1) => {
  const filter = filterOfV1(v1)
  return filter === null ? null : filterText(filter)
}

describe('filter_v1', () => {
  it.each<readonly [FilterV1, string | null]>([
    [{}, null],
    [{ source_address: '1.2.3.4' }, 'src 1.2.3.4'],
    [
      { source_address: '1.2.3.4', source_port: 123, destination_address: '5.6.7.8', destination_port: 80, protocol: 6 },
      'src 1.2.3.4 and dst 5.6.7.8 and src port 123 and dst port 80 and tcp',
    ],
    [{ destination_address: '2001:DB8::/32', protocol: 0 }, 'dst 2001:db8::/32 and proto 0'],
    [{ source_port: 0 }, 'src port 0'],
  ])('%j is %s', (v1, text) => {
    expect(textOf(v1)).toBe(text)
  })

  it.each<readonly [FilterV1, string]>([
    [{ source_address: 'example.com' }, 'filter_v1.source_address: "example.com"'],
    [{ destination_address: '1.2.3.4; drop' }, 'filter_v1.destination_address'],
    [{ source_address: '' }, 'filter_v1.source_address'],
    [{ source_port: 65_536 }, 'from 0 to 65535'],
    [{ destination_port: 1.5 }, 'filter_v1.destination_port'],
    [{ protocol: 256 }, 'from 0 to 255'],
    [{ protocol: Number.NaN }, 'filter_v1.protocol'],
  ])('%j is a fault', (v1, message) => {
    expect(() => filterOfV1(v1)).toThrow(FilterError)
    expect(() => filterOfV1(v1)).toThrow(message)
  })
})

describe('filters together', () => {
  it('all have to match, and null is every packet', () => {
    const [tcp, port] = [parseFilter('tcp or udp'), parseFilter('port 53')]
    expect(joinFilters()).toBeNull()
    expect(joinFilters(null, null)).toBeNull()
    expect(joinFilters(null, tcp)).toBe(tcp)
    expect(joinFilters(tcp, null, port)).toEqual({ kind: 'all', of: [tcp, port] })
  })
})
