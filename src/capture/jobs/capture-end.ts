// Settles the end of a capture: merges what its agents have sent, and says how it went.
import { maskPayload } from '../../wire/packet-mask.ts'
import { packetRecordHeaderBytes, PacketRecordWriter, readPacketRecords } from '../../wire/packet-record.ts'
import { TimeMerge, type MergeInput } from '../merge/time-merge.ts'
import type { SampleAnswer } from '../samples/sample-search.ts'
import { endOf, type CaptureEnding } from './capture-machine.ts'
import { expiryOf, readCapturePolicy } from './capture-policy.ts'
import { extensionOf, filterOf, timeText } from './capture-rows.ts'
import { mebibyte, type JobsContext } from './jobs-context.ts'
import { writeMerged, type MergedTotals } from './merged-file.ts'
import { mergeClock } from './packet-orders.ts'
import type { CapturePart, RunningCapture } from './running-capture.ts'

type EndContext = Pick<JobsContext, 'captures' | 'state' | 'clock' | 'log' | 'samples' | 'folder'>

/** Packets of the past: without a packet limit as many as the original gives at the most, and what is gathered in memory. */
const pastPackets = { unlimited: 10_000, most: 1_000_000 } as const

/**
 * All agents are over: merges their packets on the server's disk, and decides how it has ended. The caller writes it down.
 * @throws errors of the file system; it can be tried again then
 */
export async function settleEnd(context: EndContext, capture: RunningCapture): Promise<void> {
  for (const part of capture.sorted) capture.settle(part)
  const merged = capture.toBucket ? undefined : await mergeParts(context, capture)
  await finish(context, capture, merged)
}

/**
 * Answers a capture of the past from stored samples. The caller writes it down.
 * @throws errors of the file system and of the search; it can be tried again then
 */
export async function answerPast(context: EndContext, capture: RunningCapture): Promise<void> {
  const [part] = capture.sorted
  if (!part) throw new Error('a capture of the past has one part')
  const answer = await searchSamples(context, capture)
  await context.folder.make(capture.id)
  const merge = new TimeMerge([{ records: chunksOf(answer.records), clockOffsetNs: 0, clockErrorNs: 0 }])
  const merged = await writeMerged(context.folder.pathOf(capture.id), merge, limitsOf(capture))
  part.progress = { ...part.progress, ...merged, state: 'done', error: reachOf(capture, answer) }
  part.isDirty = true
  await finish(context, capture, merged)
}

async function searchSamples({ captures, samples }: EndContext, { row }: RunningCapture): Promise<SampleAnswer> {
  const extension = extensionOf(row)
  const to = Date.parse(row.offset_time ?? row.submitted)
  const answer = await samples.search({
    account: row.account,
    from: to - row.time_limit * 1000,
    to,
    filter: filterOf(row),
    snapLength: extension.snap_length,
    limit: Math.min(row.packet_limit ?? pastPackets.unlimited, pastPackets.most),
    byteLimit: Math.min(row.byte_limit ?? Infinity, captures.capture_mib * mebibyte),
  })
  return extension.mask_payload ? { ...answer, records: answer.records.map(masked) } : answer
}

/** A copy: whose the bytes are is not known here. */
function masked(records: Uint8Array): Uint8Array {
  const writer = new PacketRecordWriter(records.length)
  readPacketRecords(records, (record) => {
    const start = writer.length + packetRecordHeaderBytes
    writer.append(record, { masked: true, sampling: record.sampling })
    maskPayload(writer.bytes, start, writer.length, record.ethernet)
  })
  return writer.take()
}

/** What the samples could not know, as a remark of the agent `samples`. */
function reachOf({ row }: RunningCapture, { keptSince }: SampleAnswer): string | null {
  const from = Date.parse(row.offset_time ?? row.submitted) - row.time_limit * 1000
  if (keptSince === null) return 'no samples are kept; they come from sFlow exporters and from agents with always-on sampling'
  return keptSince > from ? `samples reach back to ${timeText(keptSince)} only` : null
}

async function* chunksOf(records: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* records
}

async function mergeParts(context: EndContext, capture: RunningCapture): Promise<MergedTotals> {
  const { folder, log } = context
  await folder.make(capture.id)
  const merge = new TimeMerge(capture.sorted.map(mergeInput))
  const totals = await writeMerged(folder.pathOf(capture.id), merge, limitsOf(capture))
  for (const { input, error } of merge.faults) {
    const part = capture.sorted[input]
    log.error(
      'damaged',
      { err: error, capture: capture.id, agent: part?.agent },
      'packets of a capture on disk are damaged; the rest is lost',
    )
  }
  return totals
}

function mergeInput({ file, clockOffsetMs, clockErrorMs }: CapturePart): MergeInput {
  return { records: file?.records() ?? chunksOf([]), ...mergeClock(clockOffsetMs, clockErrorMs) }
}

function limitsOf({ row }: RunningCapture): { readonly packets: number | null; readonly bytes: number | null } {
  return { packets: row.packet_limit, bytes: row.byte_limit }
}

async function finish({ state, clock }: EndContext, capture: RunningCapture, merged: MergedTotals | undefined): Promise<void> {
  const policy = await readCapturePolicy(state, capture.row.account)
  const ending = endingOf(capture)
  const isKept = merged !== undefined && ending.status === 'success'
  const ended_at = timeText(clock.now())
  capture.change({
    ...(merged ?? capture.totals()),
    ...ending,
    ended_at,
    expires_at: isKept ? expiryOf(policy, ended_at) : null,
    kept: Number(isKept),
  })
}

function endingOf({ row, sorted, isPast }: RunningCapture): CaptureEnding {
  const ends = sorted.map((part) => {
    const { state, error } = part.progress
    return { name: part.name, state, error, kept: isPast ? part.progress.packets : part.keptPackets }
  })
  const { status, error_message } = endOf(ends)
  const messages = [row.error_message, error_message].filter((message) => message !== null)
  return { status, error_message: messages.length === 0 ? null : messages.join('; ') }
}
