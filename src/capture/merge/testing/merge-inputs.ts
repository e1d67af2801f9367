// Packet records for tests of merges, and inputs made of them.
import { packetRecordBytes, PacketRecordWriter } from '../../../wire/packet-record.ts'
import type { MergeInput } from '../time-merge.ts'

/** A packet as it was seen. */
export interface SeenPacket {
  readonly seconds: number
  readonly nanoseconds: number
  readonly packet: Uint8Array
  readonly ethernet?: boolean
  /** More than was captured. */
  readonly wireLength?: number
}

export function recordsOf(list: readonly SeenPacket[]): Uint8Array<ArrayBuffer> {
  const writer = new PacketRecordWriter(list.reduce((sum, { packet }) => sum + packetRecordBytes(packet.length), 0))
  for (const { seconds, nanoseconds, packet, ethernet = false, wireLength = packet.length } of list) {
    const place = { bytes: packet, start: 0, end: packet.length }
    writer.append({ seconds, nanoseconds, wireLength, ethernet, superPacket: false, ...place }, { masked: false, sampling: 1 })
  }
  return writer.take()
}

/** Bytes in chunks of a length, each an array of its own, as a file gives them. */
export async function* chunksOf(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += length) {
    await Promise.resolve()
    yield bytes.slice(at, at + length)
  }
}

export function mergeInput(bytes: Uint8Array, chunk = 100, clock: Partial<MergeInput> = {}): MergeInput {
  return { records: chunksOf(bytes, chunk), clockOffsetNs: 0, clockErrorNs: 0, ...clock }
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
