// What exporters told, as text in memory that all threads share: each reads it once, and none gets a copy of its own.
import type { ExporterMemory } from './messages.ts'

const lineEnd = 0x0a

/** One line of JSON for each. */
export function packMemories(memories: Iterable<ExporterMemory>): Uint8Array<SharedArrayBuffer> {
  const lines: Buffer[] = []
  let length = 0
  for (const memory of memories) {
    const line = Buffer.from(`${JSON.stringify(memory)}\n`)
    lines.push(line)
    length += line.length
  }
  const packed = new Uint8Array(new SharedArrayBuffer(length))
  let at = 0
  for (const line of lines) {
    packed.set(line, at)
    at += line.length
  }
  return packed
}

/** One at a time, so that a million of them are never all there. */
export function* unpackMemories(packed: Uint8Array): Generator<ExporterMemory, void> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(lineEnd, at)
    // Only `packMemories` writes this.
    yield JSON.parse(bytes.toString('utf8', at, end)) as ExporterMemory
    at = end + 1
  }
}
