// Opens capture files as feeds of packets: pcap, pcapng and packet records, read in pieces of a bounded size.
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { WireError } from '../contract/wire-errors.ts'
import { createPacketRecordView, maxPacketRecordBytes, readPacketRecord } from '../wire/packet-record.ts'
import { linkType } from '../wire/packet-tables.ts'
import { PcapStream } from '../wire/pcap-stream.ts'
import { isPcap } from '../wire/pcap.ts'
import { PcapngStream } from '../wire/pcapng-stream.ts'
import { isPcapng } from '../wire/pcapng.ts'
import { PacketFeeder, type CapturedBytes } from './packet-feeder.ts'
import type { PacketFeed } from './packet-feed.ts'

export interface FeedOptions {
  /** `records`: packet records as agents send them. Default: pcap or pcapng, told by the first bytes. */
  readonly format?: 'capture' | 'records'
  /** Default: the last part of the path. */
  readonly name?: string
}

const pieceBytes = 1024 * 1024
const magicBytes = 4

/** Takes a file piece by piece. The pieces' memory is reused. */
interface PieceReader {
  push(piece: Uint8Array): void
  /** Bytes that wait for the rest of their packet. */
  readonly pending: number
}

type ReaderOf = (feeder: PacketFeeder) => PieceReader

/** @throws WireError bad_file for what is no capture, with the reason; errors of the file system */
export async function openFeed(path: string, options: FeedOptions = {}): Promise<PacketFeed> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const name = options.name ?? basename(path)
    const reader = options.format === 'records' ? recordsReader : captureReader(await firstBytes(file))
    return { name, bytes: size, each: (take, read) => readFile(path, reader, { take, read }) }
  } finally {
    await file.close()
  }
}

async function firstBytes(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(magicBytes), 0, magicBytes, 0)
  return buffer.subarray(0, bytesRead)
}

interface FeedTakers {
  readonly take: Parameters<PacketFeed['each']>[0]
  readonly read: Parameters<PacketFeed['each']>[1]
}

async function readFile(path: string, readerOf: ReaderOf, { take, read }: FeedTakers): Promise<number> {
  const feeder = new PacketFeeder(take)
  const reader = readerOf(feeder)
  const piece = new Uint8Array(pieceBytes)
  const file = await open(path)
  try {
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, at)
      if (bytesRead === 0) break
      reader.push(piece.subarray(0, bytesRead))
      at += bytesRead
      read?.(at)
    }
  } finally {
    await file.close()
  }
  if (reader.pending > 0) throw new WireError('truncated', 'the file ends inside a packet')
  return feeder.leftOut
}

/** First bytes of files that people take for captures, and what to do about it. */
const otherFiles: readonly (readonly [start: readonly number[], reason: string])[] = [
  [[0x1f, 0x8b], 'it is compressed; unpack it with gunzip first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed; unpack it with unzstd first'],
  [[0xfd, 0x37, 0x7a, 0x58], 'it is compressed; unpack it with unxz first'],
  [[0x50, 0x4b], 'it is compressed; unpack it with unzip first'],
  [[], 'write one with tcpdump -w FILE'],
]

function captureReader(start: Uint8Array): ReaderOf {
  if (isPcapng(start)) return pcapngReader
  if (isPcap(start)) return pcapReader
  const reason = start.length === 0 ? 'it is empty' : otherFiles.find(([bytes]) => bytes.every((byte, at) => start[at] === byte))?.[1]
  throw new WireError('bad_file', reason)
}

function pcapReader(feeder: PacketFeeder): PieceReader {
  const captured: CapturedBytes = { bytes: new Uint8Array(0), start: 0, end: 0, wireLength: 0, link: -1, sampling: 1 }
  const { packet } = feeder
  const stream = new PcapStream((streamed) => {
    packet.seconds = streamed.seconds
    packet.nanoseconds = streamed.nanoseconds
    captured.bytes = streamed.bytes
    captured.start = streamed.start
    captured.end = streamed.end
    captured.wireLength = streamed.wireLength
    captured.link = stream.linkType
    feeder.feed(captured)
  })
  return stream
}

const nanosecondsPerSecond = 1_000_000_000n

function pcapngReader(feeder: PacketFeeder): PieceReader {
  const { packet } = feeder
  return new PcapngStream(({ timeNs, capturedLength, wireLength, linkType: link, offset }, bytes) => {
    packet.seconds = Number((timeNs ?? 0n) / nanosecondsPerSecond)
    packet.nanoseconds = Number((timeNs ?? 0n) % nanosecondsPerSecond)
    feeder.feed({ bytes, start: offset, end: offset + capturedLength, wireLength, link, sampling: 1 })
  })
}

/** Records one after another, without any header. */
function recordsReader(feeder: PacketFeeder): PieceReader {
  const view = createPacketRecordView()
  const { packet } = feeder
  // What is left of the last piece, and behind it the next one.
  const bytes = new Uint8Array(maxPacketRecordBytes + pieceBytes)
  let held = 0
  return {
    push(piece) {
      bytes.set(piece, held)
      const end = held + piece.length
      let at = 0
      for (let next = 0; next >= 0; at = Math.max(at, next)) {
        next = readPacketRecord(bytes, at, end, view)
        if (next < 0) break
        packet.seconds = view.seconds
        packet.nanoseconds = view.nanoseconds
        const link = view.ethernet ? linkType.ethernet : linkType.raw
        feeder.feed({ bytes, start: view.start, end: view.end, wireLength: view.wireLength, link, sampling: view.sampling })
      }
      bytes.copyWithin(0, at, end)
      held = end - at
    },
    get pending() {
      return held
    },
  }
}
