// The decoders under test: how inputs for each are made, how one is fed to it, and how many rows it may make of them.
import { captureFormat, flowPayloads } from '../dist/wire/capture-file.js'
import { decodeIpfix } from '../dist/wire/ipfix.js'
import { decodeNetflow1 } from '../dist/wire/netflow1.js'
import { decodeNetflow5 } from '../dist/wire/netflow5.js'
import { decodeNetflow7 } from '../dist/wire/netflow7.js'
import { decodeNetflow9 } from '../dist/wire/netflow9.js'
import { parsePacketHeader } from '../dist/wire/packet-header.js'
import { pcapPackets } from '../dist/wire/pcap.js'
import { pcapngPackets } from '../dist/wire/pcapng.js'
import { maxRecordsPerDatagram } from '../dist/wire/record-writer.js'
import { decodeSflow5 } from '../dist/wire/sflow5.js'
import { BgpSide } from './bgp-side.mjs'
import { CaptureSide, traceDescription, traceMasked, traceNflog, tracePacketRecords, tracePcapStream } from './capture-side.mjs'
import { CollectorSide, controlByte } from './collector-side.mjs'
import { bgp } from './generate-bgp.mjs'
import { pcap, pcapng } from './generate-captures.mjs'
import { fixedForms, NetflowGenerator } from './generate-netflow.mjs'
import { linkTypes, packet } from './generate-packets.mjs'
import { nflogRecord, packetRecords } from './generate-records.mjs'
import { sflow5 } from './generate-sflow.mjs'
import { TracingHost } from './tracing-host.mjs'

const netflow = new NetflowGenerator()

/** A decoder that appends to the batch of a host; `decode` is given the host, the bytes and their number. */
class HostSide {
  #host = new TracingHost()
  #decode

  constructor(decode) {
    this.#decode = decode
  }

  get batch() {
    return this.#host.batch
  }

  get rows() {
    return this.#host.batch.rows
  }

  get trace() {
    return this.#host.trace
  }

  begin() {
    this.#host.begin()
  }

  decode(bytes, length) {
    this.#decode(this.#host, bytes, length)
  }
}

/** Where a file says that a packet is must be inside the file. */
function tracePackets(host, bytes, packets) {
  const { trace } = host
  for (const found of packets) {
    if (found.offset < 0 || found.capturedLength < 0 || found.offset + found.capturedLength > bytes.length)
      throw new Error(`a packet at ${found.offset} of ${found.capturedLength} bytes in a file of ${bytes.length}`)
    trace.add(found.offset)
    trace.add(found.capturedLength)
    trace.add(found.wireLength)
    trace.add(found.linkType)
    trace.add(found.timeNs === undefined ? -1 : Number(BigInt.asIntN(32, found.timeNs)))
    parsePacketHeader(bytes, found.offset, found.offset + found.capturedLength, found.linkType, host.batch, host.batch.rows++)
  }
}

function tracePayloads(host, bytes) {
  host.trace.text(captureFormat(bytes))
  for (const found of flowPayloads(bytes)) {
    if (found.offset < 0 || found.length < 0 || found.offset + found.length > bytes.length)
      throw new Error(`a datagram at ${found.offset} of ${found.length} bytes in a file of ${bytes.length}`)
    host.trace.add(found.offset)
    host.trace.add(found.length)
    host.trace.add(found.source[3])
  }
}

/** The whole program sends from several routers, and time passes. */
function collectorInput(writer, random) {
  const kind = random.below(40)
  if (kind === 0) {
    writer.u8(controlByte + random.below(16))
    return
  }
  writer.u8((random.oneIn(8) ? random.below(16) : 0) | (random.oneIn(4) ? random.below(4) : 0))
  if (kind < 14) netflow.netflow9(writer, random)
  else if (kind < 26) netflow.ipfix(writer, random)
  else if (kind < 30) netflow.fixed(writer, random, random.pick(Object.values(fixedForms)))
  else if (kind < 39) sflow5(writer, random)
  else writer.random(random, random.below(64))
}

function captureInput(writer, random) {
  const kind = random.below(4)
  if (kind === 0) pcap(writer, random)
  else if (kind === 1) pcapng(writer, random)
  else
    for (let i = random.below(3); i >= 0; i--) {
      if (random.oneIn(2)) netflow.fixed(writer, random, fixedForms.netflow5)
      else netflow.ipfix(writer, random)
    }
}

/** The first byte says whether it is a frame. */
function framedPacket(writer, random) {
  const isFrame = random.oneIn(2)
  writer.u8(isFrame ? 1 : 0)
  packet(writer, random, isFrame ? 1 : 101)
}

/** What captured packets go through; none of it makes rows. */
function captureTarget(generate, trace, seeds = () => false) {
  return { generate, side: () => new CaptureSide(trace), mostRows: () => 0, seeds }
}

function fixedTarget(form, decode) {
  return {
    generate: (writer, random) => netflow.fixed(writer, random, form),
    side: () => new HostSide((host, bytes, length) => decode(bytes, length, host.header, host)),
    mostRows: (length) => Math.max(0, (length - form.headerLength) / form.recordLength),
    seeds: (bytes) => bytes[0] === 0 && bytes[1] === form.version,
  }
}

/**
 * Every target: `generate` appends an input to the writer, `side` makes a decoder with its state, `mostRows` is what an
 * input of so many bytes may become, `seeds` says which files of the corpus resemble its inputs, `frame` what they need
 * around them.
 */
export const targets = {
  netflow1: fixedTarget(fixedForms.netflow1, decodeNetflow1),
  netflow5: fixedTarget(fixedForms.netflow5, decodeNetflow5),
  netflow7: fixedTarget(fixedForms.netflow7, decodeNetflow7),
  netflow9: {
    generate: (writer, random) => netflow.netflow9(writer, random),
    side: () => new HostSide((host, bytes, length) => decodeNetflow9(bytes, length, host.header, host)),
    // A record has a byte at least; that is also what a batch keeps room for.
    mostRows: (length) => Math.min(length, maxRecordsPerDatagram),
    seeds: (bytes) => bytes[0] === 0 && bytes[1] === 9,
  },
  ipfix: {
    generate: (writer, random) => netflow.ipfix(writer, random),
    side: () => new HostSide((host, bytes, length) => decodeIpfix(bytes, length, host.header, host)),
    mostRows: (length) => Math.min(length, maxRecordsPerDatagram),
    seeds: (bytes) => bytes[0] === 0 && bytes[1] === 10,
  },
  sflow5: {
    generate: sflow5,
    side: () => new HostSide((host, bytes, length) => decodeSflow5(bytes, length, host.batch, host)),
    mostRows: (length) => Math.max(0, (length - 28) / 40),
    seeds: (bytes) => bytes[0] === 0 && bytes[1] === 0 && bytes[3] === 5,
  },
  packet: {
    // The first byte chooses the link type.
    generate: (writer, random) => {
      const index = random.oneIn(2) ? linkTypes.indexOf(1) : random.below(linkTypes.length)
      writer.u8(index)
      packet(writer, random, linkTypes[index])
    },
    side: () =>
      new HostSide((host, bytes, length) => {
        if (length === 0) return
        const { batch } = host
        host.trace.add(parsePacketHeader(bytes, 1, length, linkTypes[bytes[0] % linkTypes.length], batch, batch.rows++))
      }),
    mostRows: () => 1,
    seeds: () => false,
  },
  pcap: {
    generate: pcap,
    side: () =>
      new HostSide((host, bytes, length) => tracePackets(host, bytes.subarray(0, length), pcapPackets(bytes.subarray(0, length)))),
    mostRows: (length) => Math.max(0, (length - 24) / 16),
    seeds: (bytes) => [0xa1, 0xd4, 0x4d, 0x34].includes(bytes[0]),
  },
  pcapng: {
    generate: pcapng,
    side: () =>
      new HostSide((host, bytes, length) => tracePackets(host, bytes.subarray(0, length), pcapngPackets(bytes.subarray(0, length)))),
    mostRows: (length) => length / 16,
    seeds: (bytes) => bytes[0] === 0x0a && bytes[1] === 0x0d,
  },
  capture: {
    generate: captureInput,
    side: () => new HostSide((host, bytes, length) => tracePayloads(host, bytes.subarray(0, length))),
    mostRows: () => 0,
    seeds: () => true,
  },
  nflog: captureTarget(nflogRecord, traceNflog),
  'pcap-stream': captureTarget(pcap, tracePcapStream, (bytes) => [0xa1, 0xd4, 0x4d].includes(bytes[0])),
  'packet-record': captureTarget(packetRecords, tracePacketRecords),
  'packet-describe': captureTarget(framedPacket, traceDescription),
  'packet-mask': captureTarget(framedPacket, traceMasked),
  bgp: {
    generate: bgp,
    side: () => new BgpSide(),
    mostRows: () => 0,
    seeds: () => false,
  },
  collector: {
    generate: collectorInput,
    side: () => new CollectorSide(),
    // A datagram can set free the sets that waited for its templates; those are bounded over the sequence.
    mostRows: () => maxRecordsPerDatagram,
    seeds: (bytes) => bytes[0] === 0 && (bytes[1] === 9 || bytes[1] === 10 || bytes[1] === 5 || bytes[3] === 5),
    frame: Uint8Array.of(0),
  },
}

/** Starts a sequence of generated inputs. */
export function beginGeneration() {
  netflow.begin()
}
