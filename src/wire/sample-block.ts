// Sampled packets on their way to disk and back: packet records with who saw them before. A file is blocks one after another.
//
// block   0 magic 4  4 account 4  8 kind of source 1 (1 router, 2 agent)  9 zeros 3  12 source 16  28 length of the records 4
//        32 packet records (packet-record.ts)
//
// All numbers big endian. A router's source is its address, IPv4 mapped (RFC 4291 §2.5.5.2); an agent's its id.
import { WireError } from '../contract/wire-errors.ts'

export const sampleBlockHeader = 32
/** "DBS1". */
const magic = 0x44425331

export const sampleSource = { router: 1, agent: 2 } as const

/** Who saw the packets of a block. */
export interface SampleOrigin {
  readonly account: number
  /** A value of `sampleSource`. */
  readonly kind: number
  /** 16 bytes. */
  readonly source: Uint8Array
}

/** Writes the header of a block at `at`. `bytes` has room for it. */
export function writeSampleBlock(bytes: Uint8Array, at: number, { account, kind, source }: SampleOrigin, length: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint32(at, magic)
  view.setUint32(at + 4, account)
  view.setUint32(at + 8, kind << 24)
  bytes.set(source.subarray(0, 16), at + 12)
  view.setUint32(at + 28, length)
}

/** Corrects the length of a block whose header stands at `at`. */
export function setSampleBlockLength(bytes: Uint8Array, at: number, length: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 28, length)
}

/** One block. One object is reused: copy what must outlive the step. Its records are `bytes[start]` to `bytes[end − 1]`. */
export interface SampleBlock {
  account: number
  kind: number
  source: Uint8Array
  bytes: Uint8Array
  start: number
  end: number
}

/**
 * Yields the blocks of a file. The last one is left out where the file ends inside it, as after a crash.
 * @throws WireError bad_block where there is none; those before have been yielded
 */
export function* sampleBlocks(bytes: Uint8Array): Generator<SampleBlock, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const block: SampleBlock = { account: 0, kind: 0, source: bytes, bytes, start: 0, end: 0 }
  for (let at = 0; at + sampleBlockHeader <= bytes.length; at = block.end) {
    if (view.getUint32(at) !== magic) throw new WireError('bad_block', 'sample block')
    block.account = view.getUint32(at + 4)
    block.kind = bytes[at + 8]
    block.source = bytes.subarray(at + 12, at + 28)
    block.start = at + sampleBlockHeader
    block.end = block.start + view.getUint32(at + 28)
    if (block.end > bytes.length) return
    yield block
  }
}
