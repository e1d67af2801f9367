// Values as literals; what they mean to the engine is shown by ask/ask-flows.integration.test.ts.
import { describe, expect, it } from 'vitest'
import { literalSql } from './sql-literals.ts'

describe('a literal', () => {
  it.each([
    ['UInt16', 443, '443'],
    ['UInt64', 18_446_744_073_709_551_615n, '18446744073709551615'],
    ['Int64', -5, '(-5)'],
    ['IPv6', '::ffff:192.0.2.1', "toIPv6('::ffff:192.0.2.1')"],
    ['String', "it's", String.raw`'it\'s'`],
    ['String', '\\N\n', String.raw`'\\N\n'`],
    ['Array(String)', ['a', "b'"], String.raw`['a', 'b\'']`],
    ['Array(String)', [], "CAST([], 'Array(String)')"],
    ['Array(UInt64)', [1, 2], "CAST([1, 2], 'Array(UInt64)')"],
    ['Array(IPv6)', ['::1'], "CAST([toIPv6('::1')], 'Array(IPv6)')"],
  ])('of %s', (type, value, text) => {
    expect(literalSql(`SELECT {p0:${type}}`, { p0: value })).toBe(`SELECT ${text}`)
  })

  it('stays a text where it looks like a place', () => {
    expect(literalSql('SELECT {p0:String}, {p1:UInt8}', { p0: '{p1:UInt8}', p1: 7 })).toBe("SELECT '{p1:UInt8}', 7")
  })

  it.each([
    ['UInt16', -1],
    ['UInt16', '1 OR 1'],
    ['UInt32', 1.5],
    ['UInt64', undefined],
    ['Int64', 'x'],
    ['IPv6', 5],
    ['String', 5],
    ['String', 'a\0b'],
    ['Array(UInt16)', 1],
    ['Array(UInt16)', ['1) OR (1']],
    ['Float64', 1],
  ])('is refused: %s %j', (type, value) => {
    expect(() => literalSql(`SELECT {p0:${type}}`, { p0: value })).toThrow(RangeError)
  })
})
