// The packets of a capture that is over, merged and in order: what lists and downloads of it are read from.
//
// merged.records   0 magic 4     'DBmp', big endian as all numbers here
//                  4 version 1   1
//                  5 link 1      1 when all packets begin with an Ethernet header, 0 otherwise
//                  6 reserved 2  zeros
//                  8 packets:    0 agent 2   index of its agent, agents sorted by id
//                                2 packet record, its time corrected (src/wire/packet-record.ts)
// merged.index     8 bytes for each 256th packet, from the first: its place in merged.records
import { constants } from 'node:fs'
import { open, rename, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import {
  createPacketRecordView,
  maxPacketRecordBytes,
  packetRecordHeaderBytes,
  PacketRecordWriter,
  readPacketRecord,
} from '../../wire/packet-record.ts'
import type { MergedPacket, PacketOrder } from '../merge/time-merge.ts'
import { syncFolder } from './capture-folder.ts'

const headerBytes = 8
const magic = 0x44426d70
const version = 1
const agentBytes = 2
const indexEvery = 256
const offsetBytes = 8
/** Within a packet record. */
const capturedLengthAt = 12
const chunkBytes = 262_144

export const mergedNames = { records: 'merged.records', index: 'merged.index' } as const

export interface MergeLimits {
  readonly packets: number | null
  readonly bytes: number | null
}

export interface MergedTotals {
  readonly packets: number
  /** Bytes of the packets as kept. */
  readonly bytes: number
}

/**
 * Writes the first packets of an order, as many as the limits allow. The files are there whole or not at all.
 * @throws errors of the file system
 */
export async function writeMerged(folder: string, order: PacketOrder, limits: MergeLimits): Promise<MergedTotals> {
  try {
    const totals = await withNew(folder, mergedNames.records, (records) =>
      withNew(folder, mergedNames.index, (index) => writePackets(new MergedWriter(records, index), order, limits)),
    )
    // The records last: where they are, the index is.
    for (const name of [mergedNames.index, mergedNames.records]) await rename(path.join(folder, `${name}.tmp`), path.join(folder, name))
    await syncFolder(folder)
    return totals
  } finally {
    await order.close()
  }
}

async function writePackets(writer: MergedWriter, order: PacketOrder, limits: MergeLimits): Promise<MergedTotals> {
  await copyPackets(order, writer, limits)
  await writer.finish()
  return writer.totals
}

async function copyPackets(order: PacketOrder, writer: MergedWriter, limits: MergeLimits): Promise<void> {
  const [most, mostBytes] = [limits.packets ?? Infinity, limits.bytes ?? Infinity]
  while (await order.fill()) {
    while (order.next()) {
      const { packets, bytes } = writer.totals
      if (packets >= most || bytes + order.packet.capturedLength > mostBytes) return
      if (!writer.append(order.packet)) {
        await writer.flush()
        writer.append(order.packet)
      }
    }
  }
}

async function withNew<T>(folder: string, name: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
  const file = await open(path.join(folder, `${name}.tmp`), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
  try {
    return await write(file)
  } finally {
    await file.close()
  }
}

class MergedWriter {
  readonly #records: FileHandle
  readonly #index: FileHandle
  readonly #record = new PacketRecordWriter(maxPacketRecordBytes)
  readonly #chunk = Buffer.allocUnsafe(chunkBytes + agentBytes + maxPacketRecordBytes)
  #length = 0
  /** Bytes of merged.records before the chunk. */
  #written = headerBytes
  #isEthernet = true
  #offsets: number[] = []
  #packets = 0
  #bytes = 0

  constructor(records: FileHandle, index: FileHandle) {
    this.#records = records
    this.#index = index
  }

  get totals(): MergedTotals {
    return { packets: this.#packets, bytes: this.#bytes }
  }

  /** @returns false when `flush` is needed first */
  append(packet: MergedPacket): boolean {
    if (this.#length >= chunkBytes) return false
    if (this.#packets % indexEvery === 0) this.#offsets.push(this.#written + this.#length)
    this.#record.clear()
    this.#record.append(packet, packet)
    this.#chunk.writeUInt16BE(packet.input, this.#length)
    this.#chunk.set(this.#record.bytes.subarray(0, this.#record.length), this.#length + agentBytes)
    this.#length += agentBytes + this.#record.length
    this.#packets++
    this.#bytes += packet.capturedLength
    this.#isEthernet &&= packet.ethernet
    return true
  }

  async flush(): Promise<void> {
    const offsets = Buffer.allocUnsafe(this.#offsets.length * offsetBytes)
    for (const [position, offset] of this.#offsets.entries()) offsets.writeBigUInt64BE(BigInt(offset), position * offsetBytes)
    await writeAt(this.#records, this.#chunk.subarray(0, this.#length), this.#written)
    await this.#index.writeFile(offsets)
    this.#written += this.#length
    this.#length = 0
    this.#offsets = []
  }

  async finish(): Promise<void> {
    await this.flush()
    const header = Buffer.alloc(headerBytes)
    header.writeUInt32BE(magic, 0)
    header[4] = version
    header[5] = Number(this.#isEthernet && this.#packets > 0)
    await writeAt(this.#records, header, 0)
    await Promise.all([this.#records.sync(), this.#index.sync()])
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, place: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, place + done)
    done += bytesWritten
  }
}

/** Reads merged.records from one packet on. */
export class MergedReader implements PacketOrder {
  readonly packet: MergedPacket = Object.assign(createPacketRecordView(), { input: 0 })
  readonly #file: FileHandle
  #place: number
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  /** Whether all packets begin with an Ethernet header. */
  readonly ethernet: boolean

  constructor(file: FileHandle, place: number, ethernet: boolean) {
    this.#file = file
    this.#place = place
    this.ethernet = ethernet
  }

  /**
   * To be closed, also after its end.
   * @param first number of the first packet that is wanted, below the count of all
   */
  static async open(folder: string, first = 0): Promise<MergedReader> {
    const place = first < indexEvery ? headerBytes : await placeOf(folder, Math.floor(first / indexEvery))
    const file = await open(path.join(folder, mergedNames.records), 'r')
    try {
      const reader = new MergedReader(file, place, await readHeader(file))
      for (let skip = first % indexEvery; skip > 0; skip--) await reader.#skip()
      return reader
    } catch (error) {
      await file.close()
      throw error
    }
  }

  next(): boolean {
    if (!this.#hasPacket) return false
    const next = readPacketRecord(this.#bytes, this.#at + agentBytes, this.#bytes.length, this.packet)
    this.packet.input = this.#bytes.readUInt16BE(this.#at)
    this.#at = next
    return true
  }

  async fill(): Promise<boolean> {
    while (!this.#hasPacket) if (!(await this.#read())) return false
    return true
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  get #hasPacket(): boolean {
    const start = this.#at + agentBytes
    if (start + packetRecordHeaderBytes > this.#bytes.length) return false
    return start + packetRecordHeaderBytes + this.#bytes.readUInt16BE(start + capturedLengthAt) <= this.#bytes.length
  }

  async #read(): Promise<boolean> {
    const rest = this.#bytes.subarray(this.#at)
    // A new one each time: who reads may still look at packets of the last.
    const chunk = Buffer.allocUnsafe(rest.length + chunkBytes)
    rest.copy(chunk)
    const { bytesRead } = await this.#file.read(chunk, rest.length, chunkBytes, this.#place)
    this.#place += bytesRead
    this.#bytes = chunk.subarray(0, rest.length + bytesRead)
    this.#at = 0
    return bytesRead > 0
  }

  async #skip(): Promise<void> {
    while (!this.next()) if (!(await this.fill())) throw new Error('merged.records ends before its index says')
  }
}

/** @returns whether all packets begin with an Ethernet header */
async function readHeader(file: FileHandle): Promise<boolean> {
  const header = Buffer.alloc(headerBytes)
  await file.read(header, 0, headerBytes, 0)
  if (header.readUInt32BE(0) !== magic || header[4] !== version) throw new Error('merged.records was written by another version')
  return header[5] === 1
}

async function placeOf(folder: string, entry: number): Promise<number> {
  const file = await open(path.join(folder, mergedNames.index), 'r')
  try {
    const buffer = Buffer.alloc(offsetBytes)
    const { bytesRead } = await file.read(buffer, 0, offsetBytes, entry * offsetBytes)
    if (bytesRead < offsetBytes) throw new Error('merged.index ends before the packet that is looked for')
    return Number(buffer.readBigUInt64BE(0))
  } finally {
    await file.close()
  }
}
