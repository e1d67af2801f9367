import { describe, expect, it } from 'vitest'
import { conditionOf, excluded, filterOf, withFilter } from './explore-filter.ts'

const dimension = (name: string, other_names: readonly string[], operators: readonly string[]) => ({
  name,
  other_names,
  operators,
  description: '',
  unit: '',
  tiers: [],
  extension: false,
})

describe('a condition from a value', () => {
  it('has the shortest name of the dimension', () => {
    expect(conditionOf(dimension('sourceAS', ['src_as'], ['==']), 1)).toBe('src_as 1')
    expect(conditionOf(dimension('ttl', [], ['==']), 1)).toBe('ttl 1')
  })

  it('is nothing where filters cannot say it', () => {
    expect(conditionOf(dimension('sourceASName', ['src_as_name'], []), 'x')).toBeUndefined()
    expect(conditionOf(dimension('nextHop', ['next_hop'], ['==']), '')).toBeUndefined()
    expect(conditionOf(undefined, 1)).toBeUndefined()
  })

  it.each([
    ['src_as', 64500, 'src_as 64500'],
    ['src', '2001:db8::1', 'src 2001:db8::1'],
    ['src_country', 'DE', 'src_country DE'],
    ['src_country', 'IN', 'src_country "IN"'],
    ['src_country', '', 'src_country ""'],
    ['flag_names', 'SYN,ACK', 'flag_names "SYN,ACK"'],
    ['proto_name', 'a "b"', 'proto_name "a ""b"""'],
    ['rule', ['aa', 'bb'], 'rule aa and rule bb'],
    ['rule', [], 'rule none'],
  ])('%s is %j', (name, value, text) => {
    expect(conditionOf(dimension('sourceCountry', [name], ['==']), value)).toBe(text)
  })

  it('is turned round as a whole', () => {
    expect(excluded('src_as 1')).toBe('not src_as 1')
    expect(excluded('src_as 1 and dst_port 53')).toBe('not (src_as 1 and dst_port 53)')
  })

  it('joins what is there', () => {
    expect(withFilter('  ', 'proto 6')).toBe('proto 6')
    expect(withFilter('src_as 1', 'proto 6')).toBe('src_as 1 and proto 6')
    expect(withFilter('src_as 1 or src_as 2', 'proto 6')).toBe('(src_as 1 or src_as 2) and proto 6')
    expect(withFilter('src_as 1 and proto 6', 'proto 6')).toBe('src_as 1 and proto 6')
  })
})

describe('the filters of the overview', () => {
  it('are alternatives within a dimension', () => {
    const is = { exclude: false } as const
    const conditions = [
      { dimension: 'protocol', value: '6', ...is },
      { dimension: 'sourceAddress', value: '192.0.2.1', ...is },
      { dimension: 'protocol', value: '17', ...is },
      { dimension: 'sourceCountry', value: 'IN', exclude: true },
    ] as const
    expect(filterOf(conditions)).toBe('proto in {6, 17} and src 192.0.2.1 and not src_country "IN"')
    expect(filterOf([])).toBe('')
  })
})
