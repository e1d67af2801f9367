// Reads the packets of captures: downloads, manifests, lists, single packets, and streams of those that still run.
import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ApiError } from '../../contract/api-errors.ts'
import type { Capture, CaptureAgent, CaptureManifest, PacketDetail, PacketSummary } from '../../contract/capture.ts'
import { describePacket, summarisePacket } from '../../wire/packet-describe.ts'
import type { CaptureBytes, DownloadFormat } from '../capturing.ts'
import { digestMerge, packetTime, type MergeDigest } from '../merge/digest.ts'
import { PcapFile, pcapOf } from '../merge/pcap-file.ts'
import { pcapngOf, type PcapngSource } from '../merge/pcapng-file.ts'
import type { MergedPacket } from '../merge/time-merge.ts'
import { BucketError } from '../buckets/bucket-error.ts'
import { captureIsOver } from './capture-machine.ts'
import { readCapturePolicy } from './capture-policy.ts'
import { goesToBucket, readCaptureAgents, type CaptureRow } from './capture-rows.ts'
import { openBucket } from './capture-start.ts'
import type { JobsContext } from './jobs-context.ts'
import { MergedReader } from './merged-file.ts'
import { bucketSource, indexOf, keptSource, onlyInput, type PacketSource } from './packet-orders.ts'

type ReaderContext = Pick<JobsContext, 'state' | 'secrets' | 'captures' | 'folder'>

/** A capture that is over, and its row. */
export interface FoundCapture {
  readonly row: CaptureRow
  readonly capture: Capture
}

export const contentTypes: Readonly<Record<DownloadFormat, string>> = {
  pcap: 'application/vnd.tcpdump.pcap',
  pcapng: 'application/x-pcapng',
}

/** Packets of one page of a list. */
const mostListed = 1000

export class CaptureReader {
  readonly #context: ReaderContext
  /** Manifests that are being made, by id: they read all packets, and one reading is enough. */
  readonly #digests = new Map<string, Promise<MergeDigest>>()

  constructor(context: ReaderContext) {
    this.#context = context
  }

  /** @throws ApiError capture_state, invalid_request for an agent that has no part in it */
  async download({ row, capture }: FoundCapture, format: DownloadFormat, agent?: string): Promise<CaptureBytes> {
    const index = agent === undefined ? undefined : indexOf(capture, agent)
    const only = index === undefined ? undefined : capture.agents[index]
    const open = await this.#opener(row, capture)
    const part = only === undefined ? '' : `_${only.agent.slice(0, 8)}`
    return {
      contentType: contentTypes[format],
      fileName: `pcap_${capture.id}${part}.${format}`,
      body: bytesOf(capture, format, async () => onlyInput(await open(), index)),
    }
  }

  /** @throws ApiError capture_state */
  async manifest({ row, capture }: FoundCapture): Promise<CaptureManifest> {
    const { file, parts } = await this.#digest(row, capture)
    return {
      capture,
      file: { format: 'pcap', ...file },
      parts: capture.agents.map((agent, index) => ({ ...partOf(agent), ...digestOf(parts[index]) })),
    }
  }

  /** @throws ApiError capture_state */
  async packets(
    { row, capture }: FoundCapture,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly PacketSummary[]> {
    this.#checkKept(row, capture)
    const summaries: PacketSummary[] = []
    const end = Math.min(page.offset + Math.min(page.limit, mostListed), row.packets)
    if (page.offset >= end) return []
    const reader = await MergedReader.open(this.#context.folder.pathOf(row.id), page.offset)
    try {
      for (let number = page.offset; number < end; number++) {
        await nextPacket(reader)
        summaries.push(summaryOf(reader.packet, number, capture))
      }
    } finally {
      await reader.close()
    }
    return summaries
  }

  /** @throws ApiError capture_state, packet_not_found */
  async packet({ row, capture }: FoundCapture, number: number): Promise<PacketDetail> {
    this.#checkKept(row, capture)
    if (!Number.isInteger(number) || number < 0 || number >= row.packets) throw new ApiError('packet_not_found', { id: row.id, number })
    const reader = await MergedReader.open(this.#context.folder.pathOf(row.id), number)
    try {
      await nextPacket(reader)
      const { bytes, start, end, ethernet } = reader.packet
      const packet = bytes.subarray(start, end)
      return {
        summary: summaryOf(reader.packet, number, capture),
        layers: describePacket(packet, ethernet, reader.packet.masked),
        hex: Buffer.from(packet).toString('hex'),
      }
    } finally {
      await reader.close()
    }
  }

  async #digest(row: CaptureRow, capture: Capture): Promise<MergeDigest> {
    if (row.kept === 0) return await this.#makeDigest(row, capture)
    const file = path.join(this.#context.folder.pathOf(row.id), 'manifest.json')
    const known = await readIfThere(file)
    // Written below.
    if (known !== undefined) return JSON.parse(known) as MergeDigest
    const made = this.#digests.get(row.id) ?? this.#writeDigest(file, row, capture).finally(() => this.#digests.delete(row.id))
    this.#digests.set(row.id, made)
    return await made
  }

  async #writeDigest(file: string, row: CaptureRow, capture: Capture): Promise<MergeDigest> {
    const digest = await this.#makeDigest(row, capture)
    await writeFile(`${file}.tmp`, JSON.stringify(digest), { mode: 0o600 })
    await rename(`${file}.tmp`, file)
    return digest
  }

  async #makeDigest(row: CaptureRow, capture: Capture): Promise<MergeDigest> {
    const source = await (await this.#opener(row, capture))()
    return await inBucketWords(capture, () => digestMerge(source.order, source.form, source.agents.length))
  }

  /**
   * What opens the packets. Files are opened when they are read and not before, as nobody may ever read them; a bucket at
   * once, so that one which cannot be read is told before an answer begins.
   */
  async #opener(row: CaptureRow, capture: Capture): Promise<() => Promise<PacketSource>> {
    if (goesToBucket(row)) {
      const source = await this.#bucketSource(row, capture)
      return () => Promise.resolve(source)
    }
    this.#checkKept(row, capture)
    return () => keptSource(capture, this.#context.folder.pathOf(row.id))
  }

  async #bucketSource(row: CaptureRow, capture: Capture): Promise<PacketSource> {
    const { state } = this.#context
    checkOver(capture)
    if (!(await readCapturePolicy(state, row.account)).full_download) {
      throw notPossible(
        capture,
        'its packets are in the bucket; to read them back from there, switch full_download on in the policy of captures',
      )
    }
    if (!capture.downloadable || row.bucket === null) throw notPossible(capture, 'it has left nothing in a bucket that could be read')
    const destination = await openBucket(this.#context, row.account, row.bucket)
    const source = bucketSource(capture, await readCaptureAgents(state, [row.id]), destination)
    await inBucketWords(capture, () => source.order.fill())
    return source
  }

  #checkKept(row: CaptureRow, capture: Capture): void {
    checkOver(capture)
    if (goesToBucket(row)) throw notPossible(capture, 'its packets are in the bucket; download them')
    if (row.kept === 1) return
    throw notPossible(
      capture,
      row.expires_at === null ? 'it has no packets' : 'its packets were deleted, because of their age or to make room',
    )
  }
}

export function notPossible({ id, status }: Pick<Capture, 'id' | 'status'>, reason: string): ApiError {
  return new ApiError('capture_state', { id, state: status, reason })
}

function checkOver(capture: Capture): void {
  if (!captureIsOver(capture.status)) throw notPossible(capture, 'it still runs; wait for its end, stop it, or follow it with tail')
}

async function inBucketWords<T>(capture: Capture, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw error instanceof BucketError ? notPossible(capture, error.message) : error
  }
}

async function* bytesOf(capture: Capture, format: DownloadFormat, open: () => Promise<PacketSource>): AsyncGenerator<Uint8Array, void> {
  const source = await open()
  if (format === 'pcap') yield* pcapOf(source.order, new PcapFile(source.form))
  else yield* pcapngOf(source.order, sectionOf(capture), sourcesOf(source, capture))
}

async function nextPacket(reader: MergedReader): Promise<void> {
  while (!reader.next()) if (!(await reader.fill())) throw new Error('merged.records has fewer packets than the capture')
}

function summaryOf(packet: MergedPacket, number: number, { agents }: Capture): PacketSummary {
  return {
    number,
    time: packetTime(packet.seconds, packet.nanoseconds),
    agent: agents[packet.input]?.name ?? '',
    ...summarisePacket(packet),
    length: packet.wireLength,
    captured: packet.capturedLength,
  }
}

type ManifestPart = CaptureManifest['parts'][number]

function partOf({
  agent,
  name,
  colo,
  kernel_drops,
  delivery_drops,
}: CaptureAgent): Omit<ManifestPart, 'packets' | 'first_at' | 'last_at' | 'sha256'> {
  return { agent, name, colo, kernel_drops, delivery_drops }
}

function digestOf(part: MergeDigest['parts'][number] | undefined): Pick<ManifestPart, 'packets' | 'first_at' | 'last_at' | 'sha256'> {
  if (!part) throw new Error('a merged file has a part for each agent')
  return { packets: part.packets, first_at: part.firstAt, last_at: part.lastAt, sha256: part.sha256 }
}

function sectionOf({ id, submitted, cause, extension, error_message }: Capture): Parameters<typeof pcapngOf>[1] {
  const comments = [`capture ${id} of ${submitted}, asked for by ${cause.who}`, extension.note, error_message ?? '']
  return { application: 'Drawbridge', comments: comments.filter((comment) => comment !== '') }
}

function sourcesOf({ agents, form }: PacketSource, capture: Capture): readonly PcapngSource[] {
  const { hook, interface: device, sampling, mask_payload } = capture.extension
  return agents.map((agent) => ({
    name: `${agent.name}/${device ?? hook}`,
    description: `${agent.name} at ${agent.colo}`,
    filter: capture.filter ?? filterText(capture),
    snapLength: form.snapLength,
    ethernet: form.ethernet,
    comments: [`colo ${agent.colo}`, `1 in ${sampling} packets`, ...(mask_payload ? ['payload overwritten with zeros'] : [])],
    statistics: () => statisticsOf(agent),
  }))
}

/** The fields of filter_v1, as the API names them. */
function filterText({ filter_v1 }: Capture): string {
  return Object.entries(filter_v1)
    .map(([field, value]) => `${field}=${value}`)
    .join(' ')
}

function statisticsOf({
  packets,
  kernel_drops,
  delivery_drops,
  super_packets,
  error,
}: CaptureAgent): ReturnType<PcapngSource['statistics']> {
  const merged = super_packets === 0 ? [] : [`${super_packets} packets were put together by the network card before they were captured`]
  return {
    received: packets + delivery_drops + kernel_drops,
    // Where other tools put what the kernel has dropped, and where readers look.
    dropped: kernel_drops,
    droppedBySystem: delivery_drops,
    comments: [...merged, ...(error === null ? [] : [error])],
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
