// What every exporter test expects of the store, asked by GraphQL: the sender's packets and bytes, and who exported them.
import { expect } from 'vitest'

import { flowGroups, storedSums } from '../lab/flow-sums.ts'
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
