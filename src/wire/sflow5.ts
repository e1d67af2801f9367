// sFlow v5 datagrams: header, then samples, each with its length, each of records with their lengths. Whatever is not
// known is skipped by its length; whatever lies about its length costs itself and not what came before.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol, observationPoint, samplingSource } from '../contract/flow-columns.ts'
import { WireError, type WireErrorCode } from '../contract/wire-errors.ts'
import { writeIpv4, writeIpv6 } from './address-columns.ts'
import { Cursor } from './cursor.ts'
import { addressType, droppedUnknown, interfaceFormat, interfaceSource, noInterface, sampleFormat } from './sflow-formats.ts'
import { beginCounterSample, endCounterSample, readCounterRecord } from './sflow-counters.ts'
import { writeGathered } from './sflow-extended-records.ts'
import { readDiscardRecord, readFlowRecord } from './sflow-records.ts'
import {
  clearDiscard,
  clearGathered,
  createGatheredFlow,
  createSflowDatagram,
  createSflowDiscard,
  createSflowSample,
  type SflowDatagram,
  type SflowHost,
  type SflowTarget,
} from './sflow-sample.ts'

export type { SflowDatagram, SflowDiscard, SflowHost, SflowSample, SflowSkipped } from './sflow-sample.ts'

/**
 * Most flows that one datagram can hold: the smallest flow sample is 8 bytes of format and length and 32 of header, the
 * smallest datagram header 28 bytes, the largest UDP payload 65 507: ⌊(65 507 − 28) ÷ 40⌋.
 */
export const maxFlowSamplesPerDatagram = 1636

// One set for the thread: nothing is allocated for a datagram, a sample or a record. See SflowHost on re-entrance.
const datagram = createSflowDatagram()
const datagramWindow = new Cursor()
const sampleWindow = new Cursor()
const recordWindow = new Cursor()
const discard = createSflowDiscard()
let target: SflowTarget | undefined

/**
 * Decodes a datagram and appends one row for each flow sample: `packets` 1, `bytes` the length of the frame (0 when no
 * record tells it), the sampling rate, interfaces, and what the records say. A sample whose records are damaged keeps
 * what could be read of them; one that is longer than the datagram is lost. Both are reported to the host.
 * @param length bytes of `bytes` that are the datagram
 * @param batch has room for `maxFlowSamplesPerDatagram` more rows
 * @throws WireError when the datagram header cannot be read
 */
export function decodeSflow5(bytes: Uint8Array, length: number, batch: FlowBatch, host: SflowHost): void {
  datagramWindow.reset(bytes, 0, length)
  readDatagramHeader(datagramWindow, datagram)
  if (!host.sflowDatagram(datagram)) return
  const to = targetOf(batch, host)
  for (let i = 0; i < datagram.samples; i++) {
    if (datagramWindow.remaining < 8) return host.malformed(datagramWindow.remaining === 0 ? 'bad_count' : 'truncated')
    const format = datagramWindow.u32()
    const announced = datagramWindow.u32()
    const held = Math.min(announced, datagramWindow.remaining)
    datagramWindow.take(held, sampleWindow)
    if (announced > held) return overrunningSample(format, to)
    datagramWindow.skip(padding(announced, datagramWindow))
    decodeSample(format, to)
  }
}

function targetOf(batch: FlowBatch, host: SflowHost): SflowTarget {
  target ??= { batch, row: 0, host, sample: createSflowSample(), gathered: createGatheredFlow() }
  target.batch = batch
  target.host = host
  return target
}

/** version, agent address (type, then 4 or 16 bytes), sub-agent id, sequence, uptime, samples. */
function readDatagramHeader(cursor: Cursor, header: SflowDatagram): void {
  if (cursor.u32() !== 5) throw new WireError('unknown_version', 'sFlow')
  const type = cursor.u32()
  if (type !== addressType.ipv4 && type !== addressType.ipv6) throw new WireError('bad_address_type', 'agent')
  const at = cursor.offset
  cursor.skip(type === addressType.ipv4 ? 4 : 16)
  if (type === addressType.ipv4) writeIpv4(header.agent, 0, cursor.bytes, at)
  else writeIpv6(header.agent, 0, cursor.bytes, at)
  header.subAgent = cursor.u32()
  header.sequence = cursor.u32()
  header.uptimeMs = cursor.u32()
  header.samples = cursor.u32()
}

function decodeSample(format: number, to: SflowTarget): void {
  try {
    decodeSampleBody(format, to)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    to.host.malformed(error.code)
  }
}

/**
 * The last sample, longer than what is left of the datagram. A flow is lost with it: where a length lies, the rate and
 * the frame length behind it may be anything, and would be multiplied. Other samples are counted.
 */
function overrunningSample(format: number, to: SflowTarget): void {
  to.host.malformed('bad_sample_length')
  if (format !== sampleFormat.flow && format !== sampleFormat.expandedFlow) decodeSample(format, to)
}

function decodeSampleBody(format: number, to: SflowTarget): void {
  if (format === sampleFormat.flow) return flowSample(false, to)
  if (format === sampleFormat.expandedFlow) return flowSample(true, to)
  if (format === sampleFormat.counters) return counterSample(false, to)
  if (format === sampleFormat.expandedCounters) return counterSample(true, to)
  if (format === sampleFormat.discardedPacket) return dropSample(to)
  to.host.sflowSkipped('sample', format)
}

/** Sequence and source id: one word of 8 and 24 bits, or two words in the expanded formats. */
function readSource(expanded: boolean, to: SflowTarget): void {
  const { sample } = to
  sample.sequence = sampleWindow.u32()
  const source = sampleWindow.u32()
  sample.sourceType = expanded ? source : source >>> 24
  sample.sourceIndex = expanded ? sampleWindow.u32() : source & 0xffffff
  sample.samplingRate = 0
  sample.samplePool = 0
  sample.drops = 0
  sample.parts = 0
  sample.headerEnd = sample.headerStart
}

/** flow_sample: sequence, source id, sampling rate, pool, drops, input, output, records. Expanded: each interface two words. */
function flowSample(expanded: boolean, to: SflowTarget): void {
  readSource(expanded, to)
  const { sample, gathered } = to
  sample.samplingRate = sampleWindow.u32()
  sample.samplePool = sampleWindow.u32()
  sample.drops = sampleWindow.u32()
  const input = sampleWindow.u32()
  const inputValue = expanded ? sampleWindow.u32() : input & 0x3fffffff
  const output = sampleWindow.u32()
  const outputValue = expanded ? sampleWindow.u32() : output & 0x3fffffff
  const records = sampleWindow.u32()
  to.row = to.batch.rows
  clearGathered(gathered)
  writeInterfaces(to, expanded ? input : input >>> 30, inputValue, expanded ? output : output >>> 30, outputValue)
  try {
    walkRecords(records, to, flowRecord)
  } finally {
    finishFlow(to)
  }
}

/** The ifIndex of an interface field, 0 when it names none: unknown, the device itself, discarded, or several at once. */
function interfaceIndex(format: number, value: number): number {
  return format === interfaceFormat.single && !noInterface.includes(value) ? value : 0
}

function writeInterfaces(to: SflowTarget, inputFormat: number, inputValue: number, outputFormat: number, outputValue: number): void {
  const { columns, present } = to.batch
  const { row, sample } = to
  const input = interfaceIndex(inputFormat, inputValue)
  const output = interfaceIndex(outputFormat, outputValue)
  columns.in_if[row] = input
  columns.out_if[row] = output
  present[columnIndex.in_if] = 1
  present[columnIndex.out_if] = 1
  if (outputFormat === interfaceFormat.discarded) {
    columns.forwarding_status[row] = droppedUnknown
    present[columnIndex.forwarding_status] = 1
  }
  if (sample.sourceType !== interfaceSource || sample.sourceIndex === 0) return
  if (sample.sourceIndex === input) columns.observed_at[row] = observationPoint.ingress
  else if (sample.sourceIndex === output) columns.observed_at[row] = observationPoint.egress
  present[columnIndex.observed_at] = 1
}

/** Fills in what is known only after the last record, and makes the row count. */
function finishFlow(to: SflowTarget): void {
  const { columns, present } = to.batch
  const { row, sample, gathered } = to
  columns.export_protocol[row] = exportProtocol.sflow5
  columns.observation_domain[row] = datagram.subAgent
  columns.bytes[row * 2] = gathered.frameLength
  columns.packets[row * 2] = 1
  present[columnIndex.export_protocol] = 1
  present[columnIndex.observation_domain] = 1
  present[columnIndex.bytes] = 1
  present[columnIndex.packets] = 1
  // An agent that does not know its rate sends 0: then it is for the caller to settle, as with any flow without a rate.
  if (sample.samplingRate > 0) {
    columns.sampling_rate[row] = sample.samplingRate
    columns.sampling_source[row] = samplingSource.header
    present[columnIndex.sampling_rate] = 1
    present[columnIndex.sampling_source] = 1
  }
  if (gathered.switchVlan > 0) {
    columns.src_vlan[row] = gathered.switchVlan
    present[columnIndex.src_vlan] = 1
  }
  if (gathered.told) writeGathered(sampleWindow.bytes, to)
  sample.frameLength = gathered.frameLength
  to.batch.rows = row + 1
  to.host.sflowFlowSample(sample, row)
}

/** XDR pads to whole words (RFC 4506 §4.10); the padding of the very last item may have been cut. */
function padding(length: number, within: Cursor): number {
  return Math.min(-length & 3, within.remaining)
}

type RecordReader = (format: number, to: SflowTarget) => void

/** Hands each record of `sampleWindow` to `read`, in `recordWindow`. A damaged record does not spoil the ones after it. */
function walkRecords(count: number, to: SflowTarget, read: RecordReader): void {
  for (let i = 0; i < count; i++) {
    const format = sampleWindow.u32()
    const length = sampleWindow.u32()
    const held = Math.min(length, sampleWindow.remaining)
    sampleWindow.take(held, recordWindow)
    if (length > held) {
      readQuietly(format, to, read)
      throw new WireError('bad_sample_length')
    }
    sampleWindow.skip(padding(length, sampleWindow))
    const fault = readQuietly(format, to, read)
    if (fault !== undefined) to.host.malformed(fault)
  }
}

/** Reads a record. @returns what was wrong with it */
function readQuietly(format: number, to: SflowTarget, read: RecordReader): WireErrorCode | undefined {
  try {
    read(format, to)
    return undefined
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return error.code
  }
}

function flowRecord(format: number, to: SflowTarget): void {
  readFlowRecord(format, recordWindow, to)
}

function counterRecord(format: number, to: SflowTarget): void {
  if (readCounterRecord(format, recordWindow, to.host)) return
  to.host.sflowCounterRecord(format, recordWindow.bytes, recordWindow.offset, recordWindow.end)
}

/** counters_sample: sequence, source id, records. */
function counterSample(expanded: boolean, to: SflowTarget): void {
  readSource(expanded, to)
  const records = sampleWindow.u32()
  to.host.sflowCounterSample(to.sample)
  beginCounterSample()
  try {
    walkRecords(records, to, counterRecord)
  } finally {
    endCounterSample(to.host)
  }
}

/** discarded_packet: sequence, source id (two words), drops, input, output, reason, records. */
function dropSample(to: SflowTarget): void {
  readSource(true, to)
  to.sample.drops = sampleWindow.u32()
  to.host.sflowDropSample(to.sample)
  if (to.host.sflowDiscard === undefined) return
  clearDiscard(discard)
  discard.inputInterface = interfaceIndex(interfaceFormat.single, sampleWindow.u32())
  discard.outputInterface = interfaceIndex(interfaceFormat.single, sampleWindow.u32())
  discard.reason = sampleWindow.u32()
  const records = sampleWindow.u32()
  try {
    walkRecords(records, to, discardRecord)
  } finally {
    to.host.sflowDiscard(discard)
  }
}

function discardRecord(format: number): void {
  readDiscardRecord(format, recordWindow, discard)
}
