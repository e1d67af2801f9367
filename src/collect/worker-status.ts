// What a collector thread reports of itself each second.
import type { BoundListener } from './datagram-receiver.ts'
import type { Collector } from './collector.ts'
import type { Exporter } from './exporter.ts'
import type { ExporterReport, StatusMessage } from './messages.ts'

export function statusMessage(worker: number, collector: Collector, listeners: readonly BoundListener[]): StatusMessage {
  const exporters = [...collector.table.exporters()]
  return {
    kind: 'status',
    worker,
    ledger: { ...collector.ledger },
    setsWaiting: collector.setsWaiting,
    exporters: exporters.filter((exporter) => exporter.lastSeen > 0).map((exporter) => report(exporter)),
    senders: [...collector.table.senders()],
    sendersForgotten: collector.table.sendersForgotten,
    listeners,
    faults: collector.faults,
    evicted: {
      ...collector.evicted,
      domains: exporters.reduce((sum, exporter) => sum + exporter.domainsEvicted, 0),
      notes: collector.notes.refused,
    },
  }
}

function report(exporter: Exporter): ExporterReport {
  return {
    address: exporter.address,
    ledger: { ...exporter.ledger },
    sequenceUnits: exporter.sequenceUnits,
    bits: exporter.bits,
    packets: exporter.packets,
    lastSeen: exporter.lastSeen,
    protocols: exporter.protocols,
    lastRate: exporter.lastRate,
    lastSource: exporter.lastSource,
    clockSkewMs: exporter.clockSkewMs,
    templates: exporter.templateCount(),
    setsWaiting: exporter.setsWaiting,
  }
}
