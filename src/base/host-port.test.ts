import { describe, expect, it } from 'vitest'
import { formatHostPort, parseHostPort } from './host-port.ts'

describe('parseHostPort', () => {
  it.each([
    ['203.0.113.1:2055', { host: '203.0.113.1', port: 2055 }],
    ['[2001:db8::1]:0', { host: '2001:db8::1', port: 0 }],
    ['[fe80::1%eth0]:65535', { host: 'fe80::1%eth0', port: 65535 }],
    ['a.example:1', { host: 'a.example', port: 1 }],
  ])('%s', (text, expected) => {
    expect(parseHostPort(text)).toEqual(expected)
    expect(formatHostPort(expected)).toBe(text)
  })

  it.each(['', ':1', 'a', 'a:', 'a:65536', '::1:2055', '[::1]', 'a b:1', '[a]:1', 'a:-1'])('refuses %j', (text) => {
    expect(parseHostPort(text)).toBeUndefined()
  })
})
