// Reads a BGP neighbour's bytes as the speaker does, and mixes all that comes out into a trace.
import { createFlowBatch } from '../dist/contract/flow-batch.js'
import { nlriText } from '../dist/wire/bgp/bgp-describe.js'
import { BgpFramer } from '../dist/wire/bgp/bgp-framer.js'
import { decodeMessage } from '../dist/wire/bgp/bgp-message.js'
import { describeNotification } from '../dist/wire/bgp/bgp-notification.js'
import { Trace } from './trace.mjs'

/** Routes of a message that are told in words: that is for people, not for every route of a neighbour. */
const told = 20

export class BgpSide {
  /** BGP makes no rows. */
  batch = createFlowBatch(1)
  rows = 0
  trace = new Trace()

  begin() {
    this.trace.sum = 0
  }

  decode(bytes, length) {
    const framer = new BgpFramer()
    const form = { as4: length % 2 === 0 }
    // In two pieces, as the network may cut a stream anywhere.
    const cut = length === 0 ? 0 : bytes[length - 1] % length
    for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut, length)]) {
      framer.push(piece)
      for (let frame = framer.next(); frame !== null; frame = framer.next()) {
        this.trace.add(frame.type)
        this.#message(decodeMessage(frame, form))
      }
    }
  }

  #message({ type, open, update, notification, refresh }) {
    if (type === 'open') this.#value(open)
    else if (type === 'update') this.#update(update)
    else if (type === 'notification') this.trace.text(describeNotification(notification))
    else this.#value(refresh ?? 0)
  }

  #update({ reach, unreach, ...others }) {
    this.#value(others)
    for (const { family, nextHop, nlri } of [...reach, ...unreach]) {
      this.#value(nextHop ?? 0)
      for (const [index, route] of nlri.entries()) {
        this.trace.bytes(route, 0, route.length)
        if (index < told) this.trace.text(nlriText(route, family))
      }
    }
  }

  /** Whatever it is made of. */
  #value(value) {
    if (value instanceof Uint8Array) this.trace.bytes(value, 0, value.length)
    else if (typeof value === 'string') this.trace.text(value)
    else if (typeof value === 'object' && value !== null) for (const key in value) this.#value(value[key])
    else this.trace.add(Number(value ?? -1))
  }
}
