// NOTIFICATION messages and their sentences.
import { describe, expect, it } from 'vitest'
import { hex, join } from '../testing/bytes.ts'
import { BgpError } from './bgp-error.ts'
import { decodeNotification, describeNotification, encodeNotification, hardReset, shutdownCommunication } from './bgp-notification.ts'

const none = new Uint8Array(0)

describe('NOTIFICATION', () => {
  it('is written as RFC 4271 §4.5 says, and read again', () => {
    const notification = { code: 2, subcode: 1, data: hex('0004') }
    const bytes = encodeNotification(notification)
    expect(bytes).toEqual(hex(`${'ff'.repeat(16)} 0017 03 02 01 0004`))
    expect(decodeNotification(bytes.subarray(19))).toEqual(notification)
  })

  it('is what an error asks for', () => {
    const error = new BgpError(1, 3, 'type 9', hex('09'))
    expect(error.message).toBe('Message Header Error: Bad Message Type (type 9)')
    expect(encodeNotification(error)).toEqual(hex(`${'ff'.repeat(16)} 0016 03 01 03 09`))
  })

  it.each([
    ['a code and subcode', 2, 2, '', 'OPEN Message Error: Bad Peer AS'],
    ['a code without subcodes', 4, 0, '', 'Hold Timer Expired'],
    ['a subcode that has no name', 4, 7, '', 'Hold Timer Expired: subcode 7'],
    ['a code that has no name', 99, 3, '', 'error 99/3'],
    ['a shutdown without text', 6, 2, '', 'Cease: Administrative Shutdown'],
    ['a shutdown with text', 6, 2, '03 676f21', 'Cease: Administrative Shutdown "go!"'],
    ['a reset with text, and bytes behind it', 6, 4, '02 6f6b ffff', 'Cease: Administrative Reset "ok"'],
    ['a text that ends too early', 6, 2, '09 6f6b', 'Cease: Administrative Shutdown'],
    ['a text that lacks a byte', 6, 2, '02 6f', 'Cease: Administrative Shutdown'],
    ['control characters', 6, 2, '05 61 0d 0a 1b 62', 'Cease: Administrative Shutdown "a b"'],
    ['bytes that are no text', 6, 2, '02 61 ff', 'Cease: Administrative Shutdown "a\u{fffd}"'],
    ['a subcode whose data is no text', 6, 1, '02 6f6b', 'Cease: Maximum Number of Prefixes Reached'],
    ['a hard reset', 6, 9, '06 04 02 6f6b', 'Cease: Hard Reset, Cease: Administrative Reset "ok"'],
    ['a hard reset for something else', 6, 9, '04 00', 'Cease: Hard Reset, Hold Timer Expired'],
    ['a hard reset without a reason', 6, 9, '06', 'Cease: Hard Reset'],
  ])('tells %s', (_name, code, subcode, data, sentence) => {
    expect(describeNotification({ code, subcode, data: hex(data) })).toBe(sentence)
  })

  it('reads what it has written', () => {
    const data = shutdownCommunication('back at 14:00 – Ü')
    expect(describeNotification({ code: 6, subcode: 2, data })).toBe('Cease: Administrative Shutdown "back at 14:00 – Ü"')
  })

  it('cuts a text to 255 bytes, between characters', () => {
    const data = shutdownCommunication(`${'x'.repeat(254)}Ü`)
    expect(data).toEqual(join(Uint8Array.of(254), new Uint8Array(254).fill(0x78)))
  })

  it('puts a hard reset around another one', () => {
    const reset = hardReset({ code: 6, subcode: 2, data: none })
    expect([reset.code, reset.subcode, reset.data]).toEqual([6, 9, hex('0602')])
  })
})
