// What every exporter test expects of the store, asked by GraphQL: the sender's packets and bytes, and who exported them.
import { appendFileSync } from 'node:fs'
import { expect } from 'vitest'

import { flowGroups, flowSums, storedSums } from '../lab/flow-sums.ts'
import { routerAddress, type ExporterLab, type Sent } from './exporter-lab.ts'
import { until } from '../lab/poll.ts'
import { fillerPort } from './traffic.ts'

/** The flows of one sending, without the filler behind it. */
export function sentFilter(sent: Sent) {
  return { sourceAddress: sent.source, destinationPort_neq: fillerPort }
}

/** Waits, while the exporter still runs, until the store holds all packets of a sending. */
export async function allStored(lab: ExporterLab, sent: Sent): Promise<void> {
  await storedSums(lab.server, sentFilter(sent), sent.truth.packets)
}

/** Waits until a sampling exporter has shown something of the filler: then it has shown all that was sent before. */
export async function fillerStored(lab: ExporterLab, sent: Sent): Promise<void> {
  await storedSums(lab.server, { sourceAddress: sent.source, destinationPort: fillerPort }, 1)
}

/** Sums in total and for each transport protocol equal what was sent, to the byte. */
export async function expectExactly(lab: ExporterLab, sent: Sent, exportProtocol: string): Promise<void> {
  const { truth } = sent
  const sums = await storedSums(lab.server, sentFilter(sent), truth.packets)
  expect(sums).toEqual({ packets: truth.packets, bytes: truth.bytes })
  const groups = await flowGroups(lab.server, ['protocolString'], sentFilter(sent))
  const stored = groups.map(({ dimensions, sum }) => [String(dimensions['protocolString']).toLowerCase(), sum])
  const sentSums = Object.entries(truth.byProtocol).map(([name, sum]) => [name, { bits: sum.bytes * 8, packets: sum.packets }])
  expect(Object.fromEntries(stored)).toEqual(Object.fromEntries(sentSums))
  await expectExporter(lab, sent, exportProtocol)
}

/** All of its flows came by this protocol from the registered router. */
export async function expectExporter(lab: ExporterLab, sent: Sent, exportProtocol: string): Promise<void> {
  const groups = await flowGroups(lab.server, ['exportProtocol', 'routerAddress'], sentFilter(sent))
  expect(groups.map(({ dimensions }) => dimensions)).toEqual([{ exportProtocol, routerAddress }])
}

/** What a sampling exporter is expected to tell. */
export interface Sampling {
  /** One packet in so many is looked at. */
  readonly rate: number
  /** Bytes that it counts beyond the IP packet: 0, the Ethernet header (14), or that and the check sequence (18). */
  readonly overhead: number
  readonly exportProtocol: string
  /** The factor as stored and where it was learnt; 1 where the exporter multiplies by itself. */
  readonly stored: { readonly samplingRate: number; readonly samplingSource: string }
}

/** Longer than an exporter that was stopped needs to be stored; a lower estimate than the error allows waits this long. */
const estimateDeadlineMs = 10_000

/**
 * Sends sampled traffic and compares the estimate with the truth. An estimate lies outside of 196 % / √samples once in 20
 * by chance; the test allows twice that, which chance exceeds once in 11 000, and a wrong factor by far.
 * @returns undefined when packets and bytes are within it, otherwise what they were
 */
export async function estimateFault(lab: ExporterLab, send: () => Promise<Sent>, sampling: Sampling): Promise<string | undefined> {
  const sent = await send()
  await expectTold(lab, sent, sampling)
  return await missOf(lab, sent, sampling)
}

/** All flows have one factor from one origin, and came by one protocol. */
export async function expectTold(lab: ExporterLab, sent: Sent, { stored, exportProtocol }: Sampling): Promise<void> {
  const groups = await flowGroups(lab.server, ['samplingRate', 'samplingSource'], sentFilter(sent))
  expect(groups.map(({ dimensions }) => dimensions)).toEqual([stored])
  await expectExporter(lab, sent, exportProtocol)
}

/** For the record: with `FIGURES=file` every estimate is appended to the file. */
function recordFigures(figures: object): void {
  const file = process.env['FIGURES']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figures)}\n`)
}

async function missOf(lab: ExporterLab, sent: Sent, { rate, overhead, exportProtocol, stored }: Sampling): Promise<string | undefined> {
  const { packets } = sent.truth
  const bytes = sent.truth.bytes + packets * overhead
  const error = (2 * 1.96) / Math.sqrt(packets / rate)
  const sums = await storedEstimate(lab, sent, packets * (1 - error))
  recordFigures({ exportProtocol, rate, ...stored, sent: { packets, bytes }, estimated: sums, allowed: error })
  const isWithin = Math.abs(sums.packets / packets - 1) < error && Math.abs(sums.bytes / bytes - 1) < error
  return isWithin ? undefined : `${sums.packets} packets for ${packets}, ${sums.bytes} bytes for ${bytes}, allowed ${error.toFixed(3)}`
}

/** Waits for at least so many packets as long as more may come; answers what there is. */
async function storedEstimate(lab: ExporterLab, sent: Sent, least: number) {
  let sums = await flowSums(lab.server, sentFilter(sent))
  const enough = async () => {
    const { totals } = await lab.server.ledger()
    sums = await flowSums(lab.server, sentFilter(sent))
    return totals.records_in_flight === 0 && sums.packets >= least ? true : undefined
  }
  // Too low an estimate is a miss like one that is too high, and the caller says so.
  await until('the estimate', enough, estimateDeadlineMs).catch(() => undefined)
  return sums
}

/** Every datagram was decoded, nothing was lost or dropped. What an exporter sends when it stops is waited for. */
export async function expectBalancedLedger(lab: ExporterLab): Promise<void> {
  const totals = await until('nothing in flight', async () => {
    const ledger = await lab.server.ledger()
    return ledger.totals.records_in_flight === 0 ? ledger.totals : undefined
  })
  expect(totals.datagrams_decoded).toBe(totals.datagrams_received)
  expect(totals.records_stored).toBe(totals.records_decoded)
  expect(totals).toMatchObject({
    datagrams_undecodable: 0,
    datagrams_unregistered: 0,
    malformed_sets: 0,
    records_dropped_spool_full: 0,
    sets_waiting: 0,
    sets_pending_expired: 0,
    sets_pending_evicted: 0,
  })
}
