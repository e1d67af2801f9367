// What captured packets go through: the envelope of NFLOG, pcap streams, packet records, masking, descriptions. All that
// comes out is mixed into a trace, and what says where something is must say a place inside of the input.
import { createFlowBatch } from '../dist/contract/flow-batch.js'
import { WireError } from '../dist/contract/wire-errors.js'
import { createNflogPacket, ipPacketLength, readNflog } from '../dist/wire/nflog.js'
import { describePacket, summarisePacket } from '../dist/wire/packet-describe.js'
import { maskPayload } from '../dist/wire/packet-mask.js'
import { readPacketRecords } from '../dist/wire/packet-record.js'
import { PcapStream } from '../dist/wire/pcap-stream.js'
import { Trace } from './trace.mjs'

/** Layers of a description: headers that are followed, chunks of SCTP, a trailer. */
const mostLayers = 60

function checkInside(start, end, length) {
  if (start < 0 || end < start || end > length) throw new Error(`bytes ${start} to ${end} of ${length}`)
}

export class CaptureSide {
  /** None of this makes rows. */
  batch = createFlowBatch(1)
  rows = 0
  trace = new Trace()
  #decode

  constructor(decode) {
    this.#decode = decode
  }

  begin() {
    this.trace.sum = 0
  }

  decode(bytes, length) {
    this.#decode(this.trace, bytes, length)
  }
}

const nflog = createNflogPacket()

export function traceNflog(trace, bytes, length) {
  if (length === 0) return
  readNflog({ bytes, start: 1, end: length }, bytes[0] === 1, nflog)
  for (const value of Object.values(nflog)) trace.add(value)
  for (const part of ['payload', 'hardware', 'prefix']) {
    const [start, end] = [nflog[`${part}Start`], nflog[`${part}End`]]
    if (start < 0) continue
    checkInside(start, end, length)
    trace.bytes(bytes, start, end)
  }
  if (nflog.payloadStart >= 0) trace.add(ipPacketLength(bytes, nflog.payloadStart, nflog.payloadEnd))
}

/** All packets of a stream that is cut in pieces, and the code of the error that ended it. */
function tracePieces(trace, pieces) {
  const stream = new PcapStream(({ seconds, nanoseconds, wireLength, bytes, start, end }) => {
    checkInside(start, end, bytes.length)
    for (const value of [seconds, nanoseconds, wireLength]) trace.add(value)
    trace.bytes(bytes, start, end)
  })
  try {
    for (const piece of pieces) stream.push(piece)
    trace.add(stream.pending)
    trace.add(stream.linkType)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    trace.text(error.code)
  }
}

/** The stream whole and cut in three: both must come to the same. */
export function tracePcapStream(trace, bytes, length) {
  const input = bytes.subarray(0, length)
  const first = length === 0 ? 0 : input[length - 1] % length
  const second = length === 0 ? 0 : Math.max(first, (input[length >> 1] * 7) % length)
  const before = trace.sum
  tracePieces(trace, [input])
  const whole = trace.sum
  trace.sum = before
  tracePieces(trace, [input.subarray(0, first), input.subarray(first, second), input.subarray(second)])
  if (trace.sum !== whole) throw new Error(`cut at ${first} and ${second} the stream holds something else`)
}

export function tracePacketRecords(trace, bytes, length) {
  readPacketRecords(bytes.subarray(0, length), (record) => {
    checkInside(record.start, record.end, length)
    for (const name of ['seconds', 'nanoseconds', 'wireLength', 'capturedLength', 'sampling']) trace.add(record[name])
    for (const name of ['ethernet', 'superPacket', 'masked']) trace.add(record[name] ? 1 : 0)
    trace.bytes(record.bytes, record.start, record.end)
  })
}

/** The first byte says whether it is a frame. */
export function traceDescription(trace, bytes, length) {
  if (length === 0) return
  const ethernet = bytes[0] === 1
  const line = summarisePacket({ bytes, start: 1, end: length, wireLength: length - 1, ethernet })
  for (const text of Object.values(line)) trace.text(text)
  for (const masked of [false, true]) traceLayers(trace, describePacket(bytes.subarray(1, length), ethernet, masked), length - 1)
}

function traceLayers(trace, layers, length) {
  if (layers.length > mostLayers) throw new Error(`${layers.length} layers`)
  for (const layer of layers) {
    trace.text(layer.name)
    checkInside(layer.offset, layer.offset + layer.length, length)
    for (const field of layer.fields) {
      checkInside(field.offset, field.offset + field.length, length)
      trace.text(field.value)
    }
  }
}

const masked = new Uint8Array(70_000)

/** A second time changes nothing, and nothing is written beside the packet. */
export function traceMasked(trace, bytes, length) {
  if (length === 0) return
  const ethernet = bytes[0] === 1
  masked.set(bytes.subarray(0, length))
  masked[length] = 0xa5
  maskPayload(masked, 1, length, ethernet)
  if (masked[0] !== bytes[0] || masked[length] !== 0xa5) throw new Error('written outside of the packet')
  const before = trace.sum
  trace.bytes(masked, 1, length)
  const once = trace.sum
  maskPayload(masked, 1, length, ethernet)
  trace.sum = before
  trace.bytes(masked, 1, length)
  if (trace.sum !== once) throw new Error('masked again it is another packet')
}
