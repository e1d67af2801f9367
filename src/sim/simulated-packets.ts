// The packets of a simulated edge: everyday traffic as frames, made once, that captures filter, sample and cut like real ones.
import type { CaptureJob } from '../contract/capture.ts'
import type { PacketSource, PacketView } from '../capture/packet-sink.ts'
import { packetTest } from '../filter/packet-test.ts'
import { createPacketLayout, locateHeaders, type PacketLayout } from '../wire/packet-layout.ts'
import { linkType } from '../wire/packet-tables.ts'
import { frameStart, packetLength } from './exporters/packet.ts'
import type { SimFlow } from './flow.ts'

const ethernetBytes = 14
const longestFrame = 1514
/** Often enough for a live view. */
const tickMs = 50
/** After a pause of the process this much is made up for, no more. */
const longestTickMs = 500

export interface SimulatedFrame {
  readonly bytes: Uint8Array
  /** At the IP layer. */
  readonly length: number
}

export function simulatedFrames(flows: Iterable<SimFlow>): SimulatedFrame[] {
  return Array.from(flows, (flow) => ({ bytes: frameStart(flow, longestFrame), length: packetLength(flow) }))
}

export type SimulatedPacketsJob = Pick<CaptureJob, 'filter' | 'sampling' | 'snap_length' | 'link'>

export interface SimulatedTraffic {
  /** Repeated without end. */
  readonly frames: readonly SimulatedFrame[]
  /** The one that comes first. */
  readonly first: number
  /** Before filter and sampling. */
  readonly packetsPerSecond: number
}

export class SimulatedPackets implements PacketSource {
  readonly #job: SimulatedPacketsJob
  readonly #traffic: SimulatedTraffic
  readonly #matches: (layout: PacketLayout) => boolean
  readonly #layout = createPacketLayout()
  #timer: NodeJS.Timeout | undefined
  /** Packets seen, from `first` on, and those of them that matched. */
  #seen: number
  #matched = 0
  #last = 0
  #due = 0

  constructor(job: SimulatedPacketsJob, traffic: SimulatedTraffic) {
    this.#job = job
    this.#traffic = traffic
    this.#matches = packetTest(job.filter)
    this.#seen = traffic.first
  }

  async start(take: (packet: PacketView) => void): Promise<void> {
    this.#last = performance.now()
    this.#timer = setInterval(() => this.#tick(take), tickMs)
  }

  counters(): { readonly kernelDrops: number } {
    return { kernelDrops: 0 }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
  }

  #tick(take: (packet: PacketView) => void): void {
    const now = performance.now()
    this.#due += (Math.min(now - this.#last, longestTickMs) / 1000) * this.#traffic.packetsPerSecond
    this.#last = now
    const ms = Date.now()
    for (; this.#due >= 1; this.#due--) {
      const frame = this.#traffic.frames[this.#seen++ % this.#traffic.frames.length]
      if (frame !== undefined && this.#isWanted(frame)) take(this.#view(frame, ms))
    }
  }

  #isWanted({ bytes }: SimulatedFrame): boolean {
    this.#layout.bytes = bytes
    this.#layout.end = bytes.length
    locateHeaders(this.#layout, 0, linkType.ethernet)
    return this.#matches(this.#layout) && this.#matched++ % this.#job.sampling === 0
  }

  #view({ bytes, length }: SimulatedFrame, ms: number): PacketView {
    const { link, snap_length: snapLength } = this.#job
    const start = link === 'ethernet' ? 0 : ethernetBytes
    return {
      seconds: Math.floor(ms / 1000),
      // Packets of one millisecond are told apart by their order.
      nanoseconds: (ms % 1000) * 1_000_000 + (this.#seen % 1_000_000),
      wireLength: length + ethernetBytes - start,
      ethernet: link === 'ethernet',
      superPacket: false,
      // A copy: masking overwrites what is behind the headers.
      bytes: Uint8Array.from(bytes.subarray(0, ethernetBytes + snapLength)),
      start,
      end: Math.min(bytes.length, ethernetBytes + snapLength),
    }
  }
}
