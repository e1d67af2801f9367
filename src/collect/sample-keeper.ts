// Keeps the headers that sFlow agents have sampled, so that captures of the past can be answered from them. Bounded by a
// number a second and by one buffer; what goes beyond is dropped and counted.
import { linkType } from '../wire/packet-tables.ts'
import { PacketRecordWriter, type RecordedPacket } from '../wire/packet-record.ts'
import { sampleBlockHeader, sampleSource, setSampleBlockLength, writeSampleBlock } from '../wire/sample-block.ts'
import type { SflowSample } from '../wire/sflow-sample.ts'
import type { Exporter } from './exporter.ts'

/** sFlow's usual 128 bytes, and what agents are told to send where more is wanted. */
const bytesPerSample = 256
/** Of a buffer: some 3600 samples of 256 bytes, 7000 of 128. */
const bufferBytes = 1_048_576
/** A buffer is handed over at this age or when it is half full. */
const handOverMs = 500

/** Header links that packet records can say. Others are left out: label stacks, PPP, and what no capture file has. */
const ethernetLinks: ReadonlyMap<number, boolean> = new Map([
  [linkType.ethernet, true],
  [linkType.ipv4, false],
  [linkType.ipv6, false],
  [linkType.raw, false],
])

export class SampleKeeper {
  readonly #writer = new PacketRecordWriter(bufferBytes)
  readonly #source = new Uint32Array(4)
  readonly #sourceBytes = new Uint8Array(this.#source.buffer)
  readonly #packet: { -readonly [K in keyof RecordedPacket]: RecordedPacket[K] } = {
    seconds: 0,
    nanoseconds: 0,
    wireLength: 0,
    ethernet: false,
    superPacket: false,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
  }
  readonly #perSecond: number
  /** Of the block at the end of the buffer. */
  #exporter: Exporter | undefined
  #blockAt = 0
  #since = 0
  #second = 0
  #inSecond = 0
  /** Since the start. */
  dropped = 0

  /** @param perSecond samples that are kept a second at most; 0 keeps none */
  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /**
   * Copies the header of a sample, if it has one.
   * @param rate 1 in N
   * @param now ms since 1970
   */
  note(sample: SflowSample, exporter: Exporter, rate: number, now: number): void {
    const ethernet = sample.headerEnd > sample.headerStart ? ethernetLinks.get(sample.link) : undefined
    if (ethernet === undefined || this.#perSecond === 0) return
    if (!this.#mayKeep(now) || !this.#openBlock(exporter, now)) {
      this.dropped++
      return
    }
    const packet = this.#packet
    packet.seconds = Math.floor(now / 1000)
    packet.nanoseconds = (now % 1000) * 1_000_000
    packet.wireLength = Math.max(sample.frameLength - sample.stripped, 0)
    packet.ethernet = ethernet
    packet.bytes = sample.headerBytes
    packet.start = sample.headerStart
    packet.end = Math.min(sample.headerEnd, sample.headerStart + bytesPerSample)
    if (!this.#writer.append(packet, { masked: false, sampling: Math.max(rate, 1) })) this.dropped++
  }

  #mayKeep(now: number): boolean {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#inSecond = 0
    }
    return ++this.#inSecond <= this.#perSecond
  }

  /** Makes the block at the end one of this exporter. @returns false when there is no room */
  #openBlock(exporter: Exporter, now: number): boolean {
    if (this.#exporter === exporter) return true
    const writer = this.#writer
    if (writer.length + sampleBlockHeader > writer.bytes.length) return false
    if (writer.length === 0) this.#since = now
    this.#closeBlock()
    this.#exporter = exporter
    this.#blockAt = writer.length
    this.#source.set(exporter.words)
    writeSampleBlock(writer.bytes, writer.length, { account: exporter.account, kind: sampleSource.router, source: this.#sourceBytes }, 0)
    writer.length += sampleBlockHeader
    return true
  }

  #closeBlock(): void {
    if (this.#exporter !== undefined)
      setSampleBlockLength(this.#writer.bytes, this.#blockAt, this.#writer.length - this.#blockAt - sampleBlockHeader)
    this.#exporter = undefined
  }

  /** Hands over the blocks that are old or many enough; undefined while there are none. */
  take(now: number): Uint8Array<ArrayBuffer> | undefined {
    const { length } = this.#writer
    if (length === 0 || (length < bufferBytes / 2 && now - this.#since < handOverMs)) return undefined
    return this.flush()
  }

  /** Hands over all there is. */
  flush(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#writer.length === 0) return undefined
    this.#closeBlock()
    return this.#writer.take()
  }
}
