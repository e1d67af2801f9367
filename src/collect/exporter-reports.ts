// Reports of many exporters as one array of numbers: with ten thousand routers, copying an object for each between threads
// costs more than all else that a thread reports.
import { ledgerTerms } from '../contract/collector-status.ts'
import { createLedger, type Exporter } from './exporter.ts'
import type { ExporterReport, PackedReports } from './messages.ts'

/** Numbers of one exporter: the terms of the ledger, then the ten that `packReports` writes behind them. */
const rowLength = ledgerTerms.length + 10

/** What is reported of an exporter. */
export type Reported = Omit<ExporterReport, 'templates'> & Pick<Exporter, 'templateCount'>

export function packReports(exporters: readonly Reported[]): PackedReports {
  const numbers = new Float64Array(exporters.length * rowLength)
  let at = 0
  for (const exporter of exporters) {
    const { ledger } = exporter
    for (const term of ledgerTerms) numbers[at++] = ledger[term]
    numbers[at++] = exporter.sequenceUnits
    numbers[at++] = exporter.bits
    numbers[at++] = exporter.packets
    numbers[at++] = exporter.lastSeen
    numbers[at++] = exporter.protocols
    numbers[at++] = exporter.lastRate
    numbers[at++] = exporter.lastSource
    numbers[at++] = exporter.clockSkewMs
    numbers[at++] = exporter.templateCount()
    numbers[at++] = exporter.setsWaiting
  }
  return { addresses: exporters.map(({ address }) => address), numbers }
}

/** Takes over what was reported, into the reports by address that are there, or new ones. */
export function unpackReports({ addresses, numbers }: PackedReports, to: Map<string, ExporterReport>): void {
  let at = 0
  for (const address of addresses) {
    let report = to.get(address)
    if (report === undefined) to.set(address, (report = emptyReport(address)))
    const { ledger } = report
    for (const term of ledgerTerms) ledger[term] = numbers[at++]
    report.sequenceUnits = numbers[at++]
    report.bits = numbers[at++]
    report.packets = numbers[at++]
    report.lastSeen = numbers[at++]
    report.protocols = numbers[at++]
    report.lastRate = numbers[at++]
    report.lastSource = numbers[at++]
    report.clockSkewMs = numbers[at++]
    report.templates = numbers[at++]
    report.setsWaiting = numbers[at++]
  }
}

function emptyReport(address: string): ExporterReport {
  return {
    address,
    ledger: createLedger(),
    sequenceUnits: 0,
    bits: 0,
    packets: 0,
    lastSeen: 0,
    protocols: 0,
    lastRate: 0,
    lastSource: 0,
    clockSkewMs: Number.NaN,
    templates: 0,
    setsWaiting: 0,
  }
}
