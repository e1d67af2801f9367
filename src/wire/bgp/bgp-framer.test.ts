// Cutting a stream into messages, and every header that RFC 4271 §6.1 refuses.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex, join } from '../testing/bytes.ts'
import { BgpError } from './bgp-error.ts'
import { BgpFramer, encodeKeepalive, encodeMessage, messageType, type BgpFrame } from './bgp-framer.ts'
import { decodeMessage } from './bgp-message.ts'

const marker = 'ff'.repeat(16)

/** All messages of the chunks, in order. */
function framesOf(chunks: readonly Uint8Array[]): BgpFrame[] {
  const framer = new BgpFramer()
  const found: BgpFrame[] = []
  for (const chunk of chunks) {
    framer.push(chunk)
    for (let frame = framer.next(); frame !== null; frame = framer.next()) found.push(frame)
  }
  return found
}

function thrownBy(action: () => unknown): BgpError {
  try {
    action()
  } catch (error) {
    if (error instanceof BgpError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** [type, least length of the body, whether it may be longer] */
const forms = [
  [messageType.open, 10, true],
  [messageType.update, 4, true],
  [messageType.notification, 2, true],
  [messageType.keepalive, 0, false],
  [messageType.routeRefresh, 4, false],
] as const

const message = fc
  .constantFrom(...forms)
  .chain(([type, least, longer]) =>
    fc.uint8Array({ minLength: least, maxLength: longer ? 4077 : least }).map((body) => ({ type: type as number, body })),
  )

describe('messages in a stream', () => {
  it('writes the header that RFC 4271 §4.1 gives', () => {
    expect(encodeKeepalive()).toEqual(hex(`${marker} 0013 04`))
  })

  it('finds every message, however the stream is cut', () => {
    const property = fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(5000), { maxLength: 12 }), (messages, cuts) => {
      const stream = join(...messages.map(({ type, body }) => encodeMessage(type, [body])))
      const ends = [...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length]
      const chunks = ends.map((end, index) => stream.subarray(index === 0 ? 0 : ends[index - 1], end))
      expect(framesOf(chunks).map(({ type, body }) => ({ type, body: body.slice() }))).toEqual(messages)
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('finds them when every byte comes alone', () => {
    const stream = join(encodeKeepalive(), encodeMessage(messageType.update, [new Uint8Array(4)]), encodeKeepalive())
    const found = framesOf(Array.from(stream, (byte) => Uint8Array.of(byte)))
    expect(found.map(({ type }) => type)).toEqual([4, 2, 4])
  })

  it('gives what came before a bad header', () => {
    const framer = new BgpFramer()
    framer.push(join(encodeKeepalive(), new Uint8Array(19)))
    expect(framer.next()?.type).toBe(messageType.keepalive)
    expect(() => framer.next()).toThrow(BgpError)
  })

  it('sends nothing longer than 4096 bytes', () => {
    expect(encodeMessage(messageType.update, [new Uint8Array(4077)])).toHaveLength(4096)
    expect(() => encodeMessage(messageType.update, [new Uint8Array(4078)])).toThrow(RangeError)
  })
})

describe('headers that cannot be', () => {
  it.each([
    ['a marker that starts otherwise', `00${'ff'.repeat(15)} 0013 04`, 1, ''],
    ['a marker that ends otherwise', `${'ff'.repeat(15)}fe 0013 04`, 1, ''],
    ['a length without the header', `${marker} 0012 04`, 2, '0012'],
    ['a length of 0', `${marker} 0000 02`, 2, '0000'],
    ['a length above 4096', `${marker} 1001 02`, 2, '1001'],
    ['type 0', `${marker} 0013 00`, 3, '00'],
    ['type 6', `${marker} 0013 06`, 3, '06'],
    ['type 255', `${marker} 0013 ff`, 3, 'ff'],
    ['a short OPEN', `${marker} 001c 01`, 2, '001c'],
    ['a short UPDATE', `${marker} 0016 02`, 2, '0016'],
    ['a short NOTIFICATION', `${marker} 0014 03`, 2, '0014'],
    ['a KEEPALIVE with a body', `${marker} 0014 04`, 2, '0014'],
    ['a short ROUTE-REFRESH', `${marker} 0016 05`, 2, '0016'],
    ['a long ROUTE-REFRESH', `${marker} 0018 05`, 2, '0018'],
  ])('refuses %s, before the body is there', (_name, bytes, subcode, data) => {
    const error = thrownBy(() => framesOf([hex(bytes)]))
    expect([error.code, error.subcode, error.data]).toEqual([1, subcode, hex(data)])
  })

  it('waits for the whole header', () => {
    expect(framesOf([hex(`${marker} 0013`)])).toEqual([])
  })
})

describe('messages by type', () => {
  it.each([
    ['KEEPALIVE', '0013 04', { type: 'keepalive' }],
    ['ROUTE-REFRESH', '0017 05 0002 00 01', { type: 'route-refresh', refresh: { family: 'ipv6', subtype: 0 } }],
    ['the end of an enhanced refresh', '0017 05 0001 02 85', { type: 'route-refresh', refresh: { family: 'ipv4-flowspec', subtype: 2 } }],
    ['ROUTE-REFRESH for another family', '0017 05 0019 00 41', { type: 'route-refresh', refresh: { family: null, subtype: 0 } }],
    ['NOTIFICATION', '0015 03 06 04', { type: 'notification', notification: { code: 6, subcode: 4, data: new Uint8Array(0) } }],
  ])('decodes %s', (_name, bytes, expected) => {
    const [frame] = framesOf([hex(`${marker} ${bytes}`)])
    expect(frame && decodeMessage(frame, { as4: true })).toEqual(expected)
  })
})
