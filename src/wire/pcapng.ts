// Reads pcapng files (draft-ietf-opsawg-pcapng): several sections, interfaces, byte orders and time resolutions in one.
//
// block           0 type  4 total length  8 body …  total length again
// section header  8 byte-order magic  12 major 2  14 minor 2  16 section length 8  24 options
// interface       8 link type 2  10 reserved 2  12 snap length  16 options
// enhanced        8 interface  12 time high  16 time low  20 captured length  24 length on the wire  28 packet
// obsolete        8 interface 2  10 drops 2  12 time high  16 time low  20 captured length  24 length  28 packet
// simple          8 length on the wire  12 packet
import { WireError } from '../contract/wire-errors.ts'
import type { CapturedPacket } from './capture-packet.ts'
import { Cursor } from './cursor.ts'

const blockType = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const

const readTypes: ReadonlySet<number> = new Set(Object.values(blockType))

/** Type, total length twice. */
export const blockOverhead = 12

const byteOrderMagic = 0x1a2b3c4d

const option = { end: 0, timeResolution: 9, timeOffset: 14 } as const

const nanosecondsPerSecond = 1_000_000_000n

interface CaptureInterface {
  readonly linkType: number
  /** Longest packet that was kept, 0 for no limit. */
  readonly snapLength: number
  /** Units of the time stamps in a second. */
  readonly unitsPerSecond: bigint
  /** Seconds to add to the time stamps. */
  readonly offsetSeconds: bigint
}

/** Whether the file starts with a section header block. Its type reads the same in both byte orders. */
export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new Cursor().reset(bytes).u32() === blockType.section
}

/**
 * Yields the packets of a pcapng file. Blocks that hold no packet are skipped.
 * @throws WireError bad_file when it does not begin as pcapng or is of another version, bad_block for a block whose
 * lengths cannot be, truncated when the file ends inside a block; the packets before that have been yielded
 */
export function* pcapngPackets(bytes: Uint8Array): Generator<CapturedPacket, void> {
  if (!isPcapng(bytes)) throw new WireError('bad_file', 'pcapng section header')
  const file = new Cursor().reset(bytes)
  const blocks = new PcapngBlocks()
  while (file.remaining > 0) {
    const packet = blocks.next(file)
    if (packet !== undefined) yield packet
  }
}

/** What the first `blockOverhead` bytes of a block tell. */
interface PcapngBlockStart {
  /** Its length in the file. */
  readonly length: number
  /** Whether it may hold a packet or say how packets are read. */
  readonly isRead: boolean
}

/** Reads the blocks of one file in their order. What it keeps of them is the interfaces of the section. */
export class PcapngBlocks {
  readonly #body = new Cursor()
  #interfaces: CaptureInterface[] = []
  #opened = false

  /** Looks at the block that begins at the cursor and moves nothing but its byte order. @throws WireError as pcapngPackets */
  start(file: Cursor): PcapngBlockStart {
    if (file.remaining < blockOverhead) throw new WireError('truncated', 'pcapng block')
    const start = file.offset
    const type = file.u32()
    if (!this.#opened && type !== blockType.section) throw new WireError('bad_file', 'pcapng section header')
    if (type === blockType.section) file.littleEndian = isLittleEndian(file)
    const length = file.u32()
    file.offset = start
    if (length < blockOverhead || length % 4 !== 0) throw new WireError('bad_block', `length ${length}`)
    return { length, isRead: readTypes.has(type) }
  }

  /**
   * Reads the block that begins at the cursor, which has to be there whole.
   * @returns its packet; undefined for a block that holds none
   * @throws WireError as pcapngPackets
   */
  next(file: Cursor): CapturedPacket | undefined {
    const body = this.#body
    if (!this.#opened) {
      openFile(file, body)
      this.#opened = true
      return undefined
    }
    const type = nextBlock(file, body)
    if (type === blockType.section) {
      nextSection(body)
      this.#interfaces = []
    } else if (type === blockType.interface) this.#interfaces.push(readInterface(body))
    else if (type === blockType.enhancedPacket) return timedPacket(body, this.#interfaces, body.u32())
    else if (type === blockType.packet) return timedPacket(body, this.#interfaces, obsoleteInterface(body))
    else if (type === blockType.simplePacket) return simplePacket(body, this.#interfaces)
    return undefined
  }
}

/** Reads the section header that the file begins with. Whatever is wrong there, it is no pcapng file. */
function openFile(file: Cursor, body: Cursor): void {
  try {
    nextBlock(file, body)
    section(body)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw error.code === 'bad_file' ? error : new WireError('bad_file', `pcapng section header: ${error.message}`)
  }
}

/** A later section. When it cannot be read, what stands before it still was a pcapng file. */
function nextSection(body: Cursor): void {
  try {
    section(body)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new WireError('bad_block', error.message)
  }
}

/** Points `body` at the body of the next block, and both cursors at its byte order. @returns the block's type */
function nextBlock(file: Cursor, body: Cursor): number {
  if (file.remaining < blockOverhead) throw new WireError('truncated', 'pcapng block')
  const type = file.u32()
  if (type === blockType.section) file.littleEndian = isLittleEndian(file)
  body.littleEndian = file.littleEndian
  const total = file.u32()
  if (total < blockOverhead || total % 4 !== 0) throw new WireError('bad_block', `length ${total}`)
  file.take(total - blockOverhead, body)
  if (file.u32() !== total) throw new WireError('bad_block', 'the two lengths differ')
  return type
}

/** The byte order of a section, looked up behind the block length that is to be read in it. */
function isLittleEndian(file: Cursor): boolean {
  const ahead = new Cursor().reset(file.bytes, file.offset + 4, file.end)
  for (const littleEndian of [false, true]) {
    ahead.offset = file.offset + 4
    ahead.littleEndian = littleEndian
    if (ahead.u32() === byteOrderMagic) return littleEndian
  }
  throw new WireError('bad_block', 'byte-order magic')
}

function section(body: Cursor): void {
  body.skip(4)
  const major = body.u16()
  const minor = body.u16()
  // 1.2 is 1.0 under another number, written by some tools.
  if (major !== 1 || (minor !== 0 && minor !== 2)) throw new WireError('bad_file', `pcapng version ${major}.${minor}`)
  body.skip(8)
  for (const _ of options(body)) continue
}

/** Yields the code of each option with the body's cursor at its value. */
function* options(body: Cursor): Generator<{ code: number; length: number }, void> {
  while (body.remaining >= 4) {
    const code = body.u16()
    const length = body.u16()
    if (code === option.end) return
    const padded = length + (-length & 3)
    if (padded > body.remaining) throw new WireError('bad_block', `option ${code}`)
    const next = body.offset + padded
    yield { code, length }
    body.offset = next
  }
}

function readInterface(body: Cursor): CaptureInterface {
  const linkType = body.u16()
  body.skip(2)
  const snapLength = body.u32()
  let unitsPerSecond = 1_000_000n
  let offsetSeconds = 0n
  for (const { code, length } of options(body)) {
    if (code === option.timeResolution && length === 1) unitsPerSecond = resolution(body.u8())
    if (code === option.timeOffset && length === 8) offsetSeconds = signed64(body)
  }
  return { linkType, snapLength, unitsPerSecond, offsetSeconds }
}

/** if_tsresol: with the top bit, negative power of 2, else of 10. */
function resolution(value: number): bigint {
  return (value & 0x80) === 0 ? 10n ** BigInt(value) : 2n ** BigInt(value & 0x7f)
}

function signed64(body: Cursor): bigint {
  const first = BigInt(body.u32())
  const second = BigInt(body.u32())
  return BigInt.asIntN(64, body.littleEndian ? (second << 32n) | first : (first << 32n) | second)
}

function obsoleteInterface(body: Cursor): number {
  const id = body.u16()
  body.skip(2)
  return id
}

function timedPacket(body: Cursor, interfaces: readonly CaptureInterface[], id: number): CapturedPacket {
  const from = interfaces[id]
  if (from === undefined) throw new WireError('bad_block', `packet of interface ${id}, which is not described`)
  const time = (BigInt(body.u32()) << 32n) | BigInt(body.u32())
  const capturedLength = body.u32()
  const wireLength = body.u32()
  if (capturedLength > body.remaining) throw new WireError('bad_block', 'captured length')
  const timeNs = (time * nanosecondsPerSecond) / from.unitsPerSecond + from.offsetSeconds * nanosecondsPerSecond
  return { timeNs, capturedLength, wireLength, linkType: from.linkType, offset: body.offset }
}

/** A simple packet block is of interface 0 and does not say how much it holds: the snap length and the block's end do. */
function simplePacket(body: Cursor, interfaces: readonly CaptureInterface[]): CapturedPacket {
  const from = interfaces[0]
  if (from === undefined) throw new WireError('bad_block', 'packet of interface 0, which is not described')
  const wireLength = body.u32()
  const limit = from.snapLength === 0 ? wireLength : Math.min(wireLength, from.snapLength)
  const capturedLength = Math.min(limit, body.remaining)
  return { timeNs: undefined, capturedLength, wireLength, linkType: from.linkType, offset: body.offset }
}
