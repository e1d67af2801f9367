// Plays the packets of a capture again as sampled sFlow headers, over and over, at its own pace or faster.
import { readFileSync } from 'node:fs'
import { flowSample, rawHeader, sflowDatagram } from '../../src/wire/testing/sflow.ts'
import { Random } from '../../src/sim/random.ts'
import { capturedPackets } from '../../src/wire/capture-file.ts'

const etherTypeAt = 12
const ipv4 = 0x0800
/** Destination in an IPv4 header behind 14 bytes of Ethernet (RFC 791 §3.1). */
const destinationAt = 14 + 16
/** As agents are usually set. */
const headerBytes = 128
/** The frame check sequence is in the frame length, not in captures. */
const frameCheckSequence = 4
const samplesPerDatagram = 6

interface Packet {
  readonly header: Uint8Array
  readonly length: number
}

export interface ReplayConfig {
  readonly file: string
  /** 1 in so many. */
  readonly sampling: number
  /** Times the pace of the capture. */
  readonly speed: number
  /** IPv4 address that is put in the place of the capture's victim. */
  readonly victim: Uint8Array
}

export class CaptureReplay {
  /** Of the traffic that is played, before sampling. */
  readonly packetsPerSecond: number
  readonly bitsPerSecond: number
  readonly #config: ReplayConfig
  readonly #packets: readonly Packet[]
  readonly #random = new Random(3)
  /** Position of the next sampled packet, within all passes so far. */
  #next = 0
  #played = 0

  constructor(config: ReplayConfig) {
    this.#config = config
    const bytes = readFileSync(config.file)
    const packets = [...capturedPackets(bytes)]
    const seconds = Number((packets.at(-1)?.timeNs ?? 0n) - (packets[0]?.timeNs ?? 0n)) / 1e9
    this.#packets = packets.map(({ offset, capturedLength, wireLength }) => ({
      header: headerTo(config.victim, bytes.subarray(offset, offset + Math.min(headerBytes, capturedLength))),
      length: wireLength + frameCheckSequence,
    }))
    this.packetsPerSecond = (packets.length / seconds) * config.speed
    this.bitsPerSecond = (this.packetsPerSecond * 8 * packets.reduce((sum, { wireLength }) => sum + wireLength, 0)) / packets.length
  }

  /** The datagrams of one second. */
  second(): Uint8Array[] {
    const { sampling } = this.#config
    this.#played += this.packetsPerSecond
    const samples: Uint8Array[] = []
    while (this.#next < this.#played) {
      const { header, length } = this.#packets[Math.floor(this.#next) % this.#packets.length]
      samples.push(flowSample([rawHeader(header, length)], { rate: sampling }))
      // As agents do, so that no pattern of the traffic falls in step with the sampling: 1 to 2n − 1 packets on.
      this.#next += this.#random.integer(1, 2 * sampling - 1)
    }
    return Array.from({ length: Math.ceil(samples.length / samplesPerDatagram) }, (_, index) =>
      sflowDatagram(samples.slice(index * samplesPerDatagram, (index + 1) * samplesPerDatagram), {
        agent: Uint8Array.of(0, 0, 0, 1, 192, 0, 2, 1),
      }),
    )
  }
}

/** A copy of the header with another destination. Frames that are not IPv4 stay as they are. */
function headerTo(victim: Uint8Array, header: Uint8Array): Uint8Array {
  const copy = header.slice()
  if (((copy[etherTypeAt] << 8) | copy[etherTypeAt + 1]) === ipv4) copy.set(victim, destinationAt)
  return copy
}
