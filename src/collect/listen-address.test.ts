// UDP addresses of the configuration.
import { describe, expect, it } from 'vitest'
import { formatListenAddress, parseListenAddress } from './listen-address.ts'

describe('a listen address', () => {
  it.each(['[::]:2055', '0.0.0.0:6343', '127.0.0.1:0', '[2001:db8::1]:65535'])('%s is read and written', (text) => {
    expect(formatListenAddress(parseListenAddress(text))).toBe(text)
  })

  it.each(['2055', ':2055', '::1:2055', '[127.0.0.1]:1', '0.0.0.0:65536', 'localhost:2055', '[::]'])(
    '%s is refused with how to write it',
    (text) => {
      expect(() => parseListenAddress(text)).toThrow('write [::]:2055')
    },
  )
})
