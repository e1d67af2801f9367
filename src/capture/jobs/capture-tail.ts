// Streams the packets of a running capture as they come, as one pcap file that ends when the capture does.
import { PcapFile, type PcapFileForm } from '../merge/pcap-file.ts'
import { TimeMerge } from '../merge/time-merge.ts'
import { mergeClock } from './packet-orders.ts'
import type { CapturePart, RunningCapture } from './running-capture.ts'

/** Read at a time, of one agent and of all: what comes together is put in order by time. */
const mostOfOne = 262_144
const mostOfAll = 8_388_608

/** How far the stream is in the file of one agent. */
interface Place {
  readonly part: CapturePart
  at: number
}

interface Chunks {
  readonly part: CapturePart
  readonly records: readonly Uint8Array[]
}

/** @param signal ends it */
export async function* tailOf(capture: RunningCapture, form: PcapFileForm, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const tail = new CaptureTail(capture, form)
  capture.tails++
  try {
    yield tail.file.take()
    while (!signal.aborted && !tail.isFull) {
      // Before reading: what came until the end is still read.
      const isLast = capture.isGone
      const more = await tail.read()
      if (more.length > 0) yield* tail.merged(more)
      else if (isLast) return
      else await capture.whenGrown(signal)
    }
  } finally {
    capture.tails--
    await capture.closeFiles()
  }
}

class CaptureTail {
  readonly file: PcapFile
  readonly #capture: RunningCapture
  readonly #places: readonly Place[]

  constructor(capture: RunningCapture, form: PcapFileForm) {
    this.file = new PcapFile(form)
    this.#capture = capture
    this.#places = capture.sorted.map((part) => ({ part, at: 0 }))
  }

  get isFull(): boolean {
    return this.file.packets >= (this.#capture.row.packet_limit ?? Infinity)
  }

  /** What has come since the last call, or a part of it. */
  async read(): Promise<readonly Chunks[]> {
    const found: Chunks[] = []
    let bytes = 0
    for (const place of this.#places) {
      const records = bytes < mostOfAll ? await this.#readPart(place) : []
      bytes += records.reduce((sum, chunk) => sum + chunk.length, 0)
      if (records.length > 0) found.push({ part: place.part, records })
    }
    return found
  }

  async *merged(chunks: readonly Chunks[]): AsyncGenerator<Uint8Array, void> {
    const merge = new TimeMerge(
      chunks.map(({ part, records }) => ({ records: iterate(records), ...mergeClock(part.clockOffsetMs, part.clockErrorMs) })),
    )
    while (await merge.fill()) {
      while (!this.isFull && merge.next()) {
        this.file.add(merge.packet)
        if (this.file.isFull) yield this.file.take()
      }
      if (this.isFull) break
    }
    await merge.close()
    yield this.file.take()
  }

  async #readPart(place: Place): Promise<Uint8Array[]> {
    const { file } = place.part
    if (!file || place.at >= file.size) return []
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const { records, next } of file.frames(place.at)) {
      chunks.push(records)
      place.at = next
      bytes += records.length
      if (bytes >= mostOfOne) break
    }
    return chunks
  }
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks
}
