// Damaged input: whatever a neighbour sends, it is decoded, waited for, or ends in a BgpError.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyAttributes, anyNlri, plainAttributes } from '../testing/bgp.ts'
import { hex, join } from '../testing/bytes.ts'
import { nlriText } from './bgp-describe.ts'
import { BgpError } from './bgp-error.ts'
import { bgpFamilies } from './bgp-family.ts'
import { BgpFramer, encodeKeepalive, encodeMessage } from './bgp-framer.ts'
import { decodeMessage, type BgpMessage } from './bgp-message.ts'
import { describeNotification, encodeNotification, shutdownCommunication } from './bgp-notification.ts'
import { encodeOpen } from './bgp-open.ts'
import { encodeAnnouncement, encodeEndOfRib, encodeWithdrawal } from './bgp-update.ts'

const form = { as4: true }

/** Reads all that there is in a stream, down to the words of each route. Anything but a BgpError is thrown on. */
function readAll(stream: Uint8Array): { readonly messages: number; readonly error: BgpError | undefined } {
  const framer = new BgpFramer()
  framer.push(stream)
  let messages = 0
  try {
    for (let frame = framer.next(); frame !== null; frame = framer.next()) {
      messages++
      tell(decodeMessage(frame, form))
    }
  } catch (error) {
    if (!(error instanceof BgpError)) throw error
    return { messages, error }
  }
  return { messages, error: undefined }
}

function tell(message: BgpMessage): void {
  if (message.type === 'notification') describeNotification(message.notification)
  if (message.type !== 'update') return
  for (const { family, nlri } of [...message.update.reach, ...message.update.unreach]) for (const route of nlri) nlriText(route, family)
}

const open = encodeOpen({
  as: 4_200_000_000,
  holdSeconds: 90,
  routerId: hex('c0000201'),
  families: bgpFamilies,
  as4: true,
  routeRefresh: true,
  gracefulRestart: { restarting: true, notification: true, seconds: 120, families: [{ family: 'ipv4', forwarding: true }] },
})
const goodbye = encodeNotification({ code: 6, subcode: 2, data: shutdownCommunication('maintenance') })
const others = [open, goodbye, encodeKeepalive(), encodeMessage(5, [hex('00020001')]), ...bgpFamilies.map(encodeEndOfRib)]

const anyMessage = fc.oneof(
  fc.constantFrom(...others),
  ...bgpFamilies.map((family) =>
    fc
      .tuple(fc.array(anyNlri(family), { minLength: 1, maxLength: 8 }), anyAttributes(family))
      .map(([nlri, attributes]) => encodeAnnouncement({ family, nlri, attributes }, form)[0]),
  ),
  ...bgpFamilies.map((family) =>
    fc.array(anyNlri(family), { minLength: 1, maxLength: 8 }).map((nlri) => encodeWithdrawal(family, nlri)[0]),
  ),
)

/** A length that fits what is there, so that the framer lets the damage through. */
function withLength(message: Uint8Array): Uint8Array {
  const copy = message.slice(0, 4096)
  copy[16] = copy.length >> 8
  copy[17] = copy.length
  return copy
}

describe('damaged messages', () => {
  it('are whole again when they are not damaged', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 5 }), (messages) => {
        expect(readAll(join(...messages))).toEqual({ messages: messages.length, error: undefined })
      }),
      { numRuns: 200 },
    )
  })

  it('end in a BgpError or in nothing when bytes are changed', () => {
    const change = fc.tuple(fc.nat(4096), fc.oneof(fc.constantFrom(0, 1, 127, 128, 254, 255), fc.nat(255)))
    let errors = 0
    const property = fc.property(anyMessage, fc.array(change, { minLength: 1, maxLength: 6 }), (message, changes) => {
      const damaged = message.slice()
      for (const [at, value] of changes) damaged[19 + (at % Math.max(1, damaged.length - 19))] = value
      if (readAll(damaged).error !== undefined) errors++
    })
    fc.assert(property, { numRuns: 3000 })
    expect(errors).toBeGreaterThan(100)
  })

  it('end so as well when they are cut or grow, and their lengths say so', () => {
    const property = fc.property(anyMessage, fc.nat(4096), fc.uint8Array({ maxLength: 40 }), (message, at, more) => {
      const cut = 19 + (at % Math.max(1, message.length - 19))
      const damaged = [join(message.subarray(0, cut), more, message.subarray(cut)), join(message.subarray(0, cut), more)]
      expect(() => damaged.forEach((bytes) => readAll(withLength(bytes)))).not.toThrow()
    })
    fc.assert(property, { numRuns: 1000 })
  })

  it('end so when a body is made of nothing but chance', () => {
    const property = fc.property(fc.integer({ min: 1, max: 5 }), fc.uint8Array({ maxLength: 300 }), (type, body) => {
      expect(() => readAll(encodeMessage(type, [body]))).not.toThrow()
    })
    fc.assert(property, { numRuns: 3000 })
  })

  it('are waited for when they end at any byte', () => {
    for (const message of others)
      for (let length = 0; length < message.length; length++)
        expect(readAll(message.subarray(0, length))).toEqual({ messages: 0, error: undefined })
  })

  it('never get through an OPEN or an announcement that ends at any byte', () => {
    const family = 'ipv6-flowspec'
    const nlri = [hex('12 01 20 00 20010db8 02 68 40 123456789a 03 81 06')]
    const [update] = encodeAnnouncement({ family, nlri, attributes: { ...plainAttributes, nextHop: null } }, form)
    for (const message of [open, update])
      for (let length = 19; length < message.length; length++)
        expect(readAll(withLength(message.subarray(0, length))).error).toBeInstanceOf(BgpError)
  })

  it('cost no more than their bytes: the most routes that fit a message', () => {
    const body = join(hex('0000 0000'), new Uint8Array(4073))
    const framer = new BgpFramer()
    framer.push(encodeMessage(2, [body]))
    const frame = framer.next()
    const message = frame && decodeMessage(frame, form)
    expect(message?.type === 'update' && message.update.reach[0]?.nlri.length).toBe(4073)
  })
})
